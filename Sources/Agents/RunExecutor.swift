import Engines
import Manifests
public import Records
import Store
import Synchronization
public import YAML

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
    let time: any TimeSource
    let standing: Standing
    let report: @Sendable (RunReport) -> Void
    /// How long a command may take to end by itself when it is asked to.
    let grace: Duration
    /// How long a store that cannot be used is tried where another run is to read what goes into it.
    let patience: Duration

    /// How often a wait looks up whether the run is wanted still.
    private static let slice = Duration.milliseconds(300)

    /// Takes a claimed run as far as it goes.
    ///
    /// - Parameters:
    ///   - images: where its pool keeps images.
    ///   - location: where what it leaves is put; `nil` for nowhere.
    ///   - provenance: in whose name it is done.
    /// - Throws: what the store throws. A lost lease ends the work, for it is another's now; where that showed by a
    ///   write that was refused, the refusal is recorded.
    func execute(
        _ claim: Claim, images: ImageLocation, keepingIn location: ArtifactLocation?, as provenance: Provenance
    ) async throws {
        var work = Work(
            run: claim.run, attempt: claim.attempt, token: claim.run.lease?.token, provenance: provenance,
            images: images, location: location)
        var machine = ExecutionMachine(claim.run, keepsTraces: location != nil)
        var command = machine.start(at: time.now())
        report(RunReport(run: claim.run, isAdopted: claim.run.phase != .building))
        do {
            while command != .finish {
                let event = try await perform(command, &work)
                // An agent that is told to stop lets go: what was cut short is no outcome, and what runs goes on.
                if Task.isCancelled, event.isInterruptible { return }
                command = machine.handle(event, at: time.now())
            }
        } catch let diagnostic as Diagnostic where diagnostic.code == .leaseLost {
            try await recordRefusal(of: command, work)
        }
    }

    /// What an agent has in hand.
    struct Work {
        var run: RunRecord
        var attempt: AttemptRecord
        let token: Int64?
        let provenance: Provenance
        let images: ImageLocation
        let location: ArtifactLocation?
        /// What it left, once that has been gathered.
        var outputs: [String: OutputDigest] = [:]
    }

    private func perform(
        _ command: ExecutionCommand, _ work: inout Work
    ) async throws -> ExecutionEvent {
        let run = work.run
        let reference = workspace.reference(to: work.attempt, of: run)
        switch command {
        case .prepareImage:
            do {
                let name = JobVersionName(run.specification.job, version: run.specification.jobVersion)
                let job = run.specification.jobDigest
                return .imageReady(try await images.image(ofJob: job, named: name, keptIn: work.images))
            } catch let error as Diagnostic {
                return .imageFailed(error.sentence)
            } catch let errors as Diagnostics {
                return .imageFailed(errors.all.map(\.sentence).joined(separator: "; "))
            } catch is CancellationError {
                return .imageFailed("interrupted")
            }
        case .record(let event):
            (work.run, work.attempt) = try await record(event, work)
            report(RunReport(run: work.run, isAdopted: false))
            // Its end may have been asked for while the image was built: then it is not even started.
            if case .imageReady = event, work.run.cancelledBy != nil { return .cancelRequested }
            return .recorded
        case .submit:
            return await submit(work)
        case .observe:
            return .observed(await engine.observe(reference))
        case .wait(let deadline):
            return try await wait(for: reference, work, until: deadline)
        case .cancel:
            try await engine.cancel(reference, grace: grace)
            return .cancelled
        case .seal:
            do {
                return .sealed(try await engine.seal(reference))
            } catch let refusal as Diagnostic where refusal.code == .superseded {
                // Nothing of this claim is started any more, and whether it is still the valid one the record decides.
                return .sealed(.absent)
            }
        case .collectOutputs:
            let collected = try await workspace.collectOutputs(of: work.attempt, of: run)
            work.outputs = collected.digests
            return .outputsCollected(missing: collected.missing)
        case .keepTraces(let outcome):
            return .tracesKept(missing: try await keepTraces(&work, outcome))
        case .finish:
            return .recorded
        }
    }

    private func submit(_ work: Work) async -> ExecutionEvent {
        do {
            guard let image = work.run.image else { return .submissionFailed("its image is not recorded") }
            let inputs = try await sources(of: work.run)
            try await engine.submit(
                try await workspace.prepare(work.attempt, of: work.run, image: image, inputs: inputs))
            return .submitted
        } catch let error as Diagnostic {
            return .submissionFailed(error.sentence)
        } catch let errors as Diagnostics {
            return .submissionFailed(errors.all.map(\.sentence).joined(separator: "; "))
        } catch {
            return .submissionFailed("\(error)")
        }
    }

    private func sources(of run: RunRecord) async throws -> [InputSource] {
        run.specification.inputs.isEmpty ? [] : try await store.read { try $0.sources(of: run) }
    }

    /// Waits in slices, and between them looks whether somebody wants the run's end, or has taken it over.
    private func wait(
        for reference: SubmissionReference, _ work: Work, until deadline: Timestamp?
    ) async throws -> ExecutionEvent {
        while true {
            switch standing.of(work.run.id, token: work.token) {
            case .held: break
            case .cancelled: return .cancelRequested
            case .lost: throw Diagnostic.leaseLost(work.run.id)
            }
            let slice = time.now() + Self.slice
            let observation = await engine.wait(for: reference, until: deadline.map { min($0, slice) } ?? slice)
            guard case .running = observation else { return .observed(observation) }
            if let deadline, time.now() >= deadline { return .observed(observation) }
            if Task.isCancelled { return .observed(observation) }
        }
    }

    /// Records an event of the run together with what it means for the attempt and the audit trail.
    private func record(_ event: RunEvent, _ work: Work) async throws -> (RunRecord, AttemptRecord) {
        let (run, token) = (work.run, work.token)
        return try await store.write(as: work.provenance, at: time.now()) { transaction in
            // Known before the end is: whether others can read its outputs is seen when they are told of it.
            if work.attempt.artifact != nil { try transaction.write(work.attempt) }
            let next = try transaction.advanceHeld(run, by: event, token: token)
            var attempt = work.attempt
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
                attempt.submittedAt = transaction.now
                try transaction.append([EventDraft(.attemptSubmitted, of: key, details: details)])
            case .ended(let outcome):
                attempt.endedAt = transaction.now
                attempt.outcome = outcome
                if outcome == .succeeded { attempt.outputs = work.outputs }
                details["reason"] = .string(outcome.reason)
                if let code = outcome.exitCode { details["exitCode"] = .int(Int64(code)) }
                details["artifact"] = attempt.artifact?.recorded
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
            return (next, attempt)
        }
    }

    /// Writes down that a write with an old token was refused. An agent that only learns that it was relieved has
    /// tried to write nothing.
    private func recordRefusal(of command: ExecutionCommand, _ work: Work) async throws {
        guard case .record(let event) = command else { return }
        let agent = agent
        try await store.write(as: work.provenance, at: time.now()) { transaction in
            try transaction.append([
                EventDraft(
                    .attemptRefused, of: ObjectKey(.run, work.run.name),
                    cause: "its lease was lost before \(event.word) could be recorded",
                    details: [
                        "agent": .string(agent.id), "attempt": .int(Int64(work.attempt.number)),
                        "token": work.token.map(JSONValue.int) ?? .null,
                    ])
            ])
        }
    }
}

extension RunEvent {
    /// What an agent wanted to say, for the audit trail.
    fileprivate var word: String {
        switch self {
        case .imageReady: "its intent to submit"
        case .submitted: "the submission"
        case .ended(let outcome): "the end (\(outcome.reason))"
        case .claimed, .cancelRequested, .requeued, .leaseReleased, .placed, .blocked, .unblocked: "a change"
        }
    }
}

/// What the record said last of the runs that an agent has in hand.
final class Standing: Sendable {
    enum Answer: Sendable {
        case held
        /// Somebody asked for its end.
        case cancelled
        /// It is in another's hands.
        case lost
    }

    private let runs = Mutex<[RunID: HeldRun]>([:])

    func of(_ id: RunID, token: Int64?) -> Answer {
        guard let run = runs.withLock({ $0[id] }), run.token == token else { return .lost }
        return run.isCancelled ? .cancelled : .held
    }

    func add(_ run: RunRecord) {
        guard let token = run.lease?.token else { return }
        runs.withLock { $0[run.id] = HeldRun(token: token, isCancelled: run.cancelledBy != nil) }
    }

    func replace(with new: [RunID: HeldRun]) { runs.withLock { $0 = new } }
}

extension Diagnostic {
    /// Message and remedy in one, for a place that has room for one sentence.
    public var sentence: String { "\(message) [\(code.rawValue)]" + (remedy.map { "; \($0)" } ?? "") }
}

extension ExecutionEvent {
    /// Whether it may only have come because the work was cut short, so that it says nothing about the run.
    fileprivate var isInterruptible: Bool {
        switch self {
        case .imageFailed, .observed(.running), .tracesKept: true
        default: false
        }
    }
}
