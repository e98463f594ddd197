import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

/// What `docker load` gets, read by libarchive and by Slipway's own reader of such archives.
@Suite struct DockerArchiveTests {
    /// An image whose layers have all sorts of sizes; what is in them does not matter here.
    private func image(_ folder: TemporaryFolder, damage: Bool = false) throws -> (ImageLayout, Digest, [[UInt8]]) {
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        let archives = [0, 1, 511, 512, 513, 200_000].map { [UInt8](repeating: 0x61, count: $0) }
        var layers: [BlobDescriptor] = []
        for archive in archives { layers.append(try layout.writeBlob(archive, mediaType: BlobDescriptor.layer)) }
        let config = JSONValue.object([
            "os": "linux", "architecture": .string(Platform.host.architecture),
            "rootfs": .object([
                "type": "layers", "diff_ids": .array(layers.map { .string($0.digest.description) }),
            ]),
        ])
        let blob = try layout.writeBlob(config.canonicalBytes, mediaType: BlobDescriptor.config)
        let manifest = ImageDocuments.manifest(config: blob, layers: layers, annotations: [:])
        let digest = try layout.writeBlob(manifest, mediaType: BlobDescriptor.manifest).digest
        if damage {
            try Data("damaged".utf8).write(to: URL(fileURLWithPath: layout.blobPath(layers[3].digest)))
        }
        return (layout, digest, archives)
    }

    @Test func itHoldsTheLayersAndTheirList() async throws {
        let folder = try TemporaryFolder()
        let (layout, digest, archives) = try image(folder)
        let archive = DockerArchive(of: digest, in: layout, named: "localhost/slipway:x")
        var path = ""
        let members = try await archive.withFile { file -> [String: [UInt8]] in
            path = file
            var members: [String: [UInt8]] = [:]
            try TarFile(path: file).visit { member in
                members[member.name] = try member.bytes(limit: 1 << 20)
                return true
            }
            return members
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        let list = try JSONValue(parsing: try #require(members["manifest.json"]))
        guard case .array(let items) = list, let item = items.first else { throw Unexpected() }
        #expect(item["RepoTags"]?.strings == ["localhost/slipway:x"])
        let layers = try #require(item["Layers"]?.strings)
        #expect(layers.map { members[$0] } == archives)
        let config = try #require(members[item["Config"]?.string ?? ""])
        #expect(Digest(of: config) == (try layout.manifest(digest)).config.digest)
        #expect(try archive.diffIDs() == archives.map { Digest(of: $0) })
    }

    private struct Unexpected: Error {}

    @Test func aDamagedLayerMakesNoArchive() async throws {
        let folder = try TemporaryFolder()
        let (layout, digest, _) = try image(folder, damage: true)
        await #expect(throws: Diagnostic.self) {
            try await DockerArchive(of: digest, in: layout, named: "x").withFile { _ in Issue.record("it is damaged") }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: layout.stagingFolder).isEmpty)
    }

    @Test func whatTheBodyThrowsLeavesNothing() async throws {
        let folder = try TemporaryFolder()
        let (layout, digest, _) = try image(folder)
        await #expect(throws: Unexpected.self) {
            try await DockerArchive(of: digest, in: layout, named: "x").withFile { _ in throw Unexpected() }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: layout.stagingFolder).isEmpty)
    }
}
