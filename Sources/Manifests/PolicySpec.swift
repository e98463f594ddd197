/// What has to hold of a repository's manifests, and of who may change them.
///
/// A policy holds for the whole repository, whichever namespace it is in. Of several, all hold, and of one all rules:
/// adding a rule never allows anything.
public struct PolicySpec: Sendable, Hashable {
    public var commits = CommitRules()
    public var protect: [ProtectRule] = []
    public var limits: [LimitRule] = []
    /// Images that no job may be built from; an image is meant however its name is shortened.
    public var forbiddenBases: [Wildcard] = []
    public var labels: [LabelRule] = []

    public init() {}
}

/// What has to be signed, and by whom.
///
/// The keys stand here and not in files of their own, so that they are part of what is recorded and compared.
public struct CommitRules: Sendable, Hashable {
    public enum Signed: String, Sendable, Hashable, CaseIterable, Codable {
        /// The commit that is applied.
        case commit
        /// A tag that names that commit.
        case tag
    }

    /// `nil` where nothing has to be signed.
    public var requireSigned: Signed?
    /// Lines of an SSH allowed-signers file (ssh-keygen(1)), such as `ada@example.com ssh-ed25519 AAAA…`.
    public var allowedSigners: [String] = []
    /// Public OpenPGP keys in ASCII armour.
    public var gpgKeys: [String] = []

    public init() {}
}

/// Who may change something. It covers whatever any of its lists names.
public struct ProtectRule: Sendable, Hashable {
    /// Every object in these namespaces.
    public var namespaces: [Wildcard] = []
    /// These queues, the runs that wait in them, and the pools that serve them.
    public var queues: [Wildcard] = []
    /// Every object of these kinds.
    public var kinds: [Kind] = []
    /// Files, in the syntax of `.gitignore`, relative to the repository's root.
    public var paths: [String] = []
    /// The addresses of those who may, as commits name their authors.
    public var authors: [Wildcard] = []

    public init() {}
}

/// The most that the manifests of each of some namespaces may ask for.
public struct LimitRule: Sendable, Hashable {
    public var namespaces: [Wildcard] = [.any]
    /// How many runs.
    public var runs: Int?
    /// The sum over all runs.
    public var gpu: Int?
    /// The highest priority of a run.
    public var priority: RunSpec.Priority?

    public init() {}
}

/// Labels that objects have to carry.
public struct LabelRule: Sendable, Hashable {
    public var kinds: [Kind] = [.job, .queue, .agentPool, .run]
    public var namespaces: [Wildcard] = [.any]
    /// What the whole value of each label must match.
    public var required: NamedValues<Pattern> = [:]

    public init() {}
}
