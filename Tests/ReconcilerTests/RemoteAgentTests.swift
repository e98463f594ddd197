import Agents
import Engines
import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import Support
import Synchronization
import Testing
import YAML

/// Agents that are processes of their own, here as tasks that share nothing but the state and the machine.
@Suite(.timeLimit(.minutes(3))) struct RemoteAgentTests {
    private let pool = ObjectName(name: "here")

    /// A project whose pool is remote, applied once.
    private func project(
        _ lines: (Project) -> String = { _ in "" }, pool: String = "", job: String = "",
        runs: [String: String] = ["one": "{n: 1}"]
    ) async throws -> Project {
        let project = try await Project()
        try project.writeJob(lines(project))
        try project.writeManifests(job: job, pool: "placement: remote, leaseDuration: 5s\(pool)", runs: runs)
        try await project.commit()
        try await project.apply(wait: .none)
        return project
    }

    /// Lets agents serve the pool until a body is done, then drains them.
    private func serve(
        _ project: Project, agents: Int = 1, label: String = "a", _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let drains = (0..<agents).map { _ in DrainSwitch() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, drain) in drains.enumerated() {
                group.addTask {
                    try await project.reconciler(actor: "agent").serve(
                        pool: pool, label: "\(label)\(index)", drain: drain
                    ) { _ in }
                }
            }
            defer { group.cancelAll() }
            try await body()
            for drain in drains { drain.turnOn() }
            try await group.waitForAll()
        }
    }

    private func isOver(_ project: Project, _ names: String...) async throws -> Bool {
        for name in names where try await !project.run(name).phase.isTerminal { return false }
        return true
    }

    private func standing(_ project: Project) async throws -> PoolStanding {
        try #require(try await project.reconciler().summary().pools.first)
    }

    @Test func anAgentWorksWhatAnApplyWroteDown() async throws {
        let project = try await project(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        #expect(project.ledger.isEmpty)
        try await serve(project) {
            try await eventually("both are over") { try await isOver(project, "one", "two") }
        }
        #expect(project.ledger.sorted() == ["1", "2"])
        let revision = try await project.reconciler().plan().revision.commit
        let events = try await project.events()
        let intended = events.filter { $0.kind == EventKind.attemptIntended.rawValue }
        #expect(intended.count == 2 && intended.allSatisfy { $0.revision == revision })
        #expect(intended.allSatisfy { $0.actor.hasPrefix("agent a0") })
        #expect(events.last?.kind == EventKind.agentStopped.rawValue)
        #expect(try await project.apply().work.plan.hasRecordChanges == false)
    }

    @Test func anApplyWaitsForThem() async throws {
        let project = try await project()
        try await serve(project) {
            let result = try await project.apply()
            #expect(result.runs.map(\.execution.phase) == [.succeeded])
        }
        let agents = try await project.attempts("one").map(\.agent)
        #expect(agents.allSatisfy { $0.hasPrefix("here-a0-") })
    }

    @Test func aPoolThatIsNotThereOrNotRemoteIsRefused() async throws {
        let project = try await project()
        let code = { (pool: String) async -> DiagnosticCode? in
            do {
                try await project.reconciler().serve(
                    pool: ObjectName(name: pool), label: "a", drain: DrainSwitch()
                ) { _ in }
                return nil
            } catch { return (error as? Diagnostic)?.code }
        }
        #expect(await code("her") == "SLW8016")
        try project.writeManifests(runs: ["one": "{n: 1}"])
        try await project.apply()
        #expect(await code("here") == "SLW8017")
    }

    @Test func theRecordsRulesCountWhileItWorks() async throws {
        let project = try await project(\.gate, pool: ", maxRuns: 1", runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await serve(project) {
            try await eventually("one runs") { project.ledger.count == 1 }
            try project.writeManifests(
                pool: "placement: remote, leaseDuration: 5s, maxRuns: 2", runs: ["one": "{n: 1}", "two": "{n: 2}"])
            try await project.apply(wait: .none)
            try await eventually("both run") { project.ledger.count == 2 }
            try project.open()
            try await eventually("both are over") { try await isOver(project, "one", "two") }
        }
    }

    @Test func aPoolThatIsGoneEndsItsAgents() async throws {
        let project = try await project(\.gate)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await project.reconciler().serve(pool: pool, label: "a", drain: DrainSwitch()) { _ in }
            }
            defer { group.cancelAll() }
            try await eventually("it runs") { project.ledger.count == 1 }
            let kept = try #require(project.folder.text("repository/manifests/all.yaml"))
                .components(separatedBy: "---\n").filter { !$0.contains("AgentPool") && !$0.contains("kind: Run") }
            try project.write("manifests/all.yaml", kept.joined(separator: "---\n"))
            try await project.apply(wait: .none)
            try await group.waitForAll()
        }
        #expect(try await project.run("one").phase == .cancelled)
        #expect(!project.isAnythingLeft)
        let stopped = try await project.events().last { $0.kind == EventKind.agentStopped.rawValue }
        #expect(stopped?.cause == "its pool is gone")
    }

    @Test func aDrainedAgentFinishesWhatNobodyElseCan() async throws {
        let project = try await project(\.gate, pool: ", maxRuns: 2", runs: ["one": "{n: 1}", "two": "{n: 2}"])
        let drain = DrainSwitch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await project.reconciler().serve(pool: pool, label: "a", drain: drain) { _ in } }
            defer { group.cancelAll() }
            try await eventually("they run") { project.ledger.count == 2 }
            drain.turnOn()
            try await eventually("it says so") {
                try await standing(project).present.map(\.state) == [.draining]
            }
            #expect(try await standing(project).phase == "degraded")
            try project.open()
            try await group.waitForAll()
        }
        #expect(try await isOver(project, "one", "two"))
        #expect(try await project.attempts("one").count == 1)
    }

    @Test func aDrainedAgentHandsOverToItsNeighbour() async throws {
        let project = try await project(\.gate)
        let drain = DrainSwitch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await project.reconciler().serve(pool: pool, label: "a", drain: drain) { _ in } }
            defer { group.cancelAll() }
            try await eventually("it runs") { try await project.run("one").phase == .running }
            let second = DrainSwitch()
            group.addTask { try await project.reconciler().serve(pool: pool, label: "b", drain: second) { _ in } }
            try await eventually("both are there") { try await standing(project).present.count == 2 }
            drain.turnOn()
            try await group.next()
            try await eventually("the other has it") {
                try await project.run("one").lease?.agent.hasPrefix("here-b-") == true
            }
            try project.open()
            try await eventually("it is over") { try await isOver(project, "one") }
            second.turnOn()
            try await group.waitForAll()
        }
        #expect(project.ledger == ["1"])
        #expect(try await project.attempts("one").map(\.outcome) == [.succeeded])
    }

    @Test func aSilentAgentIsShownAsMissing() async throws {
        let project = try await project(pool: ", replicas: 1")
        #expect(try await standing(project).reason == "NoAgentYet")
        #expect(try await standing(project).message.contains("reconcile agent --pool here"))
        let silent = AgentRecord(
            id: "here-x-1", pool: pool, placement: .remote, place: AgentPlace(host: "far-away"), process: 1,
            startedAt: project.clock.now(), heartbeatAt: project.clock.now())
        try await project.write { try $0.write(silent) }
        #expect(try await standing(project).phase == "ready")
        project.clock.skip(.seconds(6))
        let missing = try await standing(project)
        #expect(missing.phase == "missing" && missing.missing.map(\.since) == [silent.heartbeatAt])
        #expect(missing.message.contains("here-x-1 on far-away is missing since \(silent.heartbeatAt)"))
        let told = Told()
        _ = try await project.reconciler().apply(timeout: .milliseconds(500)) { event in
            if case .unmanned(let pools) = event { told.add(pools.map(\.pool.name)) }
        }
        #expect(told.all == ["here"])
    }

    /// What one machine started, another cannot see: it says so and runs it again; the first cleans up when it is back.
    @Test func whatNobodyCanSeeIsLostAndRunsAgainAndIsReaped() async throws {
        let project = try await project(\.gate, job: "  retry: {limit: 1, on: [interruption]}\n")
        let host = project.reconciler()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await host.serve(pool: pool, label: "a", drain: DrainSwitch()) { _ in } }
            try? await eventually("it runs") { try await project.run("one").phase == .running }
            group.cancelAll()
        }
        let far = project.reconciler(host: "far-away")
        // For one more lease it is left to agents of its own machine.
        let place = try far.surroundings.place()
        let agent = AgentRecord(
            id: "here-f-1", pool: pool, placement: .remote, place: place, process: 1, startedAt: project.clock.now(),
            heartbeatAt: project.clock.now())
        let rules = QueueRules(name: ObjectName(name: "local"), QueueSpec())
        let early = try await project.claim(agent, rules, lease: .seconds(5))
        #expect(early.isEmpty)
        project.clock.skip(.seconds(6))
        let drain = DrainSwitch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await far.serve(pool: pool, label: "f", drain: drain) { _ in } }
            defer { group.cancelAll() }
            try await eventually("the second attempt runs") { project.ledger.count == 2 }
            let attempts = try await project.attempts("one")
            #expect(attempts.map(\.host) == [Project.host, "far-away"])
            #expect(attempts.first?.outcome?.reason == "Lost")
            #expect(attempts.first?.outcome?.message.contains(Project.host) == true)
            // The first machine is back, and finds what computes for nobody.
            let back = DrainSwitch()
            group.addTask { try await host.serve(pool: pool, label: "b", drain: back) { _ in } }
            try await eventually("it is confirmed to be gone") {
                try await project.attempts("one").first?.confirmedAt != nil
            }
            #expect(try await project.events().contains { $0.kind == EventKind.attemptReaped.rawValue })
            try project.open()
            try await eventually("it is over") { try await isOver(project, "one") }
            drain.turnOn()
            back.turnOn()
            try await group.waitForAll()
        }
        #expect(try await project.run("one").phase == .succeeded)
    }

    @Test func aWriteWithAnOldTokenIsRefusedAndRecorded() async throws {
        let project = try await project(\.gate)
        try await serve(project) {
            try await eventually("it runs") { try await project.run("one").phase == .running }
            // Somebody else has the run now, although the agent lives: it was silent for too long.
            let run = try await project.run("one")
            let lease = Lease(agent: "other", token: 99, expiresAt: project.clock.now() + .seconds(3600))
            try await project.write { _ = try $0.advance(run.id, by: .claimed(lease)) }
            try project.open()
            try await eventually("it noticed, or was refused") {
                let isRefused = try await project.events().contains { $0.kind == EventKind.attemptRefused.rawValue }
                let isLetGo = try await project.run("one").phase == .running
                return isRefused || isLetGo
            }
        }
        let run = try await project.run("one")
        #expect(run.phase == .running && run.lease?.agent == "other", "nothing of the old agent's is kept")
    }
}

/// What was told, by whichever task.
private final class Told: Sendable {
    private let words = Mutex<[String]>([])
    func add(_ new: [String]) { words.withLock { $0 += new } }
    var all: [String] { words.withLock { $0 } }
}
