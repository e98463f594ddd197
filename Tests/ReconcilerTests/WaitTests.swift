import Foundation
import Reconciler
import Records
import Support
import Testing

/// How long an apply stays, and what goes on without it.
@Suite(.timeLimit(.minutes(3))) struct WaitTests {
    private func gated(runs: [String: String] = ["one": "{n: 1}"], queue: String = "") async throws -> Project {
        let project = try await Project()
        try project.writeJob(project.gate)
        try project.writeManifests(queue: queue, runs: runs)
        try await project.commit()
        return project
    }

    @Test func notAtAll() async throws {
        let project = try await gated()
        let result = try await project.apply(wait: .none)
        #expect(result.runs.map(\.execution.phase) == [.queued])
        #expect(project.ledger.isEmpty)
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
    }

    @Test func untilItIsSubmitted() async throws {
        let project = try await gated(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        let result = try await project.apply(wait: .submitted)
        #expect(result.end == .settled)
        #expect(result.runs.map(\.execution.phase) == [.running, .running])
        #expect(project.isAnythingLeft, "what runs outlives who submitted it")
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded, .succeeded])
        #expect(project.ledger.sorted() == ["1", "2"], "nothing was started twice")
    }

    @Test func untilItsTimeIsUp() async throws {
        let project = try await gated()
        let result = try await project.apply(timeout: .milliseconds(400))
        #expect(result.end == .timedOut)
        try project.open()
        let next = try await project.apply()
        #expect(next.end == .settled)
        #expect(next.runs.map(\.execution.phase) == [.succeeded])
        #expect(project.ledger == ["1"])
    }

    @Test func untilItIsInterrupted() async throws {
        let project = try await gated()
        let apply = Task { try await project.apply() }
        try await eventually("it runs") { project.ledger.count == 1 }
        try await eventually("that is recorded") { try await project.run("one").phase == .running }
        apply.cancel()
        #expect(try await apply.value.end == .interrupted)
        #expect(try await project.run("one").phase == .running)
        #expect(project.isAnythingLeft)
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
        #expect(project.ledger == ["1"])
    }

    @Test func aSuspendedQueueIsNotWaitedFor() async throws {
        let project = try await gated(queue: "  suspend: true\n")
        let result = try await project.apply()
        #expect(result.end == .settled)
        #expect(result.runs.map(\.execution.phase) == [.queued])
        #expect(project.ledger.isEmpty)
        try project.open()
        try project.writeManifests()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
    }

    /// Suspending a queue keeps new runs from beginning; one that runs is seen to its end.
    @Test func aRunOfASuspendedQueueIsStillSeenToItsEnd() async throws {
        let project = try await gated()
        try await project.apply(wait: .submitted)
        try project.writeManifests(queue: "  suspend: true\n")
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
    }
}
