import Manifests
import Records
import YAML

/// Brings a working copy of the record to what the files of a commit say, and sees to it that they fit together.
struct StateImport {
    /// What the files say in all.
    struct Summary {
        var schema: Int
        var chain: (sequence: Int64, hash: String)
        /// The rows of `slipway_meta` that go with the record.
        var meta: [String: String]
        var rows: [String: Int64]
    }

    private struct Row: Sendable {
        var table: StateTable
        var values: [SQLValue]
    }

    private var rows: [Row] = []
    private var events: [EventRecord] = []
    private var summary: Summary?

    /// Reads files.
    ///
    /// - Throws: an `UnsoundState` that names the first that cannot be read.
    init(_ files: [(path: String, content: [UInt8])]) throws {
        // Files of one kind stand together and are alike in size: dealt out one by one, no core waits for another.
        let order = files.indices.sorted { ($0 % 8, $0) < ($1 % 8, $1) }
        let read = Parallel.map(files.count) { range in
            Result { () throws(UnsoundState) -> Part in
                var part = Part()
                for index in order[range] { try part.take(files[index].path, files[index].content) }
                return part
            }
        }
        for result in read {
            let part = try result.get()
            rows += part.rows
            events += part.events
            summary = part.summary ?? summary
        }
        events.sort { $0.sequence < $1.sequence }
    }

    private struct Part {
        var rows: [Row] = []
        var events: [EventRecord] = []
        var summary: Summary?

        mutating func take(_ path: String, _ content: [UInt8]) throws(UnsoundState) {
            do {
                if path == StateFile.summary {
                    summary = try Summary(JSONValue(parsing: content))
                } else if StateFile.isEvents(path) {
                    events += try EventLines.events(content)
                } else if let table = StateFile.table(ofFileAt: path) {
                    rows += try StateImport.rows(of: table, in: JSONValue(parsing: content))
                } else if path != StateFile.readme {
                    throw UnsoundState("it is no file of a state")
                }
            } catch let fault as UnsoundState {
                throw UnsoundState("\(path): \(fault.what)")
            } catch {
                throw UnsoundState("\(path): \((error as? Diagnostic)?.message ?? "\(error)")")
            }
        }
    }

    private static func rows(of table: StateTable, in document: JSONValue) throws -> [Row] {
        var rows = [Row(table: table, values: try table.values(from: document))]
        guard table.name == StateTable.runs.name else { return rows }
        let run: [String: SQLValue] = ["run": .text(document["id"]?.string ?? "")]
        for attempt in document["attempts"]?.array ?? [] {
            rows.append(Row(table: .attempts, values: try StateTable.attempts.values(from: attempt, knowing: run)))
        }
        for upstream in document["waitsFor"]?.array ?? [] {
            let known = run.merging(["upstream": .text(upstream.string ?? "")]) { old, _ in old }
            rows.append(
                Row(table: .dependencies, values: try StateTable.dependencies.values(from: upstream, knowing: known)))
        }
        return rows
    }

    /// Writes what was read over what is there.
    ///
    /// - Parameters:
    ///   - removed: files that are gone, as they were.
    ///   - isFresh: nothing is there yet.
    /// - Throws: an `UnsoundState` where it does not go on from what is there, or does not fit together.
    mutating func write(
        to connection: any SQLConnection, removed: [(path: String, content: [UInt8])], isFresh: Bool
    ) throws {
        guard let summary else { throw UnsoundState("\(StateFile.summary) is missing") }
        guard summary.schema <= Migrations.newest else {
            throw Diagnostic.stateNewer(found: summary.schema, known: Migrations.newest)
        }
        for file in removed { try remove(file, from: connection) }
        for row in rows { try write(row, to: connection, isFresh: isFresh) }
        try writeEvents(to: connection)
        try writeMeta(summary, to: connection)
        for (name, count) in summary.rows.sorted(by: { $0.key < $1.key }) {
            guard let table = StateTable.all.first(where: { $0.name == name }) else { continue }
            let found = try connection.count(of: table)
            guard found == count else { throw UnsoundState("of \(count) rows of \(name) there are \(found)") }
        }
    }

    private func remove(_ file: (path: String, content: [UInt8]), from connection: any SQLConnection) throws {
        guard let table = StateFile.table(ofFileAt: file.path) else {
            guard StateFile.isEvents(file.path) else { return }
            throw UnsoundState("\(file.path) is gone, and events are never taken away")
        }
        for row in try Self.rows(of: table, in: JSONValue(parsing: file.content)) {
            let key = row.table.key
            try connection.execute(
                "DELETE FROM \(row.table.name) WHERE " + key.map { "\($0) = ?" }.joined(separator: " AND "),
                key.compactMap { row.table.places[$0] }.map { row.values[$0] })
        }
    }

    private func write(_ row: Row, to connection: any SQLConnection, isFresh: Bool) throws {
        var values = row.values
        if !isFresh {
            if row.table.name == StateTable.runs.name, let id = row.table.places["id"] {
                // What belongs to a run stands in its file, all of it.
                try connection.execute("DELETE FROM attempts WHERE run = ?", [values[id]])
                try connection.execute("DELETE FROM dependencies WHERE run = ?", [values[id]])
            }
            try keepNewerSigns(of: row, in: &values, connection)
        }
        let marks = row.table.columns.map { _ in "?" }.joined(separator: ", ")
        try connection.execute(
            "INSERT OR REPLACE INTO \(row.table.name) (\(row.table.columnList)) VALUES (\(marks))", values)
    }

    /// Signs of life are not pushed one by one: of those of one lease the later counts.
    private func keepNewerSigns(of row: Row, in values: inout [SQLValue], _ connection: any SQLConnection) throws {
        for sign in VolatileColumn.all where sign.table.name == row.table.name {
            guard let place = row.table.places[sign.column], case .int(let told) = values[place] else { continue }
            let condition = sign.sameness.map { "\($0) = ?" }.joined(separator: " AND ")
            let known =
                try connection.first(
                    "SELECT \(sign.column) FROM \(row.table.name) WHERE \(condition)",
                    sign.sameness.compactMap { row.table.places[$0] }.map { values[$0] }
                ) { $0.optionalInt(0) } ?? nil
            if let known, known > told { values[place] = .int(known) }
        }
    }

    private mutating func writeEvents(to connection: any SQLConnection) throws {
        let head = try StateSnapshot(connection: connection).chainHead()
        let known = events.prefix { $0.sequence <= head.sequence }
        for event in known {
            let hash = try connection.first("SELECT hash FROM events WHERE sequence = ?", [.int(event.sequence)]) {
                $0.text(0)
            }
            guard hash == event.hash else { throw UnsoundState("event \(event.sequence) is another now") }
        }
        var new = Array(events.dropFirst(known.count))
        try EventLines.link(&new, after: head)
        let marks = StateTable.events.columns.map { _ in "?" }.joined(separator: ", ")
        let insert = "INSERT INTO events (\(EventRecord.columns)) VALUES (\(marks))"
        for event in new {
            try connection.execute(
                insert,
                [
                    .int(event.sequence), .int(event.at.milliseconds), .text(event.kind), .text(event.subject),
                    .text(event.cause), .text(event.revision), .text(event.actor), .text(event.details),
                    .text(event.previous), .text(event.hash),
                ])
        }
        guard let summary else { return }
        let end = new.last.map { ($0.sequence, $0.hash) } ?? head
        guard end == summary.chain else {
            throw UnsoundState("the events end with \(end.0), and should end with \(summary.chain.sequence)")
        }
    }

    private func writeMeta(_ summary: Summary, to connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM slipway_meta WHERE name <> 'schema'", [])
        var meta = summary.meta
        if summary.chain.sequence > 0 { meta["chain"] = "\(summary.chain.sequence) \(summary.chain.hash)" }
        for (name, value) in meta.sorted(by: { $0.key < $1.key }) {
            try connection.execute(
                "INSERT INTO slipway_meta (name, value) VALUES (?, ?)", [.text(name), .text(value)])
        }
    }
}

extension StateImport.Summary {
    static let format = "1"

    /// - Throws: an `UnsoundState` where it is not what `json` makes; a `Diagnostic` for another version's.
    init(_ document: JSONValue) throws {
        guard let chain = document["chain"], let sequence = chain["sequence"]?.int, let hash = chain["hash"]?.string,
            let schema = document["schema"]?.int.flatMap(Int.init(exactly:)),
            document["formatVersion"]?.string == Self.format
        else { throw UnsoundState("it is not the summary of a state of this form") }
        self.schema = schema
        self.chain = (sequence, hash)
        meta = (document["counters"]?.object ?? [:]).compactMapValues(\.string)
        rows = (document["rows"]?.object ?? [:]).compactMapValues(\.int)
    }

    /// What a working copy comes to.
    init(_ connection: any SQLConnection) throws {
        schema = Migrations.newest
        chain = try StateSnapshot(connection: connection).chainHead()
        meta = [:]
        for (name, value) in try connection.rows(
            "SELECT name, value FROM slipway_meta", [], { ($0.text(0), $0.text(1)) })
        where name != "schema" && name != "chain" {
            meta[name] = value
        }
        rows = [:]
        for table in StateTable.all where table.name != StateTable.meta.name {
            rows[table.name] = try connection.count(of: table)
        }
    }

    var json: JSONValue {
        .object([
            "formatVersion": .string(Self.format), "schema": .int(Int64(schema)),
            "chain": .object(["sequence": .int(chain.sequence), "hash": .string(chain.hash)]),
            "counters": .object(meta.mapValues(JSONValue.string)), "rows": .object(rows.mapValues(JSONValue.int)),
        ])
    }
}
