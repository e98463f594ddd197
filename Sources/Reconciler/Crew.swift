import Agents
import Engines
import Manifests
import Records
import Store
import Synchronization
import YAML

/// One place in a pool, that an agent fills.
struct Post: Sendable, Hashable {
    var pool: ObjectName
    var placement: AgentPoolSpec.Placement
    /// What tells its agent from the pool's others: 1, 2, … inside an apply.
    var label: String
    var builder: AgentPoolSpec.Builder

    /// The places that an apply fills: as many as the replicas of its local pools.
    static func local(_ desired: DesiredState) -> [Post] {
        desired.pools.filter { $0.value.spec.placement == .local }.sorted { $0.key < $1.key }.flatMap { name, pool in
            (0..<pool.spec.replicas).map { place in
                Post(pool: name, placement: .local, label: "\(place + 1)", builder: pool.spec.builder)
            }
        }
    }
}

/// What gives agents their images, one for each way to build them: all pools that build in one way share what is under
/// way.
final class ImageSupplies: Sendable {
    private let make: @Sendable (AgentPoolSpec.Builder) -> ImageSupply
    private let made = Mutex<[AgentPoolSpec.Builder: ImageSupply]>([:])

    init(_ make: @escaping @Sendable (AgentPoolSpec.Builder) -> ImageSupply) { self.make = make }

    func of(_ builder: AgentPoolSpec.Builder) -> ImageSupply {
        made.withLock { made in
            if let known = made[builder] { return known }
            let new = make(builder)
            made[builder] = new
            return new
        }
    }
}

/// What the agents of one process share, and what makes new ones.
struct Crew: Sendable {
    let store: StateStore
    let surroundings: any Surroundings
    let setting: Setting
    let place: AgentPlace
    let workspace: any RunWorkspace
    let engine: any Engine
    /// For pools by what they build images with.
    let supplies: ImageSupplies
    let provenance: Provenance
    let rules = RulesCache()
    let report: @Sendable (RunReport) -> Void

    /// A new agent; its name is its own for all time.
    func agent(_ post: Post) -> Agent {
        let now = setting.time.now()
        let record = AgentRecord(
            id: "\(post.pool.name)-\(post.label)-\(setting.unique())", pool: post.pool, placement: post.placement,
            place: place, process: setting.process, startedAt: now, heartbeatAt: now)
        return Agent(
            AgentSettings(record: record, rules: .recorded(rules)), store: store, workspace: workspace,
            images: supplies.of(post.builder), engine: engine, provenance: provenance,
            time: setting.time, report: report)
    }

    /// How long to wait before an agent that fell to a passing fault is replaced: at first, and at most.
    private static let pause = (first: Duration.seconds(1), most: Duration.seconds(30))

    /// Sees to it that there is one agent, until the task is cancelled or the agent has nothing more to do: one that
    /// fell to a fault that passes (a busy state, a server that restarts) is replaced, and its work adopted.
    ///
    /// - Parameters:
    ///   - began: is told of each agent before it works.
    ///   - troubled: is told of each fault that passes.
    func keep(
        _ post: Post, began: @Sendable (Agent) -> Void = { _ in }, troubled: @Sendable (Diagnostic) -> Void = { _ in }
    ) async throws {
        var pause = Self.pause.first
        while !Task.isCancelled {
            let agent = agent(post)
            began(agent)
            let start = setting.time.now()
            do {
                return try await agent.work()
            } catch let fault as Diagnostic where fault.isPassing {
                troubled(fault)
                // One that worked for a while has had no part in the trouble before.
                if setting.time.now() - start > Self.pause.most { pause = Self.pause.first }
                try await setting.time.sleep(for: pause)
                pause = min(pause * 2, Self.pause.most)
            }
        }
    }
}

extension Reconciler {
    func crew(
        _ store: StateStore, sources: any JobSources, _ provenance: Provenance,
        log: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (RunReport) -> Void
    ) throws -> Crew {
        let supplies = ImageSupplies { [surroundings, setting] builder in
            ImageSupply(
                store: store, images: surroundings.images, registry: surroundings.registry,
                builder: surroundings.builder(builder), attestor: surroundings.attestor, sources: sources,
                provenance: provenance, time: setting.time, log: log)
        }
        return Crew(
            store: store, surroundings: surroundings, setting: setting, place: try surroundings.place(),
            workspace: surroundings.workspace, engine: surroundings.engine,
            supplies: supplies, provenance: provenance, report: report)
    }
}
