/// Looks for the smallest world in which the same goes wrong.
public struct Shrinker {
    private let seed: UInt64
    private let mutant: Mutant?
    private let invariant: Invariant
    private var best: Simulation.Outcome
    private var left: Int

    /// - Parameters:
    ///   - outcome: of a world in which something went wrong.
    ///   - tries: the most worlds to look at.
    public init?(_ outcome: Simulation.Outcome, mutant: Mutant? = nil, tries: Int = 200) {
        guard let violation = outcome.violation else { return nil }
        seed = outcome.seed
        self.mutant = mutant
        invariant = violation.invariant
        best = outcome
        left = tries
    }

    /// The smallest that was found.
    ///
    /// - Throws: what the real store throws when it cannot be made.
    public mutating func shrink() throws -> Simulation.Outcome {
        var size: Int
        repeat {
            size = best.size
            try shrinkFaults()
            try shrinkFrame()
        } while best.size < size && left > 0
        return best
    }

    /// Leaves out halves of the faults, then quarters, and so on to single ones.
    private mutating func shrinkFaults() throws {
        var part = max(1, best.faults.count / 2)
        while true {
            var start = 0
            while start < best.faults.count {
                let ids = best.faults.map(\.id)
                let kept = ids.prefix(start) + ids.dropFirst(start + part)
                var limits = best.limits
                limits.faults = Set(kept)
                if try !accept(limits) { start += part }
            }
            guard part > 1 else { return }
            part = max(1, part / 2)
        }
    }

    private mutating func shrinkFrame() throws {
        try tryWith { $0.hasCommands = false }
        try tryWith { $0.hasRivals = false }
        for hosts in 1..<3 where hosts < best.limits.hosts { try tryWith { $0.hosts = hosts } }
        for commits in 0..<9 where commits < best.limits.commits { try tryWith { $0.commits = commits } }
        for seconds in [2, 4, 6, 8, 12, 16, 24] where seconds < best.limits.seconds {
            try tryWith { $0.seconds = seconds }
        }
    }

    private mutating func tryWith(_ change: (inout Limits) -> Void) throws {
        var limits = best.limits
        change(&limits)
        if limits != best.limits { _ = try accept(limits) }
    }

    /// Whether the same goes wrong within other limits; then they are the best so far.
    private mutating func accept(_ limits: Limits) throws -> Bool {
        guard left > 0 else { return false }
        left -= 1
        let outcome = try Simulation(seed: seed, limits: limits, mutant: mutant).run()
        guard outcome.violation?.invariant == invariant, outcome.size < best.size else { return false }
        best = outcome
        return true
    }
}

extension Simulation.Outcome {
    /// How much there is to understand.
    fileprivate var size: Int {
        faults.count * 100 + limits.hosts * 10 + limits.commits * 10 + limits.seconds + trace.count
            + (limits.hasCommands ? 20 : 0) + (limits.hasRivals ? 20 : 0)
    }
}
