import Dispatch
public import Records
import Synchronization

/// The recorded state: reads see one consistent snapshot, writes are durable when they return.
public final class StateStore: Sendable {
    /// Where it is, for messages.
    public let location: String
    let database: any SQLDatabase
    private let pending = Mutex(PendingWrites())
    /// Writing blocks on the disk; it has a thread of its own so that it never holds one of the few on which
    /// asynchronous work runs.
    private let writer = DispatchQueue(label: "slipway.state.writer")

    /// Opens the state in a SQLite file. To write, the file is created where it is not there, and brought to the newest
    /// shape; to read, it has to be of that shape already.
    ///
    /// - Throws: a `Diagnostic` of the `SLW40xx` range.
    public init(sqlite path: String, access: StateAccess = .readWrite) throws {
        location = path
        let database = try SQLiteDatabase(path: path, access: access)
        self.database = database
        switch access {
        case .readOnly:
            try database.read { try Migrations.demandNewest(of: $0, path: path) }
        case .readWrite:
            let failures = try database.writeTogether([
                {
                    try Migrations.run(on: $0, path: path)
                    try MovedMark.refuse(on: $0, path: path)
                }
            ])
            if let failure = failures.first ?? nil { throw failure }
        }
    }

    /// Reads one consistent snapshot.
    public func read<T: Sendable>(_ body: @escaping @Sendable (StateSnapshot) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { [database] in
                continuation.resume(
                    with: Result { try database.read { try body(StateSnapshot(connection: $0)) } })
            }
        }
    }

    /// Writes. What several callers ask for while the disk is busy is committed together, each under a savepoint of
    /// its own (group commit): a hundred agents then wait for one synchronisation, not for a hundred.
    ///
    /// - Throws: what `body` throws, in which case nothing of it is kept; or a `Diagnostic` of the store.
    public func write<T: Sendable>(
        as provenance: Provenance, at now: Timestamp, _ body: @escaping @Sendable (StateTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let write = PendingWrites.Write(
                run: { [location] connection in
                    let transaction = StateTransaction(
                        connection: connection, location: location, provenance: provenance, now: now)
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let starts = pending.withLock { $0.add(write) }
            if starts { writer.async { [self] in drain() } }
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
