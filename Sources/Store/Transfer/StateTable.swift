import Manifests

/// A table of the record as a whole, for what carries or checks every column of it. A test holds the list against the
/// database that the migrations make.
struct StateTable: Sendable {
    struct Column: Sendable {
        let name: String
        let isNumber: Bool
        let isOptional: Bool
        /// Whether the number is a moment.
        let isTime: Bool
        /// Whether the text is a JSON document.
        let isDocument: Bool
        /// The name in the words of the manifests, such as `appliedAt`.
        let readableName: String

        private init(_ name: String, isNumber: Bool = false, isOptional: Bool = false) {
            self.name = name
            self.isNumber = isNumber
            self.isOptional = isOptional
            isTime = isNumber && (name == "at" || name.hasSuffix("_at") || Self.otherTimes.contains(name))
            isDocument = Self.documents.contains(name)
            let words = name.split(separator: "_")
            readableName = words.dropFirst().reduce(String(words.first ?? "")) {
                $0 + $1.prefix(1).uppercased() + $1.dropFirst()
            }
        }

        private static let otherTimes: Set<String> = ["not_before", "lease_expires"]
        private static let documents: Set<String> = [
            "content", "specification", "details", "outputs", "artifact", "engine",
        ]

        static func text(_ name: String) -> Column { Column(name) }
        static func number(_ name: String) -> Column { Column(name, isNumber: true) }
        static func optionalText(_ name: String) -> Column { Column(name, isOptional: true) }
        static func optionalNumber(_ name: String) -> Column { Column(name, isNumber: true, isOptional: true) }
    }

    enum Order: Sendable {
        /// By numbers and hexadecimal digits, which every database puts into one order.
        case database(String)
        /// By the bytes of the key. Databases order words by rules of their own, so that is done after reading; only
        /// tables that grow with what people write are read so.
        case bytes
    }

    let name: String
    /// Which columns tell rows apart, the first of them first.
    let key: [String]
    let order: Order
    let columns: [Column]
    let places: [String: Int]

    init(_ name: String, key: [String], order: Order, _ columns: [Column]) {
        self.name = name
        self.key = key
        self.order = order
        self.columns = columns
        places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
    }

    var columnList: String { columns.map(\.name).joined(separator: ", ") }

    /// Every table, those that others refer to first and the events last.
    static let all = [meta, agents, jobVersions, images, runs, attempts, dependencies, objects, events]

    static let meta = StateTable("slipway_meta", key: ["name"], order: .bytes, [.text("name"), .text("value")])

    static let agents = StateTable(
        "agents", key: ["id"], order: .bytes,
        [
            .text("id"), .text("pool_namespace"), .text("pool"), .text("host"), .number("process"), .text("state"),
            .number("started_at"), .number("heartbeat_at"), .text("placement"), .text("machine"),
            .text("runs"), .text("location"),
        ])

    static let jobVersions = StateTable(
        "job_versions", key: ["namespace", "job", "number"], order: .bytes,
        [
            .text("namespace"), .text("job"), .number("number"), .text("digest"), .text("content"),
            .number("created_at"), .optionalText("revision"),
        ])

    static let images = StateTable(
        "images", key: ["job_digest"], order: .database("job_digest"),
        [.text("job_digest"), .text("manifest"), .text("details"), .number("built_at")])

    static let runs = StateTable(
        "runs", key: ["id"], order: .database("sequence, id"),
        [
            .text("id"), .text("identity"), .text("namespace"), .text("name"), .text("specification"), .text("queue"),
            .number("priority"), .number("sequence"), .text("phase"), .text("reason"), .text("message"),
            .number("attempt"), .number("forgiven"), .optionalNumber("not_before"), .optionalText("lease_agent"),
            .optionalNumber("lease_token"), .optionalNumber("lease_expires"), .optionalText("cancelled_by"),
            .optionalText("image"), .number("created_at"), .optionalNumber("started_at"),
            .optionalNumber("finished_at"), .optionalText("affinity"),
        ])

    static let attempts = StateTable(
        "attempts", key: ["run", "number"], order: .database("run, number"),
        [
            .text("run"), .number("number"), .text("agent"), .text("host"), .optionalText("image"),
            .number("created_at"), .optionalNumber("submitted_at"), .optionalNumber("ended_at"),
            .optionalText("reason"), .optionalNumber("exit_code"), .optionalText("message"), .optionalText("folder"),
            .optionalText("location"), .optionalText("outputs"), .optionalNumber("confirmed_at"),
            .optionalText("artifact"), .optionalText("engine"),
        ])

    static let dependencies = StateTable(
        "dependencies", key: ["run", "upstream"], order: .database("run, upstream"), [.text("run"), .text("upstream")])

    static let objects = StateTable(
        "objects", key: ["kind", "namespace", "name"], order: .bytes,
        [
            .text("kind"), .text("namespace"), .text("name"), .text("digest"), .text("content"), .text("file"),
            .number("line"), .number("prunable"), .optionalText("identity"), .optionalNumber("version"),
            .optionalText("revision"), .number("dirty"), .number("applied_at"),
        ])

    static let events = StateTable(
        "events", key: ["sequence"], order: .database("sequence"),
        [
            .number("sequence"), .number("at"), .text("kind"), .text("subject"), .text("cause"), .text("revision"),
            .text("actor"), .text("details"), .text("previous"), .text("hash"),
        ])
}

/// One row with all its columns, as it stands in the database.
struct StateRow: Sendable {
    let table: StateTable
    /// In the order of the table's columns. Where a number ought to be and something else is, the text of that.
    private(set) var values: [SQLValue]

    init(_ row: any SQLRow, of table: StateTable) {
        self.table = table
        values = table.columns.enumerated().map { index, column in
            if column.isNumber, let number = row.optionalInt(index) { return .int(number) }
            return SQLValue(row.optionalText(index))
        }
    }

    /// A row of which only the key is known.
    init(_ table: StateTable, key: [SQLValue]) {
        self.table = table
        values = table.columns.map { _ in .null }
        for (name, value) in zip(table.key, key) {
            if let place = table.places[name] { values[place] = value }
        }
    }

    /// The row without the texts of some columns, where those are long and not needed any more.
    func without(_ columns: [String]) -> StateRow {
        var row = self
        for column in columns {
            if let place = table.places[column] { row.values[place] = .null }
        }
        return row
    }

    subscript(_ column: String) -> SQLValue { table.places[column].map { values[$0] } ?? .null }

    /// The text in a column; `nil` where there is none.
    func text(_ column: String) -> String? { if case .text(let text) = self[column] { text } else { nil } }

    /// The number in a column; `nil` where there is none.
    func number(_ column: String) -> Int64? { if case .int(let number) = self[column] { number } else { nil } }

    func isNull(_ column: String) -> Bool { self[column] == .null }

    /// The values of the key with slashes between them, for people.
    var key: String { table.key.map { self[$0].shown }.joined(separator: "/") }
}

extension SQLValue {
    var shown: String {
        switch self {
        case .null: ""
        case .int(let number): String(number)
        case .text(let text): text
        }
    }

    /// Numbers by value and texts by their bytes.
    static func precedes(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left < right
        default: left.shown.utf8.lexicographicallyPrecedes(right.shown.utf8)
        }
    }
}

extension SQLConnection {
    /// Hands over the rows of a table in the order that is the same in every database.
    func forEachRow(of table: StateTable, _ body: (StateRow) throws -> Void) throws {
        let query = "SELECT \(table.columnList) FROM \(table.name)"
        switch table.order {
        case .database(let order):
            try forEachRow("\(query) ORDER BY \(order)", []) { try body(StateRow($0, of: table)) }
        case .bytes:
            let rows = try rows(query) { StateRow($0, of: table) }
            let sorted = rows.sorted { left, right in
                for column in table.key where left[column] != right[column] {
                    return SQLValue.precedes(left[column], right[column])
                }
                return false
            }
            for row in sorted { try body(row) }
        }
    }

    func count(of table: StateTable) throws -> Int64 {
        try first("SELECT COUNT(*) FROM \(table.name)") { $0.int(0) } ?? 0
    }
}
