import Foundation
public import Records
import Synchronization

/// The recorded state: reads see one consistent snapshot, writes are durable when they return.
public final class StateStore: Sendable {
    /// Where it is, for messages.
    public let location: String
    let database: any SQLDatabase
    private let pending = Mutex(PendingWrites())
    let scheduler: any StoreScheduler

    /// Opens a state. To write, it is made where it is not there, and brought to the newest shape; to read, it has to
    /// be of that shape already.
    ///
    /// - Throws: a `Diagnostic` of the `SLW40xx` range.
    public convenience init(_ address: StateAddress, access: StateAccess = .readWrite) throws {
        let database: any SQLDatabase =
            switch address {
            case .sqlite(let path): try SQLiteDatabase(path: path, access: access)
            case .postgres(let url): try PostgresDatabase(url: url, access: access)
            case .git(let place): try GitDatabase(place, access: access)
            }
        try self.init(database, location: address.description, access: access)
    }

    /// Opens the state in a SQLite file.
    public convenience init(sqlite path: String, access: StateAccess = .readWrite) throws {
        try self.init(.sqlite(path: path), access: access)
    }

    /// Opens a state in a database that somebody else has opened.
    ///
    /// - Parameters:
    ///   - location: where it is, for messages.
    ///   - scheduler: where the work that blocks is done.
    public init(
        _ database: any SQLDatabase, location: String, access: StateAccess,
        scheduler: any StoreScheduler = StoreThreads()
    ) throws {
        self.location = location
        self.database = database
        self.scheduler = scheduler
        switch access {
        case .readOnly:
            try database.read { try Migrations.demandNewest(of: $0, path: location) }
        case .readWrite:
            let failures = try database.writeTogether([
                {
                    try Migrations.run(on: $0, path: location)
                    try MovedMark.refuse(on: $0, path: location)
                }
            ])
            if let failure = failures.first ?? nil { throw failure }
        }
    }

    /// Calls somebody back on each change that concerns others, made by whoever, until the returned value is gone;
    /// `nil` where the database cannot tell.
    public func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? { database.listen(changed) }

    /// Opens a state where there is one: a file that exists, or a database with tables in it.
    public static func ifThere(_ address: StateAddress, access: StateAccess = .readOnly) throws -> StateStore? {
        switch address {
        case .sqlite:
            return try isThere(address) ? StateStore(address, access: access) : nil
        case .postgres(let url):
            let database = try PostgresDatabase(url: url, access: access)
            guard try database.hasTables() else { return nil }
            return try StateStore(database, location: address.description, access: access)
        case .git(let place):
            let database = try GitDatabase(place, access: access)
            guard try database.hasRecord() else { return nil }
            return try StateStore(database, location: address.description, access: access)
        }
    }

    /// Whether there is a state, or something in its place.
    public static func isThere(_ address: StateAddress) throws -> Bool {
        switch address {
        case .sqlite(let path): FileManager.default.fileExists(atPath: path)
        case .postgres(let url): try PostgresDatabase(url: url, access: .readOnly).hasTables()
        case .git(let place): try GitRemote(place).tip() != nil
        }
    }

    /// Reads one consistent snapshot.
    public func read<T: Sendable>(_ body: @escaping @Sendable (StateSnapshot) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            scheduler.read { [database] in
                continuation.resume(
                    with: Result { try database.read { try body(StateSnapshot(connection: $0)) } })
            }
        }
    }

    /// Writes. What several callers ask for while the disk is busy is committed together, each under a savepoint of
    /// its own (group commit): a hundred agents then wait for one synchronisation, not for a hundred.
    ///
    /// - Parameters:
    ///   - now: the caller's clock, which counts where the database has none that all share.
    ///   - body: done once more where a connection broke before it was kept.
    /// - Throws: what `body` throws, in which case nothing of it is kept; or a `Diagnostic` of the store.
    public func write<T: Sendable>(
        as provenance: Provenance, at now: Timestamp, _ body: @escaping @Sendable (StateTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let write = PendingWrites.Write(
                run: { [location] connection in
                    let transaction = StateTransaction(
                        connection: connection, location: location, provenance: provenance,
                        now: try connection.sharedClock() ?? now)
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let starts = pending.withLock { $0.add(write) }
            if starts { scheduler.write { [self] in drain() } }
        }
    }

    private func drain() {
        while true {
            let batch = pending.withLock { $0.take() }
            guard !batch.isEmpty else { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [PendingWrites.Write]) {
        var successes: [(() -> Void)?] = Array(repeating: nil, count: batch.count)
        do {
            let bodies = batch.indices.map { index -> (any SQLConnection) throws -> Void in
                { connection in successes[index] = try batch[index].run(connection) }
            }
            let failures = try database.writeTogether(bodies)
            for (index, failure) in failures.enumerated() {
                if let failure { batch[index].fail(failure) } else { successes[index]?() }
            }
        } catch {
            for write in batch { write.fail(error) }
        }
    }
}

/// Writes that wait for the disk.
private struct PendingWrites {
    struct Write: Sendable {
        /// Does the work and returns what tells the caller of its success, which is called after the commit.
        let run: @Sendable (any SQLConnection) throws -> () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private var waiting: [Write] = []
    private var isDraining = false

    /// Returns whether somebody has to start draining.
    mutating func add(_ write: Write) -> Bool {
        waiting.append(write)
        defer { isDraining = true }
        return !isDraining
    }

    /// The most writes in one transaction: a failing disk then costs a bounded amount of work.
    private static let most = 256

    mutating func take() -> [Write] {
        let batch = Array(waiting.prefix(Self.most))
        waiting.removeFirst(batch.count)
        if batch.isEmpty { isDraining = false }
        return batch
    }
}
