public import Manifests

/// How large a source may be. What is larger belongs in a data set, not in an image that every run unpacks.
public struct SourceLimits: Sendable, Hashable {
    /// The most files and symbolic links.
    public var files: Int
    /// The most bytes of all files together.
    public var bytes: Int64
    /// The most folders below one another.
    public var depth: Int

    public init(files: Int, bytes: Int64, depth: Int) {
        self.files = files
        self.bytes = bytes
        self.depth = depth
    }

    public static let `default` = SourceLimits(files: 50_000, bytes: 2 << 30, depth: 64)

    /// Installed packages are many and large (a GPU framework alone brings some gigabytes).
    static let packages = SourceLimits(files: 500_000, bytes: 32 << 30, depth: 128)
}

/// The files of a job's source after the ignore rules, with what matters of each: where it is, what it is, what is in
/// it.
///
/// Times, owners and permissions other than the executable bit are left out, because a checkout invents them. Folders
/// appear only where a file or link is below them, because Git knows no empty folder and two checkouts must agree.
public struct SourceTree: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case directory
        case file(size: Int64, content: Digest)
        case executable(size: Int64, content: Digest)
        case symbolicLink(target: String)
    }

    public struct Entry: Sendable, Hashable {
        /// Relative to the root, with `/` between the names.
        public var path: String
        public var kind: Kind

        public init(path: String, kind: Kind) {
            self.path = path
            self.kind = kind
        }

        /// In bytes; 0 for what is not a file.
        public var size: Int64 {
            switch kind {
            case .file(let size, _), .executable(let size, _): size
            case .directory, .symbolicLink: 0
            }
        }
    }

    /// The folder that was read.
    public let root: String
    /// Sorted by the bytes of their paths, so that no locale has a say.
    public let entries: [Entry]
    /// Of paths, kinds and contents, and nothing else: the same on every machine and at every time.
    public let digest: Digest

    init(root: String, entries: [Entry]) {
        self.root = root
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        digest = Self.digest(of: self.entries)
    }

    /// The bytes of all files together.
    public var bytes: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// The entry at a path relative to the root.
    public func entry(at path: String) -> Entry? { entries.first { $0.path.utf8.elementsEqual(path.utf8) } }

    private static func digest(of entries: [Entry]) -> Digest {
        var hasher = Digest.Hasher()
        hasher.update("slipway source 1\n".utf8)
        for entry in entries {
            // Every variable part is preceded by its length, so that no two trees give the same bytes.
            let path = "\(entry.path.utf8.count) \(entry.path)"
            switch entry.kind {
            case .directory: hasher.update("d \(path)\n".utf8)
            case .file(let size, let content): hasher.update("f \(path) \(size) \(content.hex)\n".utf8)
            case .executable(let size, let content): hasher.update("x \(path) \(size) \(content.hex)\n".utf8)
            case .symbolicLink(let target): hasher.update("l \(path) \(target.utf8.count) \(target)\n".utf8)
            }
        }
        return hasher.finalize()
    }
}
