import Foundation
public import Store

/// What a state is kept in, for tests that are the same for each.
public enum StateBackend: String, Sendable, CaseIterable {
    case sqlite
    case postgres
    /// A branch of a bare repository, seen from a clone.
    case git

    /// Those that this machine has.
    public static let all = allCases.filter { $0 != .postgres || PostgresServer.isThere }

    /// Those that agents of their own can work on.
    public static let databases = all.filter { $0 != .git }

    /// Why a backend cannot be used for something.
    public struct Unfit: Error {
        public let reason: String

        public init(reason: String) { self.reason = reason }
    }
}

/// A state of one test's own that is not there yet, in one of the backends.
public final class TestState: Sendable {
    public let address: StateAddress
    private let folder: TestWorkspace

    public init(_ backend: StateBackend) throws {
        folder = try TestWorkspace("store")
        switch backend {
        case .sqlite: address = .sqlite(path: "\(folder.path)/state.db")
        case .postgres:
            let server = try PostgresServer.shared()
            address = .postgres(url: server.url(try server.makeDatabase()))
        case .git: address = .git(try folder.gitPlace())
        }
    }

    /// The database as it is. Each is a connection of its own; the clock is whatever the test says.
    public func database(_ access: StateAccess = .readWrite) throws -> any SQLDatabase {
        switch address {
        case .sqlite(let path): try SQLiteDatabase(path: path, access: access)
        case .postgres(let url): try PostgresDatabase(url: url, access: access, tellsTime: false)
        case .git(let place): try GitDatabase(place, access: access)
        }
    }

    public func open(_ access: StateAccess = .readWrite) throws -> StateStore {
        try StateStore(try database(access), location: address.description, access: access)
    }

    /// Changes it behind its store's back, as an accident or an attacker would, on a connection of its own.
    public func tamper(_ sql: String, _ arguments: [SQLValue] = []) throws {
        let failures = try database().writeTogether([{ try $0.execute(sql, arguments) }])
        if let failure = failures.first ?? nil { throw failure }
    }
}
