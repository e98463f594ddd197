/// What has to hold of every record: a closed list, whose words are not changed.
public enum StateRule: String, Sendable, Hashable, CaseIterable {
    /// The shape of the database is one that this version knows.
    case schema
    /// A column for numbers holds a number, and one that must be filled is.
    case type
    /// A counter is not behind what was counted with it.
    case counter
    /// The events are the ones that were recorded, all of them and in their order.
    case chain
    /// What the tables say has happened stands in the events, and the other way round.
    case trail
    /// A run is called what its specification gives.
    case identity
    /// A run's specification can be read.
    case specification
    /// The columns by which a run is queued are what its specification says.
    case placement
    /// A run's phase is one that there is.
    case phase
    /// The reason belongs to the phase.
    case reason
    /// A run has the attempts that its phase and its count of them ask for.
    case attempts
    /// Whoever has a run in hand holds one whole lease, and nobody else holds one.
    case lease
    /// A moment is recorded exactly where it has come.
    case times
    /// An image is named wherever one has been used, by a digest.
    case image
    /// Who asked for the end of a run is recorded while that counts.
    case cancellation
    /// An attempt's outcome is one that there is, and whole.
    case outcome
    /// A recorded document is in its canonical form and has its recorded digest.
    case content
    /// What is named is there.
    case reference
    /// Numbers go from 1 without a gap.
    case numbering
    /// An agent is in a state that there is.
    case agent
}

/// One row that a rule does not hold of.
public struct StateFinding: Sendable, Hashable, CustomStringConvertible {
    public var rule: StateRule
    public var table: String
    /// The row's key as text, such as `Run/default/one`.
    public var row: String
    /// One clause for people.
    public var message: String

    public init(_ rule: StateRule, table: String, row: String, _ message: String) {
        self.rule = rule
        self.table = table
        self.row = row
        self.message = message
    }

    /// `table row: rule: message`.
    public var description: String { "\(table) \(row): \(rule.rawValue): \(message)" }
}

/// What a check of the record found.
public struct StateCheckResult: Sendable, Hashable {
    /// The first of them, at most `StateCheckResult.mostShown`.
    public var findings: [StateFinding] = []
    /// How many there are, also those that are not among `findings`.
    public var count = 0
    public var objects: Int64 = 0
    public var runs: Int64 = 0
    public var attempts: Int64 = 0
    /// 0 where the events were left out.
    public var events: Int64 = 0

    /// A record that is wrong throughout is shown as far as a person reads.
    public static let mostShown = 1000

    public var isClean: Bool { count == 0 }

    mutating func report(_ finding: StateFinding) {
        count += 1
        if findings.count < Self.mostShown { findings.append(finding) }
    }
}
