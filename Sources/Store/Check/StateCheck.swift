import Manifests
import Records

/// The working memory of one check of the record.
struct StateCheck {
    /// What is kept of a run while the tables that refer to it are read.
    struct RunFacts {
        var row: StateRow
        var phase: RunPhase?
        var attempt: Int64
        /// How many attempts were seen, and the newest of them.
        var attemptsSeen: Int64 = 0
        var newest: AttemptFacts?
        var firstUnended: Int64?
        var firstSuccess: Int64?
        /// The identities that its specification waits for, and no row has named yet; `nil` where that is not known.
        var untoldUpstreams: Set<String>?
    }

    struct AttemptFacts {
        var isEnded: Bool
        var isSubmitted: Bool
        var reason: String?
        var image: String?
    }

    let connection: any SQLConnection
    var result = StateCheckResult()
    var counters: [String: Int64] = [:]
    var chainHead: (sequence: Int64, hash: String)? = (0, EventRecord.genesis)
    var agents: Set<String> = []
    /// The digest and the source of each job version, as `namespace/job@v1`.
    var versions: [String: (digest: String, source: String?)] = [:]
    /// In the order of their sequence.
    var runs: [RunFacts] = []
    var runsByID: [String: Int] = [:]
    var identities: Set<String> = []
    var trail = StateTrail()
    var readsEvents = true

    init(connection: any SQLConnection) { self.connection = connection }

    mutating func run(events: Bool) throws -> StateCheckResult {
        readsEvents = events
        try read(.meta) { $0.checkMeta($1) }
        if counters["schema"] == nil {
            report(.schema, .meta, "schema", "it is missing, or no number")
        }
        try read(.agents) { $0.checkAgent($1) }
        try checkJobVersions()
        try read(.images) { $0.checkImage($1) }
        try checkRuns()
        try read(.attempts) { $0.checkAttempt($1) }
        for facts in runs { checkAttempts(of: facts) }
        try checkDependencies()
        try read(.objects) { $0.checkObject($1) }
        if events { try checkEvents() }
        return result
    }

    /// Reads a table, and sees to what holds of every column of every row.
    mutating func read(_ table: StateTable, _ body: (inout StateCheck, StateRow) throws -> Void) throws {
        let connection = connection
        try connection.forEachRow(of: table) { row in
            for (column, value) in zip(table.columns, row.values) {
                switch value {
                case .null where !column.isOptional: report(.type, row, "\(column.name) is missing")
                case .text(let text) where column.isNumber:
                    report(.type, row, "\(column.name) is \(text.quoted), which is no number")
                default: break
                }
            }
            try body(&self, row)
        }
    }

    mutating func report(_ rule: StateRule, _ row: StateRow, _ message: String) {
        report(rule, row.table, row.key, message)
    }

    mutating func report(_ rule: StateRule, _ table: StateTable, _ row: String, _ message: String) {
        result.report(StateFinding(rule, table: table.name, row: row, message))
    }

    /// Reports what is wrong with a recorded document; returns it where it can be read.
    mutating func document(_ column: String, of row: StateRow, digest: String? = nil) -> JSONValue? {
        let text = row.text(column) ?? ""
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else {
            report(.content, row, "\(column) is no JSON document")
            return nil
        }
        if !value.canonicalBytes.elementsEqual(text.utf8) {
            report(.content, row, "\(column) is not in its canonical form")
        }
        if let digest, Digest(of: text).description != row.text(digest) {
            report(.content, row, "\(digest) is not the digest of \(column)")
        }
        return value
    }
}

extension String {
    /// For a message: in quotes, and not without end.
    var quoted: String { "“\(count > 60 ? prefix(59) + "…" : prefix(60))”" }
}
