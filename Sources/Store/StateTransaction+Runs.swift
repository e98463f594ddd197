public import Manifests
public import Records
import YAML

extension StateTransaction {
    /// Records a computation that nobody has asked for before.
    public func startRun(_ name: ObjectName, _ specification: RunSpecification) throws -> RunRecord {
        let run = RunRecord(
            identity: specification.identity, name: name, specification: specification,
            sequence: try next("sequence"), createdAt: now)
        try save(run)
        try writeDependencies(of: run)
        try connection.announceChange()
        return try settle(run, before: nil)
    }

    /// Carries a run through an event of its life.
    ///
    /// - Parameter token: the fencing token of the agent that acts; `nil` for whoever needs no lease.
    /// - Throws: `Diagnostic.leaseLost` where another agent has the run now.
    @discardableResult
    public func advance(_ id: RunID, by event: RunEvent, token: Int64? = nil) throws -> RunRecord {
        guard let run = try snapshot.run(id) else { throw Diagnostic.unknownRun(id.text) }
        return try advance(run, by: event, token: token)
    }

    /// Carries a run that an agent has in hand through an event. Its specification is the one that the agent knows: it
    /// only changes while a run waits, and reading it again is most of the work.
    @discardableResult
    public func advanceHeld(_ held: RunRecord, by event: RunEvent, token: Int64?) throws -> RunRecord {
        guard let run = try snapshot.run(held.id, knowing: held.specification) else {
            throw Diagnostic.unknownRun(held.id.text)
        }
        return try advance(run, by: event, token: token)
    }

    private func advance(_ run: RunRecord, by event: RunEvent, token: Int64?) throws -> RunRecord {
        let id = run.id
        if let token, run.lease?.token != token { throw Diagnostic.leaseLost(id) }
        do {
            let next = try run.after(event, at: now)
            if next.specification == run.specification { try saveProgress(next) } else { try save(next) }
            if next.specification.dependencies != run.specification.dependencies { try writeDependencies(of: next) }
            if event.concernsOthers { try connection.announceChange() }
            return try settle(next, before: run)
        } catch let transition as InvalidTransition {
            throw Diagnostic.impossibleTransition(id, transition)
        }
    }

    func save(_ run: RunRecord) throws {
        let specification = run.specification
        try connection.execute(
            """
            INSERT INTO runs (\(RunRecord.columns), queue, priority)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, namespace = excluded.namespace, specification = excluded.specification,
                phase = excluded.phase, reason = excluded.reason, message = excluded.message,
                attempt = excluded.attempt, forgiven = excluded.forgiven, not_before = excluded.not_before,
                lease_agent = excluded.lease_agent, lease_token = excluded.lease_token,
                lease_expires = excluded.lease_expires, cancelled_by = excluded.cancelled_by, image = excluded.image,
                started_at = excluded.started_at, finished_at = excluded.finished_at, affinity = excluded.affinity,
                queue = excluded.queue, priority = excluded.priority
            """,
            [
                .text(run.id.text), .text(run.identity.description), .text(run.name.namespace), .text(run.name.name),
                .text(specification.recorded.canonicalText), .text(run.phase.rawValue), .text(run.reason),
                .text(run.message), .int(Int64(run.attempt)), .int(Int64(run.attemptsForgiven)),
                SQLValue(run.notBefore?.milliseconds), SQLValue(run.lease?.agent), SQLValue(run.lease?.token),
                SQLValue(run.lease?.expiresAt.milliseconds), SQLValue(run.cancelledBy),
                SQLValue(run.image?.description), .int(run.sequence), .int(run.createdAt.milliseconds),
                SQLValue(run.startedAt?.milliseconds), SQLValue(run.finishedAt?.milliseconds), SQLValue(run.affinity),
                .text(specification.queue.recorded), .int(Int64(specification.priority.rank)),
            ])
    }

    /// Writes what changes of a run as it goes on, which is all but what was asked for.
    func saveProgress(_ run: RunRecord) throws {
        try connection.execute(
            "UPDATE runs SET phase = ?, reason = ?, message = ?, attempt = ?, forgiven = ?, not_before = ?, "
                + "lease_agent = ?, lease_token = ?, lease_expires = ?, cancelled_by = ?, image = ?, started_at = ?, "
                + "finished_at = ?, affinity = ? WHERE id = ?",
            [
                .text(run.phase.rawValue), .text(run.reason), .text(run.message), .int(Int64(run.attempt)),
                .int(Int64(run.attemptsForgiven)), SQLValue(run.notBefore?.milliseconds), SQLValue(run.lease?.agent),
                SQLValue(run.lease?.token), SQLValue(run.lease?.expiresAt.milliseconds), SQLValue(run.cancelledBy),
                SQLValue(run.image?.description), SQLValue(run.startedAt?.milliseconds),
                SQLValue(run.finishedAt?.milliseconds), SQLValue(run.affinity), .text(run.id.text),
            ])
    }

    /// Records an attempt, or what has become of one.
    public func write(_ attempt: AttemptRecord) throws {
        try connection.execute(
            "INSERT INTO attempts (\(AttemptRecord.columns)) VALUES (\(AttemptRecord.placeholders)) "
                + "ON CONFLICT (run, number) DO UPDATE SET agent = excluded.agent, "
                + "image = excluded.image, submitted_at = excluded.submitted_at, ended_at = excluded.ended_at, "
                + "reason = excluded.reason, exit_code = excluded.exit_code, message = excluded.message, "
                + "folder = excluded.folder, location = excluded.location, host = excluded.host, "
                + "confirmed_at = excluded.confirmed_at, outputs = excluded.outputs, artifact = excluded.artifact, "
                + "engine = excluded.engine",
            [
                .text(attempt.run.text), .int(Int64(attempt.number)), .text(attempt.agent), .text(attempt.host),
                SQLValue(attempt.image?.description), .int(attempt.createdAt.milliseconds),
                SQLValue(attempt.submittedAt?.milliseconds), SQLValue(attempt.endedAt?.milliseconds),
                SQLValue(attempt.outcome?.reason), SQLValue(attempt.outcome?.exitCode.map(Int64.init)),
                SQLValue(attempt.outcome?.message), SQLValue(attempt.folder), SQLValue(attempt.location),
                SQLValue(attempt.confirmedAt?.milliseconds), SQLValue(attempt.outputs.recordedText),
                SQLValue(attempt.artifact?.recorded.canonicalText),
                SQLValue(attempt.engine?.recorded.canonicalText),
            ])
    }
}

extension RunEvent {
    /// Whether somebody else than who records it may have to act: there is work, room for work, or an end to bring.
    fileprivate var concernsOthers: Bool {
        switch self {
        case .ended, .cancelRequested, .requeued, .leaseReleased, .placed: true
        case .claimed, .imageReady, .submitted, .enqueued, .progressed, .blocked, .unblocked: false
        }
    }
}

extension ObjectName {
    /// `namespace/name`, always with the namespace.
    var recorded: String { full }
}
