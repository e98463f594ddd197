import Manifests
import Records
import Support
import Testing

@Suite struct RetryTests {
    private static func policy(
        limit: Int, on causes: [RetryPolicy.Cause] = RetryPolicy.Cause.allCases, initial: Duration = .seconds(5),
        factor: Double = 2, maximum: Duration = .seconds(300)
    ) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.limit = limit
        policy.on = causes
        policy.backoff.initial = initial
        policy.backoff.factor = factor
        policy.backoff.maximum = maximum
        return policy
    }

    /// Claims and ends a run until it is not retried any more; returns the waits between the attempts.
    private func waits(_ policy: RetryPolicy, _ outcome: AttemptOutcome) throws -> (waits: [Duration], run: RunRecord) {
        var run = RunRecord.sample(.queued, retry: policy)
        var waits: [Duration] = []
        var now = Timestamp.start
        while true {
            run = try run.after(.claimed(.sample), at: now)
            #expect(run.attempt == waits.count + 1 && run.notBefore == nil)
            now = now + .seconds(1)
            run = try run.after(.ended(outcome), at: now)
            guard run.phase == .pending else { return (waits, run) }
            let due = try #require(run.notBefore)
            #expect(run.lease == nil && run.reason == "BackOff" && run.finishedAt == nil)
            #expect(run.isClaimable(at: due) && !run.isClaimable(at: due + .milliseconds(-1)))
            waits.append(due - now)
            now = due
            try #require(waits.count <= 1000)
        }
    }

    static let tables: [(RetryPolicy, [Duration])] = [
        (policy(limit: 0), []),
        (policy(limit: 1), [.seconds(5)]),
        (policy(limit: 4), [.seconds(5), .seconds(10), .seconds(20), .seconds(40)]),
        (policy(limit: 3, factor: 1), [.seconds(5), .seconds(5), .seconds(5)]),
        (policy(limit: 3, initial: .seconds(1), factor: 1.5), [.seconds(1), .milliseconds(1500), .milliseconds(2250)]),
        (policy(limit: 4, factor: 10, maximum: .seconds(60)), [.seconds(5), .seconds(50), .seconds(60), .seconds(60)]),
        (policy(limit: 2, initial: .seconds(90), maximum: .seconds(60)), [.seconds(60), .seconds(60)]),
        (policy(limit: 2, initial: .zero), [.zero, .zero]),
        (
            policy(limit: 100, factor: 100, maximum: .seconds(7)),
            [.seconds(5)] + Array(repeating: .seconds(7), count: 99)
        ),
    ]

    @Test(arguments: tables) func backOffGrowsUpToItsMaximum(_ policy: RetryPolicy, _ expected: [Duration]) throws {
        let (waits, run) = try waits(policy, .exited(3))
        #expect(waits == expected)
        #expect(run.phase == .failed && run.reason == "CommandFailed" && run.attempt == expected.count + 1)
        if expected.count == 1 { #expect(run.message == "the command ended with status 3, for the 2nd time") }
    }

    @Test func anInterruptionNeedsNoCoolingDown() throws {
        let (waits, run) = try waits(Self.policy(limit: 2), .lost("its host is gone"))
        #expect(waits == [.zero, .zero] && run.phase == .lost)
    }

    static let causes: [(AttemptOutcome, RetryPolicy.Cause?)] = [
        (.exited(1), .error), (.outputMissing("model.json"), .error), (.timedOut, .timeout),
        (.lost("gone"), .interruption), (.buildFailed("b"), nil), (.submissionFailed("s"), nil), (.succeeded, nil),
    ]

    @Test(arguments: causes, RetryPolicy.Cause.allCases)
    func onlyTheNamedCausesAreRetried(
        _ end: (outcome: AttemptOutcome, cause: RetryPolicy.Cause?), on named: RetryPolicy.Cause
    ) throws {
        let (waits, run) = try waits(Self.policy(limit: 1, on: [named]), end.outcome)
        #expect(waits.count == (end.cause == named ? 1 : 0))
        #expect(run.phase == end.outcome.phase)
    }

    @Test func retryingForgivesTheAttemptsThatWere() throws {
        var (waits, run) = try waits(Self.policy(limit: 2), .exited(1))
        #expect(waits.count == 2 && run.attempt == 3)
        run = try run.after(.requeued(by: "ada", reason: "asked for once more"), at: .start)
        #expect(run.phase == .queued && run.message.contains("ada") && run.isClaimable(at: .start))
        #expect(run.finishedAt == nil && run.notBefore == nil && run.cancelledBy == nil)
        for wait in [5, 10] {
            run = try run.after([.claimed(.sample), .ended(.exited(1))])
            #expect(run.notBefore == .start + .seconds(1 + wait))
        }
        run = try run.after([.claimed(.sample), .ended(.exited(1))])
        // The numbers of attempts go on: each has a folder of its own.
        #expect(run.phase == .failed && run.attempt == 6)
    }
}

@Suite struct CancellationTests {
    private static let ask = RunEvent.cancelRequested(by: "ada", reason: "asked for")

    @Test(arguments: RunPhase.allCases.filter(\.isActive))
    func whatIsUnderWayIsCancelledWhenItHasEnded(_ phase: RunPhase) throws {
        let asked = try RunRecord.sample(phase).after(Self.ask, at: .start)
        #expect(asked.phase == phase && asked.lease != nil && asked.cancelledBy == "ada" && asked.finishedAt == nil)
        let ended = try asked.after(.ended(.cancelled), at: .start)
        #expect(ended.phase == .cancelled && ended.message == "cancelled by ada" && ended.finishedAt == .start)
    }

    @Test(arguments: [AttemptOutcome.exited(143), .timedOut, .lost("gone"), .outputMissing("m"), .buildFailed("b")])
    func anEndThatWasAskedForIsNoFailureAndIsNotRetried(_ outcome: AttemptOutcome) throws {
        var run = RunRecord.sample(.running)
        run.specification.retry.limit = 5
        run.specification.retry.on = RetryPolicy.Cause.allCases
        let ended = try run.after([Self.ask, .ended(outcome)])
        #expect(ended.phase == .cancelled && ended.reason == "Cancelled")
    }

    @Test func aSuccessBeatsACancel() throws {
        let ended = try RunRecord.sample(.running).after([Self.ask, .ended(.succeeded)])
        #expect(ended.phase == .succeeded && ended.reason == "Succeeded")
    }

    @Test func whatIsCancelledAndAskedForOnceMoreCanSucceed() throws {
        let again = try RunRecord.sample(.running).after([
            Self.ask, .ended(.cancelled), .requeued(by: "ada", reason: "asked for once more"),
        ])
        #expect(again.phase == .queued && again.cancelledBy == nil && again.finishedAt == nil)
        let ended = try again.after([.claimed(.sample), .imageReady(Digest(of: "i")), .submitted, .ended(.succeeded)])
        #expect(ended.phase == .succeeded && ended.attempt == 2)
    }

    @Test func aCancellationCanBeTakenBackUntilTheEnd() throws {
        let wanted = RunEvent.requeued(by: "reconcile", reason: "wanted again")
        for phase in RunPhase.allCases where phase.isActive {
            let going = try RunRecord.sample(phase).after([Self.ask, wanted])
            #expect(going.phase == phase && going.cancelledBy == nil && going.lease != nil && going.attempt == 1)
            #expect(try going.after(.ended(.succeeded), at: .start).phase == .succeeded)
            // The signal may have been sent before.
            let again = try going.after(.ended(.cancelled), at: .start)
            #expect(again.phase == .queued && again.isClaimable(at: .start) && again.lease == nil)
        }
    }
}
