import Manifests
public import Records
import YAML

/// A run in an agent's hands, with the attempt that it is at.
public struct Claim: Sendable, Hashable {
    public var run: RunRecord
    public var attempt: AttemptRecord
}

extension StateTransaction {
    /// Gives an agent runs that it may work on: first those whose agent is gone, then waiting ones in the order of
    /// their queue, never more than the queue's concurrency allows.
    ///
    /// Writers come one after the other on every backend, so that what is counted here cannot change before it is
    /// acted upon.
    public func claim(
        for agent: AgentRecord, from queues: [QueueRules], atMost limit: Int, leaseDuration: Duration
    ) throws -> [Claim] {
        var claimed: [Claim] = []
        for queue in queues where claimed.count < limit {
            let orphans = try orphans(in: queue.name, for: agent, leaseDuration, atMost: limit - claimed.count)
            claimed += try orphans.map { try claim($0, from: queue, for: agent, leaseDuration: leaseDuration) }
            guard !queue.isSuspended, claimed.count < limit else { continue }
            let free = try queue.concurrency.map { $0 - (try active(in: queue.name)) } ?? limit
            let waiting = try waiting(in: queue, for: agent, atMost: min(free, limit - claimed.count))
            claimed += try waiting.map { try claim($0, from: queue, for: agent, leaseDuration: leaseDuration) }
        }
        return claimed
    }

    private func claim(
        _ run: RunRecord, from queue: QueueRules, for agent: AgentRecord, leaseDuration: Duration
    ) throws -> Claim {
        let lease = Lease(agent: agent.id, token: try next("token"), expiresAt: now + leaseDuration)
        let adopted = run.phase.isActive
        // The queries find by an index what this rule allows; where they disagreed, two agents could have one run.
        guard run.isClaimable(at: now) else { throw Diagnostic.leaseLost(run.id) }
        let next = try advance(run.id, by: .claimed(lease))
        let attempt = try attempt(of: next, from: queue, for: agent, adopting: adopted)
        try write(attempt)
        if let gone = run.lease?.agent { try giveUp(gone) }
        try append([
            EventDraft(
                adopted ? .attemptAdopted : .attemptClaimed, of: ObjectKey(.run, run.name),
                cause: adopted ? "its agent is gone" : "queue \(run.specification.queue)",
                details: [
                    "agent": .string(agent.id), "attempt": .int(Int64(next.attempt)), "token": .int(lease.token),
                    "host": .string(agent.host),
                ])
        ])
        return Claim(run: next, attempt: attempt)
    }

    /// The attempt that a claim begins or goes on with. One that was not meant to be submitted yet moves to the agent's
    /// own machine; any other stays where it is.
    private func attempt(
        of run: RunRecord, from queue: QueueRules, for agent: AgentRecord, adopting: Bool
    ) throws -> AttemptRecord {
        var attempt = AttemptRecord(
            run: run.id, number: run.attempt, agent: agent.id, host: agent.host, createdAt: now)
        if adopting {
            guard let recorded = try snapshot.attempt(run.attempt, of: run.id) else {
                throw Diagnostic.unreadableRecord("attempt \(run.attempt) of run \(run.name)")
            }
            attempt = recorded
            attempt.agent = agent.id
        }
        if run.phase == .building {
            attempt.host = agent.host
            attempt.folder = agent.place.runs.isEmpty ? nil : "\(agent.place.runs)/\(run.folder)/\(run.attempt)"
            attempt.location = agent.place.location.isEmpty ? nil : agent.place.location
            attempt.engine = queue.engine.map { bound($0, to: run) }
        }
        return attempt
    }

    private func bound(_ engine: EngineBinding, to run: RunRecord) -> EngineBinding {
        var engine = engine
        engine.variables.merge(run.specification.variables) { _, given in given }
        engine.author = provenance.actor
        engine.commit = provenance.revision.commit
        return engine
    }

    /// Says of an agent whose run was taken over what is known: nothing has been heard of it for longer than its lease.
    private func giveUp(_ agent: String) throws {
        guard let record = try snapshot.agent(agent), record.state.isAtWork else { return }
        try release([record], as: .lost, cause: "silent since \(record.heartbeatAt); its work is taken over")
    }

    private func orphans(
        in queue: ObjectName, for agent: AgentRecord, _ leaseDuration: Duration, atMost limit: Int
    ) throws -> [RunRecord] {
        try connection.rows(
            "SELECT \(RunRecord.columns) FROM runs WHERE queue = ? AND \(Claimable.orphaned) ORDER BY sequence LIMIT ?",
            [.text(queue.recorded)] + Claimable.orphanedArguments(for: agent, at: now, leaseDuration)
                + [.int(Int64(limit))]
        ) { try RunRecord($0) }
    }

    private func active(in queue: ObjectName) throws -> Int {
        try connection.first(
            "SELECT COUNT(*) FROM runs WHERE queue = ? AND phase IN \(RunPhase.activeList)", [.text(queue.recorded)]
        ) { Int($0.int(0)) } ?? 0
    }

    private func waiting(in queue: QueueRules, for agent: AgentRecord, atMost limit: Int) throws -> [RunRecord] {
        guard limit > 0 else { return [] }
        let order = queue.ordering == .priority ? "priority, sequence" : "sequence"
        let found = try Claimable.waiting(for: agent, at: now).flatMap { condition, arguments in
            try connection.rows(
                "SELECT \(RunRecord.columns) FROM runs WHERE queue = ? AND \(condition) ORDER BY \(order) LIMIT ?",
                [.text(queue.name.recorded)] + arguments + [.int(Int64(limit))]
            ) { try RunRecord($0) }
        }
        let rank = { (run: RunRecord) in queue.ordering == .priority ? run.specification.priority.rank : 0 }
        return Array(found.sorted { (rank($0), $0.sequence) < (rank($1), $1.sequence) }.prefix(limit))
    }
}

/// Which runs an agent may take, in SQL.
enum Claimable {
    /// Those that wait or are due again, and whose inputs this agent can reach: two questions, each of which an index
    /// answers in the order of the queue, so that the head of a long queue costs what that of a short one does.
    static func waiting(for agent: AgentRecord, at now: Timestamp) -> [(condition: String, arguments: [SQLValue])] {
        let place = SQLValue.text(agent.place.location)
        return [
            ("phase = 'queued' AND \(reach)", [place]),
            ("phase = 'pending' AND not_before <= ? AND \(reach)", [.int(now.milliseconds), place]),
        ]
    }

    private static let reach = "(affinity IS NULL OR affinity = ?)"

    /// Those that are due later.
    static func later(for agent: AgentRecord, than now: Timestamp) -> (condition: String, arguments: [SQLValue]) {
        (
            "phase = 'pending' AND not_before > ? AND \(reach)",
            [.int(now.milliseconds), .text(agent.place.location)]
        )
    }

    /// Those whose agent is gone. One that was not meant to be submitted yet goes to where its inputs are. What may
    /// have been started is first left to the agents of its own machine, which can see what became of it; after one
    /// more lease anybody may take it, if only to say that it is lost.
    ///
    /// That lease is not waited for where no such agent can come: agents of a local pool are inside an apply, and there
    /// is but one apply at a time. Where the claiming agent and the one that is gone are such agents, the other's
    /// machine can only be seen by an agent that is a process of its own, if one is there.
    static let orphaned =
        "phase IN \(RunPhase.activeList) AND COALESCE(lease_expires, 0) <= ? "
        + "AND ((phase = 'building' AND (affinity IS NULL OR affinity = ?)) "
        + "OR (phase <> 'building' AND (COALESCE(lease_expires, 0) <= ? OR EXISTS (SELECT 1 FROM attempts "
        + "WHERE attempts.run = runs.id AND attempts.number = runs.attempt AND (attempts.host = ? OR (? = 'local' "
        + "AND EXISTS (SELECT 1 FROM agents WHERE agents.id = attempts.agent AND agents.placement = 'local') "
        + "AND NOT EXISTS (SELECT 1 FROM agents WHERE agents.host = attempts.host AND agents.placement <> 'local' "
        + "AND agents.state NOT IN ('stopped', 'lost'))))))))"

    static func orphanedArguments(
        for agent: AgentRecord, at now: Timestamp, _ leaseDuration: Duration
    ) -> [SQLValue] {
        [
            .int(now.milliseconds), .text(agent.place.location),
            .int(now.milliseconds - leaseDuration.milliseconds), .text(agent.host), .text(agent.placement.rawValue),
        ]
    }
}

extension StateSnapshot {
    /// Whether an agent may claim anything in some queues now, were there room for it.
    public func hasClaimable(
        for agent: AgentRecord, in queues: [QueueRules], leaseDuration: Duration, at now: Timestamp
    ) throws -> Bool {
        for queue in queues {
            // A suspended queue begins nothing, but what has begun is seen to its end.
            let waiting = queue.isSuspended ? [] : Claimable.waiting(for: agent, at: now)
            let orphaned = (Claimable.orphaned, Claimable.orphanedArguments(for: agent, at: now, leaseDuration))
            for (condition, arguments) in waiting + [orphaned] {
                let found = try connection.first(
                    "SELECT 1 FROM runs WHERE queue = ? AND \(condition) LIMIT 1",
                    [.text(queue.name.recorded)] + arguments
                ) { $0.int(0) }
                if found != nil { return true }
            }
        }
        return false
    }

    /// When the first of those runs that are to be tried again becomes claimable; `nil` where none does by the clock.
    public func nextDue(
        for agent: AgentRecord, in queues: [QueueRules], after now: Timestamp
    ) throws -> Timestamp? {
        try queues.filter { !$0.isSuspended }.compactMap { queue in
            let (condition, arguments) = Claimable.later(for: agent, than: now)
            return try connection.first(
                "SELECT MIN(not_before) FROM runs WHERE queue = ? AND \(condition)",
                [.text(queue.name.recorded)] + arguments
            ) { $0.optionalInt(0).map { Timestamp(milliseconds: $0) } } ?? nil
        }.min()
    }
}
