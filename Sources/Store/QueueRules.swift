public import Manifests
public import Records

/// What a queue allows, as its newest manifest says.
public struct QueueRules: Sendable, Hashable {
    public var name: ObjectName
    public var ordering: QueueSpec.Ordering
    /// The most runs at once; `nil` for no limit.
    public var concurrency: Int?
    public var isSuspended: Bool
    /// What its attempts are submitted to, without what a run says; `nil` for processes of the agent's machine.
    public var engine: EngineBinding?

    public init(name: ObjectName, _ spec: QueueSpec) {
        self.name = name
        ordering = spec.ordering
        concurrency = spec.concurrency
        isSuspended = spec.suspend
        guard spec.resource != .localProcess else { return }
        engine = EngineBinding(
            kind: spec.resource, settings: spec.settings ?? .object([:]), config: spec.config,
            variables: spec.variables.compactMapValues(\.default).dictionary)
    }
}

/// What a pool's agents do, as its newest manifest says.
public struct PoolRules: Sendable, Hashable {
    /// In the order in which they are served.
    public var queues: [QueueRules]
    public var placement: AgentPoolSpec.Placement
    /// How many agents there ought to be.
    public var replicas: Int
    /// The most runs that one agent has in hand at once.
    public var maxRuns: Int
    public var leaseDuration: Duration
    /// What its agents build images with.
    public var builder: AgentPoolSpec.Builder
    /// Where their images are.
    public var images: ImageLocation
    /// Where they put what attempts leave; `nil` for nowhere but the attempts' own folders.
    public var artifacts: ArtifactLocation?

    public init(_ spec: AgentPoolSpec, queues: [QueueRules]) {
        self.queues = queues
        placement = spec.placement
        replicas = spec.replicas
        maxRuns = spec.maxRuns
        leaseDuration = spec.leaseDuration
        builder = spec.builder
        images = spec.images
        artifacts = spec.artifacts?.location
    }
}
