import Foundation
import Manifests
import YAML

@testable import Images

/// A member of an archive that a test makes byte by byte, because no honest tool writes such archives.
struct TarMember {
    var name: String
    /// The type flag of ustar: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `6` pipe.
    var type: Character = "0"
    var link = ""
    var content = ""
    var mode = 0o644

    static func archive(_ members: [TarMember]) -> [UInt8] {
        members.flatMap(\.bytes) + [UInt8](repeating: 0, count: 1024)
    }

    private var bytes: [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(content.utf8.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        let body = Array(content.utf8)
        return header + body + [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }
}

extension ImageLayout {
    /// Puts an image of such layers into the layout.
    func add(layers: [[UInt8]]) throws -> Digest {
        let blobs = try layers.map {
            BuiltLayer(origin: .source, blob: try writeBlob($0, mediaType: BlobDescriptor.layer))
        }
        let request = BuildRequest(jobName: "x", sourceRoot: "/", sourceDigest: Digest(of: ""))
        let config = try writeBlob(
            ImageDocuments.config(for: request, layers: blobs), mediaType: BlobDescriptor.config)
        return try writeBlob(
            ImageDocuments.manifest(config: config, layers: blobs.map(\.blob), annotations: [:]),
            mediaType: BlobDescriptor.manifest
        ).digest
    }
}

/// A source, a layout and a cache of one test.
struct Workshop {
    let folder: TemporaryFolder
    let layout: ImageLayout
    let builder: OCIBuilder

    init(environment: [String: String] = ToolEnvironment.current) throws {
        folder = try TemporaryFolder()
        layout = ImageLayout(path: "\(folder.path)/layout")
        builder = OCIBuilder(layout: layout, cacheFolder: "\(folder.path)/cache", environment: environment)
    }

    func request(
        _ source: String = "source", python: PythonSpec? = nil, tag: String? = nil, platform: Platform = .host
    ) throws -> BuildRequest {
        let root = "\(folder.path)/\(source)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        var build = BuildSpec()
        build.python = python
        return BuildRequest(
            jobName: "job", sourceRoot: root, sourceDigest: try SourceTree.read(root).digest, build: build,
            command: ["python3", "train.py"], annotations: ["org.opencontainers.image.title": "job"],
            platform: platform, tag: tag)
    }

    func build(_ request: BuildRequest) async throws -> BuiltImage { try await builder.build(request) { _ in } }

    func unpack(_ image: BuiltImage, _ name: String = "unpacked") throws -> UnpackedImage {
        try layout.unpack(image.manifestDigest, into: "\(folder.path)/\(name)")
    }
}
