import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// Bases that the usual tools have made, and images on them that the usual tools read.
@Suite struct BaseInteroperabilityTests {
    private static let hasSkopeo = isTool("/usr/bin/skopeo")
    private static let hasUmoci = isTool("/usr/bin/umoci")

    private func skopeo(_ arguments: String...) async throws -> String {
        try await output("/usr/bin/skopeo", ["--insecure-policy"] + arguments, ToolEnvironment.current)
    }

    /// An image of two layers, the upper of which removes and replaces, packed by the system's own tar.
    private func original(_ folder: TemporaryFolder) async throws -> Digest {
        try folder.file("lower/bin/sh", "shell", executable: true)
        try FileManager.default.linkItem(
            atPath: "\(folder.path)/lower/bin/sh", toPath: "\(folder.path)/lower/bin/zz-hard")
        try folder.file("lower/etc/gone", "lower")
        try folder.file("lower/etc/changed", "lower")
        try folder.file("lower/srv/old", "lower")
        try folder.file("lower/größe/\(String(repeating: "n", count: 180))", "long")
        try folder.link("lower/link", to: "bin/sh")
        try folder.file("upper/etc/.wh.gone", "")
        try folder.file("upper/etc/changed", "upper")
        try folder.file("upper/srv/.wh..wh..opq", "")
        try folder.file("upper/srv/new", "upper")
        let layers = try await ["lower", "upper"].asyncMap { name in
            let arguments = ["--sort=name", "--owner=0", "--group=0", "-C", "\(folder.path)/\(name)", "-cf"]
            _ = try await output("/bin/tar", arguments + ["\(folder.path)/tar", "."], ToolEnvironment.current)
            return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/tar")))
        }
        var base = SampleBase()
        base.layers = layers
        base.config = ["Env": ["PATH=/bin", "FROM=base"], "User": "1000:1000", "Entrypoint": ["/bin/sh"]]
        return try base.write(to: "\(folder.path)/original")
    }

    struct Form: Sendable, CustomTestStringConvertible {
        var target: String
        var base: String
        var options: [String] = []
        var layer = BlobDescriptor.gzipLayer
        /// Whether Debian's umoci reads it: zstd came later.
        var isForUmoci = true

        var testDescription: String { base + options.joined(separator: " ") }
    }

    private static let forms = [
        Form(target: "oci:%/copy:v1", base: "oci:copy:v1"),
        Form(target: "oci:%/copy:v1", base: "oci:copy", options: ["--format", "oci"]),
        Form(
            target: "oci:%/copy:v1", base: "oci:copy:v1", options: ["--dest-compress-format", "zstd"],
            layer: BlobDescriptor.zstdLayer, isForUmoci: false),
        Form(target: "oci-archive:%/copy.tar:v1", base: "oci-archive:copy.tar:v1"),
        Form(target: "oci-archive:%/copy.tar", base: "oci-archive:copy.tar"),
        Form(
            target: "docker-archive:%/copy.tar:team/base:v1", base: "docker-archive:copy.tar:team/base:v1",
            layer: BlobDescriptor.layer),
        Form(
            target: "docker-archive:%/copy.tar:team/base:v1", base: "docker-archive:copy.tar",
            layer: BlobDescriptor.layer),
    ]

    @Test(.enabled(if: hasSkopeo && hasUmoci, "skopeo or umoci is not installed"), arguments: forms)
    func basesOfSkopeo(_ form: Form) async throws {
        let shop = try Workshop()
        let folder = shop.folder
        _ = try await original(folder)
        let target = form.target.replacingOccurrences(of: "%", with: folder.path)
        _ = try await output(
            "/usr/bin/skopeo",
            ["--insecure-policy", "copy", "--quiet"] + form.options + ["oci:\(folder.path)/original:v1", target],
            ToolEnvironment.current)
        try folder.file("source/train.py", "print('hi')\n")
        var request = try shop.request(on: form.base)
        request.tag = "job"
        let image = try await shop.build(request)
        #expect(image.layers.dropLast().allSatisfy { $0.mediaType == form.layer }, "\(image.layers)")
        let unpacked = try shop.unpack(image)
        #expect(
            try folder.names("unpacked").filter { !$0.hasPrefix("größe/") } == [
                "app", "app/train.py", "bin", "bin/sh", "bin/zz-hard", "etc", "etc/changed", "größe", "link", "srv",
                "srv/new",
            ])
        #expect(try folder.text("unpacked/etc/changed") == "upper")
        #expect(unpacked.environment["FROM"] == "base")
        let name = "oci:\(shop.layout.path):job"
        #expect(try await skopeo("inspect", "--format", "{{.Digest}}", name) == "\(image.manifestDigest)")
        // A copy makes skopeo read and verify every blob; one to Docker's format decompresses them, if it can be that.
        let proof = form.isForUmoci ? "docker-archive:\(folder.path)/proof.tar:proof:v1" : "oci:\(folder.path)/proof"
        _ = try await skopeo("copy", "--quiet", name, proof)
        guard form.isForUmoci else { return }
        let bundle = "\(folder.path)/bundle"
        _ = try await output(
            "/usr/bin/umoci", ["unpack", "--rootless", "--image", "\(shop.layout.path):job", bundle],
            ToolEnvironment.current)
        #expect(
            try HandedFiles.tree("\(bundle)/rootfs").digest == HandedFiles.tree(unpacked.root).digest)
    }

    @Test(.enabled(if: hasSkopeo, "skopeo is not installed"))
    func compressedArchivesAreTheSameImage() async throws {
        let shop = try Workshop()
        let folder = shop.folder
        _ = try await original(folder)
        let source = "oci:\(folder.path)/original:v1"
        try folder.file("source/a", "1")
        for kind in ["oci-archive", "docker-archive"] {
            _ = try await skopeo("copy", "--quiet", source, "\(kind):\(folder.path)/\(kind).tar:base:v1")
            let plain = try await shop.build(try shop.request(on: "\(kind):\(kind).tar"))
            for tool in [["gzip", "-n"], ["zstd", "--quiet"]] {
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(kind).tar")))
                let packed = try await piped(bytes, through: tool)
                try Data(packed).write(to: URL(fileURLWithPath: "\(folder.path)/packed.tar"))
                let image = try await shop.build(try shop.request(on: "\(kind):packed.tar"))
                #expect(image.manifestDigest == plain.manifestDigest)
                // An archive that ends too early is no image, and nothing of it stays.
                let other = try Workshop()
                try other.folder.file("source/a", "1")
                try Data(packed.prefix(packed.count * 2 / 3)).write(
                    to: URL(fileURLWithPath: "\(other.folder.path)/cut.tar"))
                let failure = await code { _ = try await other.build(try other.request(on: "\(kind):cut.tar")) }
                #expect(["SLW5111", "SLW5112", "SLW5105"].contains(failure))
                #expect(!FileManager.default.fileExists(atPath: "\(other.layout.path)/index.json"))
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
