import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import Support
import Testing

/// What counts as drift when several machines share a record: only what is really amiss.
@Suite struct DriftObservationTests {
    private let pool = ObjectName(name: "here")

    private func drift(_ project: Project) async throws -> [Drift] { try await project.reconciler().plan().plan.drift }

    /// An agent of another machine, of which nobody has said goodbye.
    private func agent(
        _ id: String, _ project: Project, placement: AgentPoolSpec.Placement, heartbeat: Timestamp
    ) async throws -> AgentRecord {
        let record = AgentRecord(
            id: id, pool: pool, placement: placement, place: AgentPlace(host: "far-away", machine: "another boot"),
            process: 1, startedAt: heartbeat, heartbeatAt: heartbeat)
        try await project.write { try $0.write(record) }
        return record
    }

    @Test func aSilentRemoteAgentIsMissedUntilSomebodyHasItsPlace() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests(pool: "placement: remote, leaseDuration: 5s", runs: [:])
        try await project.commit()
        try await project.apply(wait: .none)
        #expect(try await drift(project).isEmpty, "that none has come yet is no drift")

        let past = project.clock.now()
        _ = try await agent("here-old", project, placement: .remote, heartbeat: past)
        #expect(try await drift(project).isEmpty, "it was heard of just now")
        project.clock.skip(.seconds(6))
        let found = try await drift(project)
        #expect(found.map(\.reason) == [.agentGone] && found.map(\.operation) == [.report])
        #expect(found.first?.message.contains("nothing is heard of it, last heard of at \(past)") == true, "\(found)")

        _ = try await agent("here-new", project, placement: .remote, heartbeat: project.clock.now())
        #expect(try await drift(project).isEmpty, "another has its place")
    }

    @Test func aSilentLocalAgentElsewhereIsMissedWhileItHoldsRuns() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply(wait: .none)
        let record = try await agent("here-old", project, placement: .local, heartbeat: project.clock.now())
        project.clock.skip(.seconds(31))
        #expect(try await drift(project).isEmpty, "nothing depends on it")

        let rules = QueueRules(name: ObjectName(name: "local"), QueueSpec())
        #expect(try await project.claim(record, rules, lease: .seconds(5)).count == 1)
        let found = try await drift(project).filter { $0.kind == "AgentPool" }
        #expect(found.map(\.operation) == [.adopt])
        #expect(found.first?.message.contains("its run is taken over once the lease has run out") == true, "\(found)")
    }

    @Test func anImageThatWasNeverHereIsNotMissed() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        #expect(try await drift(project).isEmpty)
        try project.folder.remove("repository/.slipway/images")
        #expect(try await drift(project).map(\.reason) == [.imageMissing])

        // A checkout of another machine with the same record: its attempts have another place, or none yet.
        try project.write(".slipway/runs/.location", "somewhere else\n")
        #expect(try await drift(project).isEmpty)
        try project.folder.remove("repository/.slipway/runs/.location")
        #expect(try await drift(project).isEmpty)
    }
}
