import Manifests
public import Records

extension StateTransaction {
    public func write(_ agent: AgentRecord) throws {
        try connection.execute(
            "INSERT INTO agents (\(AgentRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT (id) DO UPDATE SET state = excluded.state, heartbeat_at = excluded.heartbeat_at",
            [
                .text(agent.id), .text(agent.pool.namespace), .text(agent.pool.name), .text(agent.host),
                .int(Int64(agent.process)), .text(agent.state.rawValue), .int(agent.startedAt.milliseconds),
                .int(agent.heartbeatAt.milliseconds), .text(agent.placement.rawValue), .text(agent.place.machine),
                .text(agent.place.runs), .text(agent.place.location),
            ])
    }

    /// Says that an agent lives, and lengthens every lease that it holds. One that holds none is only said to live.
    public func heartbeat(_ agent: String, leaseDuration: Duration) throws {
        try connection.execute(
            "UPDATE agents SET heartbeat_at = ? WHERE id = ?", [.int(now.milliseconds), .text(agent)])
        // A lease that has expired may be somebody else's by now; it is not lengthened, it has to be claimed again.
        try connection.execute(
            "UPDATE runs SET lease_expires = ? WHERE lease_agent = ? AND lease_expires > ?",
            [.int((now + leaseDuration).milliseconds), .text(agent), .int(now.milliseconds)])
    }

    /// Says what an agent does from now on.
    public func mark(_ agent: AgentRecord, as state: AgentRecord.State, _ kind: EventKind, cause: String) throws {
        try connection.execute(
            "UPDATE agents SET state = ? WHERE id = ?", [.text(state.rawValue), .text(agent.id)])
        try append([
            EventDraft(
                kind, of: ObjectKey(.agentPool, agent.pool), cause: cause,
                details: ["agent": .string(agent.id), "host": .string(agent.host)])
        ])
    }

    /// Takes leave of agents whose process is gone: their leases end now instead of when they expire.
    public func release(_ agents: [AgentRecord], as state: AgentRecord.State, cause: String) throws {
        for agent in agents {
            // The moment stays: from it counts how long the runs are left to agents of the same machine.
            try connection.execute(
                "UPDATE runs SET lease_agent = NULL, lease_token = NULL, "
                    + "lease_expires = CASE WHEN lease_expires < ? THEN lease_expires ELSE ? END WHERE lease_agent = ?",
                [.int(now.milliseconds), .int(now.milliseconds), .text(agent.id)])
            try mark(agent, as: state, state == .lost ? .agentLost : .agentStopped, cause: cause)
        }
        try connection.announceChange()
    }
}
