public import Manifests

/// What an event says happened.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
    case objectCreated = "object.created"
    case objectUpdated = "object.updated"
    case objectDeleted = "object.deleted"
    case jobVersionAdded = "jobVersion.added"
    /// A version that was first read from changed files is in a commit.
    case jobVersionCommitted = "jobVersion.committed"
    case runQueued = "run.queued"
    case runSatisfied = "run.satisfied"
    case runPlaced = "run.placed"
    case runBlocked = "run.blocked"
    case runUnblocked = "run.unblocked"
    case runCancelRequested = "run.cancelRequested"
    case runRequeued = "run.requeued"
    case runFinished = "run.finished"
    case attemptClaimed = "attempt.claimed"
    case attemptAdopted = "attempt.adopted"
    case attemptIntended = "attempt.intended"
    case attemptSubmitted = "attempt.submitted"
    case attemptEnded = "attempt.ended"
    /// A write that came with an old fencing token; nothing of it was kept.
    case attemptRefused = "attempt.refused"
    /// What was left of an attempt that counted as lost has been ended.
    case attemptReaped = "attempt.reaped"
    /// Somebody runs a run that has ended once more, to see whether the same comes out; nothing depends on it.
    case reproductionStarted = "reproduction.started"
    case reproductionEnded = "reproduction.ended"
    case imageBuilt = "image.built"
    /// An image that was built before was put into a registry.
    case imagePushed = "image.pushed"
    /// An image that was recorded as built is not whole any more; it is built again when it is needed.
    case imageForgotten = "image.forgotten"
    case agentStarted = "agent.started"
    case agentDraining = "agent.draining"
    case agentStopped = "agent.stopped"
    case agentLost = "agent.lost"
    /// The Deployment of a pool's agents was made, or made as its pool says.
    case deploymentApplied = "deployment.applied"
    /// No pool wants a Deployment any more. It is taken away by this apply, or by a later one.
    case deploymentAbandoned = "deployment.abandoned"
    /// It was taken away, or was not there.
    case deploymentDeleted = "deployment.deleted"
    case applyStarted = "apply.started"
    case applyFinished = "apply.finished"
    /// The right to act was taken from a holder that is gone without having given it back.
    case lockTakenOver = "lock.takenOver"
    /// Somebody took the right to act from its holder.
    case lockBroken = "lock.broken"
}

/// What is known of an event before it gets its place in the log.
public struct EventDraft: Sendable, Hashable {
    public var kind: EventKind
    /// The object it happened to, as `Kind/namespace/name`; empty for the state as a whole.
    public var subject: String
    /// Why: the manifest's `file:line`, the command, or what was seen.
    public var cause: String
    public var details: [String: JSONValue]

    public init(_ kind: EventKind, subject: String = "", cause: String = "", details: [String: JSONValue] = [:]) {
        self.kind = kind
        self.subject = subject
        self.cause = cause
        self.details = details
    }

    public init(_ kind: EventKind, of key: ObjectKey, cause: String = "", details: [String: JSONValue] = [:]) {
        self.init(kind, subject: EventDraft.subject(of: key), cause: cause, details: details)
    }

    /// The subject under which an object's events are found.
    public static func subject(of key: ObjectKey) -> String {
        "\(key.kind.rawValue)/\(key.name.namespace)/\(key.name.name)"
    }
}

/// One line of the audit trail. Lines are only ever added, and each carries the hash of the one before.
public struct EventRecord: Sendable, Hashable {
    /// 1, 2, … without a gap.
    public var sequence: Int64
    public var at: Timestamp
    /// The word of an `EventKind`; kept as text so that a newer version's events still verify.
    public var kind: String
    public var subject: String
    public var cause: String
    /// The commit, with `+changes` where the tree was dirty; empty where there was none.
    public var revision: String
    public var actor: String
    /// Canonical JSON.
    public var details: String
    public var previous: String
    public var hash: String

    public init(
        sequence: Int64, at: Timestamp, kind: String, subject: String, cause: String, revision: String, actor: String,
        details: String, previous: String, hash: String
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.subject = subject
        self.cause = cause
        self.revision = revision
        self.actor = actor
        self.details = details
        self.previous = previous
        self.hash = hash
    }

    /// The hash before the first event.
    public static let genesis = String(repeating: "0", count: 64)

    /// Puts an event behind the newest one.
    public init(
        _ draft: EventDraft, after sequence: Int64, hash previous: String, at now: Timestamp, provenance: Provenance
    ) {
        let commit = provenance.revision.commit ?? ""
        self.init(
            sequence: sequence + 1, at: now, kind: draft.kind.rawValue, subject: draft.subject.recordable,
            cause: draft.cause.recordable,
            revision: (commit + (provenance.revision.isDirty ? Self.dirtySuffix : "")).recordable,
            actor: provenance.actor.recordable,
            details: JSONValue.object(draft.details).canonicalText, previous: previous, hash: "")
        hash = expectedHash
    }

    /// The hash that every field together ought to have. Each field is preceded by its length, so that no two
    /// different events have the same bytes.
    public var expectedHash: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + details.utf8.count)
        for field in [
            previous, String(sequence), String(at.milliseconds), kind, subject, cause, revision, actor, details,
        ] {
            bytes.append(contentsOf: String(field.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: field.utf8)
        }
        return Digest(of: bytes).hex
    }
}

/// What is wrong with a chain of events.
public enum ChainFault: Sendable, Hashable {
    /// An event's fields do not give its hash: it was changed.
    case altered(sequence: Int64)
    /// An event is not followed by the one that ought to follow: some were removed, added or reordered.
    case broken(sequence: Int64)
    /// The chain does not end where the record says it ends.
    case truncated(expected: Int64, found: Int64)
}

extension ChainFault: CustomStringConvertible {
    /// One clause for people.
    public var description: String {
        switch self {
        case .altered(let sequence): "event \(sequence) was changed after it was recorded"
        case .broken(let sequence): "event \(sequence) does not follow the one before: some were removed or added"
        case .truncated(let expected, let found):
            "the record should end with event \(expected), but it ends with event \(found)"
        }
    }
}

/// Checks a chain event by event, in constant memory.
public struct ChainVerifier: Sendable {
    public private(set) var count: Int64 = 0
    public private(set) var hash = EventRecord.genesis

    public init() {}

    /// Takes the next event of the chain; returns what is wrong with it.
    public mutating func verify(_ event: EventRecord) -> ChainFault? {
        guard event.sequence == count + 1, event.previous == hash else { return .broken(sequence: event.sequence) }
        guard event.hash == event.expectedHash else { return .altered(sequence: event.sequence) }
        count = event.sequence
        hash = event.hash
        return nil
    }

    /// Goes on behind an event that is not as it should be, so that those after it are judged by themselves.
    public mutating func resume(after event: EventRecord) {
        count = event.sequence
        hash = event.hash
    }
}
