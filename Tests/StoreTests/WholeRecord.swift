import Foundation
import Manifests
import Records
import Store

/// A record in which there is a row of every table, and a run in every phase, with the events that tell of each.
enum WholeRecord {
    static let job = ObjectName(name: "train")
    static let content = JobVersionContent(source: Digest(of: "files"), definition: ["command": ["true"]])
    static let image = Digest(of: "image")

    /// What becomes of the one attempt of each run; `nil` for one that waits.
    static let lives: [(name: String, events: [RunEvent]?)] = [
        ("queued", nil), ("blocked", nil), ("building", []), ("submitting", [.imageReady(image)]),
        ("running", [.imageReady(image), .submitted]),
        ("pending", [.imageReady(image), .submitted, .ended(.lost("its host is gone"))]),
        ("failed", [.imageReady(image), .submitted, .ended(.exited(3))]),
        ("succeeded", [.imageReady(image), .submitted, .ended(.succeeded)]),
        ("unbuilt", [.ended(.buildFailed("no such package"))]),
        ("lost", [.imageReady(image), .ended(.lost("nothing is known of it"))]),
        ("cancelled", [.imageReady(image), .submitted]),
        ("again", [.imageReady(image), .submitted, .ended(.timedOut)]),
    ]

    /// Makes it in a file.
    static func make(at path: String) async throws {
        let store = try StateStore(sqlite: path)
        try await store.write { transaction in
            try manifests(transaction)
            for (id, state) in [("a", AgentRecord.State.active), ("b", .stopped), ("c", .lost), ("d", .draining)] {
                try agent(id, state, transaction)
            }
            for (name, events) in lives { try live(name, events, transaction) }
            try end("cancelled", transaction)
            try again("again", transaction)
        }
    }

    static func specification(_ name: String) -> RunSpecification {
        var specification = RunSpecification.sample(0, retries: name == "pending" ? 1 : 0)
        specification.retry.on = [.interruption]
        specification.parameters = ["name": .string(name)]
        specification.jobDigest = content.digest
        if name == "queued" || name == "blocked" {
            let upstream = ObjectName(name: name == "queued" ? "succeeded" : "running")
            specification.dependencies = [
                RunDependency(
                    run: upstream, identity: self.specification(upstream.name).identity, condition: .succeeded)
            ]
        }
        return specification
    }

    private static func manifests(_ transaction: StateTransaction) throws {
        try transaction.write(
            JobVersionRecord(job: job, number: 1, digest: content.digest, content: content, createdAt: .start))
        try transaction.writeImage(
            ofJob: content.digest, manifest: image, details: ["manifest": .string(image.description)])
        var events = [
            EventDraft(
                .jobVersionAdded, of: ObjectKey(.job, job),
                details: ["digest": .string(content.digest.description), "version": 1])
        ]
        for key in [ObjectKey(.job, job), ObjectKey(.queue, ObjectName(name: "local"))] {
            try object(key, transaction)
            events.append(EventDraft(.objectCreated, of: key))
        }
        events.append(EventDraft(.objectCreated, of: ObjectKey(.queue, ObjectName(name: "gone"))))
        events.append(EventDraft(.objectDeleted, of: ObjectKey(.queue, ObjectName(name: "gone"))))
        try transaction.append(events)
    }

    private static func object(_ key: ObjectKey, _ transaction: StateTransaction, identity: Digest? = nil) throws {
        var fields: [String: JSONValue] = ["spec": ["any": "thing"]]
        if key.kind == .job { fields["source"] = .string(content.source.description) }
        let text = JSONValue.object(fields).canonicalText
        try transaction.write(
            ObjectRecord(
                key: key, digest: Digest(of: text), content: text, file: "manifests/all.yaml", line: 7,
                isPrunable: true, identity: identity, version: key.kind == .job ? 1 : nil,
                revision: Provenance.sample.revision, appliedAt: .start))
    }

    private static func agent(_ id: String, _ state: AgentRecord.State, _ transaction: StateTransaction) throws {
        let agent = AgentRecord.sample(id)
        try transaction.write(agent)
        try transaction.append([
            EventDraft(.agentStarted, of: ObjectKey(.agentPool, agent.pool), details: ["agent": .string(id)])
        ])
        switch state {
        case .active: break
        case .draining: try transaction.mark(agent, as: state, .agentDraining, cause: "for the test")
        case .stopped, .lost: try transaction.release([agent], as: state, cause: "for the test")
        }
    }

    private static func live(_ name: String, _ events: [RunEvent]?, _ transaction: StateTransaction) throws {
        let key = ObjectKey(.run, ObjectName(name: name))
        let run = try transaction.startRun(key.name, specification(name))
        try object(key, transaction, identity: run.identity)
        try transaction.append([
            EventDraft(.runQueued, of: key, details: ["identity": .string(run.identity.description)]),
            EventDraft(.objectUpdated, of: key),
        ])
        if let events { try attempt(run.id, events, transaction) }
    }

    /// What an agent does with a run that it claims.
    static func attempt(_ id: RunID, _ events: [RunEvent], _ transaction: StateTransaction) throws {
        let others = QueueRules.sample("none")
        _ = try transaction.claim(for: .sample("a"), from: [others], atMost: 1, leaseDuration: .seconds(30))
        // What was queued before it waits on: only this one is claimed.
        let waiting = try transaction.snapshot.runs().filter { $0.isClaimable(at: .start) && $0.id != id }.map(\.id)
        try park(waiting, true, transaction)
        _ = try transaction.claim(for: .sample("a"), from: [.sample()], atMost: 1, leaseDuration: .seconds(30))
        try park(waiting, false, transaction)
        for event in events { try record(event, of: id, transaction) }
    }

    /// Takes runs out of their queue for a moment.
    private static func park(_ ids: [RunID], _ isParked: Bool, _ transaction: StateTransaction) throws {
        for id in ids {
            guard let run = try transaction.snapshot.run(id) else { continue }
            var specification = run.specification
            specification.queue = ObjectName(name: isParked ? "parked" : "local")
            try transaction.advance(id, by: .placed(specification))
        }
    }

    private static func record(_ event: RunEvent, of id: RunID, _ transaction: StateTransaction) throws {
        let next = try transaction.advance(id, by: event)
        guard var attempt = try transaction.snapshot.attempts(of: id).last else { return }
        let key = ObjectKey(.run, next.name)
        var details: [String: JSONValue] = ["attempt": .int(Int64(attempt.number))]
        switch event {
        case .imageReady(let image):
            attempt.image = image
            details["image"] = .string(image.description)
            try transaction.append([EventDraft(.attemptIntended, of: key, details: details)])
        case .submitted:
            attempt.submittedAt = .start
            attempt.engine = EngineBinding(
                kind: .slurm, settings: ["allow": ["x"]], config: ["partition": "{{p}}"], variables: ["p": "gpu"],
                author: "ada@laptop", commit: "abc")
            try transaction.append([EventDraft(.attemptSubmitted, of: key, details: details)])
        case .ended(let outcome):
            attempt.endedAt = .start
            attempt.outcome = outcome
            if outcome == .succeeded {
                attempt.artifact = AttemptArtifact(location: .folder("store"), digest: image, warning: "a part")
            }
            details["reason"] = .string(outcome.reason)
            if let code = outcome.exitCode { details["exitCode"] = .int(Int64(code)) }
            try transaction.append([EventDraft(.attemptEnded, of: key, details: details)])
            if next.phase.isTerminal { try transaction.append([EventDraft(.runFinished, of: key)]) }
        default: break
        }
        try transaction.write(attempt)
    }

    /// Ends a run as `cancel` does: what is told of the end names no attempt.
    private static func end(_ name: String, _ transaction: StateTransaction) throws {
        let id = RunID(identity: specification(name).identity)
        let key = ObjectKey(.run, ObjectName(name: name))
        try transaction.advance(id, by: .cancelRequested(by: "ada", reason: "asked for"))
        try transaction.advance(id, by: .ended(.cancelled))
        guard var attempt = try transaction.snapshot.attempts(of: id).last else { return }
        attempt.endedAt = .start
        attempt.outcome = .cancelled
        try transaction.write(attempt)
        try transaction.append([
            EventDraft(.runCancelRequested, of: key), EventDraft(.attemptEnded, of: key),
            EventDraft(.runFinished, of: key),
        ])
    }

    private static func again(_ name: String, _ transaction: StateTransaction) throws {
        let id = RunID(identity: specification(name).identity)
        try transaction.advance(id, by: .requeued(by: "ada", reason: "asked for"))
        try transaction.append([EventDraft(.runRequeued, of: ObjectKey(.run, ObjectName(name: name)))])
        try attempt(id, [.imageReady(image), .submitted, .ended(.succeeded)], transaction)
    }
}
