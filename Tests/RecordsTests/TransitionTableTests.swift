import Manifests
import Records
import Support
import Testing

@Suite struct TransitionTableTests {
    /// What each event makes of a run in each phase; `-` where it cannot happen. The policy allows no retry.
    private static let table = """
        phase      | claimed    imageReady submitted ended  cancelRequested requeued leaseReleased placed
        pending    | building   -          -         -      cancelled       -        pending       pending
        queued     | building   -          -         -      cancelled       -        queued        queued
        building   | building   submitting -         failed building        -        building      -
        submitting | submitting -          running   failed submitting      -        submitting    -
        waiting    | waiting    -          -         failed waiting         -        waiting       -
        running    | running    -          running   failed running         -        running       -
        succeeded  | -          -          -         -      -               -        succeeded     -
        failed     | -          -          -         -      -               queued   failed        -
        cancelled  | -          -          -         -      -               queued   cancelled     -
        lost       | -          -          -         -      -               queued   lost          -
        """

    /// The same for what comes of other runs.
    private static let others = """
        phase      | blocked unblocked
        pending    | pending pending
        queued     | pending queued
        building   | -       -
        submitting | -       -
        waiting    | -       -
        running    | -       -
        succeeded  | -       -
        failed     | -       -
        cancelled  | -       -
        lost       | -       -
        """

    private static let events: [String: RunEvent] = [
        "claimed": .claimed(.sample), "imageReady": .imageReady(Digest(of: "image")), "submitted": .submitted,
        "ended": .ended(.exited(1)), "cancelRequested": .cancelRequested(by: "ada", reason: "asked for"),
        "requeued": .requeued(by: "ada", reason: "asked for once more"), "leaseReleased": .leaseReleased,
        "placed": .placed(RunSpecification.sample.with { $0.priority = .high }),
        "blocked": .blocked(.blocked, message: "waits for Run/prepare (running)"),
        "unblocked": .unblocked(affinity: nil),
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let phase: RunPhase
        let name: String
        let event: RunEvent
        let next: RunPhase?

        var testDescription: String { "\(phase) \(name)" }
    }

    static let cases = cases(table) + cases(others)

    private static func cases(_ table: String) -> [Case] {
        let rows = table.split(separator: "\n").map { $0.split(separator: " ").filter { $0 != "|" }.map(String.init) }
        return rows.dropFirst().flatMap { row in
            zip(rows[0], row).dropFirst().compactMap { name, next in
                guard let phase = RunPhase(rawValue: row[0]), let event = events[name] else { return nil }
                return Case(phase: phase, name: name, event: event, next: RunPhase(rawValue: next))
            }
        }
    }

    @Test func theTableIsComplete() {
        #expect(Self.cases.count == RunPhase.allCases.count * Self.events.count)
        #expect(Set(Self.cases.map(\.phase)).count == RunPhase.allCases.count)
    }

    @Test(arguments: cases) func everyEventInEveryPhase(_ row: Case) throws {
        var retry = RetryPolicy()
        retry.limit = 0
        let run = RunRecord.sample(row.phase, retry: retry)
        guard let phase = row.next else {
            let error = #expect(throws: InvalidTransition.self) { try run.after(row.event, at: .start) }
            #expect(error?.phase == row.phase && error?.event == row.name)
            return
        }
        let next = try run.after(row.event, at: .start)
        #expect(next.phase == phase)
        #expect(!next.reason.isEmpty && !next.message.isEmpty)
        #expect((next.finishedAt != nil) == phase.isTerminal)
        if phase.isTerminal { #expect(next.lease == nil && next.notBefore == nil) }
        #expect(next.identity == run.identity && next.id == run.id && next.sequence == run.sequence)
    }

    static let outcomes: [(AttemptOutcome, RunPhase)] = [
        (.succeeded, .succeeded), (.exited(1), .failed), (.exited(137), .failed), (.timedOut, .failed),
        (.cancelled, .cancelled), (.buildFailed("no such package"), .failed),
        (.submissionFailed("no such engine"), .failed),
        (.lost("its host is gone"), .lost), (.outputMissing("model.json is missing"), .failed),
    ]

    @Test(arguments: outcomes, RunPhase.allCases.filter(\.isActive))
    func anActiveRunEndsAsItsAttemptDid(_ end: (outcome: AttemptOutcome, phase: RunPhase), in phase: RunPhase) throws {
        var run = RunRecord.sample(phase)
        run.specification.retry.limit = 0
        if end.outcome == .cancelled { run.cancelledBy = "ada" }
        let next = try run.after(.ended(end.outcome), at: .start + .seconds(9))
        #expect(next.phase == end.phase)
        #expect(next.reason == end.outcome.reason && next.message.hasPrefix(end.outcome.message))
        #expect(next.finishedAt == .start + .seconds(9))
    }

    @Test(arguments: outcomes.map(\.0)) func anOutcomeIsReadBackFromItsRecord(_ outcome: AttemptOutcome) {
        let read = AttemptOutcome(reason: outcome.reason, exitCode: outcome.exitCode, message: outcome.message)
        #expect(read == outcome)
        #expect(AttemptOutcome(reason: "Exploded", exitCode: 1, message: "") == nil)
    }

    @Test func theWholeWay() throws {
        let run = RunRecord(
            identity: RunSpecification.sample.identity, name: ObjectName(name: "first"), specification: .sample,
            sequence: 1, createdAt: .start)
        #expect(run.phase == .queued && run.attempt == 0 && run.isClaimable(at: .start))
        let end = try run.after([
            .claimed(.sample), .imageReady(Digest(of: "image")), .submitted, .submitted, .ended(.succeeded),
        ])
        #expect(end.phase == .succeeded && end.attempt == 1 && end.image == Digest(of: "image"))
        // Adopting says `submitted` again; the run has started when it was said first.
        #expect(end.startedAt == .start + .seconds(2) && end.finishedAt == .start + .seconds(4))
    }

    @Test(arguments: RunPhase.allCases) func whatIsClaimable(in phase: RunPhase) {
        var run = RunRecord.sample(phase)
        let before = run.isClaimable(at: .start)
        #expect(before == (phase == .queued))
        // After the lease or the back-off is over, to the millisecond.
        let due = run.notBefore ?? run.lease?.expiresAt ?? .start
        #expect(run.isClaimable(at: due) == !phase.isTerminal)
        if phase != .queued { #expect(!run.isClaimable(at: due + .milliseconds(-1))) }
        run.lease = nil
        #expect(run.isClaimable(at: .start) == (phase.isActive || phase == .queued))
    }

    /// What waits for others is nobody's to take, however long it waits.
    @Test func aBlockedRunIsNotClaimable() throws {
        let blocked = try RunRecord.sample(.pending).after(.blocked(.blocked, message: "waits"), at: .start)
        #expect(blocked.isBlocked && !blocked.isStuck && blocked.notBefore == nil)
        #expect(!blocked.isClaimable(at: .start + .seconds(1_000_000)))
        #expect(throws: InvalidTransition.self) { try blocked.after(.claimed(.sample), at: .start) }
        let free = try blocked.after(.unblocked(affinity: "disk-1"), at: .start)
        #expect(free.phase == .queued && free.affinity == "disk-1" && free.isClaimable(at: .start))
        #expect(try free.after(.blocked(.dependencyFailed, message: "a failed"), at: .start).isStuck)
        #expect(try free.after(.blocked(.blocked, message: "a runs again"), at: .start).affinity == nil)
        // A back-off is not cut short by what was there all along.
        let backOff = try RunRecord.sample(.pending).after(.unblocked(affinity: nil), at: .start)
        #expect(backOff == RunRecord.sample(.pending))
    }
}
