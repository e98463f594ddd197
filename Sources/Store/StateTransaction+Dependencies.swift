public import Manifests
public import Records
import YAML

// Who waits for whom is kept twice: each run's specification says what it waits for, and the table `dependencies` finds
// by what is waited for those that wait. Whether a run may begin is never remembered; it is worked out from how the
// others are recorded, in the transaction that changes one of them.

extension StateTransaction {
    func writeDependencies(of run: RunRecord) throws {
        try connection.execute("DELETE FROM dependencies WHERE run = ?", [.text(run.id.text)])
        for upstream in Set(run.specification.dependencies.map(\.identity)).sorted() {
            try connection.execute(
                "INSERT INTO dependencies (run, upstream) VALUES (?, ?)",
                [.text(run.id.text), .text(upstream.description)])
        }
    }

    /// Brings up to date whether a run may begin to which something has happened, and, where that shows to others,
    /// whether those may that wait for it, and those that wait for them.
    ///
    /// - Parameter before: the run as it was; `nil` for a new one.
    /// - Returns: the run as it is now.
    func settle(_ run: RunRecord, before: RunRecord?) throws -> RunRecord {
        var upstreams = Upstreams(snapshot: snapshot)
        let (settled, _) = try settle(run, among: &upstreams)
        guard before.map({ !Upstream($0).isSame(as: Upstream(settled)) }) ?? true else { return settled }
        var events: [EventDraft] = []
        var changed = [settled]
        while let upstream = changed.popLast() {
            for waiting in try waiting(for: upstream.identity) {
                let (next, isChanged) = try settle(waiting, among: &upstreams)
                if isChanged, let draft = draft(from: waiting, to: next, because: upstream) { events.append(draft) }
                guard !Upstream(waiting).isSame(as: Upstream(next)) else { continue }
                upstreams.forget(next.identity)
                changed.append(next)
            }
        }
        if !events.isEmpty { try append(events) }
        return settled
    }

    private func settle(
        _ run: RunRecord, among upstreams: inout Upstreams
    ) throws -> (run: RunRecord, isChanged: Bool) {
        let dependencies = run.specification.dependencies
        guard run.phase == .queued || run.phase == .pending, run.isBlocked || !dependencies.isEmpty else {
            return (run, false)
        }
        let readiness = run.specification.readiness(try upstreams.look(at: dependencies))
        guard let event = run.event(toward: readiness) else { return (run, false) }
        do {
            let next = try run.after(event, at: now)
            try saveProgress(next)
            return (next, true)
        } catch let transition as InvalidTransition {
            throw Diagnostic.impossibleTransition(run.id, transition)
        }
    }

    /// What a reader of the audit trail wants to know of a run that waits: that it may begin, or that it cannot.
    private func draft(from before: RunRecord, to after: RunRecord, because upstream: RunRecord) -> EventDraft? {
        let key = ObjectKey(.run, after.name)
        if before.isBlocked, !after.isBlocked {
            return EventDraft(.runUnblocked, of: key, cause: "Run/\(upstream.name) \(upstream.phase.rawValue)")
        }
        guard after.isStuck, !before.isStuck || before.reason != after.reason else { return nil }
        return EventDraft(
            .runBlocked, of: key, cause: after.message, details: ["reason": .string(after.reason)])
    }

    /// The runs that have not begun and wait for an identity, in the order in which they came.
    private func waiting(for identity: Digest) throws -> [RunRecord] {
        // One by one: asked for all at once, a database may rather look through everything that waits.
        let ids = try connection.rows(
            "SELECT run FROM dependencies WHERE upstream = ?", [.text(identity.description)]
        ) { RunID($0.text(0)) }
        return try ids.compactMap { try snapshot.run($0) }
            .filter { $0.phase == .queued || $0.phase == .pending }.sorted { $0.sequence < $1.sequence }
    }
}

/// What is recorded of runs that others wait for, each read once.
private struct Upstreams {
    let snapshot: StateSnapshot
    private var known: [Digest: Upstream?] = [:]

    init(snapshot: StateSnapshot) { self.snapshot = snapshot }

    mutating func look(at dependencies: [RunDependency]) throws -> [Digest: Upstream] {
        var found: [Digest: Upstream] = [:]
        for dependency in dependencies {
            let identity = dependency.identity
            let upstream: Upstream?
            if let kept = known[identity] { upstream = kept } else { upstream = try snapshot.upstream(identity) }
            known[identity] = .some(upstream)
            found[identity] = upstream
        }
        return found
    }

    mutating func forget(_ identity: Digest) { known[identity] = nil }
}

extension StateSnapshot {
    /// What those that wait for an identity look at; `nil` where it is not recorded.
    fileprivate func upstream(_ identity: Digest) throws -> Upstream? {
        try connection.first(
            "SELECT runs.phase, runs.reason, runs.not_before, a.location, a.artifact FROM runs LEFT JOIN attempts a "
                + "ON a.run = runs.id AND a.number = runs.attempt WHERE runs.identity = ?",
            [.text(identity.description)]
        ) { row in
            guard let phase = RunPhase(rawValue: row.text(0)) else {
                throw Diagnostic.unreadableRecord("phase of a run")
            }
            let isBlocked = phase == .pending && row.optionalInt(2) == nil
            // What is in a store can be read by any agent.
            let isKept = row.optionalText(4).flatMap { AttemptArtifact(recordedText: $0) }?.digest != nil
            return Upstream(
                phase: phase, isStuck: isBlocked && row.text(1) != BlockReason.blocked.rawValue,
                location: isKept ? nil : row.optionalText(3))
        }
    }

    /// Whether a run is recorded that reads outputs of another.
    public func isRead(_ run: RunRecord) throws -> Bool {
        let waiting = try connection.rows(
            "SELECT run FROM dependencies WHERE upstream = ?", [.text(run.identity.description)]
        ) { RunID($0.text(0)) }
        return try waiting.contains { id in
            try self.run(id)?.specification.inputs.contains { $0.identity == run.identity } ?? false
        }
    }

    /// Runs that wait for an agent of the place that holds their inputs, where no agent is.
    public func stranded(in queue: ObjectName) throws -> [RunRecord] {
        try connection.rows(
            "SELECT \(RunRecord.columns) FROM runs WHERE queue = ? AND phase = 'queued' AND affinity IS NOT NULL "
                + "AND NOT EXISTS (SELECT 1 FROM agents WHERE agents.location = runs.affinity "
                + "AND agents.state NOT IN ('stopped', 'lost')) ORDER BY sequence",
            [.text(queue.recorded)]
        ) { try RunRecord($0) }
    }

    /// Where the pool of an agent puts what attempts leave now; `nil` where it is gone or names no store.
    public func artifactLocation(ofAgent id: String, knowing cache: RulesCache) throws -> ArtifactLocation? {
        try agent(id).flatMap { try poolRules($0.pool, knowing: cache) }?.artifacts
    }

    /// Where the inputs of a run come from, in the order of its specification.
    public func sources(of run: RunRecord) throws -> [InputSource] {
        try run.specification.inputs.map { input in
            let upstream = try self.run(RunID(identity: input.identity))
            let attempt = try upstream.flatMap { upstream in
                upstream.phase == .succeeded ? try self.attempt(upstream.attempt, of: upstream.id) : nil
            }
            return InputSource(input: input, run: upstream, attempt: attempt)
        }
    }
}
