import Foundation
import Manifests
import Reconciler
import Records
import Support
import Testing
import YAML

@Suite(.timeLimit(.minutes(3))) struct CancelAndRetryTests {
    private let one = ObjectName(name: "one")

    private func project(_ lines: (Project) -> String, queue: String = "") async throws -> Project {
        let project = try await Project()
        try project.writeJob(lines(project))
        try project.writeManifests(queue: queue)
        try await project.commit()
        return project
    }

    @Test func aRunningRunIsEndedByWhoeverIsAtWork() async throws {
        let project = try await project(\.gate)
        async let applied = project.apply()
        try await eventually("it runs") { project.ledger.count == 1 }
        let run = try await project.reconciler(actor: "grace").cancel(one)
        #expect(run.phase == .cancelled)
        #expect(run.message == "cancelled by grace@this-machine")
        #expect(try await applied.runs.map(\.execution.phase) == [.cancelled])
        #expect(!project.isAnythingLeft)
        let asked = try await project.events().filter { $0.kind == EventKind.runCancelRequested.rawValue }
        #expect(asked.map(\.actor) == ["grace@this-machine"])
    }

    @Test func aWaitingRunIsOverAtOnce() async throws {
        let project = try await project({ _ in "" }, queue: "  suspend: true\n")
        try await project.apply()
        #expect(try await project.reconciler().cancel(one).phase == .cancelled)
        #expect(try await project.attempts("one").isEmpty)
    }

    @Test func aCancelDuringTheBuildOrJustAfterItIsKept() async throws {
        let project = try await project(\.gate)
        try await project.apply(wait: .submitted)
        #expect(try await project.reconciler().cancel(one).phase == .cancelled)
        #expect(!project.isAnythingLeft)
        #expect(try await project.attempts("one").map(\.outcome) == [.cancelled])
    }

    @Test func aSuccessThatNobodyHasReadYetBeatsACancel() async throws {
        let project = try await project { _ in "" }
        try await project.apply(wait: .submitted)
        try await eventually("it has ended") { project.ledger.count == 1 && !project.isAnythingLeft }
        guard try await !project.run("one").phase.isTerminal else { return }
        #expect(try await project.reconciler().cancel(one).phase == .succeeded)
    }

    @Test func aRetryRunsItAgain() async throws {
        let project = try await project { "[ -e '\($0.folder.path)/open' ]" }
        #expect(try await project.apply().runs.map(\.execution.phase) == [.failed])
        let requeued = try await project.reconciler(actor: "grace").retry(one)
        #expect(requeued.phase == .queued)
        #expect(requeued.message.contains("grace@this-machine"))
        try project.open()
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
        #expect(try await project.attempts("one").map(\.number) == [1, 2])
        #expect(project.ledger.count == 2)
    }

    @Test func whatCannotBeIsSaid() async throws {
        let project = try await project { _ in "" }
        let none = await #expect(throws: Diagnostic.self) { try await project.reconciler().cancel(one) }
        #expect(none?.code == "SLW8012")
        try await project.apply()
        let events = try await project.events()
        let over = await #expect(throws: Diagnostic.self) { try await project.reconciler().cancel(one) }
        #expect(over?.code == "SLW8006")
        let done = await #expect(throws: Diagnostic.self) { try await project.reconciler().retry(one) }
        #expect(done?.code == "SLW8007")
        let unknown = await #expect(throws: Diagnostic.self) {
            try await project.reconciler().retry(ObjectName(name: "no-such-run"))
        }
        #expect(unknown?.code == "SLW4016")
        #expect(try await project.events() == events)
    }
}
