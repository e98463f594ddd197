/// The Git commit that manifests were read from.
public struct Revision: Sendable, Hashable, Codable {
    /// The full commit id; `nil` outside a repository or before its first commit.
    public var commit: String?
    /// Whether the working tree differed from the commit.
    public var isDirty: Bool
    /// Who wrote the commit, `Name <address>`.
    public var author: String?
    /// The first line of its message.
    public var subject: String?

    public init(commit: String?, isDirty: Bool, author: String? = nil, subject: String? = nil) {
        self.commit = commit
        self.isDirty = isDirty
        self.author = author
        self.subject = subject
    }

    /// Manifests that no commit holds.
    public static let none = Revision(commit: nil, isDirty: false)
}

extension Revision: CustomStringConvertible {
    /// `1a2b3c4d5e6f`, with `+changes` where the tree was dirty; `no commit` where there is none.
    public var description: String {
        guard let commit else { return "no commit" }
        return commit.prefix(12) + (isDirty ? "+changes" : "")
    }
}

/// Who caused something, from which commit: what every event of the record names.
public struct Provenance: Sendable, Hashable, Codable {
    public var revision: Revision
    /// The person or CI run that started the command, such as `ada@laptop`.
    public var actor: String

    public init(revision: Revision, actor: String) {
        self.revision = revision
        self.actor = actor
    }
}
