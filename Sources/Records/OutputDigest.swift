public import Manifests

/// What is recorded of an output when its run ends, so that a later change shows.
public enum OutputDigest: Sendable, Hashable {
    /// The SHA-256 of its bytes, and how many there are.
    case file(Digest, size: Int64)
    /// Of the paths, kinds and contents of all that is in it, and how many bytes its files have together.
    case folder(Digest, size: Int64)
    /// It is there, and nothing can vouch for it.
    case unreadable(String)

    public var digest: Digest? {
        switch self {
        case .file(let digest, _), .folder(let digest, _): digest
        case .unreadable: nil
        }
    }
}

extension OutputDigest {
    /// The form in which the store keeps it.
    public var recorded: JSONValue {
        switch self {
        case .file(let digest, let size):
            .object(["digest": .string(digest.description), "kind": .string("file"), "size": .int(size)])
        case .folder(let digest, let size):
            .object(["digest": .string(digest.description), "kind": .string("folder"), "size": .int(size)])
        case .unreadable(let why): .object(["kind": .string("unreadable"), "why": .string(why)])
        }
    }

    /// Reads what `recorded` wrote; `nil` where it is something else.
    public init?(recorded: JSONValue) {
        let digest = recorded["digest"]?.string.flatMap { Digest($0) }
        switch (recorded["kind"]?.string, digest, recorded["size"]?.int, recorded["why"]?.string) {
        case ("file"?, let digest?, let size?, _): self = .file(digest, size: size)
        case ("folder"?, let digest?, let size?, _): self = .folder(digest, size: size)
        case ("unreadable"?, _, _, let why?): self = .unreadable(why)
        default: return nil
        }
    }
}
