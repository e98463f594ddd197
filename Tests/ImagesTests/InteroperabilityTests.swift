import Foundation
import Testing

@testable import Images

@Suite struct InteroperabilityTests {
    private func image(_ shop: Workshop) async throws -> BuiltImage {
        try shop.folder.file("source/train.py", "print('hi')\n")
        try shop.folder.file("source/run.sh", "#!/bin/sh\n", executable: true)
        try shop.folder.file("source/größe/\(String(repeating: "n", count: 180)).txt", "x")
        try shop.folder.link("source/link", to: "train.py")
        return try await shop.build(try shop.request(tag: "job-v1"))
    }

    @Test(.enabled(if: isTool("/usr/bin/skopeo"), "skopeo is not installed"))
    func skopeoInspects() async throws {
        let shop = try Workshop()
        let image = try await image(shop)
        let arguments = ["inspect", "--format", "{{.Digest}} {{.Architecture}}", "oci:\(shop.layout.path):job-v1"]
        let line = try await output("/usr/bin/skopeo", arguments, ToolEnvironment.current)
        #expect(line == "\(image.manifestDigest) \(Platform.host.architecture)")
        // A copy makes skopeo read and verify every blob.
        let copy = ["copy", "--quiet", "oci:\(shop.layout.path):job-v1", "oci:\(shop.folder.path)/copy:job-v1"]
        _ = try await output("/usr/bin/skopeo", ["--insecure-policy"] + copy, ToolEnvironment.current)
        // It compresses on the way, and what it wrote is an image that can be unpacked here as well.
        let other = ImageLayout(path: "\(shop.folder.path)/copy")
        let copied = try #require(try other.image(named: "job-v1"))
        let unpacked = try other.unpack(copied, into: "\(shop.folder.path)/unpacked")
        #expect(
            try SourceTree.read("\(unpacked.root)/app").digest == SourceTree.read("\(shop.folder.path)/source").digest)
    }

    @Test(.enabled(if: isTool("/usr/bin/umoci"), "umoci is not installed"))
    func umociUnpacks() async throws {
        let shop = try Workshop()
        let image = try await image(shop)
        _ = try await output(
            "/usr/bin/umoci",
            ["unpack", "--rootless", "--image", "\(shop.layout.path):job-v1", "\(shop.folder.path)/bundle"],
            ToolEnvironment.current)
        let unpacked = try shop.unpack(image)
        #expect(
            try SourceTree.read("\(shop.folder.path)/bundle/rootfs/app").digest
                == SourceTree.read("\(unpacked.root)/app").digest)
    }
}
