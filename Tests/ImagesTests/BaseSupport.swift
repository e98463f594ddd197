import Foundation
import Manifests
import YAML

@testable import Images

/// A base image that a test writes into a layout of its own, as another tool would.
struct SampleBase {
    var layers: [[UInt8]] = [TarMember.archive([TarMember(name: "etc/base", content: "base\n")])]
    /// The archives that the layers hold, where they are compressed.
    var archives: [[UInt8]]?
    var mediaTypes: [String]?
    var config: [String: JSONValue] = [:]
    var platform = Platform.host
    var manifestMediaType = BlobDescriptor.manifest

    /// Writes the image's blobs.
    func write(to layout: ImageLayout) throws -> BlobDescriptor {
        let archives = archives ?? layers
        let blobs = try layers.enumerated().map { index, bytes in
            try layout.writeBlob(bytes, mediaType: mediaTypes?[index] ?? BlobDescriptor.layer)
        }
        let document = JSONValue.object([
            "architecture": .string(platform.architecture), "os": .string(platform.os), "config": .object(config),
            "rootfs": .object([
                "type": "layers", "diff_ids": .array(archives.map { .string(Digest(of: $0).description) }),
            ]),
            "history": .array(layers.map { _ in .object(["created_by": "a test"]) }),
        ])
        let config = try layout.writeBlob(document.canonicalBytes, mediaType: BlobDescriptor.config)
        return try layout.writeBlob(
            ImageDocuments.manifest(config: config, layers: blobs, annotations: [:]), mediaType: manifestMediaType)
    }

    /// Writes the image into a layout of its own, under a name.
    @discardableResult
    func write(to path: String, as name: String = "v1") throws -> Digest {
        let layout = ImageLayout(path: path)
        try layout.initialise()
        let image = try write(to: layout).digest
        try layout.tag(name, image)
        return image
    }

    /// An index of such an image for several platforms.
    static func index(_ entries: [(platform: Platform?, blob: BlobDescriptor)]) -> [UInt8] {
        JSONValue.object([
            "schemaVersion": .int(2),
            "manifests": .array(
                entries.map { entry in
                    var fields = entry.blob.json.object ?? [:]
                    fields["platform"] = entry.platform.map {
                        .object(["os": .string($0.os), "architecture": .string($0.architecture)])
                    }
                    return .object(fields)
                }),
        ]).canonicalBytes
    }
}

extension Workshop {
    /// A request for an image on a base in the workshop's own folder.
    func request(on base: String, source: String = "source") throws -> BuildRequest {
        var request = try request(source)
        request.repositoryRoot = folder.path
        request.build.baseImage = base
        return request
    }
}

/// What a tool makes of some bytes.
func piped(_ bytes: [UInt8], through command: [String]) async throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/in"))
    let arguments = ["-c", "exec \"$@\" < \"$0/in\" > \"$0/out\"", folder.path] + command
    _ = try await output("/bin/sh", arguments, ToolEnvironment.current)
    return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/out")))
}
