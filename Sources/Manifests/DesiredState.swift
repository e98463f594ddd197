import YAML

/// What the manifests of one revision ask for.
public struct DesiredState: Sendable {
    public var jobs: [ObjectName: Manifest<JobSpec>] = [:]
    public var queues: [ObjectName: Manifest<QueueSpec>] = [:]
    public var pools: [ObjectName: Manifest<AgentPoolSpec>] = [:]
    public var runs: [ObjectName: Manifest<RunSpec>] = [:]
    public var policies: [ObjectName: Manifest<PolicySpec>] = [:]

    public init() {}

    public var count: Int { jobs.count + queues.count + pools.count + runs.count + policies.count }
    public var isEmpty: Bool { count == 0 }

    /// The files that they are written in, as messages call them.
    public var files: Set<String> {
        let origins: [any Sequence<Origin>] = [
            jobs.values.lazy.map(\.origin), queues.values.lazy.map(\.origin), pools.values.lazy.map(\.origin),
            runs.values.lazy.map(\.origin), policies.values.lazy.map(\.origin),
        ]
        return origins.reduce(into: []) { files, origins in for origin in origins { files.formUnion(origin.files) } }
    }

    /// The values of all parameters of a run: those it gives, and the defaults of its job's others.
    public func resolvedParameters(of run: Manifest<RunSpec>) -> [String: JSONValue] {
        let declared = jobs[run.spec.job.name]?.spec.parameters ?? [:]
        return run.spec.parameters.overDefaults(of: declared).mapValues(\.normalized)
    }
}
