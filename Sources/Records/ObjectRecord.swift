public import Manifests

/// A manifest as it was last applied.
public struct ObjectRecord: Sendable, Hashable {
    public var key: ObjectKey
    /// The digest of `content`.
    public var digest: Digest
    /// The canonical JSON of labels, annotations and spec, kept as text: it is only read where digests differ.
    public var content: String
    /// Where it was written, relative to the repository's root.
    public var file: String
    public var line: Int
    /// Whether the manifest let itself be pruned when it was last seen.
    public var isPrunable: Bool
    /// Of a run: what it computes.
    public var identity: Digest?
    /// Of a job: the version that it has now.
    public var version: Int?
    public var revision: Revision
    public var appliedAt: Timestamp

    public init(
        key: ObjectKey, digest: Digest, content: String, file: String, line: Int, isPrunable: Bool,
        identity: Digest? = nil, version: Int? = nil, revision: Revision, appliedAt: Timestamp
    ) {
        self.key = key
        self.digest = digest
        self.content = content
        self.file = file
        self.line = line
        self.isPrunable = isPrunable
        self.identity = identity
        self.version = version
        self.revision = revision
        self.appliedAt = appliedAt
    }
}
