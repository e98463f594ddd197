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

    /// The variables as they are written; of several of one name the last one counts.
    public var variables: [String: String] {
        var result: [String: String] = [:]
        for variable in environment ?? [] {
            guard let equals = variable.firstIndex(of: "=") else { continue }
            result[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
        }
        return result
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
    var rootfs: RootFiles?

    struct RootFiles: Decodable {
        /// Of the layers' uncompressed archives, lowest first.
        var diffIDs: [DigestText]?

        private enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
    }
}

/// Where things are in an image.
public enum ImagePaths {
    /// The source, and the working directory.
    public static let source = "/app"
    /// The Python packages, and what `PYTHONPATH` says.
    public static let packages = "/opt/python/site-packages"
    /// The variable that says which version of Python an image was built for, as the official images name it.
    public static let pythonVersionVariable = "PYTHON_VERSION"
    /// `3.11` of `3.11.9`; `nil` for what is no version of Python 3.
    public static func minorVersion(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(2)
        guard parts.count == 2, parts[0] == "3", (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return parts.joined(separator: ".")
    }
    /// The commands that packages bring.
    public static let packageCommands = "/opt/python/site-packages/bin"
}

/// The documents of an image as they are written: sorted keys, no clock, nothing of the machine.
enum ImageDocuments {
    private static let epoch: JSONValue = "1970-01-01T00:00:00Z"

    /// The configuration blob: what the base image says, with what the image itself has put on it. `layers` are its own
    /// layers, those above the base's.
    static func config(for request: BuildRequest, on base: LocatedBase? = nil, layers: [BuiltLayer]) -> [UInt8] {
        var config = kept(base)
        let hasPackages = layers.contains { $0.origin == .packages }
        config["Env"] = .array(environment(of: request, on: base, hasPackages: hasPackages).map(JSONValue.string))
        config["WorkingDir"] = .string(ImagePaths.source)
        if !request.command.isEmpty { config["Cmd"] = .array(request.command.map(JSONValue.string)) }
        if !request.labels.isEmpty {
            let labels = request.labels.mapValues(JSONValue.string)
            config["Labels"] = .object((config["Labels"]?.object ?? [:]).merging(labels) { _, own in own })
        }
        var document: [String: JSONValue] = [:]
        for name in ["author", "variant", "os.version", "os.features"] { document[name] = base?.config[name] }
        document["architecture"] = .string(request.platform.architecture)
        document["os"] = .string(request.platform.os)
        document["created"] = epoch
        document["config"] = .object(config)
        document["rootfs"] = .object([
            "type": .string("layers"),
            "diff_ids": .array(((base?.diffIDs ?? []) + layers.map(\.diffID)).map { .string($0.description) }),
        ])
        document["history"] = .array(
            history(of: base)
                + layers.map {
                    .object(["created": epoch, "created_by": .string("slipway: \($0.origin.rawValue)")])
                })
        return JSONValue.object(document).canonicalBytes
    }

    /// What of a base image's configuration is the image's too. What says which machine it was built on, or what a
    /// build from it is to run first, is not.
    ///
    /// Its entry point is not either: a job's command says which program runs. Without one, arguments for it say
    /// nothing.
    private static func kept(_ base: LocatedBase?) -> [String: JSONValue] {
        guard let config = base?.config["config"]?.object else { return [:] }
        let names: Set = [
            "User", "ExposedPorts", "Volumes", "Labels", "StopSignal", "Healthcheck", "Shell",
        ]
        var kept = config.filter { names.contains($0.key) && $0.value != .null }
        if (config["Entrypoint"]?.array ?? []).isEmpty, let command = config["Cmd"], command.array != nil {
            kept["Cmd"] = command
        }
        return kept
    }

    /// The base's variables in their order, with the values that the image gives them; then the image's own, sorted.
    private static func environment(
        of request: BuildRequest, on base: LocatedBase?, hasPackages: Bool
    ) -> [String] {
        let inherited = base?.environment ?? []
        var environment = Dictionary(inherited.map { ($0.name, $0.value) }) { _, last in last }
        environment.merge(request.environment) { _, own in own }
        let path = environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let isGiven = request.environment["PATH"] != nil
        environment["PATH"] = hasPackages && !isGiven ? "\(ImagePaths.packageCommands):\(path)" : path
        if hasPackages {
            let own = environment["PYTHONPATH"].map { "\($0):" } ?? ""
            environment["PYTHONPATH"] = own + ImagePaths.packages
        }
        var names: [String] = []
        for (name, _) in inherited where !names.contains(name) { names.append(name) }
        names += environment.keys.filter { !names.contains($0) }.sorted(by: precedes)
        return names.map { "\($0)=\(environment[$0] ?? "")" }
    }

    /// The base's history, which has an entry for each of its layers, as tools expect it.
    private static func history(of base: LocatedBase?) -> [JSONValue] {
        guard let base else { return [] }
        let history = base.config["history"]?.array ?? []
        let layers = history.count { $0["empty_layer"]?.bool != true }
        guard layers != base.layers.count else { return history }
        return base.layers.map { _ in .object(["created": epoch, "created_by": .string("the base image")]) }
    }

    static func manifest(
        config: BlobDescriptor, layers: [BlobDescriptor], annotations: [String: String]
    ) -> [UInt8] {
        var manifest: [String: JSONValue] = [
            "schemaVersion": .int(2),
            "mediaType": .string(BlobDescriptor.manifest),
            "config": config.json,
            "layers": .array(layers.map(\.json)),
        ]
        if !annotations.isEmpty { manifest["annotations"] = .object(annotations.mapValues(JSONValue.string)) }
        return JSONValue.object(manifest).canonicalBytes
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// A layer that an image has of its own.
struct BuiltLayer: Sendable, Hashable {
    enum Origin: String, Sendable {
        case packages = "python packages"
        case source
    }

    var origin: Origin
    var blob: BlobDescriptor
    /// Of its uncompressed archive.
    var diffID: Digest

    init(origin: Origin, blob: BlobDescriptor, diffID: Digest? = nil) {
        self.origin = origin
        self.blob = blob
        self.diffID = diffID ?? blob.digest
    }
}

extension BlobDescriptor {
    var json: JSONValue {
        .object(["mediaType": .string(mediaType), "digest": .string(digest.description), "size": .int(size)])
    }
}
