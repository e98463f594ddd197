/// What executes the runs of a queue.
public enum EngineKind: String, Sendable, Hashable, CaseIterable, Codable {
    case localProcess = "local-process"
    case localContainer = "local-container"
    case slurm
    case kubernetes
    case ray
    case sagemaker
    case vertex
}

/// An ordered line of runs for one compute resource, with that resource's configuration template.
public struct QueueSpec: Sendable, Hashable {
    public enum Ordering: String, Sendable, Hashable, CaseIterable, Codable {
        case fifo
        case priority
    }

    public var resource: EngineKind = .localProcess
    /// How the engine is reached and used, and what its submissions may do; `nil` for as it is.
    public var settings: JSONValue?
    /// The engine's own submission document, a `QueueTemplate`.
    public var config: JSONValue = .object([:])
    /// What a run may set, within these bounds.
    public var variables: NamedValues<ParameterSchema> = [:]
    public var ordering: Ordering = .fifo
    /// The most runs of this queue at once; `nil` for no limit.
    public var concurrency: Int?
    public var suspend: Bool = false

    public init() {}
}
