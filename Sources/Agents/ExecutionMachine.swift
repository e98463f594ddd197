public import Engines
public import Manifests
public import Records

/// What happened to a run that an agent has in hand.
public enum ExecutionEvent: Sendable, Hashable {
    case imageReady(Digest)
    case imageFailed(String)
    /// The store has what the last `record` command said.
    case recorded
    case submitted
    case submissionFailed(String)
    /// What the engine says, when asked or when a wait ended.
    case observed(Observation)
    /// Somebody asked for the run's end.
    case cancelRequested
    /// The engine could not be asked to end it, or not to start it: it has to be asked again.
    case engineSilent(String)
    /// A pause is over.
    case paused
    /// The engine confirmed that nothing of it is left.
    case cancelled
    /// The engine will not start it any more, where that is absent; otherwise it was started after all.
    case sealed(Observation)
    /// The declared outputs are there, or the sentence says what is missing.
    case outputsCollected(missing: String?)
    /// What is to be kept is in the store, or the record will say why not; the sentence says which promised output is
    /// not there.
    case tracesKept(missing: String?)
}

/// What an agent does next for a run.
public enum ExecutionCommand: Sendable, Hashable {
    case prepareImage
    case record(RunEvent)
    case submit
    case observe
    /// Wait for the end, until the deadline if there is one.
    case wait(until: Timestamp?)
    /// Wait until the engine says something else than this, or until the deadline if there is one.
    case follow(Observation, until: Timestamp?)
    /// Leave an engine that cannot be asked alone for a while.
    case pause
    case cancel
    /// See to it that a submission that may still be on its way starts nothing.
    case seal
    case collectOutputs
    /// Put what the attempt left into the pool's store, before anybody is told that it ended.
    case keepTraces(AttemptOutcome)
    /// The run is out of the agent's hands.
    case finish
}

/// The life of a run in the hands of one agent, as a pure state machine: an event in, the next command out.
///
/// Intent is recorded before an act and the outcome after it, so that whoever takes over knows how far it came. The
/// machine starts from what is recorded, and so goes on with another agent's work by the same rules by which it does
/// its own.
public struct ExecutionMachine: Sendable {
    private enum Step: Sendable, Hashable {
        case starting
        case preparingImage
        case recordingIntent
        case adopting
        case submitting
        case checkingRefusal(String)
        case sealing(AttemptOutcome)
        case recordingSubmission
        case recordingProgress
        case waiting
        case cancelling(AttemptOutcome)
        case collecting
        case keeping(AttemptOutcome)
        case recordingEnd
        case done
    }

    private var step = Step.starting
    private let run: RunRecord
    private let keepsTraces: Bool
    private let hasQueue: Bool
    /// When the command began to run, as far as that is known.
    private var startedAt: Timestamp?
    /// Whether the record says that the engine has it.
    private var isSubmitted: Bool
    /// What the record says of where the engine has it.
    private var told: Observation
    /// What is recorded just now, and has been seen.
    private var seen = Observation.running(since: nil)
    /// Where progress was seen before the attempt was known to be taken.
    private var isAdopting = false

    /// - Parameters:
    ///   - run: as it was claimed.
    ///   - keepsTraces: whether there is a store for what attempts leave.
    ///   - hasQueue: whether what the engine takes may wait in a queue of its own.
    public init(_ run: RunRecord, keepsTraces: Bool = false, hasQueue: Bool = false) {
        self.run = run
        self.keepsTraces = keepsTraces
        self.hasQueue = hasQueue
        startedAt = run.startedAt
        isSubmitted = run.phase == .waiting || run.phase == .running
        told = run.progress
    }

    /// The first command.
    public mutating func start(at now: Timestamp) -> ExecutionCommand {
        switch run.phase {
        case .building where run.cancelledBy != nil: return end(.cancelled)
        case .building:
            step = .preparingImage
            return .prepareImage
        case .submitting, .waiting, .running:
            // Somebody before us meant to submit it: only the engine knows whether that happened.
            step = .adopting
            return .observe
        case .pending, .queued, .succeeded, .failed, .cancelled, .lost:
            step = .done
            return .finish
        }
    }

    /// The command that follows an event.
    public mutating func handle(_ event: ExecutionEvent, at now: Timestamp) -> ExecutionCommand {
        switch (step, event) {
        case (.preparingImage, .imageReady(let digest)):
            step = .recordingIntent
            return .record(.imageReady(digest))
        case (.preparingImage, .imageFailed(let why)):
            return end(.buildFailed(why))
        case (.recordingIntent, .cancelRequested):
            return end(.cancelled)
        case (.recordingIntent, .recorded):
            guard run.cancelledBy == nil else { return end(.cancelled) }
            step = .submitting
            return .submit
        case (.submitting, .submitted):
            return tell(hasQueue ? .waiting(reason: "InEngineQueue", message: "") : .running(since: nil), at: now)
        case (.submitting, .submissionFailed(let why)):
            // The answer may have been lost on its way, and the attempt be there.
            step = .checkingRefusal(why)
            return .observe
        case (.checkingRefusal(let why), .observed(let observation)):
            return observation == .absent ? seal(.submissionFailed(why)) : adopt(observation, at: now)
        case (.sealing(let outcome), .sealed(let observation)):
            if case .unreachable = observation { return .pause }
            return observation == .absent ? end(outcome) : adopt(observation, at: now)
        case (.sealing, .engineSilent), (.cancelling, .engineSilent): return .pause
        case (.sealing, .paused): return .seal
        case (.cancelling, .paused): return .cancel
        case (.recordingSubmission, .recorded), (.recordingProgress, .recorded):
            return wait(at: now)
        case (.adopting, .observed(let observation)):
            return adopt(observation, at: now)
        case (.adopting, .cancelRequested):
            // Nobody knows yet whether it was taken.
            return isSubmitted ? cancel(.cancelled) : seal(.cancelled)
        case (.waiting, .observed(let observation)):
            return settle(observation, at: now)
        case (.waiting, .cancelRequested):
            return cancel(.cancelled)
        case (.cancelling, .cancelled):
            // It may have ended by itself before the signal came: then how it ended counts.
            return .observe
        case (.cancelling(let outcome), .observed(let observation)):
            if outcome == .cancelled, case .ended(0, _) = observation { return collect() }
            // Of what is not here there is nothing to keep.
            if case .ended = observation { return keep(outcome) }
            if case .gone = observation { return keep(outcome) }
            if case .failed = observation { return keep(outcome) }
            if case .unreachable = observation { return .pause }
            // Nobody here could end it: it may go on where it is.
            if case .elsewhere(let why) = observation { return end(.lost(why)) }
            return end(outcome)
        case (.collecting, .outputsCollected(let missing)):
            return keep(missing.map(AttemptOutcome.outputMissing) ?? .succeeded)
        case (.keeping(let outcome), .tracesKept(let missing)):
            return end(missing.map(AttemptOutcome.outputMissing) ?? outcome)
        case (.recordingEnd, .recorded):
            step = .done
            return .finish
        default:
            // An event that answers no open command changes nothing.
            return step == .done ? .finish : .observe
        }
    }

    private mutating func adopt(_ observation: Observation, at now: Timestamp) -> ExecutionCommand {
        switch observation {
        case .absent where !isSubmitted:
            guard run.cancelledBy == nil else { return seal(.cancelled) }
            step = .submitting
            return .submit
        case .absent:
            return end(.lost("its folder is gone; nothing is known of it"))
        case .unreachable:
            isAdopting = true
            return tell(observation, at: now)
        case .running, .waiting:
            isAdopting = false
            return tell(observation, at: now)
        case .ended, .failed, .gone, .elsewhere:
            return settle(observation, at: now)
        }
    }

    /// Has the record say where the engine has it, where it says something else yet.
    private mutating func tell(_ observation: Observation, at now: Timestamp) -> ExecutionCommand {
        seen = observation
        switch observation {
        case .running(let since): startedAt = startedAt ?? since.map { min($0, now) } ?? now
        case .waiting: startedAt = nil
        default: break
        }
        guard !told.isSame(as: observation) else { return wait(at: now) }
        let isKnown = isSubmitted
        told = observation
        step = .recordingProgress
        switch observation {
        case .running(let since):
            guard isKnown else {
                (step, isSubmitted) = (.recordingSubmission, true)
                return .record(.submitted)
            }
            return .record(.progressed(.running(since: since)))
        case .waiting(let reason, let message):
            guard isKnown else {
                (step, isSubmitted) = (.recordingSubmission, true)
                return .record(.enqueued)
            }
            return .record(.progressed(.waiting(reason: reason, message: message)))
        case .unreachable(let why): return .record(.progressed(.unreachable(why)))
        case .absent, .ended, .failed, .gone, .elsewhere: return settle(observation, at: now)
        }
    }

    private var deadline: Timestamp? {
        guard let startedAt else { return nil }
        return run.specification.timeout.map { startedAt + $0 }
    }

    private mutating func wait(at now: Timestamp) -> ExecutionCommand {
        if isAdopting {
            step = .adopting
            return .follow(seen, until: nil)
        }
        if run.cancelledBy != nil { return cancel(.cancelled) }
        step = .waiting
        if case .running = seen { return .wait(until: deadline) }
        return .follow(seen, until: deadline)
    }

    private mutating func cancel(_ outcome: AttemptOutcome) -> ExecutionCommand {
        step = .cancelling(outcome)
        return .cancel
    }

    private mutating func settle(_ observation: Observation, at now: Timestamp) -> ExecutionCommand {
        switch observation {
        case .running, .waiting, .unreachable:
            if let deadline, now >= deadline, isSubmitted { return cancel(.timedOut) }
            return tell(observation, at: now)
        case .failed(let failure, let words, _):
            return keep(run.cancelledBy == nil ? .engine(failure, words) : .cancelled)
        case .ended(0, _): return collect()
        case .ended(let status, _): return keep(run.cancelledBy == nil ? .exited(status) : .cancelled)
        case .gone(let why): return keep(run.cancelledBy == nil ? .lost(why) : .cancelled)
        case .elsewhere(let why): return end(.lost(why))
        case .absent: return end(.lost("its folder is gone; nothing is known of it"))
        }
    }

    /// Before an attempt ends of which nothing is there: another agent's submission may only be late.
    private mutating func seal(_ outcome: AttemptOutcome) -> ExecutionCommand {
        step = .sealing(outcome)
        return .seal
    }

    private mutating func collect() -> ExecutionCommand {
        step = .collecting
        return .collectOutputs
    }

    /// After an attempt of this machine has ended: nothing of it changes any more.
    private mutating func keep(_ outcome: AttemptOutcome) -> ExecutionCommand {
        guard keepsTraces else { return end(outcome) }
        step = .keeping(outcome)
        return .keepTraces(outcome)
    }

    private mutating func end(_ outcome: AttemptOutcome) -> ExecutionCommand {
        step = .recordingEnd
        return .record(.ended(outcome))
    }
}

extension RunRecord {
    /// What the record says of where the engine has its attempt; `absent` where it does not say that it has it.
    fileprivate var progress: Observation {
        switch phase {
        case .waiting, .running, .submitting:
            if reason == EngineProgress.unreachableReason { return .unreachable(message) }
            if phase == .submitting { return .absent }
            return phase == .running ? .running(since: startedAt) : .waiting(reason: reason, message: message)
        case .pending, .queued, .building, .succeeded, .failed, .cancelled, .lost: return .absent
        }
    }
}
