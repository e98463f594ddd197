import Dispatch
import Foundation
import GRDB
import Synchronization

/// Hears of what is recorded in a SQLite file, whoever records it, for all of a process who want to know.
///
/// SQLite calls nobody, but one connection can tell for next to nothing whether another has committed something
/// (https://sqlite.org/pragma.html#pragma_data_version). That is asked on a thread of its own, so that a dozen who wait
/// do not each read the record again and again.
final class SQLiteListening: Sendable {
    private struct State {
        var listeners: [Int: @Sendable () -> Void] = [:]
        var lastID = 0
        var isAtWork = false
    }

    private let path: String
    private let state = Mutex(State())
    private let hurry = DispatchSemaphore(value: 0)

    init(path: String) { self.path = path }

    /// Calls somebody back after each change, and once soon, because something may have changed before; until the
    /// returned value is gone.
    func add(_ changed: @escaping @Sendable () -> Void) -> any Sendable {
        let (id, begins) = state.withLock { state in
            state.lastID += 1
            state.listeners[state.lastID] = changed
            defer { state.isAtWork = true }
            return (state.lastID, !state.isAtWork)
        }
        // A thread of its own, because it does nothing but sleep. It ends when nobody listens any more.
        if begins { Thread.detachNewThread { self.work() } } else { changed() }
        return Listener(of: self, id: id)
    }

    private func remove(_ id: Int) {
        let isLast = state.withLock { state in
            state.listeners[id] = nil
            return state.listeners.isEmpty
        }
        if isLast { hurry.signal() }
    }

    private final class Listener: Sendable {
        private let listening: SQLiteListening
        private let id: Int

        init(of listening: SQLiteListening, id: Int) {
            self.listening = listening
            self.id = id
        }

        deinit { listening.remove(id) }
    }

    /// Between two looks.
    private static let pause = DispatchTimeInterval.milliseconds(100)

    private func work() {
        var watch: CommitWatch?
        repeat {
            do {
                if watch == nil { watch = try CommitWatch(path) }
                if try watch?.hasNews() ?? true { tell() }
            } catch {
                // Whoever listens looks by itself then, and what it asks says what is wrong.
                watch = nil
                tell()
            }
            _ = hurry.wait(timeout: .now() + Self.pause)
        } while isWanted()
    }

    private func isWanted() -> Bool {
        state.withLock { state in
            state.isAtWork = !state.listeners.isEmpty
            return state.isAtWork
        }
    }

    private func tell() {
        for changed in state.withLock({ Array($0.listeners.values) }) { changed() }
    }
}

/// A connection that only looks whether something was recorded since its last look. It stays on one thread.
private struct CommitWatch {
    private let database: DatabaseQueue
    private let path: String
    private var journal: JournalVersion?
    /// Whether the journal had not been written to for a while when it was looked at.
    private var isSettled = false
    private var version: Int64?
    private var event: String?

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "slipway.state.watch"
        database = try DatabaseQueue(path: path, configuration: configuration)
        self.path = path
    }

    /// Signs of life are committed as well: they are no news.
    mutating func hasNews() throws -> Bool {
        // Every commit is written into the journal first. As long as that is what it was, SQLite is not even asked.
        let journal = JournalVersion(of: "\(path)-wal")
        if isSettled, journal == self.journal { return false }
        (self.journal, isSettled) = (journal, journal?.isSettled ?? false)
        let known = (version, event)
        // The version first: what is committed between the two makes another version, and is looked at again.
        (version, event) = try database.unsafeRead { database in
            let version = try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA data_version"))
            if version == known.0 { return known }
            return (version, try StateSnapshot(connection: SQLiteConnection(database: database)).lastEvent())
        }
        return event != known.1
    }
}

/// What tells one state of a journal from another.
private struct JournalVersion: Equatable {
    private let inode: UInt64
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (inode, size) = (UInt64(status.st_ino), Int(status.st_size))
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// Whether it was last written to so long ago that the file system's clock, which is a coarse one, has gone on: the
    /// next time that it is written to makes another version.
    var isSettled: Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = Double(now.tv_sec - seconds) + Double(now.tv_nsec - nanoseconds) / 1e9
        return age >= 0.2
    }
}
