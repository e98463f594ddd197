import GRDB
import Records
import Store
import YAML

/// A process's connection to the shared store: the real SQLite, with what can go wrong on the way there and back.
struct SimulatedDatabase: SQLDatabase {
    let world: World
    let process: SimulatedProcess

    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try world.reachStore(process)
        return try world.database.read(body)
    }

    func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?] {
        try world.reachStore(process)
        let act = process.nextAct()
        if world.strikes(.crashBeforeCommit, process, act) {
            world.crash(process, "before a commit")
            throw Crashed()
        }
        var views: [(view: RecordView, events: [RecordView.Event])?] = bodies.map { _ in nil }
        var isAnnounced = false
        var newest = world.record
        var recorded = bodies.enumerated().map { index, body -> (any SQLConnection) throws -> Void in
            { connection in
                let connection = WatchedConnection(base: connection, world: world, process: process)
                try body(connection)
                var view = newest
                let events = try view.read(connection.notes.tables, from: connection.base)
                if world.mutant == .noIntent, events.contains(where: { $0.kind == "attempt.intended" }) {
                    throw NotKept()
                }
                views[index] = (view, events)
                isAnnounced = isAnnounced || connection.notes.isAnnounced
                newest = view
            }
        }
        if let code = failure(act) { recorded.append { _ in throw DatabaseError(resultCode: code) } }
        let failures: [(any Error)?]
        do {
            failures = try world.database.writeTogether(recorded)
        } catch {
            try process.demandAlive()
            throw error
        }
        for (failure, view) in zip(failures, views) where failure == nil {
            if let view { world.committed(view.view, view.events, by: process) }
        }
        if isAnnounced { world.announce() }
        if world.strikes(.crashAfterCommit, process, act) {
            world.crash(process, "after a commit")
            throw Crashed()
        }
        if world.hosts.count > 1, world.strikes(.lostCommit, process, act) {
            world.note(process, "does not hear of its commit")
            throw Diagnostic("SLW4027", "whether it was recorded is not known")
        }
        if world.strikes(.pauseAfterCommit, process, act) { world.pause(process, act, "after a commit") }
        return failures.map { $0 is NotKept ? nil : $0 }
    }

    /// What ends the whole transaction, as SQLite reports it: nothing of it is kept.
    private func failure(_ act: UInt64) -> ResultCode? {
        if world.strikes(.crashInCommit, process, act) {
            world.crash(process, "in a commit")
            return .SQLITE_IOERR
        }
        if world.strikes(.diskFull, process, act) {
            world.note(process, "the disk is full")
            return .SQLITE_FULL
        }
        if world.strikes(.storeError, process, act) {
            world.note(process, "the store fails")
            return .SQLITE_IOERR
        }
        return nil
    }

    /// One machine has a file, which tells nobody; several share a server, which does.
    func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? {
        world.hosts.count > 1 ? world.listen(process, changed) : nil
    }
}

/// What a mutant makes of a body of writing: it is acknowledged, and not kept.
private struct NotKept: Error {}

/// A connection that knows which tables were written to.
private struct WatchedConnection: SQLConnection {
    /// Proof: see `EventLoop`; it lives for one transaction.
    final class Notes {
        var tables: RecordView.Tables = []
        var isAnnounced = false
        /// The leases that a mutant has hidden behind another token, by run.
        var hidden: [String: (agent: String?, token: Int64?, expires: Int64?)] = [:]
    }

    let base: any SQLConnection
    let world: World
    let process: SimulatedProcess
    let notes = Notes()

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        notes.tables.formUnion(RecordView.Tables(writtenBy: sql))
        return try base.execute(sql, world.mutant == .noFencing ? withTrueLease(sql, arguments) : arguments)
    }

    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        guard world.mutant == .noFencing, sql.hasSuffix("FROM runs WHERE id = ?") else {
            return try base.forEachRow(sql, arguments, body)
        }
        try base.forEachRow(sql, arguments) { row in
            let token = world.lastToken(of: row.text(0), for: process)
            if token != nil {
                notes.hidden[row.text(0)] = (row.optionalText(11), row.optionalInt(12), row.optionalInt(13))
            }
            try body(UnfencedRow(base: row, token: token))
        }
    }

    /// A write that passed for want of the check leaves the lease as it is.
    private func withTrueLease(_ sql: String, _ arguments: [SQLValue]) -> [SQLValue] {
        guard sql.hasPrefix("UPDATE runs SET phase"), case .text(let run)? = arguments.last,
            let lease = notes.hidden[run], arguments.count > 8,
            arguments[7] == SQLValue(world.lastToken(of: run, for: process))
        else { return arguments }
        var arguments = arguments
        arguments[6] = SQLValue(lease.agent)
        arguments[7] = SQLValue(lease.token)
        arguments[8] = SQLValue(lease.expires)
        return arguments
    }

    func tableNames() throws -> [String] { try base.tableNames() }

    /// The true time: machines that share a server share its clock.
    func sharedClock() throws -> Timestamp? {
        world.hosts.count > 1 ? SimulatedHost.beginning + .milliseconds(world.loop.now) : try base.sharedClock()
    }

    func announceChange() throws {
        notes.isAnnounced = true
        try base.announceChange()
    }
}

/// A run's row in which everybody finds the token that they last got: the fencing check passes always.
private struct UnfencedRow: SQLRow {
    let base: any SQLRow
    let token: Int64?

    // The places of the lease among the columns of a run.
    private static let agent = 11
    private static let token = 12
    private static let expires = 13

    func int(_ column: Int) -> Int64 { optionalInt(column) ?? 0 }
    func text(_ column: Int) -> String { base.text(column) }

    func optionalText(_ column: Int) -> String? {
        base.optionalText(column) ?? (token != nil && column == Self.agent ? "nobody" : nil)
    }

    func optionalInt(_ column: Int) -> Int64? {
        guard let token else { return base.optionalInt(column) }
        return switch column {
        case Self.token: token
        case Self.expires: base.optionalInt(column) ?? 0
        default: base.optionalInt(column)
        }
    }
}

/// Where a store's work is done: on the loop, after the time that a disk takes.
struct SimulatedStoreScheduler: StoreScheduler {
    let world: World
    let process: SimulatedProcess

    func read(_ work: @escaping @Sendable () -> Void) {
        world.loop.schedule(after: 0, for: process, work)
    }

    func write(_ work: @escaping @Sendable () -> Void) {
        let act = process.nextAct()
        var delay = Int64(world.dice.int(0...3, .storeDelay, process.place, act))
        if world.strikes(.slowStore, process, act) {
            delay = Int64(world.dice.int(500...6000, .faultLength, process.place, act))
            world.note(process, "the store takes \(delay)ms")
        }
        if world.strikes(.pauseBeforeCommit, process, act) { world.pause(process, act, "before a commit") }
        world.loop.schedule(after: delay, for: process, work)
    }
}
