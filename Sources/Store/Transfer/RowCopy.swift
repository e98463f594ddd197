/// Writes rows of one table into another database, many with each statement.
struct RowCopy {
    private let table: StateTable
    private let target: any SQLConnection
    private var waiting: [StateRow] = []
    private(set) var tally = TableTally()

    /// Few enough that a statement stays below the number of arguments that every database takes (32,766 in SQLite),
    /// many enough that a round trip to a server is not what takes the time.
    private static let batch = 200

    init(_ table: StateTable, to target: any SQLConnection) {
        self.table = table
        self.target = target
    }

    mutating func add(_ row: StateRow) throws {
        tally.add(row)
        waiting.append(row)
        if waiting.count == Self.batch { try flush() }
    }

    mutating func flush() throws {
        guard !waiting.isEmpty else { return }
        let places = "(" + Array(repeating: "?", count: table.columns.count).joined(separator: ", ") + ")"
        try target.execute(
            "INSERT INTO \(table.name) (\(table.columnList)) VALUES "
                + Array(repeating: places, count: waiting.count).joined(separator: ", "),
            waiting.flatMap(\.values))
        waiting.removeAll(keepingCapacity: true)
    }
}
