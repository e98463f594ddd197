import Foundation
import Store

/// One world from its beginning to its end, all of it decided by a number.
public struct Simulation: Sendable {
    public let seed: UInt64
    public let limits: Limits
    public let mutant: Mutant?

    public init(seed: UInt64, limits: Limits = Limits(), mutant: Mutant? = nil) {
        self.seed = seed
        self.limits = limits
        self.mutant = mutant
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let seed: UInt64
        public let limits: Limits
        public let mutant: Mutant?
        public let violation: Violation?
        /// What mattered, line by line.
        public let trace: [String]
        /// Of all that was executed, in order.
        public let digest: UInt64
        /// What went wrong, by id, in order.
        public let faults: [(kind: FaultKind, id: String)]
        public let steps: Int
        public let starts: Int
        /// How many events of each kind were recorded.
        public let events: [String: Int]
        public let virtualSeconds: Double
        /// Processes whose tasks do not come to their end, however much everything that they wait for is over.
        public let unfinished: [String]
    }

    /// The most pieces of work in a world: one that spins does not keep the others waiting.
    private static let mostSteps = 300_000

    /// - Throws: what the real store throws when it cannot be made.
    public func run() throws -> Outcome {
        let path = Self.folder + "/slipway-simulation-\(UUID().uuidString).db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let scenario = Scenario(seed: seed, limits: limits, mutant: mutant)
        let world = World(scenario, database: try SQLiteDatabase(path: path, access: .readWrite))
        world.begin()
        world.loop.run { world.isOver || world.violation != nil || world.loop.steps > Self.mostSteps }
        if world.loop.steps > Self.mostSteps { world.violate(.converges, "\(Self.mostSteps) steps, and no end") }
        if !world.isOver, world.violation == nil { world.violate(.converges, "nothing is left to do, and no end") }
        let (digest, steps, now) = (world.loop.digest, world.loop.steps, world.loop.now)
        let unfinished = world.end()
        // The name of the file is the only thing that is not the seed's.
        let trace = world.trace.lines.map { $0.replacingOccurrences(of: path, with: "state.db") }
        return Outcome(
            seed: seed, limits: limits, mutant: mutant, violation: world.violation, trace: trace,
            digest: digest,
            faults: world.faults.struck.map { ($0.kind, $0.id) }, steps: steps, starts: world.starts.count,
            events: world.eventCounts, virtualSeconds: Double(now) / 1000, unfinished: unfinished)
    }

    /// A folder in memory where there is one: a world's disk need not outlive it.
    private static let folder =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
}

extension World {
    /// Ends every process, so that nothing of the world stays behind; returns those that do not end.
    func end() -> [String] {
        isOver = true
        for process in processes { process.die() }
        loop.run { processes.allSatisfy(\.isOver) }
        defer {
            // What waits in the loop holds the world, and the world the loop and its database's files.
            for process in processes { process.forget() }
            loop.forget()
        }
        return processes.filter { !$0.isOver }.map(\.name)
    }
}

extension Simulation.Outcome {
    /// What was found, and how to see it again.
    public var summary: String {
        guard let violation else { return "seed \(seed): nothing was violated" }
        let mistake = mutant.map { " MUTANT=\($0.rawValue)" } ?? ""
        let struck = faults.map { "\($0.kind.rawValue) \($0.id)" }.joined(separator: ", ")
        return """
            seed \(seed) violates \(violation.invariant.rawValue): \(violation.what)
            faults: \(struck.isEmpty ? "none" : struck)
            to see it again: make simulate SEED=\(seed)\(mistake) ONLY="\(limits)"
            """
    }
}
