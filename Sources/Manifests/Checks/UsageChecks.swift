import YAML

/// What is declared and serves nothing: jobs and queues that no run uses, pools without work.
///
/// A set of manifests without runs is being built up, and one with mistakes may use what it seems not to: neither is
/// judged. The annotation `slipway/unused: "true"` says that it is meant.
enum UsageChecks {
    static func warnings(_ desired: DesiredState) -> [Diagnostic] {
        guard !desired.runs.isEmpty else { return [] }
        var jobs: Set<ObjectName> = []
        var queues: Set<ObjectName> = []
        for run in desired.runs.values {
            jobs.insert(run.spec.job.name)
            queues.insert(run.spec.queue)
        }
        var found: [Diagnostic] = []
        for (name, job) in desired.jobs where !jobs.contains(name) && !job.metadata.mayBeUnused {
            found.append(.unusedJob(name, at: job.origin.location(of: ["metadata", "name"])))
        }
        for (name, queue) in desired.queues where !queues.contains(name) && !queue.metadata.mayBeUnused {
            found.append(.unusedQueue(name, at: queue.origin.location(of: ["metadata", "name"])))
        }
        for (name, pool) in desired.pools where !pool.metadata.mayBeUnused {
            let own = pool.spec.queues.compactMap { desired.queues[$0] }
            // Queues that may be unused may have a pool that waits with them.
            guard !own.isEmpty, !own.contains(where: { $0.metadata.mayBeUnused }) else { continue }
            let suspended = own.filter { $0.spec.suspend && queues.contains($0.metadata.objectName) }
            let isIdle = own.allSatisfy { $0.spec.suspend || !queues.contains($0.metadata.objectName) }
            guard isIdle else { continue }
            let place = suspended.first?.origin.location(of: ["spec", "suspend"])
            found.append(.idlePool(name, suspended: place, at: pool.origin.location(of: ["metadata", "name"])))
        }
        return found
    }
}

extension Metadata {
    /// The annotation that says of an object that nothing need use it.
    public static let unusedAnnotation = "slipway/unused"

    var mayBeUnused: Bool { annotations[Self.unusedAnnotation] == "true" }
}
