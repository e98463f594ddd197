import Agents
import Engines
import Foundation
public import Manifests
public import Records
public import Store
import YAML

extension Reconciler {
    /// Opens the recorded state, by default for a question.
    ///
    /// - Throws: `Diagnostic.noState` where nothing has been recorded yet.
    public func openState(_ access: StateAccess = .readOnly) throws -> StateStore {
        guard let store = try surroundings.openIfThere(access) else { throw Diagnostic.noState(paths.state) }
        return store
    }

    private func provenance() async throws -> Provenance {
        Provenance(revision: try await surroundings.revision(), actor: setting.actor)
    }

    /// The execution of a run: by its manifest's name, or by the name or id under which it was once recorded.
    public func execution(of name: ObjectName, in store: StateStore) async throws -> RunRecord {
        guard let run = try await store.read({ try $0.execution(of: name) }) else {
            throw Diagnostic.unknownRun(name.description)
        }
        return run
    }

    /// Asks for the end of a run and waits until it is confirmed.
    ///
    /// Where a reconciler is at work, its agent ends the run; otherwise it is ended here.
    public func cancel(_ name: ObjectName, grace: Duration = .seconds(10)) async throws -> RunRecord {
        let store = try openState(.readWrite)
        let provenance = try await provenance()
        let actor = setting.actor
        var current = try await store.write(as: provenance, at: setting.time.now()) { transaction in
            // Looked for in the transaction: meanwhile it could end, or its name come to mean another computation.
            guard let run = try transaction.snapshot.execution(of: name) else {
                throw Diagnostic.unknownRun(name.description)
            }
            guard !run.phase.isTerminal else { throw Diagnostic.runAlreadyOver("\(name)", phase: run.phase.rawValue) }
            let next = try transaction.advance(run.id, by: .cancelRequested(by: actor, reason: "cancelled by \(actor)"))
            try transaction.append([
                EventDraft(.runCancelRequested, of: ObjectKey(.run, run.name), cause: "reconcile cancel")
            ])
            return next
        }
        let id = current.id
        let deadline = setting.time.now() + grace + .seconds(20)
        // One that waits again is wanted again: somebody wrote its manifest anew meanwhile.
        while current.phase.isActive {
            if let hold = try? hold() {
                let ended = try await end(current, store, provenance, hold, grace: grace)
                withExtendedLifetime(hold) {}
                if let ended { return ended }
            }
            guard setting.time.now() < deadline else { throw Diagnostic.cancelNotConfirmed("\(name)") }
            try await setting.time.sleep(for: .milliseconds(100))
            current = try await store.read { try $0.run(id) } ?? current
        }
        return current
    }

    /// Ends a run of which no agent is left; returns `nil` where an agent or another machine has to do it.
    private func end(
        _ run: RunRecord, _ store: StateStore, _ provenance: Provenance, _ hold: any StateHold, grace: Duration
    ) async throws -> RunRecord? {
        // Within a transaction, for leases run out by the clock that everybody shares.
        let found = try await store.write(as: provenance, at: setting.time.now()) { transaction in
            let snapshot = transaction.snapshot
            let current = try snapshot.run(run.id) ?? run
            return (
                attempt: try snapshot.attempts(of: run.id).last, isRead: try snapshot.isRead(run),
                agent: try snapshot.agent(attending: current, at: transaction.now)
            )
        }
        if let agent = found.agent {
            // Agents of a reconciler are gone with it where it cannot have lost the hold while it lived.
            let isGone = hold.hold == nil && agent.placement == .local || surroundings.isGone(agent)
            guard isGone else { return nil }
        }
        guard let attempt = found.attempt else { return run }
        let reference = surroundings.workspace.reference(to: attempt, of: run)
        let engine = surroundings.engine
        try await engine.cancel(reference, grace: grace)
        let observation = await engine.observe(reference)
        switch observation {
        case .elsewhere, .unreachable: return nil
        case .absent, .waiting, .running, .ended, .failed, .gone: break
        }
        // What the engine holds of its output is brought here while it has it; that it cannot be had undoes no end.
        try? await engine.fetchLogs(of: reference)
        var outcome = AttemptOutcome.cancelled
        var outputs: [String: OutputDigest] = [:]
        if case .ended(0, _) = observation {
            let collected = try await surroundings.workspace.collectOutputs(of: attempt, of: run)
            outcome = collected.missing.map(AttemptOutcome.outputMissing) ?? .succeeded
            outputs = collected.digests
        }
        var ended = attempt
        // Of what never began there is nothing to keep.
        if observation != .absent, let location = try await artifactLocation(of: attempt, in: store) {
            let commit = try await store.read { try $0.commit(ofJobVersion: run.specification.jobDigest) }
            do {
                let kept = try await surroundings.workspace.keep(
                    AttemptTraces(attempt: attempt, run: run, outputs: outputs, commit: commit), in: location)
                ended.artifact = AttemptArtifact(location: location, digest: kept.digest, warning: kept.warning)
            } catch let fault as Diagnostic {
                ended.artifact = AttemptArtifact(location: location, digest: nil, warning: fault.sentence)
                if outcome == .succeeded, !outputs.isEmpty, found.isRead {
                    outcome = .outputMissing(fault.reasonNotKept(in: location))
                    outputs = [:]
                }
            }
        }
        let next = try await store.write(as: provenance, at: setting.time.now()) {
            [outcome, outputs, ended] transaction -> RunRecord? in
            try transaction.demandHold(hold.hold)
            // Somebody may have taken it meanwhile; then it is theirs to end.
            guard let current = try transaction.snapshot.run(run.id), current.phase == run.phase,
                current.attempt == run.attempt, current.lease == run.lease
            else { return nil }
            var ended = ended
            // Known before the end is: whether others can read its outputs is seen when they are told of it.
            if ended.artifact != nil { try transaction.write(ended) }
            let next = try transaction.advance(run.id, by: .ended(outcome))
            ended.endedAt = transaction.now
            ended.outcome = outcome
            ended.outputs = outputs
            try transaction.write(ended)
            try transaction.append([
                EventDraft(
                    .attemptEnded, of: ObjectKey(.run, run.name), cause: outcome.message,
                    details: ended.artifact.map { ["artifact": $0.recorded] } ?? [:]),
                EventDraft(.runFinished, of: ObjectKey(.run, run.name), cause: next.message),
            ])
            return next
        }
        if next != nil, attempt.engine != nil { await engine.discard(reference) }
        return next
    }

    /// Puts a run that ended badly back into its queue.
    public func retry(_ name: ObjectName) async throws -> RunRecord {
        let store = try openState(.readWrite)
        let actor = setting.actor
        return try await store.write(as: try await provenance(), at: setting.time.now()) { transaction in
            // Looked for in the transaction: its name may have come to mean another computation meanwhile.
            guard let run = try transaction.snapshot.execution(of: name) else {
                throw Diagnostic.unknownRun(name.description)
            }
            guard run.phase.isTerminal, run.phase != .succeeded else {
                throw Diagnostic.notRetryable("\(name)", phase: run.phase.rawValue)
            }
            let next = try transaction.advance(run.id, by: .requeued(by: actor, reason: "asked for once more"))
            try transaction.append([EventDraft(.runRequeued, of: ObjectKey(.run, run.name), cause: "reconcile retry")])
            return next
        }
    }
}

extension StateSnapshot {
    /// The agent that has a run in hand, as far as the record can tell; `nil` where its lease has run out.
    fileprivate func agent(attending run: RunRecord, at now: Timestamp) throws -> AgentRecord? {
        guard let lease = run.lease, lease.expiresAt > now else { return nil }
        return try agent(lease.agent).flatMap { $0.state.isAtWork ? $0 : nil }
    }
}
