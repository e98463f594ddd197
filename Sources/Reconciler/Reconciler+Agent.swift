public import Agents
public import Manifests
public import Records
import Store
import Synchronization
public import YAML

/// What an agent tells while it works.
public enum AgentEvent: Sendable {
    /// It is there, under this name.
    case started(AgentRecord)
    /// Agents of this machine whose process is gone; their runs are taken over.
    case released([AgentRecord])
    /// A line that a builder printed.
    case building(String)
    case run(RunReport)
    /// A fault that may pass; it goes on in a moment.
    case troubled(Diagnostic)
}

/// Tells an agent to take no more work.
public final class DrainSwitch: Sendable {
    private struct State {
        var isOn = false
        var agent: Agent?
    }

    private let state = Mutex(State())

    public init() {}

    /// Turns it on, for good.
    public func turnOn() {
        let agent = state.withLock { state in
            state.isOn = true
            return state.agent
        }
        agent?.drain()
    }

    public var isOn: Bool { state.withLock { $0.isOn } }

    /// Connects it to the agent at work.
    func connect(_ agent: Agent) {
        let isOn = state.withLock { state in
            state.agent = agent
            return state.isOn
        }
        if isOn { agent.drain() }
    }
}

/// Tells all agents of an apply to take no more work, those too that begin after that.
final class DrainSwitches: Sendable {
    private let state = Mutex((isOn: false, agents: [Agent]()))

    @Sendable func add(_ agent: Agent) {
        let isOn = state.withLock { state in
            state.agents.append(agent)
            return state.isOn
        }
        if isOn { agent.drain() }
    }

    func turnOn() {
        let agents = state.withLock { state -> [Agent] in
            defer { state.isOn = true }
            return state.isOn ? [] : state.agents
        }
        for agent in agents { agent.drain() }
    }
}

extension Reconciler {
    /// Works as an agent of a pool with placement `remote` or `kubernetes`, until it is drained, the pool is gone, or
    /// the task is cancelled. A cancelled agent lets go at once: what runs goes on, and is adopted by the next.
    ///
    /// - Parameters:
    ///   - label: what tells this agent from the others of its pool, for people.
    ///   - drain: turned on, it finishes what it has in hand, or hands it over.
    /// - Throws: a `Diagnostic` where the pool is not recorded or its agents are inside applies, and for a state that
    ///   cannot be used.
    public func serve(
        pool: ObjectName, label: String, drain: DrainSwitch, tell: @escaping @Sendable (AgentEvent) -> Void
    ) async throws {
        guard !paths.state.isBranch else { throw Diagnostic.gitNotForAgents("\(paths.state)") }
        try surroundings.prepareToAct()
        let store = try surroundings.openState(.readWrite)
        let rules = try await rulesApart(of: pool, in: store)
        let provenance = Provenance(
            revision: try await appliedRevision(in: store), actor: "agent \(label) of \(setting.actor)")
        let gone = try await releaseGoneAgents(store, provenance, holdsState: false)
        if !gone.isEmpty { tell(.released(gone)) }
        try await endAbandonedReproductions(store, provenance)
        let crew = try crew(
            store, sources: surroundings.sources(nil, in: store), provenance, log: { tell(.building($0)) },
            report: { tell(.run($0)) })
        let post = Post(pool: pool, placement: rules.placement, label: label, builder: rules.builder)
        try await crew.keep(
            post,
            began: { agent in
                drain.connect(agent)
                tell(.started(agent.settings.record))
            },
            troubled: { tell(.troubled($0)) })
    }

    private func rulesApart(of pool: ObjectName, in store: StateStore) async throws -> PoolRules {
        let cache = RulesCache()
        guard let rules = try await store.read({ try $0.poolRules(pool, knowing: cache) }) else {
            let names = try await store.read { try $0.objects().keys }.filter { $0.kind == .agentPool }
                .map(\.name.description)
            throw Diagnostic.unknownPool(
                "\(pool)", suggestion: Suggestion.closest(to: "\(pool)", among: names.sorted()))
        }
        guard rules.placement.isApart else {
            throw Diagnostic.poolNotRemote("\(pool)", placement: rules.placement.rawValue)
        }
        return rules
    }

    /// The commit whose plan was written down last: what agents do, they do because of it.
    func appliedRevision(in store: StateStore) async throws -> Revision {
        try await store.read { try $0.events(ofKind: .applyStarted, newest: 1) }.last?.recordedRevision ?? .none
    }
}
