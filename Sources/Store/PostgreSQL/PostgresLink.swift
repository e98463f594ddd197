import CPQ
import Foundation
import Manifests
import YAML

/// One connection to a server, with its prepared statements.
///
/// Proof: libpq's handle may be used from any thread, but only by one at a time, and whoever has a link keeps it to
/// itself. `PostgresPool` and `PostgresGrip` hand theirs to one caller at a time, and a listener's never leaves its
/// thread.
final class PostgresLink: @unchecked Sendable {
    private let connection: OpaquePointer
    /// Which state it is connected to.
    let site: PostgresSite
    /// What was prepared under which name.
    private var prepared: [Shape: String] = [:]
    /// The table of `CommitMarker` is known to be there.
    var hasCommitTable = false

    /// A statement, and which of its arguments are numbers: the server is told so, because in `? = 0` it would take the
    /// argument for one of four bytes. All other types it finds by where the argument stands.
    private struct Shape: Hashable {
        var sql: String
        var numbers: [Bool]
    }

    /// The statements are the program's own, a few dozen; this only bounds what else might come.
    private static let mostPrepared = 256

    /// The longest wait for another writer, or for any lock, in seconds. As long as SQLite's.
    static let lockTimeout = 10

    /// Connects, in at most the URL's `connect_timeout`, or ten seconds.
    ///
    /// - Throws: `PostgresFailure`; a `Diagnostic` where the database is not fit for a state.
    init(_ address: PostgresAddress) throws {
        let connection = try PostgresHandshake.connect(address)
        let setup = PostgresResult(PQexec(connection, Self.setup))
        guard setup.failure == nil, let row = setup.first else {
            defer { PQfinish(connection) }
            throw setup.failure ?? PostgresFailure(state: "", message: "no answer", isConnectionLost: true)
        }
        let complaint: Diagnostic? =
            if row.text(0) != "UTF8" {
                .databaseNotUTF8(address.display, found: row.text(0))
            } else if row.optionalText(2) == nil {
                .schemaMissing(address.display)
            } else {
                nil
            }
        if let complaint {
            PQfinish(connection)
            throw complaint
        }
        site = PostgresSite(database: row.text(1), schema: row.text(2))
        self.connection = connection
    }

    deinit { PQfinish(connection) }

    /// A commit is on the server's disk before it is said to be done, whatever the database's own setting says;
    /// `remote_apply` promises still more, and is kept.
    ///
    /// Every question has its index. A plan that was made while a table was small would read all of it until the server
    /// next looks how large it has become; so indexes are used wherever there is one, and nothing is compiled for it.
    private static let setup = """
        SELECT current_setting('server_encoding'), current_database(), current_schema(),
            set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
            set_config('lock_timeout', '\(lockTimeout)s', false),
            set_config('standard_conforming_strings', 'on', false),
            set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)
        """

    /// The connection stands, and nothing is under way on it.
    var isIdle: Bool { !isLost && PQtransactionStatus(connection) == PQTRANS_IDLE }

    var isLost: Bool { PQstatus(connection) != CONNECTION_OK }

    /// Runs statements without arguments, any number with semicolons between them, in one round trip. Returns what came
    /// of the last.
    @discardableResult
    func run(_ sql: String) throws -> PostgresResult { try checked(PostgresResult(PQexec(connection, sql))) }

    /// Runs one statement with arguments in place of its `?`.
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> PostgresResult {
        let name = try prepare(sql, arguments)
        let values = try arguments.map { try $0.postgresText }
        return try checked(
            values.withCStrings { pointers in
                PostgresResult(
                    PQexecPrepared(connection, name, Int32(arguments.count), pointers.baseAddress, nil, nil, 0))
            })
    }

    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> String {
        let shape = Shape(
            sql: sql,
            numbers: arguments.map { if case .int = $0 { true } else { false } })
        if let name = prepared[shape] { return name }
        if prepared.count >= Self.mostPrepared {
            try run("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        let types = shape.numbers.map { $0 ? Self.bigintType : 0 }
        _ = try checked(
            PostgresResult(PQprepare(connection, name, PostgresDialect.translated(sql), Int32(types.count), types)))
        prepared[shape] = name
        return name
    }

    /// The number of the type `bigint` in every server (its catalogue file pg_type.dat).
    private static let bigintType: Oid = 20

    private func checked(_ result: PostgresResult) throws -> PostgresResult {
        guard var failure = result.failure else { return result }
        failure.isConnectionLost = isLost
        if failure.message.isEmpty { failure.message = String(cString: PQerrorMessage(connection)).inOneLine }
        throw failure
    }
}

extension PostgresLink {
    /// Sleeps until the server says something, a byte comes into a pipe, or the time is over.
    func waitForWord(orByteIn pipe: Int32, atMost seconds: Int32) {
        var entries = [
            pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe, events: Int16(POLLIN), revents: 0),
        ]
        // Whatever the outcome, the caller looks at both.
        _ = poll(&entries, nfds_t(entries.count), seconds * 1000)
    }

    /// Takes what has come; returns whether there was an announcement among it.
    func takeAnnouncements() throws -> Bool {
        guard PQconsumeInput(connection) == 1 else {
            throw PostgresFailure(
                state: "", message: String(cString: PQerrorMessage(connection)).inOneLine, isConnectionLost: true)
        }
        var found = false
        while let notice = PQnotifies(connection) {
            found = true
            PQfreemem(notice)
        }
        return found
    }
}

/// The names of what belongs to one state in a server that may hold many: one in each schema.
struct PostgresSite: Sendable, Hashable {
    /// Whoever writes holds this advisory lock until its transaction is over.
    let writerKey: Int64
    /// The one reconciler holds this one as long as it is at work.
    let reconcilerKey: Int64
    /// The condition under which a row of `pg_locks` is of the lock of the one reconciler, with its number's halves as
    /// that view shows them (its page in the documentation says which is where).
    var reconcilerLock: String {
        """
        locktype = 'advisory' AND granted AND objsubid = 1
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            AND (classid::bigint << 32) | objid::bigint = \(reconcilerKey)
        """
    }

    /// Where changes are announced. Made of letters, digits and `_`.
    let channel: String

    init(database: String, schema: String) {
        func name(_ purpose: String) -> Substring {
            Digest(of: "slipway \(purpose)\0\(database)\0\(schema)").hex.prefix(16)
        }
        func key(_ purpose: String) -> Int64 { Int64(bitPattern: UInt64(name(purpose), radix: 16) ?? 0) }
        writerKey = key("writer")
        reconcilerKey = key("reconciler")
        channel = "slipway_\(name("changes"))"
    }
}

extension SQLValue {
    /// As PostgreSQL reads it; `nil` for NULL.
    fileprivate var postgresText: String? {
        get throws {
            switch self {
            case .null: return nil
            case .int(let value): return String(value)
            case .text(let value):
                // libpq takes the text's end to be there, and the server knows no such character either.
                guard !value.utf8.contains(0) else { throw Diagnostic.textWithNull(value) }
                return value
            }
        }
    }
}

extension [String?] {
    /// Lends the texts as C strings.
    func withCStrings<T>(_ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) throws -> T) rethrows -> T {
        var bytes: [CChar] = []
        var starts: [Int?] = []
        for text in self {
            starts.append(text == nil ? nil : bytes.count)
            guard let text else { continue }
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        return try bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in start.flatMap { start in buffer.baseAddress.map { $0 + start } } }
            return try pointers.withUnsafeBufferPointer(body)
        }
    }
}

extension String {
    /// libpq's messages end in a line break, and some have several lines.
    var inOneLine: String { split(whereSeparator: \.isNewline).joined(separator: "; ") }
}
