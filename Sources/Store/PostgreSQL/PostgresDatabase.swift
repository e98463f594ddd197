import Foundation
import Synchronization
import YAML

/// PostgreSQL through libpq, for states that several machines share.
///
/// Whoever writes holds an advisory lock of the state until its transaction is over, so that writers come one after the
/// other, as they do under SQLite's `BEGIN IMMEDIATE`: the chain of events needs that, and what is proved of claims on
/// SQLite holds here. It does what `SELECT … FOR UPDATE SKIP LOCKED` would: no two agents ever choose among the same
/// waiting runs at the same time.
///
/// A connection that breaks is made anew and its work done again, unless the server says that it had been kept.
public final class PostgresDatabase: SQLDatabase {
    private let address: PostgresAddress
    private let access: StateAccess
    private let tellsTime: Bool
    private let reconnection: Reconnection
    private let readers = PostgresPool(atMost: 3)
    private let writer = PostgresPool(atMost: 1)
    private let marker: Mutex<CommitMarker>

    /// Connects.
    ///
    /// - Parameters:
    ///   - url: as libpq reads it, `postgres://user@host:port/database`; TLS, password files and services too. With
    ///     `?options=-csearch_path%3Dteam` the state is in the schema `team` of the database.
    ///   - tellsTime: the server's clock counts, and not those of the machines that use it.
    ///   - patience: the longest that one read or write waits for a server that went away.
    ///   - pause: waits between two tries; `nil` for sleeping.
    /// - Throws: a `Diagnostic`, at once, where the server cannot be reached or will not have it.
    public init(
        url: String, access: StateAccess, tellsTime: Bool = true, patience: Duration = .seconds(30),
        pause: (@Sendable (Duration) -> Void)? = nil
    ) throws {
        address = try PostgresAddress(url)
        self.access = access
        self.tellsTime = tellsTime
        reconnection = Reconnection(
            patience: patience, pause: pause ?? { Thread.sleep(forTimeInterval: $0 / .seconds(1)) })
        marker = Mutex(CommitMarker(writer: UUID().uuidString))
        do {
            let link = try PostgresLink(address)
            (access == .readOnly ? readers : writer).add(link)
        } catch {
            throw Diagnostic.state(error, at: address)
        }
    }

    public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        do {
            return try readers.lend { link in
                try reconnection.run(on: &link, open: { try PostgresLink(address) }) { link in
                    let transaction = PostgresTransaction(link, tellsTime: tellsTime)
                    do {
                        try transaction.beginReading()
                        let value = try body(transaction)
                        transaction.rollBack()
                        return value
                    } catch {
                        transaction.rollBack()
                        throw error
                    }
                }
            }
        } catch {
            throw Diagnostic.state(error, at: address)
        }
    }

    public func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?] {
        guard access == .readWrite else { throw Diagnostic.stateReadOnly(path: address.display) }
        let marker = marker.withLock { marker in
            marker.number += 1
            return marker
        }
        var writing = PostgresWriting(bodies: bodies, marker: marker, tellsTime: tellsTime)
        do {
            let failures = try writer.lend { link in
                try reconnection.run(on: &link, open: { try PostgresLink(address) }) { try writing.run(on: $0) }
            }
            return failures.map { failure in failure.map { Diagnostic.state($0, at: address) } }
        } catch {
            if writing.isUncertain { throw Diagnostic.commitUncertain(address.display, "\(error)") }
            throw Diagnostic.state(error, at: address)
        }
    }

    public func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? {
        PostgresListening(address, changed)
    }
}

/// Several bodies in one transaction, until it is certain whether they were kept.
struct PostgresWriting {
    let bodies: [(any SQLConnection) throws -> Void]
    let marker: CommitMarker
    let tellsTime: Bool
    private var failures: [(any Error)?] = []
    /// A commit was sent, and no answer came.
    private(set) var isUncertain = false

    init(bodies: [(any SQLConnection) throws -> Void], marker: CommitMarker, tellsTime: Bool) {
        self.bodies = bodies
        self.marker = marker
        self.tellsTime = tellsTime
    }

    /// Makes a try.
    ///
    /// - Throws: what ended the transaction as a whole. Where that `isPassing`, it is to be tried again.
    mutating func run(on link: PostgresLink) throws -> [(any Error)?] {
        let transaction = PostgresTransaction(link, tellsTime: tellsTime)
        do {
            try transaction.beginWriting()
            if isUncertain {
                guard try !marker.isSet(on: link) else {
                    transaction.rollBack()
                    isUncertain = false
                    return failures
                }
                isUncertain = false
            }
            failures = []
            for body in bodies { failures.append(try attempt(body, transaction)) }
            // What was all refused leaves nothing behind, not even a mark.
            guard failures.contains(where: { $0 == nil }) else {
                transaction.rollBack()
                return failures
            }
            try commit(transaction)
            return failures
        } catch {
            transaction.rollBack()
            // The transaction in question still holds the lock: its fate is asked for again.
            if isUncertain, var failure = error as? PostgresFailure, failure.isLockTimeout {
                failure.state = "40001"
                throw failure
            }
            throw error
        }
    }

    private mutating func commit(_ transaction: PostgresTransaction) throws {
        do {
            try transaction.commit(marker)
        } catch {
            // An answer that says no is certain.
            isUncertain = transaction.link.isLost
            throw error
        }
    }

    /// Runs one body, under a savepoint where there are others. Returns what it threw; throws where the transaction is
    /// at its end.
    private func attempt(
        _ body: (any SQLConnection) throws -> Void, _ transaction: PostgresTransaction
    ) throws -> (any Error)? {
        let isAlone = bodies.count == 1
        if !isAlone { try transaction.link.run("SAVEPOINT step") }
        let announced = transaction.announces
        do {
            try body(transaction)
            if !isAlone { try transaction.link.run("RELEASE step") }
            return nil
        } catch let failure as PostgresFailure where failure.endsTransaction {
            throw failure
        } catch {
            transaction.announces = announced
            if !isAlone { try transaction.link.run("ROLLBACK TO step; RELEASE step") }
            return error
        }
    }
}
