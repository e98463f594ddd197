import Foundation

/// Which state is meant.
public enum StateAddress: Sendable, Hashable, CustomStringConvertible {
    /// A file, by its absolute path.
    case sqlite(path: String)
    /// A database in a PostgreSQL server, by its connection URL.
    case postgres(url: String)
    /// A branch of a Git repository.
    case git(GitPlace)

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
        case .git(let place): place.description
        }
    }

    /// A URL without its password; hardly anything of one that cannot be taken apart.
    public static func redacted(_ url: String) -> String { (try? PostgresAddress(url))?.display ?? "postgres://…" }

    /// Whether it is kept in a branch, so that whoever holds it holds it for every machine, and each step is a push.
    public var isBranch: Bool { if case .git = self { true } else { false } }

    /// Whether agents of any machine can open it for themselves.
    public var isShared: Bool { if case .postgres = self { true } else { false } }

    /// The file whose lock says who acts on the state; `nil` where a server or a branch says it.
    public var lockFile: String? {
        switch self {
        case .sqlite(let path): path + ".lock"
        case .postgres, .git: nil
        }
    }
}
