public import Engines
import Manifests
public import Records
import Synchronization
import YAML

/// Executes a run once more, by the rules by which an agent executes one: the same machine says what comes next, and
/// what goes on from an earlier try is adopted.
///
/// There is no lease, for nothing of the run changes; whoever executes holds the run's reproductions otherwise.
public struct Reproducer: Sendable {
    private let engine: any Engine
    private let workspace: any RunWorkspace
    private let time: any TimeSource
    /// How long the command may take to end by itself when it is asked to.
    private let grace: Duration

    private static let slice = Duration.milliseconds(300)

    public init(
        engine: any Engine, workspace: any RunWorkspace, time: any TimeSource, grace: Duration = .seconds(10)
    ) {
        self.engine = engine
        self.workspace = workspace
        self.time = time
        self.grace = grace
    }

    /// What came of it.
    public struct Result: Sendable {
        public var outcome: AttemptOutcome
        /// What a success left, by the paths that its job declares.
        public var outputs: [String: OutputDigest]
    }

    /// Executes it to its end, or goes on with what is there of it.
    ///
    /// A cancelled task ends the command: TERM, the grace, KILL, confirmed; the outcome is then `cancelled`, unless the
    /// command was quicker.
    ///
    /// - Parameters:
    ///   - run: as it is recorded.
    ///   - inputs: what it reads of other runs.
    ///   - isUnwanted: nobody asks for it any more: nothing is started, and what runs is ended.
    /// - Throws: what the engine throws where an end cannot be confirmed; then it may still run.
    public func execute(
        _ reproduction: Reproduction, of run: RunRecord, inputs: [InputSource], isUnwanted: Bool = false
    ) async throws -> Result {
        let wish = StopWish(isUnwanted)
        return try await withTaskCancellationHandler {
            // In a task of its own, which is never cancelled: what was begun is ended in good order.
            try await withoutCancellation {
                try await carryOut(reproduction, of: Self.prepared(run, reproduction, isUnwanted), inputs) {
                    wish.isThere.load(ordering: .relaxed)
                }
            }
        } onCancel: {
            wish.isThere.store(true, ordering: .relaxed)
        }
    }

    /// The run as it was when the attempt was about to be submitted.
    private static func prepared(_ run: RunRecord, _ reproduction: Reproduction, _ isUnwanted: Bool) -> RunRecord {
        var run = run
        // What the command sees: its original's number.
        run.attempt = reproduction.original
        run.phase = .submitting
        run.lease = nil
        run.image = reproduction.image
        run.cancelledBy = isUnwanted ? reproduction.requestedBy : nil
        run.startedAt = nil
        return run
    }

    private func carryOut(
        _ reproduction: Reproduction, of run: RunRecord, _ inputs: [InputSource],
        isCancelled: @Sendable () -> Bool
    ) async throws -> Result {
        let attempt = reproduction.attempt
        let reference = workspace.reference(to: attempt, of: run)
        var run = run
        // Of one that is adopted, the timeout counts from when it began.
        if case .running(let since?) = await engine.observe(reference) { run.startedAt = since }
        var machine = ExecutionMachine(run)
        var result = Result(outcome: .lost("nothing is known of it"), outputs: [:])
        var command = machine.start(at: time.now())
        while command != .finish {
            let event: ExecutionEvent
            switch command {
            case .observe: event = .observed(await engine.observe(reference))
            case .submit: event = isCancelled() ? .submissionFailed("cancelled") : await submit(attempt, run, inputs)
            case .wait(let deadline), .follow(_, let deadline):
                event = await wait(for: reference, until: deadline, isCancelled)
            case .cancel:
                try await engine.cancel(reference, grace: grace)
                event = .cancelled
            case .seal:
                event = .sealed(try await engine.seal(reference))
            case .collectOutputs:
                let collected = try await workspace.collectOutputs(of: attempt, of: run)
                result.outputs = collected.digests
                event = .outputsCollected(missing: collected.missing)
            case .record(.ended(let outcome)):
                result.outcome = isCancelled() && outcome.isRefusal ? .cancelled : outcome
                event = .recorded
            // The record has its intent already, and no place for steps between.
            case .record: event = .recorded
            // It has its image, and puts nothing into a store.
            case .prepareImage, .keepTraces, .finish: event = .recorded
            // The machine's own processes can always be asked.
            case .pause: event = .paused
            }
            command = machine.handle(event, at: time.now())
        }
        return result
    }

    private func submit(_ attempt: AttemptRecord, _ run: RunRecord, _ inputs: [InputSource]) async -> ExecutionEvent {
        do {
            guard let image = run.image else { return .submissionFailed("its image is not recorded") }
            try await engine.submit(
                try await workspace.prepare(
                    attempt, of: run, image: image, keptIn: .layout, inputs: inputs, as: .unpacked))
            return .submitted
        } catch let error as Diagnostic {
            return .submissionFailed(error.sentence)
        } catch let errors as Diagnostics {
            return .submissionFailed(errors.all.map(\.sentence).joined(separator: "; "))
        } catch {
            return .submissionFailed("\(error)")
        }
    }

    private func wait(
        for reference: SubmissionReference, until deadline: Timestamp?, _ isCancelled: @Sendable () -> Bool
    ) async -> ExecutionEvent {
        while !isCancelled() {
            let slice = time.now() + Self.slice
            let observation = await engine.wait(for: reference, until: deadline.map { min($0, slice) } ?? slice)
            guard case .running = observation else { return .observed(observation) }
            if let deadline, time.now() >= deadline { return .observed(observation) }
        }
        return .cancelRequested
    }
}

extension AttemptOutcome {
    fileprivate var isRefusal: Bool { if case .submissionFailed = self { true } else { false } }
}

/// Whether somebody wants it to stop.
private final class StopWish: Sendable {
    let isThere: Atomic<Bool>

    init(_ isThere: Bool) { self.isThere = Atomic(isThere) }
}

/// Does something that a cancellation of the surrounding task does not reach.
private func withoutCancellation<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await Task { try await body() }.value
}
