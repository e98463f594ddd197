import Records
public import Store
import Synchronization

/// A database that counts what it is asked.
public final class CountingDatabase: SQLDatabase {
    private struct Counts {
        var reads = 0
        var writes = 0
        /// How often each question was asked, by its SQL.
        var questions: [String: Int] = [:]
    }

    private let base: any SQLDatabase
    private let tells: Bool
    private let counts = Mutex(Counts())

    /// - Parameter tells: whether it tells of changes, where what it counts for can.
    public init(_ base: any SQLDatabase, tells: Bool = true) {
        self.base = base
        self.tells = tells
    }

    /// How often it was read from.
    public var reads: Int { counts.withLock { $0.reads } }

    /// How often it was written to, one transaction counted once.
    public var writes: Int { counts.withLock { $0.writes } }

    /// How often something was asked in SQL that holds a text, while it was read from.
    public func questions(_ text: String) -> Int {
        counts.withLock { $0.questions.reduce(0) { $0 + ($1.key.contains(text) ? $1.value : 0) } }
    }

    public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        counts.withLock { $0.reads += 1 }
        return try base.read { connection in
            try body(
                Connection(base: connection) { sql in
                    self.counts.withLock { $0.questions[sql, default: 0] += 1 }
                })
        }
    }

    public func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?] {
        counts.withLock { $0.writes += 1 }
        return try base.writeTogether(bodies)
    }

    public func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? {
        tells ? base.listen(changed) : nil
    }

    private struct Connection: SQLConnection {
        let base: any SQLConnection
        let ask: (String) -> Void

        func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int { try base.execute(sql, arguments) }

        func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
            ask(sql)
            try base.forEachRow(sql, arguments, body)
        }

        func tableNames() throws -> [String] { try base.tableNames() }
        func sharedClock() throws -> Timestamp? { try base.sharedClock() }
        func announceChange() throws { try base.announceChange() }
    }
}
