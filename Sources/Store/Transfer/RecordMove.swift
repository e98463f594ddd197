import Manifests
import Records
import Synchronization
import YAML

/// One move of a record from one database into another, any two of them.
struct RecordMove: Sendable {
    let source: StateStore
    let target: StateStore
    let now: Timestamp
    let wish: StopWish

    /// An agent says that it lives every five seconds or more often, whatever its lease: one that has been silent for
    /// so long is not there any more.
    private static let silence = Duration.seconds(30)

    /// What `slipway_meta` says of one database alone.
    private static let ownNames: Set<String> = [
        "schema", MovedMark.name, HolderEntry.name, HolderEntry.holdName, HandoverRequest.name,
    ]

    func run() throws -> StateMoveReport {
        guard source.location != target.location else { throw Diagnostic.moveToItself(source.location) }
        var report: StateMoveReport?
        // A transaction that writes, although only its last step does: what is copied is then what is marked.
        try source.database.write { connection in
            try MovedMark.refuse(on: connection, path: source.location)
            // In a database that lets several write at once, this is what all of them come by.
            try connection.execute("UPDATE slipway_meta SET value = value WHERE name = 'chain'", [])
            try refuseLiveAgents(connection)
            let checked = try StateSnapshot(connection: connection).check()
            guard checked.isClean else { throw Diagnostic.moveFaulty(source.location, checked) }
            let wasResumed = try deliver(from: connection)
            try MovedMark.set(on: connection, to: target.location)
            report = StateMoveReport(
                objects: checked.objects, runs: checked.runs, attempts: checked.attempts, events: checked.events,
                wasResumed: wasResumed)
        }
        guard let report else { throw CancellationError() }
        return report
    }

    private func refuseLiveAgents(_ connection: any SQLConnection) throws {
        let now = try connection.sharedClock() ?? now
        // A sign of life from the future is of a clock that was set back since: whoever lives has given another.
        let living = try StateSnapshot(connection: connection).activeAgents()
            .filter { abs((now - $0.heartbeatAt).milliseconds) < Self.silence.milliseconds }
        guard living.isEmpty else { throw Diagnostic.moveWithLiveAgents(living, silentFor: Self.silence) }
    }

    /// Sees to it that the target holds what the source holds. Returns whether it did so already.
    private func deliver(from connection: any SQLConnection) throws -> Bool {
        let head = try StateSnapshot(connection: connection).chainHead()
        var isThere = false
        try target.database.write { copy in
            let held = try Self.holdings(copy)
            if held.isEmpty {
                for table in StateTable.all { try carry(table, from: connection, to: copy) }
            } else {
                let other = try StateSnapshot(connection: copy).chainHead()
                isThere = head.sequence > 0 && head == other
                guard isThere else { throw Diagnostic.moveTargetOccupied(target.location, holding: held) }
                for table in StateTable.all {
                    try compare(table, try tally(table, in: connection), with: copy)
                }
            }
            let checked = try StateSnapshot(connection: copy).check()
            guard checked.isClean else { throw Diagnostic.moveFaulty(target.location, checked) }
        }
        return isThere
    }

    private func carry(_ table: StateTable, from connection: any SQLConnection, to copy: any SQLConnection) throws {
        var rows = RowCopy(table, to: copy)
        try forEachCarried(table, in: connection) { try rows.add($0) }
        try rows.flush()
        try compare(table, rows.tally, with: copy)
    }

    private func compare(_ table: StateTable, _ wanted: TableTally, with copy: any SQLConnection) throws {
        let found = try tally(table, in: copy)
        guard found == wanted else {
            throw Diagnostic.moveUnequal(table.name, wanted: wanted.count, found: found.count)
        }
    }

    private func tally(_ table: StateTable, in connection: any SQLConnection) throws -> TableTally {
        var tally = TableTally()
        try forEachCarried(table, in: connection) { tally.add($0) }
        return tally
    }

    /// Every row but those that each database has of its own.
    private func forEachCarried(
        _ table: StateTable, in connection: any SQLConnection, _ body: (StateRow) throws -> Void
    ) throws {
        try connection.forEachRow(of: table) { row in
            if wish.isThere.load(ordering: .relaxed) { throw CancellationError() }
            if table.name == StateTable.meta.name, Self.ownNames.contains(row.key) { return }
            try body(row)
        }
    }

    /// What a database holds, in words; empty where it holds nothing.
    private static func holdings(_ connection: any SQLConnection) throws -> String {
        var parts: [String] = []
        for table in StateTable.all where table.name != StateTable.meta.name {
            let count = try connection.count(of: table)
            if count > 0 { parts.append("\(count) \(table.name)") }
        }
        let counters = try StateSnapshot(connection: connection).chainHead().sequence
        if parts.isEmpty, counters > 0 { parts.append("the end of a chain of \(counters) events") }
        return parts.joined(separator: ", ")
    }
}

extension SQLDatabase {
    /// Runs one body in a durable transaction.
    func write(_ body: (any SQLConnection) throws -> Void) throws {
        try withoutActuallyEscaping(body) { body in
            if let failure = try writeTogether([body]).first ?? nil { throw failure }
        }
    }
}
