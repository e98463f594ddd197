import Manifests
public import Records

extension StateTransaction {
    public func write(_ agent: AgentRecord) throws {
        try connection.execute(
            "INSERT INTO agents (\(AgentRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT (id) DO UPDATE SET state = excluded.state, heartbeat_at = excluded.heartbeat_at",
            [
                .text(agent.id), .text(agent.pool.namespace), .text(agent.pool.name), .text(agent.host),
                .int(Int64(agent.process)), .text(agent.state.rawValue), .int(agent.startedAt.milliseconds),
                .int(agent.heartbeatAt.milliseconds),
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

    /// Takes leave of agents whose process is gone: their leases end now instead of when they expire.
    public func release(_ agents: [AgentRecord], as state: AgentRecord.State, cause: String) throws {
        for agent in agents {
            try connection.execute(
                "UPDATE agents SET state = ? WHERE id = ?", [.text(state.rawValue), .text(agent.id)])
            try connection.execute(
                "UPDATE runs SET lease_agent = NULL, lease_token = NULL, lease_expires = NULL WHERE lease_agent = ?",
                [.text(agent.id)])
            try append([
                EventDraft(
                    state == .lost ? .agentLost : .agentStopped, of: ObjectKey(.agentPool, agent.pool), cause: cause,
                    details: ["agent": .string(agent.id), "host": .string(agent.host)])
            ])
        }
    }
}
