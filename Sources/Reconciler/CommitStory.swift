public import Manifests
public import Records
public import Store
import YAML

/// What a commit did, before its consequences are listed.
public struct CommitHeading: Sendable {
    /// The full id.
    public var commit: String
    public var knowledge: CommitKnowledge
    /// Who wrote it, as an apply noted; `nil` where no apply did.
    public var recordedAuthor: String?
    /// Each time something was written down for it, oldest first: `apply.started`.
    public var applies: [EventRecord]

    /// How many are kept.
    static let most = 1000
}

/// What became of one execution.
public struct RunOutcome: Sendable {
    public var run: RunRecord
    public var attempts: [AttemptRecord]
    /// The event that queued it, where that was for another commit or another name.
    public var queuedEarlier: EventRecord?
}

/// One thing that a commit caused: what happened to an object when it was applied, and what came of it.
public struct Consequence: Sendable {
    public var sequence: Int64
    public var at: Timestamp
    public var actor: String
    public var key: ObjectKey
    /// What was recorded of it at once, such as `run.queued` with `object.updated`.
    public var kinds: [String]
    /// The reason of the plan's action; empty where none is recorded.
    public var reason: String
    public var message: String
    /// The `file:line` of the manifest in that commit.
    public var cause: String
    public var fields: [String]
    /// The version of a job that came into being.
    public var version: Int?
    public var versionDigest: String?
    public var identity: String?
    public var outcome: RunOutcome?
    public var isDirty: Bool

    init(_ event: EventRecord, _ key: ObjectKey) {
        (sequence, at, actor, self.key) = (event.sequence, event.at, event.actor, key)
        (kinds, reason, message, cause, fields) = ([], "", "", event.cause, [])
        isDirty = event.recordedRevision.isDirty
        add(event)
    }

    mutating func add(_ event: EventRecord) {
        kinds.append(event.kind)
        let details = event.document
        if let text = details["reason"]?.string { reason = text }
        if let text = details["message"]?.string { message = text }
        if let list = details["fields"]?.array { fields = list.compactMap(\.string) }
        if let number = details["version"]?.int { version = Int(number) }
        if event.kind == EventKind.jobVersionAdded.rawValue { versionDigest = details["digest"]?.string }
        if let text = details["identity"]?.string { identity = text }
    }
}

extension StateSnapshot {
    /// What a plan writes of an object.
    private static let consequenceKinds: [EventKind] = [
        .objectCreated, .objectUpdated, .objectDeleted, .jobVersionAdded, .runQueued, .runSatisfied, .runPlaced,
        .runRequeued, .runCancelRequested,
    ]

    /// What a plan makes of others, and what is told between what it writes.
    private static let interleavedKinds: [EventKind] = [.runBlocked, .runUnblocked]

    /// Each time that something was written down for a commit, oldest first.
    func applies(of commit: String) throws -> [EventRecord] {
        var found: [EventRecord] = []
        try forEachEvent(EventFilter(commit: commit, kinds: [.applyStarted]), newest: CommitHeading.most) { event in
            found.append(event)
            return true
        }
        return found
    }

    /// Hands over what a commit caused, in the order in which it was written down.
    ///
    /// A plan is written down in one transaction, so its events stand behind the word that it begins: however long the
    /// past is, nothing else is read.
    func forEachConsequence(of commit: String, _ body: (Consequence) throws -> Void) throws {
        for apply in try applies(of: commit) {
            var open: Consequence?
            func close() throws {
                guard var consequence = open.take() else { return }
                consequence.outcome = try outcome(of: consequence, commit: commit)
                try body(consequence)
            }
            try forEachEvent(EventFilter(), after: apply.sequence) { event in
                guard let kind = EventKind(rawValue: event.kind), event.revision == apply.revision,
                    event.at == apply.at, event.actor == apply.actor
                else { return false }
                if Self.interleavedKinds.contains(kind) { return true }
                // What somebody asked for with a command in the same moment is not the commit's doing.
                let isPlanned = event.detail("reason") != nil || kind == .jobVersionAdded
                guard Self.consequenceKinds.contains(kind), isPlanned, let key = event.key else { return false }
                if open?.key == key, open?.kinds.contains(event.kind) == false {
                    open?.add(event)
                } else {
                    try close()
                    open = Consequence(event, key)
                }
                return true
            }
            try close()
        }
    }

    private func outcome(of consequence: Consequence, commit: String) throws -> RunOutcome? {
        guard consequence.key.kind == .run, let identity = consequence.identity.flatMap({ Digest($0) }),
            let run = try runs(of: [identity])[identity]
        else { return nil }
        var queued = try queueing(of: run)
        if queued?.recordedRevision.commit == commit, run.name == consequence.key.name { queued = nil }
        return RunOutcome(run: run, attempts: try attempts(of: run.id), queuedEarlier: queued)
    }
}

/// What somebody who asks for the audit trail meant by one word.
public enum HistoryTopic: Sendable, Hashable {
    case object(ObjectKey)
    /// The full id of a commit.
    case commit(String)
}

extension Reconciler {
    /// What a word means: a run by its name or id, a commit by its id or the beginning of it,
    /// or whatever Git takes for the name of one. Runs come first.
    ///
    /// - Throws: a `Diagnostic` where it is nothing of that, or the beginning of several commits.
    public func topic(named word: String) async throws -> HistoryTopic {
        let store = try openState()
        let name = ObjectName(reference: word)
        let isTold = try await store.read { snapshot in
            try snapshot.newestEvent(EventFilter(subject: EventDraft.subject(of: ObjectKey(.run, name)))) != nil
        }
        if isTold { return .object(ObjectKey(.run, name)) }
        if let run = try await store.read({ try $0.execution(of: name) }) { return .object(ObjectKey(.run, run.name)) }
        if let commit = try await commit(named: word, in: store) { return .commit(commit) }
        throw Diagnostic.unknownTopic(word)
    }

    private func commit(named word: String, in store: StateStore) async throws -> String? {
        let digits = word.lowercased()
        if digits.utf8.count >= 4, digits.utf8.count <= 64, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) {
            let most = 5
            let found = try await store.read { try $0.recordedCommits(beginningWith: digits, limit: most) }
            guard found.count < 2 else { throw Diagnostic.ambiguousCommit(word, found, isAll: found.count < most) }
            if let commit = found.first { return commit }
        }
        return try await repository.commitIfThere(named: word)
    }

    /// What a commit is, and when it was applied.
    public func heading(ofCommit commit: String) async throws -> CommitHeading {
        let applies = try await openState().read { try $0.applies(of: commit) }
        return CommitHeading(
            commit: commit, knowledge: try await repository.knowledge(of: commit),
            recordedAuthor: applies.lazy.compactMap { $0.detail("author") }.first, applies: applies)
    }

    /// Hands over all that a commit caused, one by one.
    public func forEachConsequence(
        ofCommit commit: String, _ body: @escaping @Sendable (Consequence) throws -> Void
    ) async throws {
        try await openState().read { try $0.forEachConsequence(of: commit, body) }
    }

    /// Hands over the audit trail, oldest first, event by event.
    public func forEachEvent(
        _ filter: EventFilter, newest limit: Int?, _ body: @escaping @Sendable (EventRecord) throws -> Void
    ) async throws {
        try await openState().read { snapshot in
            try snapshot.forEachEvent(filter, newest: limit) {
                try body($0)
                return true
            }
        }
    }
}
