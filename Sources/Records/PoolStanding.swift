public import Manifests

/// Who serves a pool whose agents are processes of their own: who is there, and who is missing.
public struct PoolStanding: Sendable, Hashable {
    /// An agent of which nothing is heard any more, or whose process is known to be gone.
    public struct Missing: Sendable, Hashable {
        public var agent: AgentRecord
        /// When it was last heard of.
        public var since: Timestamp
    }

    public var pool: ObjectName
    /// Where its agents are; never `local`.
    public var placement: AgentPoolSpec.Placement
    /// How many there ought to be.
    public var wanted: Int
    /// Those heard of within the time that their leases last.
    public var present: [AgentRecord]
    /// What is missing is said until somebody has taken its place, and a day longer.
    public var missing: [Missing]

    /// How long a missing agent is spoken of where enough others are there.
    static let memory = Duration.seconds(24 * 3600)

    /// - Parameter agents: of this pool, in any order.
    public init(
        pool: ObjectName, placement: AgentPoolSpec.Placement = .remote, wanted: Int, leaseDuration: Duration,
        agents: [AgentRecord], at now: Timestamp
    ) {
        self.pool = pool
        self.placement = placement
        self.wanted = wanted
        let agents = agents.filter { $0.placement.isApart && $0.state != .stopped }.sorted { $0.id < $1.id }
        let isSilent = { (agent: AgentRecord) in
            agent.silentSince(at: now, leaseDuration: leaseDuration) != nil || agent.state == .lost
        }
        let present = agents.filter { !isSilent($0) }
        self.present = present
        let isShort = present.count { $0.state == .active } < wanted
        missing = agents.filter(isSilent)
            // Pods come and go, and nobody has to see to one that another stands in for.
            .filter { isShort || (placement == .remote && $0.heartbeatAt + Self.memory > now) }
            .map { Missing(agent: $0, since: $0.heartbeatAt) }
            .sorted { ($1.since, $0.agent.id) < ($0.since, $1.agent.id) }
    }

    /// `ready`, `degraded` where some are missing, `missing` where nobody is there.
    public var phase: String {
        if present.isEmpty { return wanted == 0 ? "ready" : "missing" }
        return present.count { $0.state == .active } < wanted ? "degraded" : "ready"
    }

    /// A word for machines.
    public var reason: String {
        switch phase {
        case "missing": missing.isEmpty ? "NoAgentYet" : "AgentsMissing"
        case "degraded": "TooFewAgents"
        default: "AgentsPresent"
        }
    }

    /// A sentence for people.
    public var message: String {
        let own = pool.namespace == ObjectName.defaultNamespace ? pool.name : "\(pool)"
        guard !present.isEmpty || !missing.isEmpty else {
            if wanted == 0 { return "wants no agents" }
            return placement == .kubernetes
                ? "no agent of its Deployment has ever reported"
                : "no agent has ever reported; start one with `reconcile agent --pool \(own)`"
        }
        let named = present.prefix(4).map { agent in
            "\(agent.id) on \(agent.host)" + (agent.state == .draining ? " (draining)" : "")
        }
        let there =
            present.isEmpty
            ? "0 of \(wanted) agents"
            : "\(present.count) of \(wanted) agents: " + named.joined(separator: ", ")
                + (present.count > 4 ? " and \(present.count - 4) more" : "")
        let gone = missing.prefix(3).map { "\($0.agent.id) on \($0.agent.host) is missing since \($0.since)" }
        return ([there] + gone).joined(separator: "; ") + (missing.count > 3 ? "; and \(missing.count - 3) more" : "")
    }
}
