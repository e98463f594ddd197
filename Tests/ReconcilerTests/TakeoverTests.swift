import Engines
import Foundation
import Images
import Manifests
import Planning
import Records
import Store
import Support
import Testing

@testable import Agents
@testable import Reconciler

/// A reconciler was killed between any two steps: the next goes on from there, loses nothing and repeats nothing.
@Suite(.timeLimit(.minutes(3))) struct TakeoverTests {
    /// How far the one that was killed had come.
    enum Step: Int, CaseIterable, Sendable {
        case planned, claimed, intended, prepared, started, recorded
    }

    /// Leaves the state as somebody who was killed after a step leaves it.
    private func abandon(_ project: Project, after step: Step) async throws {
        try await project.apply(wait: .none)
        guard step != .planned else { return }
        let now = project.clock.now()
        let dead = AgentRecord(
            id: "here-1-dead", pool: ObjectName(name: "here"), place: try project.reconciler().surroundings.place(),
            process: 1, startedAt: now, heartbeatAt: now)
        try await project.write { transaction in
            try transaction.begin(dead)
            let rules = QueueRules(name: ObjectName(name: "local"), QueueSpec())
            _ = try transaction.claim(for: dead, from: [rules], atMost: 1, leaseDuration: .seconds(3600))
        }
        guard step != .claimed else { return }
        let reconciler = project.reconciler()
        let image = try await reconciler.build(ObjectName(name: "count")) { _ in }.image.manifestDigest
        let token = try await project.run("one").lease?.token
        let run = try await project.run("one")
        try await project.write { try $0.record(.imageReady(image), of: run.id, token: token, at: now) }
        guard step != .intended else { return }
        let submission = try await reconciler.surroundings.workspace.prepare(
            try #require(try await project.attempts("one").last), of: try await project.run("one"), image: image,
            keptIn: .layout, inputs: [], as: .unpacked)
        guard step != .prepared else { return }
        try await reconciler.surroundings.engine.submit(submission)
        try await eventually("it runs") { project.ledger.count == 1 }
        guard step != .started else { return }
        try await project.write { try $0.record(.submitted, of: run.id, token: token, at: now) }
    }

    private func project(_ lines: (Project) -> String, job: String = "") async throws -> Project {
        let project = try await Project()
        try project.writeJob(lines(project))
        try project.writeManifests(job: job)
        try await project.commit()
        return project
    }

    @Test(arguments: Step.allCases) func theNextGoesOn(_ step: Step) async throws {
        let project = try await project(\.gate)
        try await abandon(project, after: step)
        let plan = try await project.reconciler().plan().plan
        #expect(plan.actions.allSatisfy { $0.operation == .unchanged }, "nothing new is wanted")
        #expect(plan.inFlight.count == 1)
        try project.open()
        let result = try await project.apply()
        #expect(result.end == .settled)
        #expect(result.runs.map(\.execution.phase) == [.succeeded])
        #expect(project.ledger == ["1"], "started once, whoever started it")
        #expect(try await project.attempts("one").map(\.outcome) == [.succeeded])
        let kinds = try await project.events().map(\.kind)
        #expect(kinds.count { $0 == EventKind.attemptEnded.rawValue } == 1)
        #expect(kinds.contains(EventKind.agentLost.rawValue) == (step != .planned))
        #expect(try await project.reconciler().verifyEvents().fault == nil)
    }

    @Test(arguments: [Step.started, .recorded]) func whatEndedMeanwhileIsRead(_ step: Step) async throws {
        for status in [0, 7] {
            let project = try await project { _ in "exit \(status)" }
            try await abandon(project, after: step)
            try await eventually("it has ended") { !project.isAnythingLeft }
            let result = try await project.apply()
            #expect(result.runs.map(\.execution.phase) == [status == 0 ? .succeeded : .failed])
            #expect(project.ledger.count == 1)
        }
    }

    @Test(arguments: [Step.started, .recorded]) func whatWasLostIsTriedAgainWhereTheJobAllowsIt(
        _ step: Step
    ) async throws {
        for isRetried in [false, true] {
            let project = try await project(\.gate, job: isRetried ? "  retry: {limit: 1}\n" : "")
            try await abandon(project, after: step)
            for group in project.supervisors { kill(-group, SIGKILL) }
            try project.open()
            let result = try await project.apply()
            #expect(result.runs.map(\.execution.phase) == [isRetried ? .succeeded : .lost])
            #expect(project.ledger.count == (isRetried ? 2 : 1))
            let attempts = try await project.attempts("one").compactMap(\.outcome?.reason)
            #expect(attempts == (isRetried ? ["Lost", "Succeeded"] : ["Lost"]))
        }
    }

    @Test(arguments: [Step.claimed, .intended, .prepared, .started, .recorded])
    func whatWasAbandonedCanBeCancelledWithNobodyAtWork(_ step: Step) async throws {
        let project = try await project(\.gate)
        try await abandon(project, after: step)
        let run = try await project.reconciler().cancel(ObjectName(name: "one"))
        #expect(run.phase == .cancelled)
        #expect(!project.isAnythingLeft)
        let result = try await project.apply()
        #expect(result.runs.map(\.execution.phase) == [.cancelled], "a cancelled run stays so")
        #expect(project.ledger.count == (step.rawValue >= Step.started.rawValue ? 1 : 0))
    }

    /// An agent of another machine may be well: its work is its own until the lease is over.
    @Test func whatAnotherMachineHasIsLeftToIt() async throws {
        let project = try await project(\.gate)
        try await project.apply(wait: .none)
        let now = project.clock.now()
        let other = AgentRecord(
            id: "elsewhere-1", pool: ObjectName(name: "here"), place: AgentPlace(host: "another-machine"), process: 1,
            startedAt: now, heartbeatAt: now)
        try await project.write { transaction in
            try transaction.begin(other)
            let rules = QueueRules(name: ObjectName(name: "local"), QueueSpec())
            _ = try transaction.claim(for: other, from: [rules], atMost: 1, leaseDuration: .seconds(3600))
        }
        try project.open()
        #expect(try await project.apply(timeout: .milliseconds(300)).end == .timedOut)
        #expect(try await project.run("one").lease?.agent == "elsewhere-1")
        #expect(project.ledger.isEmpty)
        project.clock.skip(.seconds(3600))
        #expect(try await project.apply().runs.map(\.execution.phase) == [.succeeded])
    }
}
