public import Manifests

/// What a run is called by the record: the first digits of its identity, so that equal computations are one run.
public struct RunID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }

    public init(identity: Digest) { text = String(identity.hex.prefix(16)) }

    public var description: String { text }

    public static func < (left: RunID, right: RunID) -> Bool { left.text < right.text }
}

/// The right of one agent to act for a run, until it expires.
public struct Lease: Sendable, Hashable {
    public var agent: String
    /// Grows with every claim; a write that carries an older token is refused (Kleppmann, “How to do distributed
    /// locking”, calls it a fencing token).
    public var token: Int64
    public var expiresAt: Timestamp

    public init(agent: String, token: Int64, expiresAt: Timestamp) {
        self.agent = agent
        self.token = token
        self.expiresAt = expiresAt
    }
}

/// One computation that somebody wants or wanted, and how far it has come.
public struct RunRecord: Sendable, Hashable {
    public var id: RunID
    public var identity: Digest
    /// The manifest that first asked for it.
    public var name: ObjectName
    public var specification: RunSpecification
    public var phase: RunPhase
    /// A word for machines: why it is in that phase.
    public var reason: String
    /// The same as a sentence.
    public var message: String
    /// The number of the newest attempt; 0 before the first.
    public var attempt: Int
    /// The attempts that count against the retry limit begin after this one.
    public var attemptsForgiven: Int
    /// Not to be claimed before.
    public var notBefore: Timestamp?
    /// The place whose agents alone can read its inputs; `nil` where any agent will do.
    public var affinity: String?
    public var lease: Lease?
    /// Who asked for it to be cancelled.
    public var cancelledBy: String?
    public var image: Digest?
    /// Its place in a first-in-first-out queue.
    public var sequence: Int64
    public var createdAt: Timestamp
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?

    public init(
        identity: Digest, name: ObjectName, specification: RunSpecification, sequence: Int64, createdAt: Timestamp
    ) {
        id = RunID(identity: identity)
        self.identity = identity
        self.name = name
        self.specification = specification
        phase = .queued
        reason = "Queued"
        message = "waits for an agent"
        attempt = 0
        attemptsForgiven = 0
        self.sequence = sequence
        self.createdAt = createdAt
    }

    /// The run's folder below `.slipway/runs/`.
    public var folder: String {
        "\(name.namespace == ObjectName.defaultNamespace ? "" : name.namespace + ".")\(name.name)-\(id)"
    }
}
