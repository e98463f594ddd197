import GRDB
import Records
import Store

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
        var newest = world.record
        var recorded = bodies.enumerated().map { index, body -> (any SQLConnection) throws -> Void in
            { connection in
                let connection = WatchedConnection(base: connection, world: world, process: process)
                try body(connection)
                var view = newest
                let events = try view.read(connection.written.tables, from: connection.base)
                views[index] = (view, events)
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
        if world.strikes(.crashAfterCommit, process, act) {
            world.crash(process, "after a commit")
            throw Crashed()
        }
        if world.strikes(.pauseAfterCommit, process, act) { world.pause(process, act, "after a commit") }
        return failures
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

    /// The clock of the machine that all share, which is nobody's own.
    func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? { nil }
}

/// A connection that knows which tables were written to.
private struct WatchedConnection: SQLConnection {
    /// Proof: see `EventLoop`; it lives for one transaction.
    final class Written {
        var tables: RecordView.Tables = []
    }

    let base: any SQLConnection
    let world: World
    let process: SimulatedProcess
    let written = Written()

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        written.tables.formUnion(RecordView.Tables(writtenBy: sql))
        return try base.execute(sql, arguments)
    }

    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        guard world.mutant == .noFencing, sql.hasSuffix("FROM runs WHERE id = ?") else {
            return try base.forEachRow(sql, arguments, body)
        }
        try base.forEachRow(sql, arguments) { row in
            try body(UnfencedRow(base: row, token: world.lastToken(of: row.text(0), for: process)))
        }
    }

    func tableNames() throws -> [String] { try base.tableNames() }

    /// The true time: machines that share a server share its clock.
    func sharedClock() throws -> Timestamp? { SimulatedHost.beginning + .milliseconds(world.loop.now) }

    func announceChange() throws { try base.announceChange() }
}

/// A run's row in which everybody finds the token that they last got: the fencing check passes always.
private struct UnfencedRow: SQLRow {
    let base: any SQLRow
    let token: Int64?

    /// The place of `lease_token` among the columns of a run.
    private static let tokenColumn = 12

    func int(_ column: Int) -> Int64 { optionalInt(column) ?? 0 }
    func text(_ column: Int) -> String { base.text(column) }
    func optionalText(_ column: Int) -> String? {
        guard let token, column == Self.tokenColumn - 1, base.optionalText(column) == nil else {
            return base.optionalText(column)
        }
        return "agent of \(token)"
    }
    func optionalInt(_ column: Int) -> Int64? {
        guard let token, column == Self.tokenColumn else {
            return column == Self.tokenColumn + 1 && token != nil
                ? base.optionalInt(column) ?? 0 : base.optionalInt(column)
        }
        return token
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
