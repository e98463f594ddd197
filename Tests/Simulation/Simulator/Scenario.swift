/// What of a world is left out, to see whether something still goes wrong.
public struct Limits: Sendable, Hashable {
    /// The most machines.
    public var hosts = 3
    /// The most commits.
    public var commits = 12
    /// Whether people cancel and retry runs.
    public var hasCommands = true
    /// Whether a second person or CI run applies.
    public var hasRivals = true
    /// The virtual seconds in which things go wrong.
    public var seconds = 60
    /// The only faults that happen, by id; `nil` for all.
    public var faults: Set<String>?

    public init() {}

    /// Reads what `description` writes.
    public init?(_ text: String) {
        for part in text.split(separator: " ") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2 else { return nil }
            switch (sides[0], Int(sides[1])) {
            case ("hosts", let value?): hosts = value
            case ("commits", let value?): commits = value
            case ("seconds", let value?): seconds = value
            case ("commands", let value?): hasCommands = value != 0
            case ("rivals", let value?): hasRivals = value != 0
            case ("faults", _): faults = Set(sides[1].split(separator: ",").map(String.init))
            default: return nil
            }
        }
    }
}

extension Limits: CustomStringConvertible {
    public var description: String {
        let limits =
            "hosts=\(hosts) commits=\(commits) seconds=\(seconds) commands=\(hasCommands ? 1 : 0) "
            + "rivals=\(hasRivals ? 1 : 0)"
        return limits + (faults.map { " faults=\($0.sorted().joined(separator: ","))" } ?? "")
    }
}

/// The frame of a world, all from its seed.
struct Scenario: Sendable {
    let seed: UInt64
    let limits: Limits
    let mutant: Mutant?
    let hosts: Int
    /// By host, in milliseconds.
    let clockErrors: [Int64]
    /// How many machines people and CI apply from.
    let appliers: Int
    let commits: Int
    let hasCommands: Bool
    /// The moment from which on nothing goes wrong any more.
    let calm: Int64
    /// The moment at which everything has to have come to its end.
    let deadline: Int64

    init(seed: UInt64, limits: Limits, mutant: Mutant?) {
        self.seed = seed
        self.limits = limits
        self.mutant = mutant
        let dice = Dice(seed: seed)
        hosts = min(limits.hosts, [1, 1, 2, 3][dice.int(0...3, .scenario, 1)])
        let isSkewed = dice.chance(400, .scenario, 2)
        clockErrors = (0..<3).map { index in
            isSkewed ? Int64(dice.int(-20_000...20_000, .scenario, 10 + UInt64(index))) : 0
        }
        appliers = limits.hasRivals && dice.chance(400, .scenario, 3) ? 2 : 1
        commits = min(limits.commits, dice.int(1...8, .scenario, 4))
        hasCommands = limits.hasCommands && dice.chance(600, .scenario, 5)
        calm = min(Int64(limits.seconds) * 1000, Int64(dice.int(5...30, .scenario, 6)) * 1000)
        deadline = calm + 400_000
    }
}
