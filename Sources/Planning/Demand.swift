public import Manifests
import Records

/// What the runs that a plan starts on one queue ask for, all together.
public struct QueueDemand: Sendable, Hashable {
    public var queue: ObjectName
    /// Executions that start or start again.
    public var runs: Int = 0
    public var gpus: Int64 = 0
    /// In thousandths of a core; `nil` where no job says how many it needs.
    public var millicores: Int64?
    /// In bytes; `nil` where no job says how much it needs.
    public var memory: Int64?

    public init(queue: ObjectName) { self.queue = queue }

    mutating func add(_ resources: Resources?) {
        runs += 1
        guard let resources else { return }
        gpus = Self.sum(gpus, Int64(resources.gpu))
        if let cpu = resources.cpu { millicores = Self.sum(millicores ?? 0, cpu.millicores) }
        if let memory = resources.memory { self.memory = Self.sum(self.memory ?? 0, memory.bytes) }
    }

    /// Manifests may ask for more than a number can hold; the sum then stays at the greatest.
    private static func sum(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}

extension Planner {
    /// What the runs that would start ask for, by queue.
    var demand: [QueueDemand] {
        var found: [ObjectName: QueueDemand] = [:]
        for action in actions {
            let specification: RunSpecification
            switch action.change?.execution {
            case .start(let started)?: specification = started
            case .requeue(_, let requeued)?: specification = requeued
            case .place?, nil: continue
            }
            let resources = input.desired.jobs[specification.job]?.spec.resources
            found[specification.queue, default: QueueDemand(queue: specification.queue)].add(resources)
        }
        return found.values.sorted { $0.queue < $1.queue }
    }
}
