import Foundation
import Synchronization
import YAML

/// A session's advisory lock, on a connection of its own, with the holder's name in the record.
///
/// The server gives it to the next as soon as the connection is gone, which may be before its holder notices. Hence the
/// hold: it is recorded with the name, and whoever took the lock since has recorded another.
final class PostgresGrip: LockGrip {
    private let address: PostgresAddress
    private let entry: HolderEntry
    private let link: Mutex<PostgresLink>
    let superseded: LockHolder?

    var hold: String? { entry.hold }

    init(url: String, holder: LockHolder, hold: String) throws {
        let address = try PostgresAddress(url)
        let entry = HolderEntry(hold: hold, holder: holder)
        do {
            let link = try Self.lock(address)
            // The first reconciler of all locks a state that is not there yet.
            let database = try PostgresDatabase(url: url, access: .readWrite)
            // Whoever gives it back takes the name away.
            superseded = try HolderEntry.read(from: PostgresTransaction(link, tellsTime: false))?.holder
            let failures = try database.writeTogether([
                { connection in
                    try Migrations.run(on: connection, path: address.display)
                    try entry.write(to: connection)
                }
            ])
            if let failure = failures.first ?? nil { throw failure }
            self.link = Mutex(link)
        } catch {
            throw Diagnostic.state(error, at: address)
        }
        self.address = address
        self.entry = entry
    }

    deinit {
        // The lock goes with the connection. A name that cannot be taken back is known to be old by nobody holding it.
        link.withLock { link in
            _ = try? link.run("DELETE FROM slipway_meta WHERE name = ? AND value = ?", entry.row)
        }
    }

    /// A connection that has the lock.
    private static func lock(_ address: PostgresAddress) throws -> PostgresLink {
        let link = try PostgresLink(address)
        guard try link.run("SELECT pg_try_advisory_lock(\(link.site.reconcilerKey))").first?.int(0) == 1 else {
            throw Diagnostic.locked(by: try HolderEntry.read(from: PostgresTransaction(link, tellsTime: false))?.holder)
        }
        return link
    }

    func renew() throws {
        try link.withLock { link in
            do {
                guard (try? link.run("SELECT 1")) == nil else { return }
                let next = try Self.lock(address)
                let found = try HolderEntry.read(from: PostgresTransaction(next, tellsTime: false))
                guard found?.hold == entry.hold else { throw Diagnostic.holdLost(to: found?.holder) }
                link = next
            } catch {
                throw Diagnostic.state(error, at: address)
            }
        }
    }

    static func holder(url: String) throws -> LockHolder? {
        let address = try PostgresAddress(url)
        do {
            let link = try PostgresLink(address)
            let held = try link.run("SELECT 1 FROM pg_catalog.pg_locks WHERE \(link.site.reconcilerLock)")
            guard held.first != nil else { return nil }
            return try HolderEntry.read(from: PostgresTransaction(link, tellsTime: false))?.holder
        } catch {
            throw Diagnostic.state(error, at: address)
        }
    }

    /// Ends the connection that holds the lock, and takes its holder's name away: with that, the holder cannot go on
    /// over another connection.
    static func breakLock(url: String, isMeant: (LockHolder) -> Bool) throws -> LockHolder? {
        let address = try PostgresAddress(url)
        do {
            let link = try PostgresLink(address)
            guard let entry = try HolderEntry.read(from: PostgresTransaction(link, tellsTime: false)) else {
                return nil
            }
            guard isMeant(entry.holder) else { throw Diagnostic.locked(by: entry.holder) }
            _ = try link.run("DELETE FROM slipway_meta WHERE name = ? AND value = ?", entry.row)
            _ = try link.run(
                "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_locks WHERE \(link.site.reconcilerLock)")
            // A connection that was ended is not gone at once.
            let held = "SELECT 1 FROM pg_catalog.pg_locks WHERE \(link.site.reconcilerLock)"
            for _ in 0..<100 where try link.run(held).first != nil { Thread.sleep(forTimeInterval: 0.05) }
            return entry.holder
        } catch {
            throw Diagnostic.state(error, at: address)
        }
    }
}
