public import Manifests
import YAML

/// What differs between two images.
public struct ImageDiff: Sendable, Hashable {
    /// A file or link that only one has, or that is not the same in both.
    public struct File: Sendable, Hashable {
        /// Absolute in the image.
        public var path: String
        public var before: ImageFile?
        public var after: ImageFile?
    }

    /// Something by name, as text: a package with its version, a setting with its value.
    public struct Entry: Sendable, Hashable {
        public var name: String
        public var before: String?
        public var after: String?

        public init(name: String, before: String?, after: String?) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    public var before: Digest
    public var after: Digest
    /// Sorted by path.
    public var files: [File] = []
    /// Python packages, sorted by name.
    public var packages: [Entry] = []
    /// Command, environment, labels and the like, sorted by name.
    public var settings: [Entry] = []

    public var isEmpty: Bool { files.isEmpty && packages.isEmpty && settings.isEmpty }
}

extension ImageLayout {
    /// Compares two images of the layout, reading each layer once and keeping none.
    ///
    /// - Parameter frozen: the packages that are recorded of each, as `name==version`: they count where the image says
    ///   nothing of such a package.
    /// - Throws: a `Diagnostic` where a part is missing or not what its digest says, and for layers that `unpack` would
    ///   refuse.
    public func diff(
        _ before: Digest, _ after: Digest, frozen: (before: [String], after: [String]) = ([], []),
        limits: UnpackLimits = .default
    ) throws -> ImageDiff {
        var diff = ImageDiff(before: before, after: after)
        let (old, new) = (try ImageFacts(before, in: self), try ImageFacts(after, in: self))
        diff.settings = Self.entries(old.settings, new.settings)
        let (oldFiles, newFiles) = try files(old, new, limits)
        diff.files = Set(oldFiles.keys).union(newFiles.keys).compactMap { path in
            let (old, new) = (oldFiles[path], newFiles[path])
            // Folders come and go with what is in them.
            guard old != new, !([old, new].allSatisfy { $0.map { $0.kind == .folder } ?? true }) else { return nil }
            return ImageDiff.File(path: "/" + path, before: old, after: new)
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        diff.packages = Self.entries(
            PackageNames.installed(in: oldFiles.keys, frozen: frozen.before),
            PackageNames.installed(in: newFiles.keys, frozen: frozen.after))
        return diff
    }

    /// The layers that both begin with are read for both.
    private func files(
        _ old: ImageFacts, _ new: ImageFacts, _ limits: UnpackLimits
    ) throws -> (old: [String: ImageFile], new: [String: ImageFile]) {
        let shared = zip(old.layers, new.layers).prefix { $0.blob.digest == $1.blob.digest }.count
        var budget = limits
        var base = ImageFiles()
        for layer in old.layers.prefix(shared) {
            try base.add(layer.blob, diffID: layer.diffID, of: old.image, in: self, &budget)
        }
        func rest(_ facts: ImageFacts) throws -> [String: ImageFile] {
            var (files, budget) = (base, budget)
            for layer in facts.layers.dropFirst(shared) {
                try files.add(layer.blob, diffID: layer.diffID, of: facts.image, in: self, &budget)
            }
            return files.files
        }
        return (try rest(old), try rest(new))
    }

    private static func entries(_ before: [String: String], _ after: [String: String]) -> [ImageDiff.Entry] {
        Set(before.keys).union(after.keys).sorted().compactMap { name in
            let (old, new) = (before[name], after[name])
            return old == new ? nil : ImageDiff.Entry(name: name, before: old, after: new)
        }
    }
}

/// What an image's documents say of it.
private struct ImageFacts {
    let image: Digest
    let layers: [(blob: BlobDescriptor, diffID: Digest)]
    /// By a name such as `env PATH` or `label team`.
    let settings: [String: String]

    init(_ image: Digest, in layout: ImageLayout) throws {
        let manifest = try layout.manifest(image)
        self.image = image
        layers = Array(zip(manifest.layers, try layout.configuration(of: image, manifest).diffIDs))
        var settings: [String: String] = [:]
        for (name, value) in manifest.annotations ?? [:] { settings["annotation \(name)"] = value }
        let bytes = try layout.readBlob(manifest.config.digest)
        guard let document = try? JSONValue(parsing: bytes), let members = document.object else {
            throw Diagnostic.documentInvalid(
                manifest.config.digest, what: "image configuration", reason: "it is no JSON object")
        }
        for name in ["architecture", "os", "variant"] { settings[name] = members[name]?.string }
        let config = members["config"]?.object ?? [:]
        for variable in config["Env"]?.array?.compactMap(\.string) ?? [] {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            settings["env \(parts[0])"] = parts.count > 1 ? String(parts[1]) : ""
        }
        for (name, value) in config["Labels"]?.object ?? [:] {
            settings["label \(name)"] = value.string ?? value.canonicalText
        }
        for (name, value) in config where name != "Env" && name != "Labels" && value != .null {
            settings[Self.words[name] ?? name] = value.string ?? value.canonicalText
        }
        self.settings = settings
    }

    private static let words = [
        "Cmd": "command", "Entrypoint": "entrypoint", "User": "user", "WorkingDir": "working directory",
    ]
}

/// The names under which packages are known.
enum PackageNames {
    private static let ending = ".dist-info"

    /// Name and version of every installed package: from the folders in which installers tell of them (PyPA, Recording
    /// installed projects), otherwise as it was recorded.
    static func installed(in paths: some Sequence<String>, frozen: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for line in frozen {
            let parts = line.split(separator: "=", omittingEmptySubsequences: true)
            if parts.count == 2 { found[WheelName.normal(parts[0])] = String(parts[1]) }
        }
        var seen: [String: Set<String>] = [:]
        for path in paths where path.hasSuffix(ending + "/METADATA") {
            guard let folder = path.split(separator: "/").dropLast().last,
                let dash = folder.firstIndex(of: "-")
            else { continue }
            let version = folder[folder.index(after: dash)...].dropLast(ending.count)
            seen[WheelName.normal(folder[..<dash]), default: []].insert(String(version))
        }
        for (name, versions) in seen { found[name] = versions.sorted().joined(separator: ", ") }
        return found
    }
}
