import Manifests
import Records
import YAML

/// What an agent says again and again of itself: it is not worth a commit, and goes along with the next.
struct VolatileColumn {
    let table: StateTable
    let column: String
    /// The columns that say whether two values of it are of the same thing.
    let sameness: [String]

    static let all = [
        VolatileColumn(table: .agents, column: "heartbeat_at", sameness: ["id"]),
        VolatileColumn(table: .runs, column: "lease_expires", sameness: ["id", "lease_agent", "lease_token"]),
    ]
}

/// What a database keeps beside the record when it is the working copy of a branch: the commit that it is at, and the
/// rows that have changed since.
///
/// Triggers note the changes, so that no query can forget one, and in the transaction that makes them.
struct WorkingCopy {
    let connection: any SQLConnection

    static let site = "slipway_git"
    static let changes = "slipway_git_changes"

    /// Makes what is missing. The triggers are made anew: another version may have had other columns.
    func prepare() throws {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS \(Self.site) (name TEXT PRIMARY KEY, value TEXT NOT NULL)", [])
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS \(Self.changes) "
                + "(owner TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (owner, key))",
            [])
        try watch(false)
        try watch(true)
    }

    /// Begins or ends to note changes.
    func watch(_ isOn: Bool) throws {
        for table in StateTable.all {
            for act in ["INSERT", "UPDATE", "DELETE"] {
                let name = "\(Self.changes)_\(table.name)_\(act.lowercased())"
                guard isOn else {
                    try connection.execute("DROP TRIGGER IF EXISTS \(name)", [])
                    continue
                }
                try connection.execute(Self.trigger(name, act, table), [])
            }
        }
    }

    private static func trigger(_ name: String, _ act: String, _ table: StateTable) -> String {
        let volatile = VolatileColumn.all.filter { $0.table.name == table.name }.map(\.column)
        let columns = table.columns.map(\.name).filter { !volatile.contains($0) }.joined(separator: ", ")
        let row = act == "DELETE" ? "OLD" : "NEW"
        // Attempts and dependencies stand in the file of their run.
        let isOfRun = table.name == StateTable.attempts.name || table.name == StateTable.dependencies.name
        let owner = isOfRun ? StateTable.runs.name : table.name
        let key = isOfRun ? ["run"] : table.key
        let text = "json_array(" + key.map { "\(row).\($0)" }.joined(separator: ", ") + ")"
        return "CREATE TRIGGER \(name) AFTER \(act)\(act == "UPDATE" ? " OF \(columns)" : "") ON \(table.name) "
            // Not by OR IGNORE: what the outer statement says of conflicts would count for this one too.
            + "BEGIN INSERT INTO \(changes) SELECT '\(owner)', \(text) WHERE NOT EXISTS "
            + "(SELECT 1 FROM \(changes) WHERE owner = '\(owner)' AND key = \(text)); END"
    }

    /// Does what fills the tables while they have no indexes, and makes those again: sorted once, they cost a fraction.
    func withoutIndexes(_ fill: () throws -> Void) throws {
        let indexes = try connection.rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        ) { ($0.text(0), $0.text(1)) }
        for (name, _) in indexes { try connection.execute("DROP INDEX \(name)", []) }
        try fill()
        for (_, sql) in indexes { try connection.execute(sql, []) }
    }

    // MARK: The commit

    /// The commit whose files this is; `nil` where there is none yet.
    func commit() throws -> String? {
        try connection.first("SELECT value FROM \(Self.site) WHERE name = 'commit'") { $0.text(0) }
    }

    /// Says that it is what a commit says: nothing has changed since.
    func settle(at commit: String) throws {
        try connection.execute("INSERT OR REPLACE INTO \(Self.site) VALUES ('commit', ?)", [.text(commit)])
        try connection.execute("DELETE FROM \(Self.changes)", [])
    }

    /// The number of the newest event that the commit holds.
    func settledSequence() throws -> Int64 {
        try connection.first("SELECT value FROM \(Self.site) WHERE name = 'sequence'") { Int64($0.text(0)) ?? 0 } ?? 0
    }

    func settle(sequence: Int64) throws {
        try connection.execute("INSERT OR REPLACE INTO \(Self.site) VALUES ('sequence', ?)", [.text(String(sequence))])
    }

    /// Forgets the record.
    func clear() throws {
        for table in StateTable.all where table.name != StateTable.meta.name {
            try connection.execute("DELETE FROM \(table.name)", [])
        }
        try connection.execute("DELETE FROM slipway_meta WHERE name <> 'schema'", [])
    }

    // MARK: The files that differ

    var hasChanges: Bool {
        get throws { try connection.first("SELECT 1 FROM \(Self.changes) LIMIT 1") { $0.int(0) } != nil }
    }

    /// What has to be written or removed so that a commit says what is here.
    func changedFiles() throws -> (
        written: [(path: String, content: [UInt8])], removed: [String], events: [EventRecord]
    ) {
        var written: [(path: String, content: [UInt8])] = []
        var removed: [String] = []
        let changed = try connection.rows("SELECT owner, key FROM \(Self.changes) ORDER BY owner, key") {
            ($0.text(0), $0.text(1))
        }
        for (owner, text) in changed {
            guard let (table, _) = StateFile.folders.first(where: { $0.table.name == owner }),
                let key = try JSONValue(parsing: Array(text.utf8)).array
            else { continue }
            let values = key.map { value in value.int.map(SQLValue.int) ?? .text(value.string ?? "") }
            if let row = try row(of: table, key: values) {
                written.append((StateFile.path(of: row), try content(of: row)))
            } else if table.name != StateTable.runs.name {
                removed.append(StateFile.path(of: StateRow(table, key: values)))
            }
        }
        let events = try newEvents(into: &written)
        written.append((StateFile.summary, try document(StateImport.Summary(connection).json)))
        return (written, removed, events)
    }

    private func row(of table: StateTable, key: [SQLValue]) throws -> StateRow? {
        let condition = table.key.map { "\($0) = ?" }.joined(separator: " AND ")
        return try connection.first("SELECT \(table.columnList) FROM \(table.name) WHERE \(condition)", key) {
            StateRow($0, of: table)
        }
    }

    private func content(of row: StateRow) throws -> [UInt8] {
        var members = row.readable()
        if row.table.name == StateTable.runs.name {
            let id = row["id"]
            let attempts = try connection.rows(
                "SELECT \(StateTable.attempts.columnList) FROM attempts WHERE run = ? ORDER BY number", [id]
            ) { StateRow($0, of: .attempts) }
            if !attempts.isEmpty {
                members["attempts"] = .array(attempts.map { .object($0.readable(without: ["run"])) })
            }
            let upstreams = try connection.rows(
                "SELECT upstream FROM dependencies WHERE run = ? ORDER BY upstream", [id]
            ) { JSONValue.string($0.text(0)) }
            if !upstreams.isEmpty { members["waitsFor"] = .array(upstreams) }
        }
        return document(.object(members))
    }

    private func document(_ value: JSONValue) -> [UInt8] { Array(value.pretty.utf8) + [0x0A] }

    /// The events since the commit, and the files that they are in, whole.
    private func newEvents(into written: inout [(path: String, content: [UInt8])]) throws -> [EventRecord] {
        let settled = try settledSequence()
        let first = settled / StateFile.eventsInFile * StateFile.eventsInFile
        let events = try connection.rows(
            "SELECT \(EventRecord.columns) FROM events WHERE sequence > ? ORDER BY sequence", [.int(first)]
        ) { EventRecord($0) }
        guard let last = events.last, last.sequence > settled else { return [] }
        var content: [UInt8] = []
        for event in events {
            content += EventLines.line(event)
            if event.sequence % StateFile.eventsInFile == 0 || event.sequence == last.sequence {
                written.append((StateFile.path(ofEvent: event.sequence), content))
                content = []
            }
        }
        return events.filter { $0.sequence > settled }
    }
}
