import Records
import YAML

/// A transaction on one connection: what the queries see of PostgreSQL.
final class PostgresTransaction: SQLConnection {
    let link: PostgresLink
    private let tellsTime: Bool
    private var clock: Timestamp?
    /// What is running wants a change to be announced. Kept until the commit, because what is announced under a
    /// savepoint goes when the savepoint does.
    var announces = false

    init(_ link: PostgresLink, tellsTime: Bool) {
        self.link = link
        self.tellsTime = tellsTime
    }

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int { try link.run(sql, arguments).changes }

    /// The whole result is there before the first row is handed over, so that a body may ask something else meanwhile.
    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        for row in try link.run(sql, arguments).rows { try body(row) }
    }

    /// Those of the schema in which tables are made. What an extension brought along is nobody's data.
    func tableNames() throws -> [String] {
        try rows(
            """
            SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname <> '\(CommitMarker.table)'
                AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            """
        ) { $0.text(0) }
    }

    /// The server's clock, the same at every call in one transaction.
    func sharedClock() throws -> Timestamp? {
        guard tellsTime else { return nil }
        if let clock { return clock }
        clock = try link.run("SELECT \(Self.clockSQL)").first.map { Timestamp(milliseconds: $0.int(0)) }
        return clock
    }

    func announceChange() throws { announces = true }

    private static let clockSQL = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    /// Begins to read: all that is seen is of one moment.
    func beginReading() throws { try link.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") }

    /// The longest that the server waits for the next statement of a write, in seconds. Whoever was stopped in the
    /// middle must not stop all others; it finds its connection gone and begins its step anew. Those who read may think
    /// as long as they like.
    private static let idleTimeout = 5

    /// Begins to write, once nobody else does.
    ///
    /// Each statement sees what was committed before it, so that all after the lock see what the last writer left; the
    /// stricter levels would take their view of the data before the lock is had.
    func beginWriting() throws {
        let begin =
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
            + "SET LOCAL idle_in_transaction_session_timeout = '\(Self.idleTimeout)s'"
        let lock = "SELECT pg_advisory_xact_lock(\(link.site.writerKey))"
        // In this order, so that a later writer's clock is never the earlier one.
        let now = try link.run("\(begin); \(lock); SELECT \(Self.clockSQL)").first
        if tellsTime { clock = now.map { Timestamp(milliseconds: $0.int(0)) } }
    }

    /// - Throws: `PostgresFailure` where it was not kept; with a lost connection it may have been.
    func commit(_ marker: CommitMarker) throws {
        try marker.prepare(on: link)
        let notify = announces ? "NOTIFY \(link.site.channel); " : ""
        // Where a statement had failed unnoticed, the mark cannot be set either, and the commit is not come to.
        try link.run("\(notify)\(marker.statement); COMMIT")
        link.hasCommitTable = true
    }

    /// Undoes all; a connection on which even that fails is not used again.
    func rollBack() { _ = try? link.run("ROLLBACK") }
}
