import Records

// The words of phases in SQL, from the one place that says what a phase means.

extension RunPhase {
    /// The phases in which an agent has a run in hand, as a list for `IN`.
    static let activeList = list(\.isActive)
    /// The phases in which nothing happens any more, as a list for `IN`.
    static let terminalList = list(\.isTerminal)

    private static func list(_ belongs: (RunPhase) -> Bool) -> String {
        "(" + allCases.filter(belongs).map { "'\($0.rawValue)'" }.joined(separator: ", ") + ")"
    }
}
