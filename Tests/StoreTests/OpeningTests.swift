import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct OpeningTests {
    private let folder: TestWorkspace
    private var path: String { "\(folder.path)/state.db" }

    init() throws { folder = try TestWorkspace("store") }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    /// Opens it, reads all of it, and closes it.
    private func open(_ access: StateAccess = .readWrite) async throws {
        let store = try StateStore(sqlite: path, access: access)
        _ = try await store.read { (try $0.recordedState(), try $0.runs(), try $0.agents(), try $0.events()) }
        _ = try await store.read { try $0.verifyEvents() }
    }

    private func fill() async throws {
        do {
            let store = try StateStore(sqlite: path)
            try await store.start((0..<60).map { .sample($0) })
            try await store.write { transaction in
                try transaction.append((0..<60).map { EventDraft(.runQueued, cause: "manifests/runs.yaml:\($0)") })
            }
        }
        // The writer's thread may be the last that has it.
        try await eventually("the state is closed") { !folder.exists("state.db-wal") }
    }

    /// Waits until nobody has it open, so that the file is all there is: a store that nobody holds any more is closed
    /// on a thread of its own.
    private func closed() async throws {
        try await eventually("it is closed") { !folder.exists("state.db-wal") }
    }

    @Test func everyCommitIsSynchronised() throws {
        let database = try SQLiteDatabase(path: path, access: .readWrite)
        // FULL; GRDB itself would leave it at 1.
        #expect(try database.synchronousLevel() == 2)
        try tamper(path, "CREATE TABLE t (x)")
        #expect(try database.synchronousLevel() == 2)
        // The write-ahead log: bytes 18 and 19 of the file (https://sqlite.org/fileformat.html).
        #expect(try bytes()[18...19] == [2, 2])
    }

    /// What a `kill -9` leaves that meets the very first transaction: pages in the file, and a journal to undo them.
    @Test func aStateWhoseMakerWasKilledIsMadeAnew() async throws {
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        maker.arguments = [
            "python3", "-c",
            """
            import os, signal, sqlite3, sys
            state = sqlite3.connect(sys.argv[1], isolation_level=None)
            state.execute("PRAGMA cache_size = 1")
            state.execute("BEGIN")
            state.execute("CREATE TABLE t (x)")
            for number in range(500): state.execute("INSERT INTO t VALUES (zeroblob(2000))")
            os.kill(os.getpid(), signal.SIGKILL)
            """, path,
        ]
        try maker.run()
        maker.waitUntilExit()
        try #require(folder.exists("state.db-journal"))
        await #expect { try await open(.readOnly) } throws: { ($0 as? Diagnostic)?.code == "SLW4018" }
        try await open()
        try await open(.readOnly)
    }

    @Test func anEmptyFileBecomesAState() async throws {
        try write([])
        try await open()
        let recorded = try await StateStore(sqlite: path).read { try $0.recordedState() }
        #expect(recorded.objects.isEmpty && recorded.jobVersions.isEmpty && recorded.runs.isEmpty)
    }

    @Test func openingTwiceChangesNothing() async throws {
        try await fill()
        let before = try await StateStore(sqlite: path).read { try $0.runs() }
        try await open()
        try await open(.readOnly)
        #expect(try await StateStore(sqlite: path).read { try $0.runs() } == before)
    }

    @Test func aNewerStateIsRefused() async throws {
        try await fill()
        try tamper(path, "UPDATE slipway_meta SET value = '99' WHERE name = 'schema'")
        for access in [StateAccess.readWrite, .readOnly] {
            #expect(await code { try await open(access) } == "SLW4008")
        }
    }

    @Test(arguments: ["-1", "-99999999999999999999", "nonsense", "", "1.5"])
    func aSchemaThatIsNoNumberIsRefused(_ text: String) async throws {
        try await fill()
        try tamper(path, "UPDATE slipway_meta SET value = ? WHERE name = 'schema'", [.text(text)])
        for access in [StateAccess.readWrite, .readOnly] {
            #expect(await code { try await open(access) } == "SLW4014")
        }
    }

    @Test(arguments: [1, 2] as [UInt8]) func somebodyElsesDatabaseIsRefusedAndLeftAlone(format: UInt8) async throws {
        try tamper(path, "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT)")
        // 1 is a database without a write-ahead log, as most are: to switch it would be to change it.
        var before = try bytes()
        before[18] = format
        before[19] = format
        try write(before)
        for access in [StateAccess.readWrite, .readOnly] {
            #expect(await code { try await open(access) } == "SLW4009")
            #expect(try bytes() == before, "\(access)")
        }
    }

    @Test func aTextFileIsRefusedAndLeftAlone() async throws {
        let text = Array(String(repeating: "Dear diary, today I trained a model.\n", count: 200).utf8)
        for length in [1, 20, 100, 1024, text.count] {
            try write(Array(text.prefix(length)))
            for access in [StateAccess.readWrite, .readOnly] {
                #expect(await code { try await open(access) } == "SLW4001", "\(length) bytes, \(access)")
                #expect(try bytes() == Array(text.prefix(length)))
            }
        }
    }

    @Test(arguments: [StateAccess.readWrite, .readOnly])
    func aFolderOrAMissingOneCannotBeOpened(_ access: StateAccess) async throws {
        try folder.folder("state.db")
        let found = await code { try await open(access) }
        #expect(found == "SLW4005")
        let missing = await code { _ = try StateStore(sqlite: "\(folder.path)/no/such/state.db", access: access) }
        #expect(missing == "SLW4005")
    }

    @Test func aTruncatedStateIsDamaged() async throws {
        try await fill()
        try await closed()
        let whole = try bytes()
        for part in [5000, whole.count / 4, whole.count / 2, whole.count - 4096] {
            try write(Array(whole.prefix(part)))
            #expect(await code { try await open() } == "SLW4002", "\(part) of \(whole.count) bytes")
        }
    }

    @Test(arguments: SeededRandom.seeds(20)) func damageIsReportedOrHarmlessButNeverFatal(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        try await fill()
        try await closed()
        let whole = try bytes()
        for _ in 0..<3 {
            var damaged = whole
            for _ in 0..<random.int(1...40) {
                damaged[random.int(0...(whole.count - 1))] = UInt8(random.int(0...255))
            }
            try write(damaged)
            let found = await code { try await open() }
            #expect(found == nil || found?.rawValue.hasPrefix("SLW40") == true, "\(String(describing: found))")
            for log in ["state.db-wal", "state.db-shm"] where folder.exists(log) { try folder.remove(log) }
        }
    }

    @Test(.enabled(if: getuid() != 0, "permission bits do not bind root"))
    func aReadOnlyStateCannotBeWritten() async throws {
        try await fill()
        chmod(path, 0o444)
        chmod(folder.path, 0o555)
        defer { chmod(folder.path, 0o755) }
        #expect(await code { try await StateStore(sqlite: path).start([.sample(1000)]) } == "SLW4003")
    }

    @Test func whoOnlyReadsWritesNothing() async throws {
        #expect(await code { try await open(.readOnly) } == "SLW4005")
        #expect(try folder.contents() == [])
        try await fill()
        let store = try StateStore(sqlite: path, access: .readOnly)
        #expect(try await store.read { try $0.runs() }.count == 60)
        #expect(await code { try await store.start([.sample(1000)]) } == "SLW4003")
        #expect(try await store.read { try $0.runs() }.count == 60)
    }
}
