import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// Layers that are compressed are the same files, smaller, and as reproducible.
@Suite struct CompressionTests {
    private func builder(_ shop: Workshop, _ compression: LayerCompression, cache: String = "cache") -> OCIBuilder {
        OCIBuilder(layout: shop.layout, cacheFolder: "\(shop.folder.path)/\(cache)", compression: compression)
    }

    private func shop() throws -> Workshop {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", String(repeating: "print('again')\n", count: 2000))
        try shop.folder.file("source/run.sh", "#!/bin/sh\n", executable: true)
        try shop.folder.link("source/größe", to: "train.py")
        return shop
    }

    @Test(
        arguments: [
            (LayerCompression.gzip, BlobDescriptor.gzipLayer, [0x1F, 0x8B]),
            (.zstd, BlobDescriptor.zstdLayer, [0x28, 0xB5, 0x2F, 0xFD]),
        ] as [(LayerCompression, String, [UInt8])])
    func compressedLayersAreTheSameFiles(
        _ compression: LayerCompression, _ mediaType: String, _ start: [UInt8]
    ) async throws {
        let shop = try shop()
        let request = try shop.request()
        let plain = try await shop.build(request)
        let image = try await builder(shop, compression).build(request) { _ in }
        #expect(image.manifestDigest != plain.manifestDigest && !image.reused)
        let layer = try #require(image.layers.last)
        #expect(layer.mediaType == mediaType && layer.size * 5 < plain.layers[0].size)
        #expect(try shop.layout.readBlob(layer.digest).starts(with: start))
        let diffIDs = try shop.layout.configuration(
            of: image.manifestDigest, shop.layout.manifest(image.manifestDigest)
        ).diffIDs
        #expect(diffIDs == [plain.layers[0].digest], "the archive is the one that is not compressed elsewhere")
        _ = try shop.unpack(plain, "one")
        _ = try shop.unpack(image, "other")
        #expect(try shop.folder.names("one") == shop.folder.names("other"))
        #expect(try shop.folder.text("other/app/train.py") == shop.folder.text("one/app/train.py"))

        // Nothing of the time or of who builds is in it.
        let again = try await builder(shop, compression, cache: "another").build(request) { _ in }
        #expect(again.manifestDigest == image.manifestDigest && !again.reused)
        #expect(try await builder(shop, compression).build(request) { _ in }.reused)
    }

    /// A gzip member begins with ten bytes: no name, no time (RFC 1952, 2.3).
    @Test func gzipSaysNothingOfItsMaking() async throws {
        let shop = try shop()
        let image = try await builder(shop, .gzip).build(try shop.request()) { _ in }
        let header = try shop.layout.readBlob(try #require(image.layers.last).digest).prefix(8)
        #expect(Array(header) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    }

    @Test(.enabled(if: isTool("/usr/bin/umoci") && isTool("/usr/bin/skopeo")))
    func otherToolsReadIt() async throws {
        let shop = try shop()
        var request = try shop.request()
        request.tag = "train"
        let image = try await builder(shop, .gzip).build(request) { _ in }
        let said = try await output(
            "/usr/bin/skopeo", ["inspect", "oci:\(shop.layout.path):train"], ToolEnvironment.current)
        #expect(said.contains("\(image.manifestDigest)") && said.contains("\(image.layers[0].digest)"))
        _ = try await output(
            "/usr/bin/umoci",
            ["unpack", "--rootless", "--image", "\(shop.layout.path):train", "\(shop.folder.path)/bundle"],
            ToolEnvironment.current)
        #expect(try shop.folder.text("bundle/rootfs/app/train.py") == shop.folder.text("source/train.py"))
    }
}
