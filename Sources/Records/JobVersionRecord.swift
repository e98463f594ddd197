public import Manifests

/// One content of a job. Equal contents are one version, under whatever name or file they were written.
public struct JobVersionContent: Sendable, Hashable {
    /// The digest of the source's files.
    public var source: Digest
    /// `build`, `command`, `args`, `env` and `parameters` of the spec in canonical form.
    public var definition: JSONValue

    public init(source: Digest, definition: JSONValue) {
        self.source = source
        self.definition = definition
    }

    /// Takes from a job what decides what its runs compute. Resources, retry, timeout and outputs say where and how
    /// long, not what, and stay out.
    public init(of job: JobSpec, source: Digest) {
        self.source = source
        var kept: [String: JSONValue] = [:]
        if case .object(let fields) = job.canonical {
            for field in Self.definingFields { kept[field] = fields[field] }
        }
        definition = .object(kept)
    }

    /// The fields of a job's spec that are part of its version.
    public static let definingFields = ["args", "build", "command", "env", "parameters"]

    public var canonical: JSONValue {
        .object(["definition": definition, "source": .string(source.description)])
    }

    public var digest: Digest { Digest(of: canonical.canonicalBytes) }
}

/// A job version that has been applied.
public struct JobVersionRecord: Sendable, Hashable {
    public var job: ObjectName
    /// 1 for the first content that was applied, then 2, …
    public var number: Int
    public var digest: Digest
    public var content: JobVersionContent
    public var createdAt: Timestamp
    /// The commit that has its source, where the tree was clean when it was applied.
    public var commit: String?

    public init(
        job: ObjectName, number: Int, digest: Digest, content: JobVersionContent, createdAt: Timestamp,
        commit: String? = nil
    ) {
        self.job = job
        self.number = number
        self.digest = digest
        self.content = content
        self.createdAt = createdAt
        self.commit = commit
    }

    /// `train@v3`.
    public var reference: String { "\(job)@v\(number)" }
}
