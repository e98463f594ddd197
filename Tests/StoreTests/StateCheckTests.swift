import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct StateCheckTests {
    private let folder: TestWorkspace
    private var path: String { "\(folder.path)/state.db" }

    init() async throws {
        folder = try TestWorkspace("check")
        try await WholeRecord.make(at: "\(folder.path)/state.db")
        // A store that nobody holds any more is closed on a thread of its own; then the file is all there is.
        try await eventually("it is closed") { [folder] in !folder.exists("state.db-wal") }
    }

    private func check(events: Bool = true) async throws -> StateCheckResult {
        try await StateStore(sqlite: path, access: .readOnly).read { try $0.check(events: events) }
    }

    @Test func aWholeRecordIsClean() async throws {
        let result = try await check()
        #expect(result.findings == [] && result.count == 0)
        #expect(result.objects == 14 && result.runs == 12 && result.attempts == 11)
        #expect(result.events == Int64(try await StateStore(sqlite: path).read { try $0.events() }.count))
        let phases = try await StateStore(sqlite: path).read { try $0.runCounts() }
        #expect(Set(RunPhase.allCases).subtracting(phases.keys) == [.waiting], "every phase that the machine enters")
    }

    @Test func anEmptyRecordIsClean() async throws {
        let store = try StateStore(sqlite: "\(folder.path)/empty.db")
        #expect(try await store.read { try $0.check() }.isClean)
    }

    /// What a check finds in a copy of the record that was edited.
    private func findings(after statement: String) async throws -> [StateFinding] {
        let copy = "\(folder.path)/\(UUID().uuidString).db"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        try tamper(copy, statement)
        return try await StateStore(sqlite: copy, access: .readOnly).read { try $0.check() }.findings
    }

    @Test(arguments: Set(Edit.all.map(\.table)).sorted()) func whatIsEditedIsFound(table: String) async throws {
        for edit in Edit.all where edit.table == table {
            let findings = try await findings(after: edit.statement)
            let found = findings.contains { finding in
                finding.rule == edit.rule && finding.table == edit.foundIn
                    && (edit.row.isEmpty || finding.row.contains(edit.row))
            }
            #expect(found, "\(edit.statement): \(findings.map(\.description))")
        }
    }

    /// Every column either has an edit that is found, or stands here because nothing else in the record says what it
    /// ought to be.
    @Test func everyColumnIsCheckedOrKnownNotToBe() async throws {
        let free: Set<String> = [
            "agents.pool_namespace", "agents.pool", "agents.host", "agents.machine", "agents.runs", "agents.location",
            "runs.message", "runs.affinity",
            "attempts.agent", "attempts.host", "attempts.folder", "attempts.location",
            "job_versions.revision", "objects.revision",
        ]
        let numbers = try columns().filter(\.isNumber).map(\.name)
        let edited = Edit.all.flatMap { edit in edit.columns.map { "\(edit.table).\($0)" } }
        let all = Set(try columns().map(\.name))
        #expect(all.subtracting(edited).subtracting(numbers).subtracting(free).sorted() == [])
        #expect(free.subtracting(all).isEmpty)
    }

    @Test func aNumberIsANumber() async throws {
        for column in try columns() where column.isNumber {
            let (table, name) = column.parts
            let findings = try await findings(
                after: "UPDATE \(table) SET \(name) = 'x' WHERE rowid = (SELECT MAX(rowid) FROM \(table))")
            #expect(findings.contains { $0.rule == .type && $0.table == table }, "\(column.name)")
        }
    }

    @Test func withoutTheEventsTheTablesAreChecked() async throws {
        try tamper(path, "UPDATE events SET actor = 'mallory'")
        #expect(try await check(events: false).isClean)
        try tamper(path, "UPDATE runs SET phase = 'running' WHERE name = 'queued'")
        let result = try await check(events: false)
        #expect(!result.isClean && result.events == 0 && result.runs == 12)
    }

    @Test func whatIsWrongThroughoutIsShownInPart() async throws {
        try tamper(
            path,
            """
            WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
            INSERT INTO events SELECT i, 0, 'x', '', '', '', '', '{}', '', '' FROM n
            """)
        let result = try await check()
        #expect(result.count == 3002 && result.findings.count == StateCheckResult.mostShown)
    }

    /// Somebody who takes events away and works out the whole chain anew leaves a chain that verifies.
    @Test(arguments: [
        (EventKind.runQueued, "runs", 12), (.attemptClaimed, "attempts", 11), (.attemptIntended, "attempts", 9),
        (.attemptSubmitted, "attempts", 7), (.attemptEnded, "attempts", 8), (.objectCreated, "objects", 2),
        (.agentStarted, "agents", 1), (.agentLost, "agents", 1), (.agentDraining, "agents", 1),
        (.jobVersionAdded, "job_versions", 1),
        (.objectDeleted, "objects", 1), (.runFinished, "runs", 5),
    ])
    func aChainThatWasMadeAnewIsHeldAgainstTheTables(_ kind: EventKind, _ table: String, _ count: Int) async throws {
        try await rechain { $0.kind != kind.rawValue }
        #expect(try await StateStore(sqlite: path).read { try $0.verifyEvents() }.fault == nil)
        let findings = try await check().findings
        #expect(findings.count { $0.rule == .trail && $0.table == table } == count, "\(findings)")
        #expect(findings.allSatisfy { $0.rule == .trail || $0.rule == .counter }, "\(findings)")
    }

    @Test func aRunThatIsGoneIsMissedByItsEvents() async throws {
        try tamper(path, "DELETE FROM runs WHERE name = 'queued'")
        try tamper(path, "DELETE FROM objects WHERE name = 'queued'")
        let findings = try await check().findings.map(\.description)
        #expect(findings.contains { $0.hasPrefix("events ") && $0.contains("being queued") }, "\(findings)")
        #expect(findings.contains { $0.hasPrefix("objects Run/default/queued: trail: ") }, "\(findings)")
    }

    private func rechain(_ isKept: (EventRecord) -> Bool) async throws {
        let kept = try await StateStore(sqlite: path).read { try $0.events() }.filter(isKept)
        try tamper(path, "DELETE FROM events")
        var (sequence, hash) = (Int64(0), EventRecord.genesis)
        for var event in kept {
            sequence += 1
            event.sequence = sequence
            event.previous = hash
            event.hash = event.expectedHash
            hash = event.hash
            try tamper(
                path, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .int(sequence), .int(event.at.milliseconds), .text(event.kind), .text(event.subject),
                    .text(event.cause), .text(event.revision), .text(event.actor), .text(event.details),
                    .text(event.previous), .text(event.hash),
                ])
        }
        try tamper(
            path, "UPDATE slipway_meta SET value = ? WHERE name = 'chain'", [.text("\(sequence) \(hash)")])
    }

    private func columns() throws -> [RecordedColumn] { try RecordedColumn.all(in: path) }
}

/// A column as the database itself names it.
struct RecordedColumn: Sendable {
    /// `table.column`.
    let name: String
    let isNumber: Bool

    var parts: (table: String, column: String) {
        let parts = name.split(separator: ".").map(String.init)
        return (parts[0], parts[1])
    }

    static func all(in path: String) throws -> [RecordedColumn] {
        var found: [RecordedColumn] = []
        try SQLiteDatabase(path: path, access: .readOnly).read { connection in
            try connection.forEachRow(
                "SELECT t.name || '.' || c.name, c.type FROM sqlite_master AS t, pragma_table_info(t.name) AS c "
                    + "WHERE t.type = 'table'", []
            ) { found.append(RecordedColumn(name: $0.text(0), isNumber: $0.text(1) == "BIGINT")) }
        }
        return found
    }
}
