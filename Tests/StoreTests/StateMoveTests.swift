import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct StateMoveTests {
    private let folder: TestWorkspace
    private var source: String { "\(folder.path)/from.db" }
    private var target: String { "\(folder.path)/to.db" }
    /// When the agents of the record are known to be gone.
    private static let later = Timestamp.start + .seconds(31)

    init() async throws {
        folder = try TestWorkspace("move")
        try await WholeRecord.make(at: "\(folder.path)/from.db")
    }

    @discardableResult
    private func move(at now: Timestamp = later) async throws -> StateMoveReport {
        try await StateStore(sqlite: source).move(to: try StateStore(sqlite: target), at: now)
    }

    /// The rows of a record without those that each place has of its own.
    private func rows(_ path: String) async throws -> [String] {
        try await lines(path).filter { !$0.contains("\"movedTo\"") }.dropFirst().map { $0 }
    }

    private func lines(_ path: String) async throws -> [String] {
        try await StateStore(sqlite: path, access: .readOnly).read { snapshot in
            var lines: [String] = []
            try snapshot.export { lines.append($0.canonicalText) }
            return lines
        }
    }

    @Test func everythingArrivesAndTheOldPlaceIsClosed() async throws {
        let before = try await rows(source)
        let events = try await StateStore(sqlite: source).read { try $0.events() }
        let report = try await move()
        #expect(report.runs == 12 && report.objects == 14 && report.attempts == 11 && !report.wasResumed)
        #expect(report.events == Int64(events.count))
        #expect(try await rows(target) == before)
        #expect(try await rows(source) == before)
        let moved = try StateStore(sqlite: target)
        #expect(try await moved.read { try $0.check() }.isClean)
        // Numbers go on where they were.
        let next = try await moved.start([.sample(77)])[0]
        #expect(try await moved.run(next).sequence == 13)
        // The old place can be read, and says where the record is.
        #expect(try await StateStore(sqlite: source, access: .readOnly).read { try $0.events() } == events)
        let refusal = #expect(throws: Diagnostic.self) { try StateStore(sqlite: source) }
        #expect(refusal?.code == "SLW4030" && refusal?.message.contains(target) == true)
        #expect(refusal?.remedy?.contains("DELETE FROM slipway_meta WHERE name = 'movedTo'") == true)
        try tamperRaw("DELETE FROM slipway_meta WHERE name = 'movedTo'")
        _ = try StateStore(sqlite: source)
    }

    private func tamperRaw(_ sql: String) throws { try tamper(source, sql) }

    @Test func whoHadItOpenWritesNoMore() async throws {
        let open = try StateStore(sqlite: source)
        let runs = try await open.read { try $0.runs() }
        try await move()
        #expect(await code { _ = try await open.claim("a", at: Self.later) } == "SLW4030")
        #expect(await code { try await open.write { try $0.append([EventDraft(.applyStarted)]) } } == "SLW4030")
        #expect(try await open.read { try $0.runs() } == runs)
    }

    @Test func aTargetThatHoldsSomethingElseIsRefused() async throws {
        try await StateStore(sqlite: target).start([.sample(1), .sample(2)])
        let before = try await rows(target)
        let refusal = await #expect(throws: Diagnostic.self) { try await move() }
        #expect(refusal?.code == "SLW4031" && refusal?.message.contains("2 runs") == true)
        #expect(try await rows(target) == before)
        _ = try StateStore(sqlite: source)
    }

    @Test func agentsAtWorkAreNamed() async throws {
        let refusal = await #expect(throws: Diagnostic.self) { try await move(at: .start + .seconds(29)) }
        #expect(refusal?.code == "SLW4033" && refusal?.message.contains("a on laptop") == true)
        #expect(refusal?.message.contains("b on laptop") == false)
        #expect(try await rows(target).count == 1)
        try await move(at: .start + .seconds(30))
    }

    @Test func aClockThatWasSetBackKeepsNoAgentAlive() async throws {
        #expect(await code { try await move(at: .start + .seconds(-29)) } == "SLW4033")
        try await move(at: .start + .seconds(-30))
    }

    @Test func aFaultyRecordIsNotMoved() async throws {
        try tamper(source, "UPDATE runs SET priority = 0 WHERE name = 'queued'")
        let refusal = await #expect(throws: Diagnostic.self) { try await move() }
        #expect(refusal?.code == "SLW4034" && refusal?.notes.first?.message.contains("placement") == true)
        #expect(try await rows(target).count == 1)
        _ = try StateStore(sqlite: source)
    }

    @Test func itsOwnPlaceIsRefused() async throws {
        let store = try StateStore(sqlite: source)
        #expect(await code { _ = try await store.move(to: store, at: Self.later) } == "SLW4032")
    }

    /// Killed after the new place had everything, and before the old one was closed.
    @Test func aMoveThatWasCutOffAtItsEndIsFinished() async throws {
        try await move()
        try tamper(source, "DELETE FROM slipway_meta WHERE name = 'movedTo'")
        let report = try await move()
        #expect(report.wasResumed)
        #expect(throws: Diagnostic.self) { try StateStore(sqlite: source) }
        // What has gone on meanwhile is not taken for it.
        try tamper(source, "DELETE FROM slipway_meta WHERE name = 'movedTo'")
        try await StateStore(sqlite: target).write { try $0.append([EventDraft(.applyStarted)]) }
        #expect(await code { try await move() } == "SLW4031")
    }

    @Test func aTargetThatOnlyLooksAlikeIsFoundOut() async throws {
        try await move()
        try tamper(source, "DELETE FROM slipway_meta WHERE name = 'movedTo'")
        try tamper(target, "UPDATE runs SET message = 'something else' WHERE name = 'lost'")
        #expect(await code { try await move() } == "SLW4035")
        try tamper(target, "DELETE FROM dependencies")
        #expect(await code { try await move() } == "SLW4035")
    }

    @Test func aCancelledMoveMovesNothing() async throws {
        let (from, to) = (try StateStore(sqlite: source), try StateStore(sqlite: target))
        let work = Task { try await from.move(to: to, at: Self.later) }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await rows(target).count == 1)
        _ = try StateStore(sqlite: source)
    }

    // MARK: Export

    @Test func everyColumnOfEveryTableIsExported() async throws {
        let lines = try await lines(source)
        var exported: Set<String> = []
        var order: [String] = []
        var counts: [String: JSONValue] = [:]
        for line in lines.dropFirst() {
            let value = try JSONValue(parsing: Array(line.utf8))
            let table = try #require(value["table"]?.string)
            for column in value["row"]?.object ?? [:] { exported.insert("\(table).\(column.key)") }
            if order.last != table { order.append(table) }
            counts[table] = .int((counts[table]?.int ?? 0) + 1)
        }
        #expect(exported == Set(try RecordedColumn.all(in: source).map(\.name)))
        #expect(order.count == Set(order).count && order.last == "events")
        let header = try JSONValue(parsing: Array(try #require(lines.first).utf8))
        #expect(header["formatVersion"]?.string == "1" && header["schema"]?.int == 4)
        #expect(header["rows"] == .object(counts))
        let last = try #require(try await StateStore(sqlite: source).read { try $0.events(newest: 1) }.last)
        #expect(header["chain"]?["hash"]?.string == last.hash && header["chain"]?["sequence"]?.int == last.sequence)
    }

    @Test func anExportIsTheSameWheneverAndWhereverItIsMade() async throws {
        #expect(try await lines(source) == lines(source))
        // The same rows, in a file in which they stand in another order.
        let before = try await lines(source)
        for table in ["objects", "agents", "runs", "attempts"] {
            try tamper(source, "CREATE TABLE kept AS SELECT * FROM \(table) ORDER BY rowid DESC")
            try tamper(source, "DELETE FROM \(table)")
            try tamper(source, "INSERT INTO \(table) SELECT * FROM kept")
            try tamper(source, "DROP TABLE kept")
        }
        #expect(try await lines(source) == before)
    }
}
