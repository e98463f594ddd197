/// Something on the disk that nothing needs any more.
public struct StaleThing: Sendable, Hashable {
    /// A closed list.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A part of an image.
        case blob
        /// What a build remembers of an image or a layer that is not there any more.
        case record
        /// What a process that was killed left half made.
        case remains
        /// The files of a commit.
        case export
        /// The files with which an attempt worked.
        case work
    }

    public var kind: Kind
    /// Absolute.
    public var path: String
    public var bytes: Int64
    /// One clause for people.
    public var reason: String

    public init(_ kind: Kind, _ path: String, bytes: Int64, reason: String) {
        self.kind = kind
        self.path = path
        self.bytes = bytes
        self.reason = reason
    }
}

/// How many bytes files have together, without following links.
public enum DiskUsage {
    /// Of a file, or of all files below a folder. What is gone meanwhile counts nothing.
    public static func bytes(of path: String) throws -> Int64 {
        var total: Int64 = 0
        var open = [path]
        while let path = open.popLast() {
            guard let status = try FileAccess.status(path) else { continue }
            guard status.kind == .directory else {
                total += status.size
                continue
            }
            for name in (try? FileAccess.names(in: path)) ?? [] {
                guard let name = String(validating: name, as: UTF8.self) else { continue }
                open.append("\(path)/\(name)")
            }
        }
        return total
    }
}
