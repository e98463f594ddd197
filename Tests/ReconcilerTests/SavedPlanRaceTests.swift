import Agents
import Engines
import Images
import Manifests
import Planning
import Reconciler
import Records
import Store
import Synchronization
import Testing
import YAML

/// A saved plan that was still right when it was looked at, and is not when the state is held.
@Suite(.timeLimit(.minutes(3))) struct SavedPlanRaceTests {
    /// The usual surroundings, in which somebody else is quicker: after the manifests have been read for the second
    /// time, just before the state is taken.
    private final class Meddled: Surroundings {
        let base: any Surroundings
        let meddle: @Sendable () async throws -> Void
        private let readings = Mutex(0)

        init(_ base: any Surroundings, meddle: @escaping @Sendable () async throws -> Void) {
            self.base = base
            self.meddle = meddle
        }

        func read() async throws -> DesiredReading {
            let reading = try await base.read()
            let count = readings.withLock { count in
                count += 1
                return count
            }
            if count == 2 { try await meddle() }
            return reading
        }

        func revision() async throws -> Revision { try await base.revision() }
        var hasState: Bool { get throws { try base.hasState } }
        func prepareToAct() throws { try base.prepareToAct() }
        func openState(_ access: StateAccess) throws -> StateStore { try base.openState(access) }
        func openIfThere(_ access: StateAccess) throws -> StateStore? { try base.openIfThere(access) }
        func hold(as holder: LockHolder) throws -> any StateHold { try base.hold(as: holder) }
        func place() throws -> AgentPlace { try base.place() }
        func isGone(_ agent: AgentRecord) -> Bool { base.isGone(agent) }
        func sources(_ reading: DesiredReading?, in store: StateStore) -> any JobSources {
            base.sources(reading, in: store)
        }
        var engine: any Engine { base.engine }
        var workspace: any RunWorkspace { base.workspace }
        var images: any ImageStore { base.images }
        var registry: any ImageRegistry { base.registry }
        func builder(_ builder: AgentPoolSpec.Builder) -> (any ImageBuilder)? { base.builder(builder) }
        var builder: any ImageBuilder { base.builder }
    }

    @Test func isLookedAtAgainUnderTheLock() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let own = project.reconciler()
        let saved = try await own.save(try await own.plan(), tool: "test")
        let meddled = Reconciler(
            setting: own.setting, repository: own.repository, paths: own.paths, manifests: own.manifests,
            policy: own.policy, surroundings: Meddled(own.surroundings) { try await project.apply(wait: .none) })
        let error = await #expect(throws: Diagnostic.self) { try await meddled.apply(exactly: saved) { _ in } }
        #expect(error?.code == .stalePlan)
        #expect(error?.notes.map(\.message).contains("Run/default/one: planned run, now nothing: it is queued") == true)
        #expect(project.ledger.isEmpty, "nothing was done")
    }

    @Test func isAppliedWhereNobodyMeddles() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let reconciler = project.reconciler()
        let saved = try await reconciler.save(try await reconciler.plan(), tool: "test")
        let result = try await reconciler.apply(exactly: saved) { _ in }
        #expect(result.runs.map(\.execution.phase) == [.succeeded] && project.ledger.count == 1)
    }
}
