/// A writer's own mark in the database, set by each of its transactions: what it says after a connection broke is
/// whether the last one was kept.
///
/// The server could be asked for the fate of a transaction number (`pg_xact_status`), but one whose first trace was not
/// on the disk yet when the server crashed is given out a second time, and the answer is then about somebody else's.
struct CommitMarker: Sendable {
    /// Unique for all time. Made of letters, digits and `-`.
    let writer: String
    /// Grows with every transaction of this writer.
    var number: Int64 = 0

    static let table = "slipway_commits"

    init(writer: String) { self.writer = writer }

    /// Sets the mark, inside the transaction.
    var statement: String {
        "INSERT INTO \(Self.table) (writer, number, at) VALUES ('\(writer)', \(number), now()) "
            + "ON CONFLICT (writer) DO UPDATE SET number = excluded.number, at = excluded.at"
    }

    /// Makes the table where it is not there, inside a transaction that writes. What others left long ago goes: nobody
    /// waits for a server longer than a day.
    func prepare(on link: PostgresLink) throws {
        guard !link.hasCommitTable else { return }
        if try !tableIsThere(on: link) {
            try link.run(
                "CREATE TABLE \(Self.table) "
                    + "(writer TEXT PRIMARY KEY, number BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL)")
        }
        try link.run("DELETE FROM \(Self.table) WHERE at < now() - interval '1 day'")
    }

    /// Whether the transaction of this number was kept. Asked inside another that writes: the lock it has was given
    /// back when the one in question had ended, either way.
    func isSet(on link: PostgresLink) throws -> Bool {
        guard try tableIsThere(on: link) else { return false }
        return try link.run("SELECT number FROM \(Self.table) WHERE writer = '\(writer)'").first?.int(0) == number
    }

    private func tableIsThere(on link: PostgresLink) throws -> Bool {
        try link.run("SELECT to_regclass(quote_ident(current_schema()) || '.\(Self.table)') IS NOT NULL")
            .first?.int(0) == 1
    }
}
