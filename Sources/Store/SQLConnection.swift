public import Records

/// A value that goes to or comes from a database.
public enum SQLValue: Sendable, Hashable {
    case null
    case int(Int64)
    case text(String)

    public init(_ value: Int64?) { self = value.map(SQLValue.int) ?? .null }
    public init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
}

/// One row of a result, read by column position.
public protocol SQLRow {
    func int(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func optionalInt(_ column: Int) -> Int64?
    func optionalText(_ column: Int) -> String?
}

/// One connection inside a transaction: all that the queries need of a database.
///
/// Statements use `?` for arguments and only SQL that SQLite (3.35 or newer) and PostgreSQL share. An argument stands
/// where a column or a literal beside it tells its type: PostgreSQL cannot make anything of `? IS NULL`.
public protocol SQLConnection {
    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a query and hands over its rows one by one.
    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws

    /// The tables that are there, without those of the database itself.
    func tableNames() throws -> [String]

    /// The database's own clock, where several machines share it and their clocks may disagree; `nil` where the
    /// caller's is the right one. Asked inside a transaction.
    func sharedClock() throws -> Timestamp?

    /// Wakes whoever listens for changes, once the transaction is kept. Several calls in one transaction are as one.
    func announceChange() throws
}

extension SQLConnection {
    func rows<T>(_ sql: String, _ arguments: [SQLValue] = [], _ read: (any SQLRow) throws -> T) throws -> [T] {
        var found: [T] = []
        try forEachRow(sql, arguments) { found.append(try read($0)) }
        return found
    }

    func first<T>(_ sql: String, _ arguments: [SQLValue] = [], _ read: (any SQLRow) throws -> T) throws -> T? {
        try rows(sql, arguments, read).first
    }
}

extension SQLDatabase {
    func hasTables() throws -> Bool { try read { try !$0.tableNames().isEmpty } }
}

/// What somebody who opens a state wants of it.
public enum StateAccess: Sendable, Hashable {
    /// Nothing is written, and nothing is created.
    case readOnly
    case readWrite
}

/// A database that can be read from and written to.
public protocol SQLDatabase: Sendable {
    /// Runs a body in one transaction that sees one consistent state and changes nothing.
    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T

    /// Runs bodies one after the other in one durable transaction. Each has a savepoint of its own: one that throws
    /// leaves no trace, and the others are kept. Throws only where the transaction as a whole failed.
    func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?]

    /// Calls somebody back on each change that another connection announces, until the returned value is gone; `nil`
    /// where the database cannot tell, and looking now and then is all there is.
    func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)?
}
