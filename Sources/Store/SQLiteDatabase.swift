import Foundation
import GRDB
import Records
import YAML

/// SQLite through GRDB: write-ahead log, every commit synchronised to the disk.
public final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let listening: SQLiteListening

    /// Opens a state file.
    ///
    /// - Parameter access: with `.readWrite` the file is created where it is not there.
    /// - Throws: a `Diagnostic` where the file is no state of Slipway's, is damaged, or cannot be written.
    public init(path: String, access: StateAccess) throws {
        var configuration = Configuration()
        configuration.readonly = access == .readOnly
        configuration.busyMode = .timeout(10)
        configuration.label = "slipway.state"
        configuration.maximumReaderCount = 4
        do {
            try Self.refuseForeign(path, configuration, access)
            pool = try DatabasePool(path: path, configuration: configuration)
            if access == .readWrite { try Self.demandDurability(of: pool, path: path) }
        } catch {
            throw Diagnostic.state(error, path: path)
        }
        self.path = path
        listening = SQLiteListening(path: path)
    }

    private let path: String

    /// Looks at what is there before it is opened for good: opening alone switches a database to a write-ahead log and
    /// writes to it, and somebody else's is to be left as it is.
    private static func refuseForeign(_ path: String, _ configuration: Configuration, _ access: StateAccess) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let header: Data?
        do {
            header = try file.read(upToCount: headerSize)
        } catch {
            throw Diagnostic.stateUnopenable(path: path)
        }
        // What is empty becomes a state.
        guard let header, !header.isEmpty else { return }
        // SQLite would take a file of one byte for an empty one. A journal beside it undoes what stands in it first.
        let isUnfinished = FileManager.default.fileExists(atPath: path + "-journal")
        guard header.starts(with: magic) || isUnfinished else { throw Diagnostic.stateNotADatabase(path: path) }
        if !isUnfinished { try demandWholeFile(path, Array(header)) }
        do {
            try checkVersion(path, configuration, readOnly: true)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            // Whoever made it was killed before its first commit: SQLite undoes that when somebody may write.
            guard access == .readWrite else { throw Diagnostic.stateHalfMade(path: path) }
            try checkVersion(path, configuration, readOnly: false)
        }
    }

    /// SQLite notices missing pages when it needs them, which may be long after opening. Where no journal has anything
    /// to add, the file is as long as its header says (https://sqlite.org/fileformat.html, 1.3.7 and 1.3.8).
    private static func demandWholeFile(_ path: String, _ header: [UInt8]) throws {
        func number(_ place: Int, _ count: Int) -> Int { header[place..<place + count].reduce(0) { $0 << 8 | Int($1) } }
        func size(_ path: String) -> Int {
            ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
        }
        guard header.count == headerSize else { throw Diagnostic.stateCorrupt(path: path, detail: "it is cut off") }
        // The number of pages counts only where the version that wrote it says so, in the same change.
        guard size(path + "-wal") == 0, number(24, 4) == number(92, 4) else { return }
        let pageSize = number(16, 2) == 1 ? 65536 : number(16, 2)
        guard size(path) >= number(28, 4) * pageSize else {
            throw Diagnostic.stateCorrupt(path: path, detail: "it is cut off")
        }
    }

    private static let headerSize = 100

    private static func checkVersion(_ path: String, _ configuration: Configuration, readOnly: Bool) throws {
        var configuration = configuration
        configuration.readonly = readOnly
        try DatabaseQueue(path: path, configuration: configuration).read { database in
            _ = try Migrations.version(of: SQLiteConnection(database: database), path: path)
        }
    }

    /// The first bytes of every database (https://sqlite.org/fileformat.html, 1.3).
    private static let magic = Array("SQLite format 3\0".utf8)

    /// GRDB sets `synchronous` to NORMAL after opening. A state that forgets its last commit in a power cut would
    /// submit runs twice, so it is set to FULL afterwards, and looked at.
    private static func demandDurability(of pool: DatabasePool, path: String) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            guard level == 2 else { throw Diagnostic.stateNotDurable(path: path) }
        }
    }

    public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        do {
            return try pool.read { try body(SQLiteConnection(database: $0)) }
        } catch {
            throw Diagnostic.state(error, path: path)
        }
    }

    public func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?] {
        try writeTogether(bodies) { _, _ in .keep }
    }

    /// What becomes of a transaction.
    enum Settlement {
        case keep
        case discard
    }

    /// Runs bodies as `writeTogether` does, and lets somebody decide, before the transaction is over and with all that
    /// the bodies threw, whether it is kept.
    func writeTogether(
        _ bodies: [(any SQLConnection) throws -> Void],
        settling settle: (any SQLConnection, [(any Error)?]) throws -> Settlement
    ) throws -> [(any Error)?] {
        do {
            return try pool.writeWithoutTransaction { database in
                var failures: [(any Error)?] = []
                try database.inTransaction(.immediate) {
                    let connection = SQLiteConnection(database: database)
                    for body in bodies { failures.append(try Self.attempt(body, connection)) }
                    return try settle(connection, failures) == .keep ? .commit : .rollback
                }
                return failures.map { failure in failure.map { Diagnostic.state($0, path: path) } }
            }
        } catch {
            throw Diagnostic.state(error, path: path)
        }
    }

    /// Runs one body under a savepoint. Returns what it threw; throws where the database itself is at its end, for
    /// then nothing of the transaction may stay.
    private static func attempt(
        _ body: (any SQLConnection) throws -> Void, _ connection: SQLiteConnection
    ) throws -> (any Error)? {
        try connection.execute("SAVEPOINT step", [])
        do {
            try body(connection)
            try connection.execute("RELEASE step", [])
            return nil
        } catch let error as DatabaseError where error.isFatal {
            throw error
        } catch {
            try connection.execute("ROLLBACK TO step", [])
            try connection.execute("RELEASE step", [])
            return error
        }
    }

    public func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? { listening.add(changed) }

    /// How durable a commit is: 2 is FULL (https://sqlite.org/pragma.html#pragma_synchronous).
    public func synchronousLevel() throws -> Int {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
}

extension DatabaseError {
    /// SQLite has rolled the transaction back, or nothing more can be written.
    var isFatal: Bool {
        switch resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY, .SQLITE_NOMEM: true
        default: false
        }
    }
}

struct SQLiteConnection: SQLConnection {
    let database: Database

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: StatementArguments(arguments.map(\.databaseValue)))
        return database.changesCount
    }

    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(
            statement, arguments: StatementArguments(arguments.map(\.databaseValue)))
        while let row = try rows.next() { try body(SQLiteRow(row: row)) }
    }

    func tableNames() throws -> [String] {
        try rows("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
            .filter { !$0.hasPrefix("sqlite_") }
    }

    /// All that use a file are on one machine and share its clock.
    func sharedClock() throws -> Timestamp? { nil }

    func announceChange() throws {}
}

private struct SQLiteRow: SQLRow {
    let row: Row

    func int(_ column: Int) -> Int64 { Int64.fromDatabaseValue(row[column]) ?? 0 }
    func text(_ column: Int) -> String { optionalText(column) ?? "" }
    func optionalInt(_ column: Int) -> Int64? { Int64.fromDatabaseValue(row[column]) }

    /// All bytes of it: GRDB's own reading ends at the first U+0000, behind which a change would go unseen.
    func optionalText(_ column: Int) -> String? {
        // Only the closure could throw.
        (try? row.withUnsafeData(atIndex: column) { $0.map { String(decoding: $0, as: UTF8.self) } }) ?? nil
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .int(let value): value.databaseValue
        case .text(let value): value.databaseValue
        }
    }
}

extension Diagnostic {
    /// Says what SQLite reported in words that lead somewhere.
    static func state(_ error: any Error, path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_NOTADB: return Diagnostic.stateNotADatabase(path: path)
        case .SQLITE_CORRUPT: return Diagnostic.stateCorrupt(path: path, detail: error.message ?? "")
        case .SQLITE_READONLY: return Diagnostic.stateReadOnly(path: path)
        case .SQLITE_FULL: return Diagnostic.diskFull(path: path)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: return Diagnostic.stateUnopenable(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: return Diagnostic.stateBusy(path: path)
        default: return Diagnostic.stateFailed(path: path, detail: "\(error)")
        }
    }
}
