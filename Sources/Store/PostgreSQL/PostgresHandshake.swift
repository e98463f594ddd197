import CPQ
import Foundation

/// How a connection comes about.
///
/// libpq does it (TLS, password files, services, several hosts, all as its documentation says), but is driven step by
/// step: `PQconnectdb` tells what went wrong only in words of the server's language, and asked for verbose errors
/// before the first step it tells the SQLSTATE too.
enum PostgresHandshake {
    static func connect(_ address: PostgresAddress) throws -> OpaquePointer {
        guard let connection = start(address) else {
            throw PostgresFailure(state: "", message: "memory is short", isConnectionLost: true)
        }
        do {
            try finish(connection)
        } catch {
            PQfinish(connection)
            throw error
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        // What the server remarks on is nobody's concern, and libpq would print it.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        return connection
    }

    /// What holds where the URL, which comes after these, says nothing else. A peer whose machine is gone is noticed
    /// within half a minute or so.
    private static let defaults = [
        ("fallback_application_name", "slipway"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
    ]

    private static func start(_ address: PostgresAddress) -> OpaquePointer? {
        // The record is UTF-8, whatever PGCLIENTENCODING says.
        let settings = defaults + [("dbname", address.url), ("client_encoding", "UTF8")]
        let keywords: [String?] = settings.map(\.0) + [nil]
        let values: [String?] = settings.map(\.1) + [nil]
        return keywords.withCStrings { keywords in
            values.withCStrings { values in PQconnectStartParams(keywords.baseAddress, values.baseAddress, 1) }
        }
    }

    private static func finish(_ connection: OpaquePointer) throws {
        guard PQstatus(connection) != CONNECTION_BAD else { throw failure(of: connection) }
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        let limit = timeout(of: connection)
        let deadline = ContinuousClock.now + limit
        // The documentation wants the first step to be taken as though the last had said so.
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step != PGRES_POLLING_FAILED else { throw failure(of: connection) }
            let left = (deadline - .now).components.seconds
            guard left >= 0 else {
                throw PostgresFailure(
                    state: "", message: "no answer within \(limit.components.seconds) seconds", isConnectionLost: true)
            }
            let event = step == PGRES_POLLING_READING ? POLLIN : POLLOUT
            var entry = pollfd(fd: PQsocket(connection), events: Int16(event), revents: 0)
            // An interrupted or finished wait is followed by the next step, which knows what to make of it.
            guard poll(&entry, 1, Int32(clamping: left * 1000 + 1000)) != 0 else { continue }
            step = PQconnectPoll(connection)
        }
    }

    /// Per host, as the URL, the environment or a service file has it. libpq keeps to it only when it is not driven.
    private static func timeout(of connection: OpaquePointer) -> Duration {
        guard let options = PQconninfo(connection) else { return .seconds(10) }
        defer { PQconninfoFree(options) }
        let fields = PostgresAddress.fields(in: options)
        let hosts = (fields["host"] ?? "").split(separator: ",").count
        let seconds = fields["connect_timeout"].flatMap { Int($0) } ?? 0
        return .seconds(min(max(1, hosts), 16) * (seconds > 0 ? min(seconds, 600) : 10))
    }

    /// Takes a verbose message apart: `… FATAL:  28P01: password authentication failed …` and a line of the server's
    /// own source.
    private static func failure(of connection: OpaquePointer) -> PostgresFailure {
        let lines = String(cString: PQerrorMessage(connection)).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("LOCATION:") }
        var message = lines.joined(separator: "; ")
        var state = ""
        if let match = message.matches(of: #/: {2}([0-9A-Z]{5}): /#).last {
            state = String(match.1)
            message.replaceSubrange(match.range, with: ": ")
        }
        return PostgresFailure(state: state, message: message, isConnectionLost: true)
    }
}
