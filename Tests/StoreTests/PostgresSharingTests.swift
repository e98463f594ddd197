import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// What several machines need of one server: its clock, its lock, and to be woken.
@Suite(needsServer) struct PostgresSharingTests {
    private let server: PostgresServer
    private let database: String
    private var url: String { server.url(database) }

    init() throws {
        server = try PostgresServer.shared()
        database = try server.makeDatabase()
    }

    // MARK: Words that mean something else

    @Test func argumentsAndValuesAreWhatTheyAreInSQLite() throws {
        let queries: [(columns: Int, sql: String, arguments: [SQLValue])] = [
            (3, "SELECT 'is it?', ? || '?', \"what?\" FROM (SELECT 'x' AS \"what?\") t", [.text("a")]),
            (1, "SELECT 1 WHERE ? = 0", [.int(0)]), (1, "SELECT 1 WHERE ? = 0", [.int(.max)]),
            (1, "SELECT ? + 1", [.int(1 << 40)]), (1, "SELECT COALESCE(?, 7)", [.null]),
            (1, "SELECT COALESCE(?, 7)", [.int(5)]), (3, "SELECT 2 > 1, NULL, -9223372036854775807", []),
            (2, "SELECT 'it''s ?', ?", [.text("ünï \u{1F600} 'q'")]), (2, "SELECT ?, ?", [.text(""), .null]),
            (1, "SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2) t ORDER BY x LIMIT ?", [.int(1)]),
        ]
        let states = try StateBackend.all.map { try TestState($0) }
        for (columns, sql, arguments) in queries {
            let answers = try states.map { state in
                try state.database().read { connection in
                    var found: [[String?]] = []
                    try connection.forEachRow(sql, arguments) { row in
                        found.append((0..<columns).map { column in row.optionalInt(column).map(String.init) })
                        found.append((0..<columns).map { row.optionalInt($0) == nil ? row.optionalText($0) : nil })
                    }
                    return found
                }
            }
            #expect(answers[0] == answers[1], "\(sql)")
        }
    }

    @Test func textComparesByItsBytes() throws {
        let words = ["b", "B", "a", "ä", "Z", "_", "a-b", "ab"]
        for state in try StateBackend.all.map({ try TestState($0) }) {
            let database = try state.database()
            let failures = try database.writeTogether([
                { connection in
                    try connection.execute("CREATE TABLE words (word TEXT PRIMARY KEY, other TEXT)", [])
                    for word in words {
                        try connection.execute("INSERT INTO words VALUES (?, ?)", [.text(word), .null])
                    }
                }
            ])
            #expect(failures.allSatisfy { $0 == nil })
            let sorted = try database.read { connection in
                var found: [String] = []
                try connection.forEachRow("SELECT word FROM words ORDER BY word", []) { found.append($0.text(0)) }
                return found
            }
            #expect(sorted == words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    @Test func textWithANullIsRefusedAndNeverShortened() async throws {
        let database = try PostgresDatabase(url: url, access: .readWrite)
        let told = await words {
            try database.read { try $0.forEachRow("SELECT ?", [.text("half\0whole")]) { _ in } }
        }
        #expect(told.code == "SLW4026" && told.text.contains("`half`"))
    }

    @Test(arguments: StateBackend.all) func whatIsRecordedHasNoNull(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let id = try await store.start([.sample(1)])[0]
        try await store.write { transaction in
            try transaction.append([EventDraft(.runQueued, subject: "s\0", cause: "c\0", details: ["a\0": "b\0"])])
        }
        _ = try await store.claim("a")
        _ = try await store.advance(id, by: .ended(.buildFailed("tool said \0")))
        #expect(try await store.run(id).message == "tool said \u{FFFD}")
        let event = try #require(try await store.read { try $0.events(ofKind: .runQueued, newest: 1) }.first)
        #expect(event.subject == "s\u{FFFD}" && event.cause == "c\u{FFFD}")
        #expect(try await store.read { try $0.verifyEvents() }.fault == nil)
    }

    // MARK: One clock

    @Test func theServersClockCounts() async throws {
        let store = try StateStore(.postgres(url: url))
        try await store.write(at: .start) { try $0.append([EventDraft(.applyStarted), EventDraft(.applyFinished)]) }
        let events = try await store.read { try $0.events() }
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let age = now - (try #require(events.first).at)
        #expect(age >= .seconds(-1) && age < .seconds(60), "\(age)")
        #expect(events.first?.at == events.last?.at, "one moment in one transaction")
    }

    // MARK: Durability

    @Test func commitsAreOnTheDiskWhateverTheDatabaseSays() throws {
        for (setting, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
            try server.sql("ALTER DATABASE \(database) SET synchronous_commit = '\(setting)'")
            let found = try PostgresDatabase(url: url, access: .readOnly).read { connection in
                var found = ""
                try connection.forEachRow("SELECT current_setting('synchronous_commit')", []) { found = $0.text(0) }
                return found
            }
            #expect(found == expected)
        }
    }

    @Test func onlyWhoWritesIsHurried() throws {
        let database = try PostgresDatabase(url: url, access: .readWrite)
        func limit(_ connection: any SQLConnection) throws -> String {
            var found = ""
            try connection.forEachRow("SELECT current_setting('idle_in_transaction_session_timeout')", []) {
                found = $0.text(0)
            }
            return found
        }
        var limits: [String] = []
        _ = try database.writeTogether([{ limits.append(try limit($0)) }])
        #expect(limits == ["5s"])
        #expect(try database.read(limit) == "0")
    }

    // MARK: One reconciler

    private func lock(_ actor: String, as name: String = "slipway") throws -> StateLock {
        try StateLock(
            .postgres(url: url + "?application_name=\(name)_\(database)"), holder: .sample(actor), unique: actor)
    }

    private func loseLock(_ name: String) async throws {
        try await eventually("the lock's connection is ended") {
            try server.endConnections(named: "\(name)_\(database)") > 0
        }
        try await eventually("the server has let go") {
            try server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(name)_\(database)'")
                == "0"
        }
    }

    @Test func whoLostTheLockMayWriteNoMore() async throws {
        let first = try lock("ada", as: "first")
        let store = try StateStore(.postgres(url: url))
        let hold = try #require(first.hold)
        try await store.write { try $0.demandHold(hold) }
        try await loseLock("first")
        // Nobody has taken it yet, so that nothing can have changed.
        try await store.write { try $0.demandHold(hold) }
        var second: StateLock? = try lock("bob")
        let refusal = await words {
            try await store.write { transaction in
                try transaction.append([EventDraft(.applyStarted)])
                try transaction.demandHold(hold)
            }
        }
        #expect(refusal.code == .holdLost && refusal.text.contains("bob"), "\(refusal)")
        #expect(try await store.read { try $0.events() }.isEmpty)
        let renewal = await words { try await first.renew() }
        #expect(renewal.code == .stateLocked && renewal.text.contains("bob"), "\(renewal)")
        #expect(try StateLock.holder(of: .postgres(url: url))?.actor == "bob")
        _ = second?.hold
        second = nil
        // Also when the other is done already.
        #expect(await code { try await store.write { try $0.demandHold(hold) } } == .holdLost)
        #expect(await code { try await first.renew() } == .holdLost)
    }

    @Test func aLockWhoseConnectionBrokeIsTakenAgain() async throws {
        let first = try lock("ada", as: "renewed")
        try await loseLock("renewed")
        #expect(try StateLock.holder(of: .postgres(url: url)) == nil, "nobody holds it")
        try await first.renew()
        #expect(try StateLock.holder(of: .postgres(url: url))?.actor == "ada")
        #expect(await code { _ = try lock("bob") } == .stateLocked)
        try await StateStore(.postgres(url: url)).write { try $0.demandHold("ada") }
        withExtendedLifetime(first) {}
    }

    // MARK: Being woken

    @Test func aChangeWakesWhoeverListens() async throws {
        let database = try PostgresDatabase(url: url, access: .readWrite)
        let other = try PostgresDatabase(url: url, access: .readWrite)
        let name = "ear_\(self.database)"
        let heard = Tally()
        let ear = try PostgresDatabase(url: url + "?application_name=\(name)", access: .readOnly)
        var token = ear.listen { heard.add() }
        try await eventually("it begins with a look") { heard.count == 1 }
        // However often it is said in however many bodies, it is one transaction's.
        for (index, writer) in [database, other].enumerated() {
            _ = try writer.writeTogether([
                { try $0.announceChange() }, { connection in for _ in 0..<3 { try connection.announceChange() } },
            ])
            try await eventually("it is heard") { heard.count == 2 + index }
        }
        // What was refused did not happen.
        struct Refused: Error {}
        _ = try other.writeTogether([
            { connection in
                try connection.announceChange()
                throw Refused()
            }, { try $0.execute("CREATE TABLE t (x BIGINT)", []) },
        ])
        _ = try other.writeTogether([{ try $0.announceChange() }])
        try await eventually("it is heard") { heard.count >= 4 }
        #expect(heard.count == 4)
        // It listens again after its connection broke, and looks at what it may have missed.
        try server.endConnections(named: name)
        try await eventually("it looks again") { heard.count >= 5 }
        _ = try other.writeTogether([{ try $0.announceChange() }])
        try await eventually("it is heard") { heard.count >= 6 }
        // And is gone when nobody wants it any more.
        withExtendedLifetime(token) {}
        token = nil
        try await eventually("its connection is closed") {
            try server.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND "
                    + "application_name = '\(name)'") == "0"
        }
    }
}
