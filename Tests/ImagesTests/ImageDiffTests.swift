import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// What differs between two images is found without unpacking either, by the rules by which layers lie upon each other.
@Suite struct ImageDiffTests {
    private struct Case: Sendable {
        var what: String
        var before: [[TarMember]]
        var after: [[TarMember]]
        /// `+`, `-` or `~` and the path.
        var found: [String]
    }

    private static let base = [
        TarMember(name: "a/", type: "5"), TarMember(name: "a/one", content: "1"),
        TarMember(name: "a/two", content: "2"),
        TarMember(name: "b", content: "b"), TarMember(name: "link", type: "2", link: "b"),
    ]

    private static let cases = [
        Case(what: "the same", before: [base], after: [base], found: []),
        Case(
            what: "the same in two layers", before: [base], after: [Array(base.prefix(3)), Array(base.dropFirst(3))],
            found: []),
        Case(
            what: "added, removed, changed", before: [base],
            after: [
                [
                    TarMember(name: "a/one", content: "x"), TarMember(name: "b", content: "b", mode: 0o755),
                    TarMember(name: "link", type: "2", link: "a/one"), TarMember(name: "new", content: "n"),
                ]
            ], found: ["~/a/one", "-/a/two", "~/b", "~/link", "+/new"]),
        Case(
            what: "a whiteout takes a file away", before: [base], after: [base, [TarMember(name: "a/.wh.one")]],
            found: ["-/a/one"]),
        Case(
            what: "a whiteout takes a folder away, whatever comes after it in its layer", before: [base],
            after: [base, [TarMember(name: "a/new", content: "n"), TarMember(name: ".wh.a")]],
            found: ["+/a/new", "-/a/one", "-/a/two"]),
        Case(
            what: "an opaque folder hides what is below it", before: [base],
            after: [base, [TarMember(name: "a/.wh..wh..opq"), TarMember(name: "a/two", content: "2")]],
            found: ["-/a/one"]),
        Case(
            what: "an opaque root", before: [base], after: [base, [TarMember(name: ".wh..wh..opq")]],
            found: ["-/a/one", "-/a/two", "-/b", "-/link"]),
        Case(
            what: "a file in a folder's place", before: [base], after: [base, [TarMember(name: "a", content: "f")]],
            found: ["~/a", "-/a/one", "-/a/two"]),
        Case(
            what: "a folder in a file's place", before: [base], after: [base, [TarMember(name: "b/c", content: "c")]],
            found: ["-/b", "+/b/c"]),
        Case(
            what: "a hard link is the file that it leads to", before: [base],
            after: [base, [TarMember(name: "hard", type: "1", link: "a/one")]], found: ["+/hard"]),
    ]

    @Test func layersLieUponEachOther() throws {
        for test in Self.cases {
            let folder = try TemporaryFolder()
            let layout = ImageLayout(path: "\(folder.path)/layout")
            try layout.initialise()
            let before = try layout.add(layers: test.before.map(TarMember.archive))
            let after = try layout.add(layers: test.after.map(TarMember.archive))
            let diff = try layout.diff(before, after)
            let found = diff.files.map { file in
                (file.before == nil ? "+" : file.after == nil ? "-" : "~") + file.path
            }
            #expect(found == test.found, "\(test.what)")
        }
    }

    @Test func contentsModesAndLinksAreTold() throws {
        let folder = try TemporaryFolder()
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        let before = try layout.add(layers: [TarMember.archive([TarMember(name: "f", content: "12345")])])
        let after = try layout.add(layers: [TarMember.archive([TarMember(name: "f", content: "123", mode: 0o755)])])
        let file = try #require(try layout.diff(before, after).files.first)
        #expect(file.before == ImageFile(kind: .file, mode: 0o644, size: 5, digest: Digest(of: "12345")))
        #expect(file.after == ImageFile(kind: .file, mode: 0o755, size: 3, digest: Digest(of: "123")))
    }

    @Test func packagesAndSettings() throws {
        let folder = try TemporaryFolder()
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        func image(_ packages: [String], _ request: BuildRequest) throws -> Digest {
            let members = packages.map {
                TarMember(name: "opt/python/site-packages/\($0).dist-info/METADATA", content: $0)
            }
            let layer = BuiltLayer(
                origin: .packages,
                blob: try layout.writeBlob(TarMember.archive(members), mediaType: BlobDescriptor.layer))
            let config = try layout.writeBlob(
                ImageDocuments.config(for: request, layers: [layer]), mediaType: BlobDescriptor.config)
            return try layout.writeBlob(
                ImageDocuments.manifest(config: config, layers: [layer.blob], annotations: request.annotations),
                mediaType: BlobDescriptor.manifest
            ).digest
        }
        var request = BuildRequest(
            jobName: "x", sourceRoot: "/", sourceDigest: Digest(of: ""), command: ["a"],
            environment: ["A": "1=2", "B": ""],
            labels: ["team": "vision"], annotations: ["org.opencontainers.image.base.name": "scratch"])
        let before = try image(["six-1.16.0", "Typing_Extensions-4.1", "numpy-2.0"], request)
        request.command = ["a", "b"]
        request.environment = ["A": "1=3", "C": "x"]
        request.labels = [:]
        request.annotations = [:]
        let after = try image(["six-1.17.0", "typing_extensions-4.1", "torch-2.1+cpu"], request)
        let diff = try layout.diff(before, after, frozen: (["idna==3.1", "six==9"], ["idna==3.2"]))
        #expect(
            diff.packages == [
                .init(name: "idna", before: "3.1", after: "3.2"), .init(name: "numpy", before: "2.0", after: nil),
                .init(name: "six", before: "1.16.0", after: "1.17.0"),
                .init(name: "torch", before: nil, after: "2.1+cpu"),
            ])
        #expect(
            diff.settings == [
                .init(name: "annotation org.opencontainers.image.base.name", before: "scratch", after: nil),
                .init(name: "command", before: "[\"a\"]", after: "[\"a\",\"b\"]"),
                .init(name: "env A", before: "1=2", after: "1=3"), .init(name: "env B", before: "", after: nil),
                .init(name: "env C", before: nil, after: "x"), .init(name: "label team", before: "vision", after: nil),
            ])
    }

    @Test(arguments: [
        ("leads out", [TarMember(name: "../x", content: "x")], "SLW5028"),
        ("absolute", [TarMember(name: "/x", content: "x")], "SLW5028"),
        ("device", [TarMember(name: "null", type: "3")], "SLW5028"),
        ("link to nothing", [TarMember(name: "hard", type: "1", link: "gone")], "SLW5028"),
        ("too many", (0..<20).map { TarMember(name: "f\($0)") }, "SLW5029"),
        ("too much", [TarMember(name: "f", content: String(repeating: "x", count: 2000))], "SLW5029"),
    ])
    func hostileLayersAreRefused(_ what: String, _ members: [TarMember], _ code: String) throws {
        let folder = try TemporaryFolder()
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        let image = try layout.add(layers: [TarMember.archive(members)])
        let fault = #expect(throws: Diagnostic.self) {
            try layout.diff(image, image, limits: UnpackLimits(entries: 10, bytes: 1000))
        }
        #expect(fault?.code.rawValue == code, "\(what)")
    }

    @Test func aDamagedLayerIsSaidToBe() throws {
        let folder = try TemporaryFolder()
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        let image = try layout.add(layers: [TarMember.archive([TarMember(name: "f", content: "12345")])])
        let layer = try #require(try layout.manifest(image).layers.first)
        var bytes = try FileAccess.read(layout.blobPath(layer.digest), limit: 1 << 20)
        bytes[512] ^= 1
        try FileAccess.replace(layout.blobPath(layer.digest), with: bytes)
        let fault = #expect(throws: Diagnostic.self) { try layout.diff(image, image) }
        #expect(fault?.code.rawValue == "SLW5022")
    }
}
