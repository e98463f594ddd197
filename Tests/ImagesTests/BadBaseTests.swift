import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// Base images that are broken or hostile: each gets an error that says what is wrong, and leaves nothing behind.
@Suite struct BadBaseTests {
    private func failure(_ shop: Workshop, on base: String) async throws -> DiagnosticCode? {
        let request = try shop.request(on: base)
        let found = await code { _ = try await shop.build(request) }
        #expect(try shop.layout.tags().isEmpty)
        let staged = "\(shop.folder.path)/layout/staging"
        if FileManager.default.fileExists(atPath: staged) { #expect(try shop.folder.names("layout/staging").isEmpty) }
        return found
    }

    private func damage(_ path: String, _ change: (inout Data) -> Void) throws {
        let file = URL(fileURLWithPath: path)
        var data = try Data(contentsOf: file)
        change(&data)
        try data.write(to: file)
    }

    enum Damage: String, CaseIterable { case truncated, changed, longer, missing }

    @Test(arguments: Damage.allCases, ["layer", "config", "manifest"])
    func damagedBlobs(_ kind: Damage, of part: String) async throws {
        let shop = try Workshop()
        let path = "\(shop.folder.path)/base"
        let image = try SampleBase().write(to: path)
        let layout = ImageLayout(path: path)
        let manifest = try layout.manifest(image)
        let blob =
            switch part {
            case "layer": manifest.layers[0].digest
            case "config": manifest.config.digest
            default: image
            }
        let file = layout.blobPath(blob)
        switch kind {
        case .truncated: try damage(file) { $0.removeLast(20) }
        case .changed: try damage(file) { $0[$0.count / 2] ^= 1 }
        case .longer: try damage(file) { $0.append(0) }
        case .missing: try FileManager.default.removeItem(atPath: file)
        }
        #expect(try await failure(shop, on: "oci:base:v1") == (kind == .missing ? "SLW5105" : "SLW5106"))
        let stored = (try? shop.folder.names("layout/blobs/sha256")) ?? []
        #expect(!stored.contains(blob.hex) && !stored.contains(image.hex))
    }

    @Test func aLayerThatIsNotItsDiffID() async throws {
        let shop = try Workshop()
        var base = SampleBase()
        base.archives = [[1, 2, 3]]
        try base.write(to: "\(shop.folder.path)/plain")
        #expect(try await failure(shop, on: "oci:plain") == "SLW5109")
        base.layers = [try await piped(base.layers[0], through: ["gzip", "-n"])]
        base.mediaTypes = [BlobDescriptor.gzipLayer]
        try base.write(to: "\(shop.folder.path)/packed")
        let image = try await shop.build(try shop.request(on: "oci:packed"))
        // What a compressed layer holds is known when it is unpacked.
        #expect(code { _ = try shop.unpack(image) } == "SLW5109")
        #expect(try shop.folder.names("unpacked").isEmpty)
    }

    @Test(arguments: [
        (#"{"schemaVersion":1,"fsLayers":[]}"#, "SLW5132"), (#"{"schemaVersion":2}"#, "SLW5132"), ("[]", "SLW5132"),
        (#"{"schemaVersion":2,"manifests":[],"layers":[]}"#, "SLW5132"), ("", "SLW5132"),
        (#"{"schemaVersion":2,"manifests":[]}"#, "SLW5104"),
        (#"{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"sha256:../../etc","size":1}]}"#, "SLW5132"),
    ])
    func documentsThatAreNone(_ text: String, expected: String) async throws {
        let shop = try Workshop()
        let layout = ImageLayout(path: "\(shop.folder.path)/base")
        try layout.initialise()
        try layout.tag("v1", try layout.writeBlob(Array(text.utf8), mediaType: "x").digest)
        #expect(try await failure(shop, on: "oci:base:v1")?.rawValue == expected)
    }

    @Test func indexesThatLeadToOneAnother() async throws {
        let shop = try Workshop()
        let layout = ImageLayout(path: "\(shop.folder.path)/base")
        try layout.initialise()
        var blob = try SampleBase().write(to: layout)
        for _ in 0..<10 {
            blob = try layout.writeBlob(SampleBase.index([(.host, blob)]), mediaType: BlobDescriptor.index)
        }
        try layout.tag("v1", blob.digest)
        #expect(try await failure(shop, on: "oci:base") == "SLW5107")
    }

    @Test func anIndexThatNamesWhatIsNotThere() async throws {
        let shop = try Workshop()
        let layout = ImageLayout(path: "\(shop.folder.path)/base")
        try layout.initialise()
        let absent = BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: Digest(of: "absent"), size: 6)
        let index = try layout.writeBlob(SampleBase.index([(.host, absent)]), mediaType: BlobDescriptor.index)
        try layout.tag("v1", index.digest)
        #expect(try await failure(shop, on: "oci:base") == "SLW5105")
    }

    @Test func namesThatLeadNowhere() async throws {
        let shop = try Workshop()
        try SampleBase().write(to: "\(shop.folder.path)/base", as: "v1")
        var other = SampleBase()
        other.config = ["User": "x"]
        try other.write(to: "\(shop.folder.path)/base", as: "v2")
        #expect(try await failure(shop, on: "oci:base") == "SLW5102")
        #expect(try await failure(shop, on: "oci:base:v3") == "SLW5103")
        #expect(try await failure(shop, on: "oci:base@\(Digest(of: "x"))") == "SLW5105")
        #expect(try await failure(shop, on: "oci:nowhere") == "SLW5100")
        #expect(try await failure(shop, on: "oci-archive:nowhere.tar") == "SLW5100")
        try shop.folder.file("folder/x", "")
        #expect(try await failure(shop, on: "oci:folder") == "SLW5020")
        #expect(try await failure(shop, on: "oci-archive:folder") == "SLW5012")
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/base/index.json")
        try FileManager.default.createSymbolicLink(
            atPath: "\(shop.folder.path)/base/index.json", withDestinationPath: "/dev/zero")
        #expect(try await failure(shop, on: "oci:base:v1") == "SLW5012")
    }

    @Test func whatIsOutsideOfTheRepository() async throws {
        let shop = try Workshop()
        let elsewhere = try TemporaryFolder()
        try SampleBase().write(to: "\(elsewhere.path)/base")
        try shop.folder.link("link", to: "\(elsewhere.path)/base")
        #expect(try await failure(shop, on: "oci:link:v1") == "SLW5101")
        // Whoever writes an absolute path means it.
        _ = try await shop.build(try shop.request(on: "oci:\(elsewhere.path)/base:v1"))
    }

    @Test func archivesThatAreNone() async throws {
        let shop = try Workshop()
        try shop.folder.file("noise.tar", String(repeating: "no tar file at all ", count: 200))
        try Data(TarMember.archive([TarMember(name: "index.html", content: "x")])).write(
            to: URL(fileURLWithPath: "\(shop.folder.path)/page.tar"))
        let list = #"[{"Config":"config.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]"#
        let members = [TarMember(name: "manifest.json", content: list), TarMember(name: "config.json", content: "{}")]
        try Data(TarMember.archive(members)).write(to: URL(fileURLWithPath: "\(shop.folder.path)/partial.tar"))
        try Data(TarMember.archive([TarMember(name: "manifest.json", content: "[1]")])).write(
            to: URL(fileURLWithPath: "\(shop.folder.path)/odd.tar"))
        for kind in ["oci-archive", "docker-archive"] {
            #expect(try await failure(shop, on: "\(kind):noise.tar") == "SLW5111")
            #expect(try await failure(shop, on: "\(kind):page.tar") == "SLW5112")
        }
        #expect(try await failure(shop, on: "docker-archive:partial.tar") == "SLW5112")
        #expect(try await failure(shop, on: "docker-archive:partial.tar:b:1") == "SLW5103")
        #expect(try await failure(shop, on: "docker-archive:odd.tar") == "SLW5107")
    }
}
