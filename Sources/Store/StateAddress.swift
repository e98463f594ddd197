import Foundation

/// Which state is meant.
public enum StateAddress: Sendable, Hashable, CustomStringConvertible {
    /// A file, by its absolute path.
    case sqlite(path: String)
    /// A database in a PostgreSQL server, by its connection URL.
    case postgres(url: String)

    /// - Parameter text: `postgres://…` or `postgresql://…`, or the path of a file.
    public init(_ text: String) {
        self = Self.isPostgres(text) ? .postgres(url: text) : .sqlite(path: text)
    }

    /// Whether a text is the URL of a database in a PostgreSQL server.
    public static func isPostgres(_ text: some StringProtocol) -> Bool {
        PostgresAddress.schemes.contains { text.hasPrefix($0) }
    }

    /// For people: it never shows a password.
    public var description: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): Self.redacted(url)
        }
    }

    /// A URL without its password; hardly anything of one that cannot be taken apart.
    public static func redacted(_ url: String) -> String { (try? PostgresAddress(url))?.display ?? "postgres://…" }

    /// The file whose lock says who acts on the state; `nil` where the server keeps the lock.
    public var lockFile: String? {
        switch self {
        case .sqlite(let path): path + ".lock"
        case .postgres: nil
        }
    }
}
