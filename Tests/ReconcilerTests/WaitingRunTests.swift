import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import Support
import Testing
import YAML

/// Runs that wait for others, through commits and cancellations.
@Suite(.timeLimit(.minutes(3))) struct WaitingRunTests {
    /// The first run stays until it is let go; the other one does not.
    private func project() async throws -> Project {
        let project = try await Project()
        try project.writeJob("[ \"$1\" = 100 ] || { \(project.gate); }")
        try project.writeManifests(runs: Self.runs(1))
        try await project.commit()
        return project
    }

    private static func runs(_ n: Int, then: String = "dependsOn: [{run: one}]") -> [String: String] {
        ["one": "{n: \(n)}", "two": "{n: 100}, \(then)"]
    }

    @Test func whoWaitsIsToldWhatForNow() async throws {
        let project = try await project()
        let first = try await project.apply(wait: .submitted)
        #expect(first.end == .settled)
        #expect(try await project.run("two").message == "waits for Run/one (running)")

        try project.writeManifests(runs: Self.runs(2))
        try await project.commit()
        let second = try await project.apply(wait: .submitted)
        #expect(second.work.plan.count(.replace) == 1 && second.work.plan.count(.update) == 1)
        #expect(try await project.run("two").message == "waits for Run/one (running)")
        // That the run it waited for is cancelled does not concern it any more.
        let events = try await project.events()
        #expect(!events.contains { $0.kind == EventKind.runBlocked.rawValue })

        try project.open()
        let third = try await project.apply()
        #expect(third.runs.map(\.execution.phase) == [.succeeded, .succeeded])
        #expect(project.ledger == ["1", "2", "100"])
    }

    @Test func whatWaitsForACancelledRunIsNotWaitedFor() async throws {
        let project = try await project()
        try await project.apply(wait: .submitted)
        let cancelled = try await project.reconciler().cancel(ObjectName(name: "one"), grace: .milliseconds(50))
        #expect(cancelled.phase == .cancelled)
        let two = try await project.run("two")
        #expect(two.reason == "DependencyFailed" && two.message.hasPrefix("Run/one was cancelled; "))
        let result = try await project.apply()
        #expect(result.end == .settled && !result.work.plan.hasRecordChanges)

        // Who only waits for the end need not be told of a retry.
        try project.writeManifests(runs: Self.runs(1, then: "dependsOn: [{run: one, condition: finished}]"))
        try await project.commit()
        let after = try await project.apply()
        #expect(after.runs.map(\.execution.phase) == [.cancelled, .succeeded])
        #expect(project.ledger == ["1", "100"])
    }

    @Test func aWaitingRunThatIsNotWantedIsGone() async throws {
        let project = try await project()
        try await project.apply(wait: .submitted)
        let two = try await project.run("two").id
        try project.writeManifests(runs: ["one": "{n: 1}"])
        try await project.commit()
        try await project.apply(wait: .submitted)
        let store = try project.reconciler().openState()
        #expect(try await store.read { try $0.run(two) }?.phase == .cancelled)
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
    }
}
