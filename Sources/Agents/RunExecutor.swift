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

    /// How long an engine that could not be asked is left alone.
    private static let respite = Duration.seconds(5)

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
        let target = workspace.reference(to: claim.attempt, of: claim.run).target
        var machine = ExecutionMachine(
            claim.run, keepsTraces: location != nil, hasQueue: engine.hasQueue(for: target))
        var command = machine.start(at: time.now())
        report(RunReport(run: claim.run, isAdopted: claim.run.phase != .building))
        do {
            while command != .finish {
                let event = try await perform(command, &work)
                // An agent that is told to stop lets go: what was cut short is no outcome, and what runs goes on.
                if Task.isCancelled, event.isInterruptible { return }
                if case .observed(let observation) = event { await gatherLogs(&work, observation) }
                command = machine.handle(event, at: time.now())
            }
            await discard(work)
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
        /// Why the engine's logs could not be had.
        var logFault: Diagnostic?
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
            return try await follow(reference, work, from: .running(since: nil), until: deadline)
        case .follow(let seen, let deadline):
            return try await follow(reference, work, from: seen, until: deadline)
        case .pause:
            try? await time.sleep(for: Self.respite)
            if standing.of(run.id, token: work.token) == .lost { throw Diagnostic.leaseLost(run.id) }
            return .paused
        case .cancel:
            do {
                try await engine.cancel(reference, grace: grace)
            } catch let silence as Diagnostic where silence.code == .engineUnreachable {
                return .engineSilent(silence.message)
            }
            return .cancelled
        case .seal:
            do {
                return .sealed(try await engine.seal(reference))
            } catch let refusal as Diagnostic where refusal.code == .superseded {
                // Nothing of this claim is started any more, and whether it is still the valid one the record decides.
                return .sealed(.absent)
            } catch let silence as Diagnostic where silence.code == .engineUnreachable {
                return .engineSilent(silence.message)
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
            let target = workspace.reference(to: work.attempt, of: work.run).target
            let submission = try await workspace.prepare(
                work.attempt, of: work.run, image: image, keptIn: work.images, inputs: inputs,
                as: engine.form(for: target))
            try await engine.submit(submission)
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

    /// Waits until the engine says something new, or somebody wants the run's end, or has taken it over.
    private func follow(
        _ reference: SubmissionReference, _ work: Work, from seen: Observation, until deadline: Timestamp?
    ) async throws -> ExecutionEvent {
        let (id, token) = (work.run.id, work.token)
        let news = await withTaskGroup(of: News.self) { group in
            group.addTask { .engine(await engine.change(of: reference, from: seen, until: deadline)) }
            group.addTask { .standing(await standing.change(of: id, token: token)) }
            defer { group.cancelAll() }
            return await group.next() ?? .standing(.held)
        }
        switch (standing.of(id, token: token), news) {
        case (.lost, _): throw Diagnostic.leaseLost(id)
        case (.cancelled, _): return .cancelRequested
        case (_, .engine(let observation)): return .observed(observation)
        // The task was cancelled.
        case (_, .standing): return .observed(seen)
        }
    }

    /// What a wait ends with.
    private enum News: Sendable {
        case engine(Observation)
        case standing(Standing.Answer)
    }

    /// Has the engine hand over what the command wrote, as soon as it has ended. That it cannot is no outcome: the
    /// record tells it.
    private func gatherLogs(_ work: inout Work, _ observation: Observation) async {
        switch observation {
        case .ended, .failed, .gone: break
        case .absent, .waiting, .running, .elsewhere, .unreachable: return
        }
        do {
            try await engine.fetchLogs(of: workspace.reference(to: work.attempt, of: work.run))
            work.logFault = nil
        } catch {
            work.logFault = error as? Diagnostic ?? Diagnostic.logsNotFetched("\(error)")
        }
    }

    /// Lets the engine forget what has ended and is recorded.
    private func discard(_ work: Work) async {
        guard work.attempt.engine != nil, work.attempt.outcome != nil else { return }
        await engine.discard(workspace.reference(to: work.attempt, of: work.run))
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
            case .submitted, .enqueued:
                attempt.submittedAt = transaction.now
                try transaction.append([EventDraft(.attemptSubmitted, of: key, details: details)])
            case .ended(let outcome):
                attempt.endedAt = transaction.now
                attempt.outcome = outcome
                if outcome == .succeeded { attempt.outputs = work.outputs }
                details["reason"] = .string(outcome.reason)
                if let code = outcome.exitCode { details["exitCode"] = .int(Int64(code)) }
                details["artifact"] = attempt.artifact?.recorded
                details["logs"] = work.logFault.map { .string($0.sentence) }
                var drafts = [EventDraft(.attemptEnded, of: key, cause: outcome.message, details: details)]
                if next.phase.isTerminal {
                    drafts.append(
                        EventDraft(
                            .runFinished, of: key, cause: next.message, details: ["phase": .string(next.phase.rawValue)]
                        ))
                }
                try transaction.append(drafts)
            case .claimed, .progressed, .cancelRequested, .requeued, .leaseReleased, .placed, .blocked, .unblocked:
                break
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
        case .submitted, .enqueued: "the submission"
        case .progressed: "what its engine says"
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

    private struct Waiter {
        var run: RunID
        var token: Int64?
        var continuation: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var runs: [RunID: HeldRun] = [:]
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<Int> = []

        func answer(_ id: RunID, _ token: Int64?) -> Answer {
            guard let run = runs[id], run.token == token else { return .lost }
            return run.isCancelled ? .cancelled : .held
        }
    }

    private let state = Mutex(State())

    func of(_ id: RunID, token: Int64?) -> Answer { state.withLock { $0.answer(id, token) } }

    func add(_ run: RunRecord) {
        guard let token = run.lease?.token else { return }
        state.withLock { $0.runs[run.id] = HeldRun(token: token, isCancelled: run.cancelledBy != nil) }
    }

    func replace(with new: [RunID: HeldRun]) {
        let news = state.withLock { state -> [(CheckedContinuation<Answer, Never>, Answer)] in
            state.runs = new
            return state.waiters.compactMap { id, waiter in
                let answer = state.answer(waiter.run, waiter.token)
                guard answer != .held else { return nil }
                state.waiters[id] = nil
                return (waiter.continuation, answer)
            }
        }
        for (continuation, answer) in news { continuation.resume(returning: answer) }
    }

    /// Waits until a run is not simply held any more, or the waiting task is cancelled; returns what is said then.
    func change(of run: RunID, token: Int64?) async -> Answer {
        let id = state.withLock { state -> Int in
            state.lastID += 1
            return state.lastID
        }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Answer? in
                    let answer = state.answer(run, token)
                    if state.cancelled.remove(id) != nil || answer != .held { return answer }
                    state.waiters[id] = Waiter(run: run, token: token, continuation: continuation)
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let waiter = state.waiters.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return waiter
            }
            waiter?.continuation.resume(returning: .held)
        }
        _ = state.withLock { $0.cancelled.remove(id) }
        return answer
    }
}

extension Diagnostic {
    /// Message and remedy in one, for a place that has room for one sentence.
    public var sentence: String { "\(message) [\(code.rawValue)]" + (remedy.map { "; \($0)" } ?? "") }
}

extension ExecutionEvent {
    /// Whether it may only have come because the work was cut short, so that it says nothing about the run.
    fileprivate var isInterruptible: Bool {
        switch self {
        case .imageFailed, .tracesKept, .paused, .engineSilent: true
        case .observed(let observation): observation.isLive
        default: false
        }
    }
}
