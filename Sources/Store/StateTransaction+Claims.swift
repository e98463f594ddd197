public import Manifests
public import Records
import YAML

/// What a queue allows, as its newest manifest says.
public struct QueueRules: Sendable, Hashable {
    public var name: ObjectName
    public var ordering: QueueSpec.Ordering
    /// The most runs at once; `nil` for no limit.
    public var concurrency: Int?
    public var isSuspended: Bool

    public init(name: ObjectName, _ spec: QueueSpec) {
        self.name = name
        ordering = spec.ordering
        concurrency = spec.concurrency
        isSuspended = spec.suspend
    }
}

extension StateTransaction {
    /// Gives an agent runs that it may work on: first those whose agent is gone, then waiting ones in the order of
    /// their queue, never more than the queue's concurrency allows.
    public func claim(
        for agent: AgentRecord, from queues: [QueueRules], atMost limit: Int, leaseDuration: Duration
    ) throws -> [RunRecord] {
        var claimed: [RunRecord] = []
        for queue in queues where claimed.count < limit {
            let orphans = try orphans(in: queue.name, atMost: limit - claimed.count)
            claimed += try orphans.map { try claim($0, for: agent, leaseDuration: leaseDuration) }
            guard !queue.isSuspended, claimed.count < limit else { continue }
            let free = try queue.concurrency.map { $0 - (try active(in: queue.name)) } ?? limit
            let waiting = try waiting(in: queue, atMost: min(free, limit - claimed.count))
            claimed += try waiting.map { try claim($0, for: agent, leaseDuration: leaseDuration) }
        }
        return claimed
    }

    private func claim(_ run: RunRecord, for agent: AgentRecord, leaseDuration: Duration) throws -> RunRecord {
        let lease = Lease(agent: agent.id, token: try next("token"), expiresAt: now + leaseDuration)
        let adopted = run.phase.isActive
        // The queries find by an index what this rule allows; where they disagreed, two agents could have one run.
        guard run.isClaimable(at: now) else { throw Diagnostic.leaseLost(run.id) }
        let next = try advance(run.id, by: .claimed(lease))
        if !adopted {
            try write(
                AttemptRecord(run: run.id, number: next.attempt, agent: agent.id, host: agent.host, createdAt: now))
        }
        try append([
            EventDraft(
                adopted ? .attemptAdopted : .attemptClaimed, of: ObjectKey(.run, run.name),
                cause: adopted ? "its agent is gone" : "queue \(run.specification.queue)",
                details: ["agent": .string(agent.id), "attempt": .int(Int64(next.attempt)), "token": .int(lease.token)])
        ])
        return next
    }

    private func orphans(in queue: ObjectName, atMost limit: Int) throws -> [RunRecord] {
        try connection.rows(
            "SELECT \(RunRecord.columns) FROM runs WHERE queue = ? AND phase IN \(RunPhase.activeList) "
                + "AND (lease_expires IS NULL OR lease_expires <= ?) ORDER BY sequence LIMIT ?",
            [.text(queue.recorded), .int(now.milliseconds), .int(Int64(limit))]
        ) { try RunRecord($0) }
    }

    private func active(in queue: ObjectName) throws -> Int {
        try connection.first(
            "SELECT COUNT(*) FROM runs WHERE queue = ? AND phase IN \(RunPhase.activeList)", [.text(queue.recorded)]
        ) { Int($0.int(0)) } ?? 0
    }

    private func waiting(in queue: QueueRules, atMost limit: Int) throws -> [RunRecord] {
        guard limit > 0 else { return [] }
        let order = queue.ordering == .priority ? "priority, sequence" : "sequence"
        return try connection.rows(
            "SELECT \(RunRecord.columns) FROM runs WHERE queue = ? AND (phase = 'queued' "
                + "OR (phase = 'pending' AND not_before <= ?)) ORDER BY \(order) LIMIT ?",
            [.text(queue.name.recorded), .int(now.milliseconds), .int(Int64(limit))]
        ) { try RunRecord($0) }
    }
}
