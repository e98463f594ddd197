import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct BuildTests {
    private func sample(_ folder: TemporaryFolder, _ source: String) throws {
        try folder.file("\(source)/train.py", "print('hi')\n")
        try folder.file("\(source)/run.sh", "#!/bin/sh\n", executable: true)
        try folder.file("\(source)/data/größe 世界.csv", "a,b\n")
        try folder.file("\(source)/\(String(repeating: "n", count: 200))", "long name")
        let deep = (0..<6).map { _ in String(repeating: "d", count: 60) }.joined(separator: "/")
        try folder.file("\(source)/\(deep)/ü", "long path")
        try folder.link("\(source)/link", to: String(repeating: "t", count: 150))
    }

    @Test func sameContentSameImage() async throws {
        let (one, two) = (try Workshop(), try Workshop())
        try sample(one.folder, "source")
        try sample(two.folder, "elsewhere/checkout")
        let files = try two.folder.names("elsewhere/checkout").filter { !$0.hasSuffix(".sh") && !$0.hasSuffix("link") }
        for file in files {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 99)],
                ofItemAtPath: "\(two.folder.path)/elsewhere/checkout/\(file)")
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: "\(two.folder.path)/elsewhere/checkout/train.py")
        let first = try await one.build(try one.request())
        let second = try await two.build(try two.request("elsewhere/checkout"))
        #expect(first.manifestDigest == second.manifestDigest)
        #expect(!first.reused && !second.reused)
    }

    @Test func theImageOfAFixedSourceHasAFixedDigest() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", "print('hi')\n")
        var request = try shop.request()
        request.platform = Platform(os: "linux", architecture: "amd64")
        let layer = "sha256:c76bd226cf18447679b023c242d17d9b5dff4ec831335945c7a22d38b58fda72"
        let manifest = "sha256:1202edd117d43268f80883230ae027c984570477ca388f76759a83a22766e785"
        let image = try await shop.build(request)
        // Golden: whoever changes how images are written changes every image there is, and should know it.
        #expect("\(image.layers[0].digest)" == layer)
        #expect("\(image.manifestDigest)" == manifest)
    }

    @Test func unpackedFilesAreTheSource() async throws {
        let shop = try Workshop()
        try sample(shop.folder, "source")
        let request = try shop.request()
        let image = try await shop.build(request)
        let unpacked = try shop.unpack(image)
        #expect(try SourceTree.read("\(unpacked.root)/app").digest == request.sourceDigest)
        #expect(unpacked.workingDirectory == "\(shop.folder.path)/unpacked/app")
        #expect(unpacked.config.command == ["python3", "train.py"])
        #expect(try shop.folder.names("layout/staging").isEmpty)
    }

    @Test func anUnchangedImageIsFoundAndARemovedOneBuiltAgain() async throws {
        let shop = try Workshop()
        try sample(shop.folder, "source")
        let request = try shop.request(tag: "job-v1")
        let first = try await shop.build(request)
        let second = try await shop.build(request)
        #expect(second.reused && second.manifestDigest == first.manifestDigest && second.layers == first.layers)
        #expect(try shop.layout.image(named: "job-v1") == first.manifestDigest)
        try FileManager.default.removeItem(atPath: shop.layout.blobPath(first.layers[0].digest))
        let third = try await shop.build(request)
        #expect(!third.reused && third.manifestDigest == first.manifestDigest)
        #expect(shop.layout.contains(third.manifestDigest))
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/cache")
        #expect(try await shop.build(request).manifestDigest == first.manifestDigest)
    }

    @Test func contentKeyIsOfTheContentAlone() throws {
        let shop = try Workshop()
        var request = try shop.request()
        let key = try shop.builder.contentKey(of: request)
        request.jobName = "renamed"
        request.sourceRoot = "/elsewhere"
        request.tag = "other"
        #expect(try shop.builder.contentKey(of: request) == key)
        request.command.append("--fast")
        #expect(try shop.builder.contentKey(of: request) != key)
    }

    @Test func anEmptySourceHasAnImage() async throws {
        let shop = try Workshop()
        let unpacked = try shop.unpack(try await shop.build(try shop.request()))
        #expect(try shop.folder.names("unpacked") == ["app"])
        #expect(unpacked.environment["PYTHONPATH"] == nil)
    }

    @Test func aSourceThatChangedAfterPlanningIsRefused() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/a", "1")
        let request = try shop.request()
        try shop.folder.file("source/a", "2")
        #expect(await code { _ = try await shop.build(request) } == "SLW5060")
        #expect(try shop.layout.tags().isEmpty)
        #expect(try shop.folder.names("layout/blobs/sha256").isEmpty)
    }

    @Test func aFileThatChangesWhileItIsPackedIsRefused() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        for text in ["longer than before", "2"] {
            try folder.file("source/a", "1")
            let tree = try SourceTree.read("\(folder.path)/source")
            try folder.file("source/a", text)
            #expect(code { _ = try LayerWriter(layout: layout).write(tree, under: "/app") } == "SLW5005")
        }
        #expect(try folder.names("layout/staging").isEmpty)
        #expect(try folder.names("layout/blobs/sha256").isEmpty)
    }

    @Test func whatThisBuilderCannotDoIsRefused() throws {
        let shop = try Workshop()
        var request = try shop.request()
        request.build.systemPackages = ["git"]
        request.build.dockerfile = "Dockerfile"
        let error = #expect(throws: Diagnostics.self) { try shop.builder.contentKey(of: request) }
        #expect(error?.all.map(\.code) == ["SLW5061", "SLW5061"])
    }

    @Test func manyBuildsOfOneImageBuildOnce() async throws {
        let shop = try Workshop()
        try sample(shop.folder, "source")
        let request = try shop.request(tag: "one")
        let images = try await withThrowingTaskGroup(of: BuiltImage.self) { group in
            for _ in 0..<8 { group.addTask { try await shop.build(request) } }
            return try await group.reduce(into: [BuiltImage]()) { $0.append($1) }
        }
        #expect(images.filter { !$0.reused }.count == 1)
        #expect(Set(images.map(\.manifestDigest)).count == 1)
    }
}
