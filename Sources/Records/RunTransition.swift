public import Manifests

/// Something that happened to a run.
public enum RunEvent: Sendable, Hashable {
    /// An agent took it: as a new attempt, or, where one is under way, to go on with it.
    case claimed(Lease)
    case imageReady(Digest)
    /// The engine has it and executes it.
    case submitted
    /// The engine has it, in a queue of its own.
    case enqueued
    /// What the engine says of an attempt that it has.
    case progressed(EngineProgress)
    case ended(AttemptOutcome)
    /// Somebody asked for its end.
    case cancelRequested(by: String, reason: String)
    /// Somebody asked for another try, or wrote its manifest anew. Where its end is awaited, that is taken back.
    case requeued(by: String, reason: String)
    /// Its agent is gone; another may go on.
    case leaseReleased
    /// Queue, priority, resources, retry or timeout changed while it waited.
    case placed(RunSpecification)
    /// Runs that it waits for have not come far enough.
    case blocked(BlockReason, message: String)
    /// All that it waits for is there, for agents of one place if its inputs are there.
    case unblocked(affinity: String?)
}

/// An event that cannot happen to a run in its phase.
public struct InvalidTransition: Error, Sendable, Hashable {
    public let phase: RunPhase
    public let event: String
}

extension RunRecord {
    /// The record after an event: the whole life of a run, as a pure function.
    ///
    /// ```
    /// queued ─claim→ building ─image→ submitting ─submitted→ (waiting ↔) running ─ended→ succeeded | failed | …
    ///  ↑  ↕                                                    │
    ///  │ pending (blocked by other runs)                       │
    ///  └─────────────── pending (back-off) ←── retry policy ───┘
    /// ```
    public func after(_ event: RunEvent, at now: Timestamp) throws(InvalidTransition) -> RunRecord {
        var next = self
        switch event {
        case .claimed(let lease): try next.claim(lease)
        case .imageReady(let digest):
            guard phase == .building else { throw invalid("imageReady") }
            next.image = digest
            next.enter(.submitting, "Submitting", "the image is ready; the engine is about to get it")
        case .submitted:
            guard phase == .submitting || phase == .running else { throw invalid("submitted") }
            next.run(since: now)
        case .enqueued:
            guard phase == .submitting else { throw invalid("enqueued") }
            next.enter(.waiting, "InEngineQueue", "attempt \(attempt) is in the engine's own queue")
        case .progressed(let progress):
            guard phase == .submitting || phase == .waiting || phase == .running else { throw invalid("progressed") }
            next.progress(progress, at: now)
        case .ended(let outcome):
            guard phase.isActive else { throw invalid("ended") }
            next.end(outcome, at: now)
        case .cancelRequested(let actor, let reason):
            guard !phase.isTerminal else { throw invalid("cancelRequested") }
            next.cancelledBy = actor.recordable
            if !phase.isActive {
                next.finish(.cancelled, "Cancelled", reason, at: now)
            } else {
                next.message = "\(reason.recordable); its end is awaited"
            }
        case .requeued(let actor, let reason):
            if phase.isActive, cancelledBy != nil {
                // Its end was asked for and is not wanted any more. It may come all the same: then it runs again.
                next.cancelledBy = nil
                next.message = "\(reason) (\(actor))".recordable
            } else {
                guard phase.isTerminal, phase != .succeeded else { throw invalid("requeued") }
                next.requeue("\(reason) (\(actor))")
            }
        case .leaseReleased:
            next.lease = nil
        case .placed(let specification):
            guard phase == .queued || phase == .pending else { throw invalid("placed") }
            next.specification = specification
        case .blocked(let reason, let message):
            guard phase == .queued || phase == .pending else { throw invalid("blocked") }
            // A back-off ends here: what it waited for has to be there anew, and that takes longer.
            next.notBefore = nil
            next.affinity = nil
            next.enter(.pending, reason.rawValue, message)
        case .unblocked(let affinity):
            guard phase == .queued || phase == .pending else { throw invalid("unblocked") }
            next.affinity = affinity
            if isBlocked || (phase == .queued && affinity != self.affinity) {
                let place = affinity.map { " of the place that holds its inputs (\($0))" } ?? ""
                next.enter(.queued, "Queued", "waits for an agent\(place)")
            }
        }
        return next
    }

    /// Whether an agent may take it now, for a new attempt or to go on with one whose agent is gone.
    public func isClaimable(at now: Timestamp) -> Bool {
        switch phase {
        case .queued: true
        case .pending: notBefore.map { $0 <= now } ?? false
        case .building, .submitting, .waiting, .running: lease.map { $0.expiresAt <= now } ?? true
        case .succeeded, .failed, .cancelled, .lost: false
        }
    }

    private mutating func claim(_ lease: Lease) throws(InvalidTransition) {
        guard !phase.isTerminal, !isBlocked else { throw invalid("claimed") }
        self.lease = lease
        notBefore = nil
        guard !phase.isActive else { return }
        attempt += 1
        startedAt = nil
        enter(.building, "Building", "agent \(lease.agent) prepares the image")
    }

    private mutating func run(since moment: Timestamp) {
        enter(.running, "Running", "attempt \(attempt) runs")
        startedAt = startedAt ?? moment
    }

    private mutating func progress(_ progress: EngineProgress, at now: Timestamp) {
        switch progress {
        case .waiting(let reason, let message):
            // A time that it ran before it was put back does not count against its timeout.
            startedAt = nil
            enter(.waiting, reason.recordable, message)
        case .running(let since): run(since: min(since ?? now, now))
        case .unreachable(let why): enter(phase, EngineProgress.unreachableReason, why)
        }
    }

    private mutating func end(_ outcome: AttemptOutcome, at now: Timestamp) {
        lease = nil
        if cancelledBy == nil, outcome == .cancelled { return requeue("it was cancelled, and is wanted again") }
        if cancelledBy == nil, let cause = outcome.cause, let delay = retryDelay(after: cause) {
            notBefore = now + delay
            enter(
                .pending, "BackOff",
                "\(outcome.message); attempt \(attempt + 1) follows \(delay.inWords) later")
            return
        }
        // Ended in time although its end was asked for: a success stays one.
        let final = cancelledBy != nil && outcome != .succeeded ? AttemptOutcome.cancelled : outcome
        let by = cancelledBy.map { " by \($0)" } ?? ""
        finish(
            final.phase, final.reason, final == .cancelled ? "cancelled\(by)" : exhausted(final), at: now)
    }

    private func exhausted(_ outcome: AttemptOutcome) -> String {
        let tried = attempt - attemptsForgiven
        return outcome == .succeeded || tried < 2
            ? outcome.message : "\(outcome.message), for the \(tried.ordinal) time"
    }

    /// How long to wait before the next attempt; `nil` where the policy allows none.
    private func retryDelay(after cause: RetryPolicy.Cause) -> Duration? {
        let policy = specification.retry
        let retries = attempt - attemptsForgiven - 1
        guard policy.on.contains(cause), retries < policy.limit else { return nil }
        // A cut-off attempt says nothing against its command: it needs no cooling down.
        guard cause != .interruption else { return .zero }
        return policy.backoff.delay(afterRetries: retries)
    }

    private mutating func requeue(_ why: String) {
        attemptsForgiven = attempt
        cancelledBy = nil
        finishedAt = nil
        notBefore = nil
        enter(.queued, "Queued", why)
    }

    private mutating func finish(_ phase: RunPhase, _ reason: String, _ message: String, at now: Timestamp) {
        lease = nil
        notBefore = nil
        finishedAt = now
        enter(phase, reason, message)
    }

    private mutating func enter(_ phase: RunPhase, _ reason: String, _ message: String) {
        self.phase = phase
        self.reason = reason
        self.message = message.recordable
    }

    private func invalid(_ event: String) -> InvalidTransition { InvalidTransition(phase: phase, event: event) }
}

extension Backoff {
    /// `initial × factor ^ retries`, at most `maximum`.
    func delay(afterRetries retries: Int) -> Duration {
        var delay = Double(initial.milliseconds)
        let most = Double(maximum.milliseconds)
        for _ in 0..<max(0, retries) where delay < most { delay *= factor }
        return .milliseconds(Int64(min(delay, most)))
    }
}

extension Duration {
    /// `90ms`, `5s`, `3m20s`, `2h05m`: short, for people.
    public var inWords: String {
        let total = milliseconds
        if total < 1000 { return "\(total)ms" }
        let seconds = total / 1000
        if seconds < 60 {
            let tenths = total / 100 % 10
            return seconds < 10 && tenths > 0 ? "\(seconds).\(tenths)s" : "\(seconds)s"
        }
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
    }
}

extension Int {
    fileprivate var ordinal: String {
        switch (self % 10, self % 100) {
        case (1, let rest) where rest != 11: "\(self)st"
        case (2, let rest) where rest != 12: "\(self)nd"
        case (3, let rest) where rest != 13: "\(self)rd"
        default: "\(self)th"
        }
    }
}
