public import Manifests
public import Records
import YAML

/// One consistent view of the record.
public struct StateSnapshot {
    let connection: any SQLConnection

    /// All that a plan compares with.
    public func recordedState() throws -> RecordedState {
        RecordedState(objects: try objects(), jobVersions: try jobVersions(), runs: try runs(where: ""))
    }

    public func objects() throws -> [ObjectKey: ObjectRecord] {
        var found: [ObjectKey: ObjectRecord] = [:]
        try connection.forEachRow("SELECT \(ObjectRecord.columns) FROM objects", []) { row in
            let record = try ObjectRecord(row)
            found[record.key] = record
        }
        return found
    }

    public func jobVersions() throws -> [ObjectName: [JobVersionRecord]] {
        var found: [ObjectName: [JobVersionRecord]] = [:]
        try connection.forEachRow("SELECT \(JobVersionRecord.columns) FROM job_versions ORDER BY number", []) { row in
            let record = try JobVersionRecord(row)
            found[record.job, default: []].append(record)
        }
        return found
    }

    /// All runs, oldest first.
    public func runs() throws -> [RunRecord] {
        try connection.rows("SELECT \(RunRecord.columns) FROM runs ORDER BY sequence") { try RunRecord($0) }
    }

    /// One run.
    ///
    /// - Parameter specification: what is known of it already, and need not be read again.
    public func run(_ id: RunID, knowing specification: RunSpecification? = nil) throws -> RunRecord? {
        try connection.first("SELECT \(RunRecord.columns) FROM runs WHERE id = ?", [.text(id.text)]) {
            try RunRecord($0, knowing: specification)
        }
    }

    /// How many runs are in each phase.
    public func runCounts() throws -> [RunPhase: Int] {
        var found: [RunPhase: Int] = [:]
        try connection.forEachRow("SELECT phase, COUNT(*) FROM runs GROUP BY phase", []) { row in
            if let phase = RunPhase(rawValue: row.text(0)) { found[phase] = Int(row.int(1)) }
        }
        return found
    }

    /// The attempts of a run, first to last.
    public func attempts(of run: RunID) throws -> [AttemptRecord] {
        try connection.rows(
            "SELECT \(AttemptRecord.columns) FROM attempts WHERE run = ? ORDER BY number", [.text(run.text)]
        ) { try AttemptRecord($0) }
    }

    public func attempt(_ number: Int, of run: RunID) throws -> AttemptRecord? {
        try connection.first(
            "SELECT \(AttemptRecord.columns) FROM attempts WHERE run = ? AND number = ?",
            [.text(run.text), .int(Int64(number))]
        ) { try AttemptRecord($0) }
    }

    /// Attempts of a machine that count as lost, and of which nobody has seen yet that nothing is left.
    public func attemptsToConfirm(onHost host: String) throws -> [(attempt: AttemptRecord, run: ObjectName)] {
        let names = AttemptRecord.columns.split(separator: ", ").map { "attempts.\($0)" }
        let columns = names.joined(separator: ", ") + ", runs.namespace, runs.name"
        return try connection.rows(
            "SELECT \(columns) FROM attempts JOIN runs ON runs.id = attempts.run "
                + "WHERE attempts.host = ? AND attempts.reason = 'Lost' AND attempts.confirmed_at IS NULL",
            [.text(host)]
        ) { row in
            let run = ObjectName(namespace: row.text(names.count), name: row.text(names.count + 1))
            return (try AttemptRecord(row), run)
        }
    }

    public func agents() throws -> [AgentRecord] {
        try connection.rows("SELECT \(AgentRecord.columns) FROM agents ORDER BY id") { AgentRecord($0) }
    }

    /// The image of a job version; `nil` where none was built.
    public func image(ofJob digest: Digest) throws -> Digest? {
        try connection.first("SELECT manifest FROM images WHERE job_digest = ?", [.text(digest.description)]) {
            Digest($0.text(0))
        } ?? nil
    }

    /// The commit that has the source of a job version; `nil` where none is known.
    public func commit(ofJobVersion digest: Digest) throws -> String? {
        try connection.first(
            "SELECT revision FROM job_versions WHERE digest = ? AND revision IS NOT NULL ORDER BY created_at LIMIT 1",
            [.text(digest.description)]
        ) { $0.text(0) }
    }

    /// Events, oldest first.
    ///
    /// - Parameters:
    ///   - subject: only those of one object, as `EventDraft.subject(of:)` names it; `nil` for all.
    ///   - limit: only the newest so many; `nil` for all.
    public func events(of subject: String? = nil, newest limit: Int? = nil) throws -> [EventRecord] {
        let condition = subject == nil ? "" : " WHERE subject = ?"
        let arguments = (subject.map { [SQLValue.text($0)] } ?? []) + [.int(Int64(limit ?? Int.max))]
        return try connection.rows(
            "SELECT \(EventRecord.columns) FROM events\(condition) ORDER BY sequence DESC LIMIT ?", arguments
        ) { EventRecord($0) }.reversed()
    }

    /// Events of a kind, oldest first.
    public func events(ofKind kind: EventKind, newest limit: Int) throws -> [EventRecord] {
        try connection.rows(
            "SELECT \(EventRecord.columns) FROM events WHERE kind = ? ORDER BY sequence DESC LIMIT ?",
            [.text(kind.rawValue), .int(Int64(limit))]
        ) { EventRecord($0) }.reversed()
    }

    /// The oldest event; `nil` where nothing was ever recorded.
    public func firstEvent() throws -> EventRecord? {
        try connection.first("SELECT \(EventRecord.columns) FROM events ORDER BY sequence LIMIT 1", []) {
            EventRecord($0)
        }
    }

    /// Checks the whole chain of events; returns how many there are and what is wrong first.
    public func verifyEvents() throws -> (count: Int64, fault: ChainFault?) {
        var verifier = ChainVerifier()
        var page = try eventPage("", [])
        // Page by page, because a database may hold a whole answer in memory. The first has no lower bound: an event
        // without a number, which somebody slipped in, is among it.
        while !page.isEmpty {
            for event in page {
                if let fault = verifier.verify(event) { return (verifier.count, fault) }
            }
            page = try eventPage("WHERE sequence > ?", [.int(verifier.count)])
        }
        let head = try chainHead()
        guard head.sequence == verifier.count, head.hash == verifier.hash else {
            return (verifier.count, .truncated(expected: head.sequence, found: verifier.count))
        }
        return (verifier.count, nil)
    }

    private func eventPage(_ condition: String, _ arguments: [SQLValue]) throws -> [EventRecord] {
        try connection.rows(
            "SELECT \(EventRecord.columns) FROM events \(condition) ORDER BY sequence LIMIT 1000", arguments
        ) { EventRecord($0) }
    }

    func chainHead() throws -> (sequence: Int64, hash: String) {
        try chainHead(recorded: connection.first("SELECT value FROM slipway_meta WHERE name = 'chain'") { $0.text(0) })
    }

    /// The end of the chain for somebody who goes on with it, which nobody does where the record was moved away.
    func chainHead(toWriteTo path: String) throws -> (sequence: Int64, hash: String) {
        var recorded: String?
        let query = "SELECT name, value FROM slipway_meta WHERE name IN ('chain', '\(MovedMark.name)')"
        try connection.forEachRow(query, []) { row in
            guard row.text(0) == "chain" else { throw Diagnostic.stateMoved(path: path, to: row.text(1)) }
            recorded = row.text(1)
        }
        return try chainHead(recorded: recorded)
    }

    private func chainHead(recorded text: String?) throws -> (sequence: Int64, hash: String) {
        guard let text else { return (0, EventRecord.genesis) }
        let parts = text.split(separator: " ")
        guard parts.count == 2, let sequence = Int64(parts[0]) else { throw Diagnostic.unreadableRecord("chain head") }
        return (sequence, String(parts[1]))
    }
}

extension StateSnapshot {
    /// The hash of the last event. As long as it is the same, nothing was recorded but signs of life.
    public func lastEvent() throws -> String { try chainHead().hash }

    /// The runs in an agent's hands, as the record has it.
    public func held(byAgent agent: String) throws -> [RunID: HeldRun] {
        var found: [RunID: HeldRun] = [:]
        try connection.forEachRow(
            "SELECT id, lease_token, cancelled_by FROM runs WHERE lease_agent = ?", [.text(agent)]
        ) { row in
            found[RunID(row.text(0))] = HeldRun(token: row.int(1), isCancelled: row.optionalText(2) != nil)
        }
        return found
    }

    /// The same with the end of the chain of events that it is of; `nil` where the chain still ends where it did:
    /// nothing that concerns anybody else happens without an event, and a thousand runs are not read for nothing.
    ///
    /// - Parameter known: the hash of the last event that was read before; `nil` for none.
    public func held(byAgent agent: String, after known: String?) throws -> (hash: String, runs: [RunID: HeldRun])? {
        let hash = try lastEvent()
        return hash == known ? nil : (hash, try held(byAgent: agent))
    }

    /// The agents of a pool of which something was heard after a moment, or of which nobody has said goodbye.
    public func agents(ofPool pool: ObjectName, heardSince moment: Timestamp) throws -> [AgentRecord] {
        try connection.rows(
            "SELECT \(AgentRecord.columns) FROM agents WHERE pool_namespace = ? AND pool = ? "
                + "AND (heartbeat_at >= ? OR state NOT IN ('stopped', 'lost')) ORDER BY id",
            [.text(pool.namespace), .text(pool.name), .int(moment.milliseconds)]
        ) { AgentRecord($0) }
    }

    public func agent(_ id: String) throws -> AgentRecord? {
        try connection.first("SELECT \(AgentRecord.columns) FROM agents WHERE id = ?", [.text(id)]) { AgentRecord($0) }
    }

    /// Agents that nobody has said goodbye of.
    public func activeAgents() throws -> [AgentRecord] {
        try connection.rows(
            "SELECT \(AgentRecord.columns) FROM agents WHERE state NOT IN ('stopped', 'lost') ORDER BY id"
        ) {
            AgentRecord($0)
        }
    }
}

/// What the record says of a run that an agent has in hand.
public struct HeldRun: Sendable, Hashable {
    public var token: Int64
    /// Somebody asked for its end.
    public var isCancelled: Bool

    public init(token: Int64, isCancelled: Bool = false) {
        self.token = token
        self.isCancelled = isCancelled
    }
}

/// How many runs of a queue are in a phase.
public struct OutstandingRuns: Sendable, Hashable {
    public var queue: ObjectName
    public var phase: RunPhase
    public var count: Int
}

extension StateSnapshot {
    /// The runs that have not ended, counted by queue and phase. One that is blocked by others is not counted: nobody
    /// can take it, and in the moment in which the last of the others ends it is blocked no more.
    public func outstanding() throws -> [OutstandingRuns] {
        try connection.rows(
            "SELECT queue, phase, COUNT(*) FROM runs "
                + "WHERE phase NOT IN \(RunPhase.terminalList) "
                + "AND NOT (phase = 'pending' AND not_before IS NULL) GROUP BY queue, phase"
        ) { row in
            guard let phase = RunPhase(rawValue: row.text(1)) else {
                throw Diagnostic.unreadableRecord("phase of a run")
            }
            return OutstandingRuns(queue: ObjectName(reference: row.text(0)), phase: phase, count: Int(row.int(2)))
        }
    }
}
