import Manifests

/// A manifest as it is read from a layout (OCI image specification, image manifest).
public struct ImageManifest: Sendable, Hashable, Codable {
    public var schemaVersion: Int
    public var config: BlobDescriptor
    public var layers: [BlobDescriptor]
    public var annotations: [String: String]?
}

/// The part of an image's configuration that says how to run it (OCI image specification, `config`).
public struct ImageConfig: Sendable, Hashable, Codable {
    /// `NAME=value`, as they are written there.
    public var environment: [String]?
    public var command: [String]?
    public var entrypoint: [String]?
    public var workingDirectory: String?

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case environment = "Env"
        case command = "Cmd"
        case entrypoint = "Entrypoint"
        case workingDirectory = "WorkingDir"
    }

    /// The value of a variable; the last one counts.
    public func variable(_ name: String) -> String? {
        environment?.last { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}

/// The whole of an image's configuration, as far as anything here reads it.
struct ImageConfigDocument: Decodable {
    var architecture: String?
    var os: String?
    var config: ImageConfig?
}

/// Where things are in an image.
public enum ImagePaths {
    /// The source, and the working directory.
    public static let source = "/app"
    /// The Python packages, and what `PYTHONPATH` says.
    public static let packages = "/opt/python/site-packages"
    /// The variable that says which version of Python an image was built for, as the official images name it.
    public static let pythonVersionVariable = "PYTHON_VERSION"
    /// The commands that packages bring.
    public static let packageCommands = "/opt/python/site-packages/bin"
}

/// The documents of an image as they are written: sorted keys, no clock, nothing of the machine.
enum ImageDocuments {
    /// The configuration blob. `layers` are the layers' descriptors, whose digests are those of the uncompressed
    /// archives (`diff_ids`), because no layer is compressed.
    static func config(for request: BuildRequest, layers: [BuiltLayer]) -> [UInt8] {
        let hasPackages = layers.contains { $0.origin == .packages }
        var environment = request.environment
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment["PATH"] = environment["PATH"] ?? (hasPackages ? "\(ImagePaths.packageCommands):\(path)" : path)
        if hasPackages {
            let own = environment["PYTHONPATH"].map { "\($0):" } ?? ""
            environment["PYTHONPATH"] = own + ImagePaths.packages
        }
        var config: [String: JSONValue] = [
            "Env": .array(environment.map { "\($0.key)=\($0.value)" }.sorted(by: precedes).map(JSONValue.string)),
            "WorkingDir": .string(ImagePaths.source),
        ]
        if !request.command.isEmpty { config["Cmd"] = .array(request.command.map(JSONValue.string)) }
        if !request.labels.isEmpty { config["Labels"] = .object(request.labels.mapValues(JSONValue.string)) }
        return JSONValue.object([
            "architecture": .string(request.platform.architecture),
            "os": .string(request.platform.os),
            "created": .string("1970-01-01T00:00:00Z"),
            "config": .object(config),
            "rootfs": .object([
                "type": .string("layers"),
                "diff_ids": .array(layers.map { .string($0.blob.digest.description) }),
            ]),
            "history": .array(
                layers.map {
                    .object([
                        "created": .string("1970-01-01T00:00:00Z"),
                        "created_by": .string("slipway: \($0.origin.rawValue)"),
                    ])
                }),
        ]).canonicalBytes
    }

    static func manifest(config: BlobDescriptor, layers: [BuiltLayer], annotations: [String: String]) -> [UInt8] {
        var manifest: [String: JSONValue] = [
            "schemaVersion": .int(2),
            "mediaType": .string(BlobDescriptor.manifest),
            "config": config.json,
            "layers": .array(layers.map(\.blob.json)),
        ]
        if !annotations.isEmpty { manifest["annotations"] = .object(annotations.mapValues(JSONValue.string)) }
        return JSONValue.object(manifest).canonicalBytes
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// A layer of an image that is being built.
struct BuiltLayer: Sendable, Hashable {
    enum Origin: String, Sendable {
        case packages = "python packages"
        case source
    }

    var origin: Origin
    var blob: BlobDescriptor
}

extension BlobDescriptor {
    var json: JSONValue {
        .object(["mediaType": .string(mediaType), "digest": .string(digest.description), "size": .int(size)])
    }
}
