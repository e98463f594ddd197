import Engines
import Manifests
public import Records
import Store
import Synchronization
import YAML

/// Something that a person who watches would want to see.
public struct RunReport: Sendable {
    public var run: RunRecord
    /// Whether the run went on from another agent's hands.
    public var isAdopted: Bool
}

/// Carries out what `ExecutionMachine` says for one run after another: the part of an agent that has effects.
struct RunExecutor: Sendable {
    let agent: AgentRecord
    let store: StateStore
    let workspace: any RunWorkspace
    let images: ImageSupply
    let engine: any Engine
    let provenance: Provenance
    let time: any TimeSource
    let cancellations: Cancellations
    let report: @Sendable (RunReport) -> Void
    /// How long a command may take to end by itself when it is asked to.
    let grace: Duration

    /// How often a wait looks up whether the run is wanted still.
    private static let slice = Duration.milliseconds(300)

    /// Takes a claimed run as far as it goes.
    ///
    /// - Throws: what the store throws; a lost lease ends the work silently, for it is another's now.
    func execute(_ claimed: RunRecord) async throws {
        var run = claimed
        var outputs: [String: OutputDigest] = [:]
        let token = claimed.lease?.token
        let attemptHost = try await host(of: claimed)
        var machine = ExecutionMachine(claimed)
        var command = machine.start(at: time.now())
        report(RunReport(run: run, isAdopted: claimed.phase != .building))
        do {
            while command != .finish {
                let event = try await perform(command, &run, &outputs, token: token, host: attemptHost)
                // An agent that is told to stop lets go: what was cut short is no outcome, and what runs goes on.
                if Task.isCancelled, event.isInterruptible { return }
                command = machine.handle(event, at: time.now())
            }
        } catch let diagnostic as Diagnostic where diagnostic.code == .leaseLost {
            return
        }
    }

    private func perform(
        _ command: ExecutionCommand, _ run: inout RunRecord, _ outputs: inout [String: OutputDigest], token: Int64?,
        host: String
    ) async throws -> ExecutionEvent {
        let reference = workspace.reference(to: run, host: host)
        switch command {
        case .prepareImage:
            do {
                let name = "\(run.specification.job)@v\(run.specification.jobVersion)"
                return .imageReady(try await images.image(ofJob: run.specification.jobDigest, named: name))
            } catch let error as Diagnostic {
                return .imageFailed(error.sentence)
            } catch let errors as Diagnostics {
                return .imageFailed(errors.all.map(\.sentence).joined(separator: "; "))
            } catch is CancellationError {
                return .imageFailed("interrupted")
            }
        case .record(let event):
            run = try await record(event, of: run, leaving: outputs, token: token)
            report(RunReport(run: run, isAdopted: false))
            // Its end may have been asked for while the image was built: then it is not even started.
            if case .imageReady = event, run.cancelledBy != nil { return .cancelRequested }
            return .recorded
        case .submit:
            return await submit(run)
        case .observe:
            return .observed(await engine.observe(reference))
        case .wait(let deadline):
            return await wait(for: reference, run.id, until: deadline)
        case .cancel:
            try await engine.cancel(reference, grace: grace)
            return .cancelled
        case .collectOutputs:
            let collected = try await workspace.collectOutputs(of: run)
            outputs = collected.digests
            return .outputsCollected(missing: collected.missing)
        case .finish:
            return .recorded
        }
    }

    private func submit(_ run: RunRecord) async -> ExecutionEvent {
        do {
            guard let image = run.image else { return .submissionFailed("its image is not recorded") }
            let inputs = run.specification.inputs.isEmpty ? [] : try await store.read { try $0.sources(of: run) }
            try await engine.submit(try await workspace.prepare(run, image: image, inputs: inputs))
            return .submitted
        } catch let error as Diagnostic {
            return .submissionFailed(error.sentence)
        } catch let errors as Diagnostics {
            return .submissionFailed(errors.all.map(\.sentence).joined(separator: "; "))
        } catch {
            return .submissionFailed("\(error)")
        }
    }

    /// Waits in slices, and between them looks whether somebody wants the run's end.
    private func wait(
        for reference: SubmissionReference, _ id: RunID, until deadline: Timestamp?
    ) async -> ExecutionEvent {
        while true {
            if cancellations.contains(id) { return .cancelRequested }
            let slice = time.now() + Self.slice
            let observation = await engine.wait(for: reference, until: deadline.map { min($0, slice) } ?? slice)
            guard case .running = observation else { return .observed(observation) }
            if let deadline, time.now() >= deadline { return .observed(observation) }
            if Task.isCancelled { return .observed(observation) }
        }
    }

    /// The machine that submitted the attempt: this one, unless it is another agent's that goes on here.
    private func host(of run: RunRecord) async throws -> String {
        guard run.phase != .building else { return agent.host }
        let attempts = try await store.read { try $0.attempts(of: run.id) }
        return attempts.last { $0.number == run.attempt }?.host ?? agent.host
    }

    /// Records an event of the run together with what it means for the attempt and the audit trail.
    private func record(
        _ event: RunEvent, of run: RunRecord, leaving outputs: [String: OutputDigest], token: Int64?
    ) async throws -> RunRecord {
        try await store.write(as: provenance, at: time.now()) { [time] transaction in
            let next = try transaction.advanceHeld(run, by: event, token: token)
            guard var attempt = try transaction.snapshot.attempts(of: run.id).last(where: { $0.number == run.attempt })
            else { return next }
            let key = ObjectKey(.run, run.name)
            var details: [String: JSONValue] = ["attempt": .int(Int64(run.attempt))]
            switch event {
            case .imageReady(let image):
                attempt.image = image
                details["image"] = .string(image.description)
                if !run.specification.inputs.isEmpty {
                    details["inputs"] = .object(try transaction.snapshot.sources(of: run).digestsByTarget)
                }
                try transaction.append([EventDraft(.attemptIntended, of: key, details: details)])
            case .submitted:
                attempt.submittedAt = time.now()
                try transaction.append([EventDraft(.attemptSubmitted, of: key, details: details)])
            case .ended(let outcome):
                attempt.endedAt = time.now()
                attempt.outcome = outcome
                if outcome == .succeeded { attempt.outputs = outputs }
                details["reason"] = .string(outcome.reason)
                if let code = outcome.exitCode { details["exitCode"] = .int(Int64(code)) }
                var drafts = [EventDraft(.attemptEnded, of: key, cause: outcome.message, details: details)]
                if next.phase.isTerminal {
                    drafts.append(
                        EventDraft(
                            .runFinished, of: key, cause: next.message, details: ["phase": .string(next.phase.rawValue)]
                        ))
                }
                try transaction.append(drafts)
            case .claimed, .cancelRequested, .requeued, .leaseReleased, .placed, .blocked, .unblocked: break
            }
            try transaction.write(attempt)
            return next
        }
    }
}

/// The runs whose end somebody asked for, as last read from the record.
final class Cancellations: Sendable {
    private let ids = Mutex<Set<RunID>>([])

    func contains(_ id: RunID) -> Bool { ids.withLock { $0.contains(id) } }
    func replace(with new: Set<RunID>) { ids.withLock { $0 = new } }
}

extension Diagnostic {
    /// Message and remedy in one, for a place that has room for one sentence.
    var sentence: String { "\(message) [\(code.rawValue)]" + (remedy.map { "; \($0)" } ?? "") }
}

extension ExecutionEvent {
    /// Whether it may only have come because the work was cut short, so that it says nothing about the run.
    fileprivate var isInterruptible: Bool {
        switch self {
        case .imageFailed, .observed(.running): true
        default: false
        }
    }
}
