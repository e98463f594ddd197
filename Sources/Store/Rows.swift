import Manifests
import Records
import YAML

// The columns of each table, in the order in which they are read: named once, beside the reading.

extension ObjectRecord {
    static let columns =
        "kind, namespace, name, digest, content, file, line, prunable, identity, version, revision, dirty, applied_at"

    init(_ row: any SQLRow) throws {
        guard let kind = Kind(rawValue: row.text(0)), let digest = Digest(row.text(3)) else {
            throw Diagnostic.unreadableRecord("object \(row.text(1))/\(row.text(2))")
        }
        self.init(
            key: ObjectKey(kind, ObjectName(namespace: row.text(1), name: row.text(2))), digest: digest,
            content: row.text(4), file: row.text(5), line: Int(row.int(6)), isPrunable: row.int(7) != 0,
            identity: row.optionalText(8).flatMap { Digest($0) }, version: row.optionalInt(9).map(Int.init),
            revision: Revision(commit: row.optionalText(10), isDirty: row.int(11) != 0),
            appliedAt: Timestamp(milliseconds: row.int(12)))
    }
}

extension JobVersionRecord {
    static let columns = "namespace, job, number, digest, content, created_at, revision"

    init(_ row: any SQLRow) throws {
        let job = ObjectName(namespace: row.text(0), name: row.text(1))
        guard let digest = Digest(row.text(3)),
            let content = try? JSONValue(parsing: Array(row.text(4).utf8)),
            let source = content["source"]?.string.flatMap({ Digest($0) }), let definition = content["definition"]
        else { throw Diagnostic.unreadableRecord("version \(row.int(2)) of job \(job)") }
        self.init(
            job: job, number: Int(row.int(2)), digest: digest,
            content: JobVersionContent(source: source, definition: definition),
            createdAt: Timestamp(milliseconds: row.int(5)), commit: row.optionalText(6))
    }
}

extension RunRecord {
    static let columns =
        "id, identity, namespace, name, specification, phase, reason, message, attempt, forgiven, not_before, "
        + "lease_agent, lease_token, lease_expires, cancelled_by, image, sequence, created_at, started_at, "
        + "finished_at, affinity"

    init(_ row: any SQLRow, knowing known: RunSpecification? = nil) throws {
        guard let identity = Digest(row.text(1)), let phase = RunPhase(rawValue: row.text(5)),
            let specification = known ?? RunSpecification(recordedText: row.text(4))
        else { throw Diagnostic.unreadableRecord("run \(row.text(2))/\(row.text(3))") }
        self.init(
            identity: identity, name: ObjectName(namespace: row.text(2), name: row.text(3)),
            specification: specification, sequence: row.int(16), createdAt: Timestamp(milliseconds: row.int(17)))
        self.phase = phase
        reason = row.text(6)
        message = row.text(7)
        attempt = Int(row.int(8))
        attemptsForgiven = Int(row.int(9))
        notBefore = row.moment(10)
        if let agent = row.optionalText(11), let token = row.optionalInt(12), let expires = row.moment(13) {
            lease = Lease(agent: agent, token: token, expiresAt: expires)
        }
        cancelledBy = row.optionalText(14)
        image = row.optionalText(15).flatMap { Digest($0) }
        startedAt = row.moment(18)
        finishedAt = row.moment(19)
        affinity = row.optionalText(20)
    }
}

extension RunSpecification {
    fileprivate init?(recordedText text: String) {
        guard let recorded = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self.init(recorded: recorded)
    }
}

extension [String: OutputDigest] {
    fileprivate init?(recordedText text: String) {
        guard let recorded = (try? JSONValue(parsing: Array(text.utf8)))?.object else { return nil }
        self = recorded.compactMapValues(OutputDigest.init(recorded:))
        guard count == recorded.count else { return nil }
    }

    /// Canonical JSON; `nil` where there are none.
    var recordedText: String? { isEmpty ? nil : JSONValue.object(mapValues(\.recorded)).canonicalText }
}

extension AttemptArtifact {
    init?(recordedText text: String) {
        guard let recorded = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self.init(recorded: recorded)
    }
}

extension EngineBinding {
    init?(recordedText text: String) {
        guard let recorded = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self.init(recorded: recorded)
    }
}

extension AttemptRecord {
    static let columns =
        "run, number, agent, host, image, created_at, submitted_at, ended_at, reason, exit_code, message, folder, "
        + "location, confirmed_at, outputs, artifact, engine"
    /// One for each column.
    static let placeholders = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")

    init(_ row: any SQLRow) throws {
        self.init(
            run: RunID(row.text(0)), number: Int(row.int(1)), agent: row.text(2), host: row.text(3),
            createdAt: Timestamp(milliseconds: row.int(5)))
        image = row.optionalText(4).flatMap { Digest($0) }
        submittedAt = row.moment(6)
        endedAt = row.moment(7)
        outcome = row.optionalText(8).flatMap { reason in
            AttemptOutcome(
                reason: reason, exitCode: row.optionalInt(9).map(Int32.init(truncatingIfNeeded:)),
                message: row.optionalText(10) ?? "")
        }
        folder = row.optionalText(11)
        location = row.optionalText(12)
        confirmedAt = row.moment(13)
        if let text = row.optionalText(14) {
            guard let outputs = [String: OutputDigest](recordedText: text) else {
                throw Diagnostic.unreadableRecord("outputs of attempt \(number) of run \(run)")
            }
            self.outputs = outputs
        }
        if let text = row.optionalText(15) {
            guard let artifact = AttemptArtifact(recordedText: text) else {
                throw Diagnostic.unreadableRecord("artifact of attempt \(number) of run \(run)")
            }
            self.artifact = artifact
        }
        if let text = row.optionalText(16) {
            guard let engine = EngineBinding(recordedText: text) else {
                throw Diagnostic.unreadableRecord("engine of attempt \(number) of run \(run)")
            }
            self.engine = engine
        }
    }
}

extension AgentRecord {
    static let columns =
        "id, pool_namespace, pool, host, process, state, started_at, heartbeat_at, placement, machine, runs, location"

    init(_ row: any SQLRow) {
        self.init(
            id: row.text(0), pool: ObjectName(namespace: row.text(1), name: row.text(2)),
            placement: AgentPoolSpec.Placement(rawValue: row.text(8)) ?? .local,
            place: AgentPlace(
                host: row.text(3), machine: row.text(9), runs: row.text(10), location: row.text(11)),
            process: Int32(truncatingIfNeeded: row.int(4)), state: State(rawValue: row.text(5)) ?? .lost,
            startedAt: Timestamp(milliseconds: row.int(6)), heartbeatAt: Timestamp(milliseconds: row.int(7)))
    }
}

extension EventRecord {
    static let columns = "sequence, at, kind, subject, cause, revision, actor, details, previous, hash"

    init(_ row: any SQLRow) {
        self.init(
            sequence: row.int(0), at: Timestamp(milliseconds: row.int(1)), kind: row.text(2), subject: row.text(3),
            cause: row.text(4), revision: row.text(5), actor: row.text(6), details: row.text(7), previous: row.text(8),
            hash: row.text(9))
    }
}

extension SQLRow {
    fileprivate func moment(_ column: Int) -> Timestamp? { optionalInt(column).map(Timestamp.init(milliseconds:)) }
}
