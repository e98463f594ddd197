import Foundation
import Store
import Support

/// The databases that a state can be in, as durable as they are in use.
final class Backends {
    enum Kind: String, CaseIterable {
        case sqlite = "SQLite"
        case postgres = "PostgreSQL"
    }

    private let server: PostgresServer?

    init() throws { server = PostgresServer.isThere ? try PostgresServer(isDurable: true) : nil }

    /// Those that are to be had on this machine.
    var kinds: [Kind] { server == nil ? [.sqlite] : Kind.allCases }

    /// Lets a server do at once what it does by itself within a minute or so: note how large tables have become, and
    /// take away what updates have left.
    func settle(_ address: StateAddress) throws {
        guard case .postgres(let url) = address, let database = url.split(separator: "/").last else { return }
        _ = try server?.sql("VACUUM ANALYZE", in: String(database))
    }

    /// A place for a new state.
    func address(_ kind: Kind, in scratch: Scratch) throws -> StateAddress {
        switch kind {
        case .sqlite: .sqlite(path: "\(scratch.path)/bench-\(UUID().uuidString).db")
        case .postgres: .postgres(url: try server.map { $0.url(try $0.makeDatabase()) } ?? "")
        }
    }
}
