import Foundation
import Manifests
import Records
import Store
import Support
import Synchronization
import Testing
import YAML

/// What a server does that goes away while somebody writes.
@Suite(needsServer) struct PostgresOutageTests {
    private let server: PostgresServer
    private let database: String

    init() throws {
        server = try PostgresServer.shared()
        database = try server.makeDatabase()
    }

    private func store(_ url: String, patience: Duration = .seconds(30)) throws -> StateStore {
        try StateStore(
            PostgresDatabase(url: url, access: .readWrite, tellsTime: false, patience: patience),
            location: "the test's", access: .readWrite)
    }

    /// Writes one run and one event, both of a name that nobody else uses.
    @Sendable private static func write(_ number: Int, to store: StateStore) async throws {
        try await store.write { transaction in
            let run = try transaction.startRun(ObjectName(name: "run-\(number)"), .sample(number))
            try transaction.append([EventDraft(.runQueued, of: ObjectKey(.run, run.name))])
        }
    }

    private func expectEach(_ numbers: Range<Int>, in store: StateStore) async throws {
        let subjects = try await store.read { try $0.events() }.map(\.subject)
        #expect(subjects.count == numbers.count, "nothing is doubled")
        #expect(Set(subjects) == Set(numbers.map { "Run/default/run-\($0)" }), "nothing is lost")
        let runs = try await store.read { try $0.runs() }
        #expect(Set(runs.map(\.sequence)).count == numbers.count)
        #expect(try await store.read { try $0.verifyEvents() }.fault == nil)
    }

    @Test(arguments: CuttingProxy.Cut.allCases, [1, 3])
    func aCommitWithoutAnAnswerIsFollowedUp(_ cut: CuttingProxy.Cut, times: Int) async throws {
        let proxy = try CuttingProxy(to: server.port)
        let store = try store(server.url(database, port: proxy.port))
        try await Self.write(0, to: store)
        proxy.cut(cut, times: times)
        for number in 1..<6 { try await Self.write(number, to: store) }
        #expect(proxy.cuts == times)
        try await expectEach(0..<6, in: store)
    }

    /// Whoever asked is told of its own refusal, though the answer that it hears is of a later connection.
    @Test func refusalsInAStepWithoutAnAnswerStayRefusals() async throws {
        struct Refused: Error {}
        let proxy = try CuttingProxy(to: server.port)
        let url = server.url(database, port: proxy.port)
        let database = try PostgresDatabase(url: url, access: .readWrite)
        _ = try store(url)
        proxy.cut(.after)
        let failures = try database.writeTogether([
            { try $0.execute("INSERT INTO slipway_meta VALUES (?, ?)", [.text("a"), .text("1")]) },
            { connection in
                try connection.execute("INSERT INTO slipway_meta VALUES (?, ?)", [.text("b"), .text("1")])
                throw Refused()
            },
        ])
        #expect(proxy.cuts == 1 && failures[0] == nil && failures[1] is Refused)
        let names = try server.sql("SELECT name FROM slipway_meta WHERE name < 'c' ORDER BY 1", in: self.database)
        #expect(names == "a")
    }

    @Test func whoseServerStaysAwayIsToldThatItIsNotKnown() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let pauses = Mutex<[Duration]>([])
        let database = try PostgresDatabase(
            url: server.url(database, port: proxy.port), access: .readWrite, tellsTime: false, patience: .seconds(30)
        ) { pause in pauses.withLock { $0.append(pause) } }
        let store = try StateStore(database, location: "the test's", access: .readWrite)
        proxy.cut(.after, times: 1000)
        // The first commit is kept; all answers about it get lost with the tries to commit anything else.
        let first = await words { try await Self.write(1, to: store) }
        #expect(first.code == nil, "a mark that is found needs no second commit")
        proxy.cut(.before, times: 1000)
        let second = await words { try await Self.write(2, to: store) }
        #expect(second.code == "SLW4027" || second.code == "SLW4020", "\(second)")
        proxy.cut(.before, times: 0)
        try await Self.write(3, to: store)
        let subjects = try await store.read { try $0.events() }.map(\.subject)
        #expect(subjects == ["Run/default/run-1", "Run/default/run-3"])
        // 100 ms doubling to 5 s, and half a minute in all.
        let waited = pauses.withLock { $0 }
        #expect(waited.starts(with: [100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) }))
        #expect(waited.reduce(.zero, +) < .seconds(30))
    }

    @Test func connectionsThatAreEndedAreMadeAnew() async throws {
        let name = "ended_\(database)"
        let store = try store(server.url(database) + "?application_name=\(name)")
        for number in 0..<5 {
            try await Self.write(number, to: store)
            #expect(try await store.read { try $0.runs() }.count == number + 1)
            #expect(try server.endConnections(named: name) == 2)
        }
        try await expectEach(0..<5, in: store)
    }

    @Test func aWriteThatIsCutOffInTheMiddleIsDoneAgain() throws {
        let name = "middle_\(database)"
        let database = try PostgresDatabase(
            url: server.url(database) + "?application_name=\(name)", access: .readWrite)
        var tries = 0
        let failures = try database.writeTogether([
            { connection in
                tries += 1
                try connection.execute("CREATE TABLE t (x BIGINT)", [])
                if tries == 1 { try server.endConnections(named: name) }
                try connection.execute("INSERT INTO t VALUES (?)", [.int(1)])
            }
        ])
        #expect(tries == 2 && failures.allSatisfy { $0 == nil })
        #expect(try server.sql("SELECT count(*) FROM t", in: self.database) == "1")
    }

    /// The longest wait is ten seconds, as in SQLite.
    @Test func aWriterThatIsStoppedInTheMiddleStopsNobodyElse() async throws {
        let url = server.url(database)
        let stopped = try PostgresDatabase(url: url, access: .readWrite)
        let other = try store(url)
        var tries = 0
        let failures = try stopped.writeTogether([
            { connection in
                tries += 1
                try connection.execute("UPDATE slipway_meta SET value = value", [])
                guard tries == 1 else { return }
                let written = DispatchSemaphore(value: 0)
                Task {
                    try await Self.write(1, to: other)
                    written.signal()
                }
                // The server ends the transaction that says nothing; then, and only then, the other gets its turn.
                written.wait()
            }
        ])
        #expect(tries == 2 && failures.allSatisfy { $0 == nil })
        try await expectEach(1..<2, in: other)
    }

    @Test func aKilledServerLosesNothingAndDoublesNothing() async throws {
        let server = try PostgresServer(isDurable: true)
        let database = try server.makeDatabase()
        let (stores, each) = (4, 30)
        let written = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<stores {
                let store = try store(server.url(database), patience: .seconds(120))
                group.addTask {
                    for number in 0..<each {
                        try await Self.write(part * each + number, to: store)
                        written.add()
                    }
                }
            }
            group.addTask {
                for kill in 1...3 {
                    // At moments of the work's own choosing, for the schedule is different every time.
                    try await eventually("some is written") {
                        written.count >= kill * stores * each / 5
                    }
                    try server.kill()
                    try server.start()
                }
            }
            try await group.waitForAll()
        }
        try await expectEach(0..<(stores * each), in: try store(server.url(database)))
    }
}
