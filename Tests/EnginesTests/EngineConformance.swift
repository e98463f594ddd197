import Engines
import Records
import Support
import Testing
import YAML

/// What a conformance test asks an engine to execute, in terms that every engine can be given.
enum Workload: Sendable {
    case ends(Int32)
    /// Runs until somebody ends it.
    case stays
    /// Runs on through a friendly request to end.
    case resists
    /// Cannot be started at all.
    case impossible
}

/// One kind of engine, with all that it takes to try it.
struct EngineUnderTest {
    let engine: any Engine
    let host: String
    let now: @Sendable () -> Timestamp
    /// An engine as a new process would have it: it shares nothing with the first but what is really there.
    let another: @Sendable () -> any Engine
    let submission: @Sendable (_ name: String, Workload) throws -> Submission
    /// Waits until the workload does what it is to do.
    let settled: @Sendable (Submission) async throws -> Void
    /// How often the command was really started.
    let starts: @Sendable (Submission) throws -> Int
    /// Takes the attempt away without a word of how it ended.
    let lose: @Sendable (SubmissionReference) throws -> Void
    /// Whether anything of the attempt is left running.
    let isLeft: @Sendable (Submission) throws -> Bool

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: host, location: submission.location,
            token: submission.token, target: submission.target)
    }

    /// Submits a workload and waits until it is under way.
    func start(_ name: String, _ workload: Workload) async throws -> (Submission, SubmissionReference) {
        let submission = try submission(name, workload)
        try await engine.submit(submission)
        try await settled(submission)
        return (submission, reference(to: submission))
    }
}

extension Observation {
    var isRunning: Bool { if case .running = self { true } else { false } }
    var isGone: Bool { if case .gone = self { true } else { false } }
    var status: Int32? { if case .ended(let status, _) = self { status } else { nil } }
    var failure: EngineFailure? { if case .failed(let failure, _, _) = self { failure } else { nil } }
    var isElsewhere: Bool { if case .elsewhere = self { true } else { false } }
}

/// What every engine promises (`Engine`), tried on one.
func verifyEngine(make: () throws -> EngineUnderTest) async throws {
    try await verifyAbsence(try make())
    try await verifyEnds(try make())
    try await verifySubmittingAgain(try make())
    try await verifyWaiting(try make())
    try await verifyAdoption(try make())
    try await verifyCancelling(try make())
    try await verifyRefusal(try make())
    try await verifySeal(try make())
    try await verifyTokens(try make())
    try await verifyLoss(try make())
}

/// What was never submitted is provably not there, and asking changes nothing.
private func verifyAbsence(_ test: EngineUnderTest) async throws {
    let submission = try test.submission("absent", .stays)
    let reference = test.reference(to: submission)
    #expect(await test.engine.observe(reference) == .absent)
    #expect(await test.engine.wait(for: reference, until: test.now()) == .absent)
    try await test.engine.cancel(reference, grace: .zero)
    #expect(await test.engine.observe(reference) == .absent)

    var foreign = reference
    foreign.host = "another-machine"
    #expect(await test.engine.observe(foreign).isElsewhere)
}

/// The exit status is what the command said, for every later question too.
private func verifyEnds(_ test: EngineUnderTest) async throws {
    for status: Int32 in [0, 1, 7, 255] {
        let submission = try test.submission("ends-\(status)", .ends(status))
        let reference = test.reference(to: submission)
        try await test.engine.submit(submission)
        #expect(await test.engine.wait(for: reference, until: nil).status == status)
        #expect(await test.engine.observe(reference).status == status)
        try await test.engine.cancel(reference, grace: .zero)
        #expect(await test.engine.observe(reference).status == status, "a cancel after the end changes nothing")
        #expect(await test.another().wait(for: reference, until: nil).status == status)
        #expect(try test.starts(submission) == 1)
    }
}

/// A second submission under the same name meets the first: while it runs, and after it ended.
private func verifySubmittingAgain(_ test: EngineUnderTest) async throws {
    let (running, reference) = try await test.start("again", .stays)
    try await test.engine.submit(running)
    try await test.another().submit(running)
    #expect(await test.engine.observe(reference).isRunning)
    #expect(try test.starts(running) == 1)
    try await test.engine.cancel(reference, grace: .seconds(5))

    try await test.engine.submit(running)
    try await test.another().submit(running)
    #expect(await test.engine.observe(reference).isRunning == false)
    #expect(try test.starts(running) == 1)
}

/// A wait ends at its deadline, at the end of what is waited for, and when nobody wants to wait any more.
private func verifyWaiting(_ test: EngineUnderTest) async throws {
    let (_, reference) = try await test.start("waiting", .stays)
    let deadline = test.now() + .milliseconds(60)
    #expect(await test.engine.wait(for: reference, until: deadline).isRunning)
    #expect(test.now() >= deadline, "a wait does not end early")

    let impatient = Task { await test.engine.wait(for: reference, until: nil) }
    impatient.cancel()
    #expect(await impatient.value.isRunning, "who gives up waiting has changed nothing")

    async let first = test.engine.wait(for: reference, until: nil)
    async let second = test.engine.wait(for: reference, until: nil)
    async let third = test.another().wait(for: reference, until: nil)
    try await test.engine.cancel(reference, grace: .seconds(5))
    let all = await [first, second, third]
    #expect(all.allSatisfy { !$0.isRunning && $0 != .absent }, "everybody who waits learns of the end: \(all)")
}

/// What one process submitted, the next finds: running, then ended.
private func verifyAdoption(_ test: EngineUnderTest) async throws {
    let (submission, reference) = try await test.start("adopted", .stays)
    let next = test.another()
    #expect(await next.observe(reference).isRunning)
    #expect(await next.wait(for: reference, until: test.now()).isRunning)
    try await next.cancel(reference, grace: .seconds(5))
    #expect(await next.observe(reference).isRunning == false)
    #expect(await test.engine.observe(reference).isRunning == false)
    #expect(try test.isLeft(submission) == false)
}

/// A cancel returns when nothing is left, whether or not the command was willing.
private func verifyCancelling(_ test: EngineUnderTest) async throws {
    for (name, workload) in [("willing", Workload.stays), ("unwilling", .resists)] {
        let (submission, reference) = try await test.start(name, workload)
        try await test.engine.cancel(reference, grace: .milliseconds(100))
        let observation = await test.engine.observe(reference)
        #expect(!observation.isRunning && observation != .absent, "\(name): \(observation)")
        #expect(observation.status != 0, "\(name): what was ended did not succeed")
        #expect(try test.isLeft(submission) == false, "\(name)")
        try await test.engine.cancel(reference, grace: .zero)
    }
}

/// What the engine refuses was not started.
private func verifyRefusal(_ test: EngineUnderTest) async throws {
    let submission = try test.submission("refused", .impossible)
    await #expect(throws: Diagnostic.self) { try await test.engine.submit(submission) }
    #expect(await test.engine.observe(test.reference(to: submission)) == .absent)
    #expect(try test.starts(submission) == 0)
}

/// What is sealed is never started, however late its submission comes; what was started is not sealed any more.
private func verifySeal(_ test: EngineUnderTest) async throws {
    let late = try test.submission("late", .stays)
    #expect(try await test.engine.seal(test.reference(to: late)) == .absent)
    try await test.engine.submit(late)
    try await test.another().submit(late)
    let observation = await test.another().wait(for: test.reference(to: late), until: nil)
    #expect(observation.isGone, "\(observation)")
    #expect(try await test.another().seal(test.reference(to: late)).isGone, "sealed again, it is gone as it was")
    #expect(try test.starts(late) == 0)

    let (running, reference) = try await test.start("early", .stays)
    #expect(try await test.another().seal(reference).isRunning)
    #expect(await test.engine.observe(reference).isRunning)
    try await test.engine.cancel(reference, grace: .seconds(5))
    #expect(try test.starts(running) == 1)

    let ended = try test.submission("ended", .ends(3))
    try await test.engine.submit(ended)
    _ = await test.engine.wait(for: test.reference(to: ended), until: nil)
    #expect(try await test.engine.seal(test.reference(to: ended)).status == 3)

    for number in 0..<20 {
        let contested = try test.submission("contested-\(number)", .ends(0))
        let (reference, other) = (test.reference(to: contested), test.another())
        async let submitted: Void = test.engine.submit(contested)
        async let sealed = other.seal(reference)
        let isSealed = try await sealed == .absent
        try await submitted
        let end = await test.engine.wait(for: reference, until: nil)
        let starts = try test.starts(contested)
        #expect(starts == (isSealed ? 0 : 1), "one of the two wins, and the seal says which: \(isSealed), \(end)")
    }
}

/// A later claim is not bound by what an earlier one sealed, and an earlier one can do nothing after it.
private func verifyTokens(_ test: EngineUnderTest) async throws {
    func claim(_ name: String, token: Int64?) throws -> (Submission, SubmissionReference) {
        var submission = try test.submission(name, .stays)
        submission.token = token
        return (submission, test.reference(to: submission))
    }
    let (early, earlier) = try claim("relieved", token: 5)
    let (late, later) = try claim("relieved", token: 6)
    #expect(try await test.engine.seal(earlier) == .absent)
    try await test.engine.submit(early)
    #expect(try test.starts(early) == 0)
    #expect(await test.engine.observe(earlier).isGone)
    #expect(await test.another().observe(test.reference(to: try test.submission("relieved", .stays))).isGone)
    #expect(await test.another().observe(later) == .absent, "whoever has a later claim goes on")

    #expect(try await test.another().seal(later) == .absent, "and seals for itself")
    #expect(await test.engine.observe(later).isGone)
    let (last, latest) = try claim("relieved", token: 7)
    try await test.another().submit(last)
    try await test.settled(last)
    #expect(try test.starts(last) == 1)
    #expect(await test.engine.observe(latest).isRunning)
    #expect(await test.engine.observe(later).isRunning, "what was started everybody sees")
    #expect(try await test.engine.seal(latest).isRunning)
    try await test.engine.submit(late)
    #expect(try test.starts(last) == 1, "what is there is not started again, whoever asks")
    try await test.engine.cancel(latest, grace: .seconds(5))

    let (stale, stalest) = try claim("overtaken", token: 8)
    let (next, newest) = try claim("overtaken", token: 9)
    #expect(try await test.engine.seal(newest) == .absent)
    // It is refused, or told that the attempt is gone.
    _ = await isRefused { try await test.engine.submit(stale) }
    _ = await isRefused {
        let observation = try await test.engine.seal(stalest)
        #expect(observation.isGone)
    }
    #expect(try test.starts(next) == 0)
    #expect(await test.engine.observe(newest).isGone, "a seal is not taken away by an older claim")
}

/// Whether an engine says that a later claim has the attempt.
func isRefused(_ body: () async throws -> Void) async -> Bool {
    do {
        try await body()
        return false
    } catch let refusal as Diagnostic {
        return refusal.code == .superseded
    } catch {
        Issue.record("\(error)")
        return false
    }
}

/// What vanished without a word is gone, and is neither started again nor taken for a success.
private func verifyLoss(_ test: EngineUnderTest) async throws {
    let (submission, reference) = try await test.start("lost", .stays)
    async let waited = test.engine.wait(for: reference, until: nil)
    try test.lose(reference)
    #expect(await waited.isGone)
    #expect(await test.engine.observe(reference).isGone)
    #expect(await test.another().observe(reference).isGone)
    try await test.engine.cancel(reference, grace: .zero)
    try await test.another().submit(submission)
    #expect(await test.engine.observe(reference).isGone)
    #expect(try test.starts(submission) == 1)
}
