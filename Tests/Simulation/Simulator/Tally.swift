/// What happened in many worlds, to see that enough does.
public struct Tally: Sendable {
    private var faults: [FaultKind: Int] = [:]
    private var events: [String: Int] = [:]
    private var steps = 0
    private var starts = 0
    private var seconds = 0.0
    private var digest: UInt64 = 0

    public init() {}

    public mutating func add(_ outcome: Simulation.Outcome) {
        for fault in outcome.faults { faults[fault.kind, default: 0] += 1 }
        for (kind, count) in outcome.events { events[kind, default: 0] += count }
        steps += outcome.steps
        starts += outcome.starts
        seconds += outcome.virtualSeconds
        digest = Dice.mix(digest ^ outcome.digest)
    }

    /// Some lines for a reader.
    public func text(worlds: Int, seconds real: Double) -> String {
        func list(_ counts: [(String, Int)]) -> String {
            counts.sorted { $0.0 < $1.0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        }
        let rate = Int((Double(worlds) / max(real, 0.001)).rounded())
        return """
            faults: \(list(faults.map { ($0.key.rawValue, $0.value) }))
            events: \(list(events.map { ($0.key, $0.value) }))
            \(starts) starts, \(steps) steps, \(Int(seconds))s of virtual time, \(rate) worlds/s, \
            digest \(String(digest, radix: 16))
            """
    }
}
