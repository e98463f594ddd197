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

/// What an apply does about pools whose agents are Deployments, whatever the cluster.
@Suite(
    .timeLimit(.minutes(3)),
    .enabled(if: PostgresServer.isThere, "there is no PostgreSQL server on this machine to start one from"))
struct DeploymentTests {
    private let state: TestState
    private let project: Project

    init() async throws {
        state = try TestState(.postgres)
        project = try await Project(state: state.address)
        try project.writeJob()
    }

    /// Writes the manifests: the usual local pool with a run, and pools on a cluster by name.
    private func want(_ pools: [String: String], runs: [String: String] = ["one": "{n: 1}"]) throws {
        try project.writeManifests(runs: runs)
        try project.write(
            "manifests/pools.yaml",
            pools.sorted { $0.key < $1.key }.map { name, spec in
                """
                apiVersion: slipway/v1
                kind: AgentPool
                metadata: {name: \(name)}
                spec: {queues: [local], \(spec)}

                """
            }.joined(separator: "---\n"))
    }

    private static func deployed(_ more: String = "") -> String {
        "placement: kubernetes, registry: {location: registry.example.com/x}, "
            + "deployment: {template: {spec: {template: {spec: {containers: [{name: agent, image: i}]}}}}\(more)}"
    }

    private static let down = Diagnostic("SLW6400", "the cluster is down")

    @discardableResult
    private func apply() async throws -> ApplyResult { try await project.apply() }

    private func outcomes(_ result: ApplyResult) -> [String] {
        result.deployments.map { report in
            switch report.outcome {
            case .changed(let change): "\(report.pool.name) \(change)"
            case .failed(let fault): "\(report.pool.name) \(fault.code.rawValue)"
            }
        }
    }

    private func events() async throws -> [String] {
        try await project.events().map(\.kind).filter { $0.hasPrefix("deployment.") }
    }

    @Test func aPoolIsMadeChangedAndTakenAway() async throws {
        try want(["gpu": Self.deployed() + ", replicas: 2"])
        let first = try await apply()
        #expect(outcomes(first) == ["gpu created"] && first.runs.map(\.execution.phase) == [.succeeded])
        let made = try #require(project.clusters.there["slipway-default-gpu"])
        #expect(made.replicas == 2 && made.place.record.count == 16)
        #expect(try await outcomes(apply()) == [])
        #expect(try await events() == ["deployment.applied"])

        try want(["gpu": Self.deployed() + ", replicas: 0"])
        #expect(try await outcomes(apply()) == [#"gpu changed(["spec"])"#])
        #expect(project.clusters.there["slipway-default-gpu"]?.replicas == 0)

        try want([:])
        #expect(try await outcomes(apply()) == ["gpu deleted"])
        #expect(project.clusters.there.isEmpty)
        #expect(
            try await events() == [
                "deployment.applied", "deployment.applied", "deployment.abandoned", "deployment.deleted",
            ])
        let calls = project.clusters.calls.count
        #expect(try await outcomes(apply()) == [])
        #expect(project.clusters.calls.count == calls, "that is over")
    }

    @Test func aPoolThatMovesIsTakenAwayWhereItWas() async throws {
        try want(["gpu": Self.deployed(", namespace: old")])
        try await apply()
        try want(["gpu": Self.deployed(", namespace: new")])
        #expect(try await Set(outcomes(apply())) == ["gpu deleted", "gpu created"])
        #expect(project.clusters.there.values.map(\.place.namespace) == ["new"])
        try want(["gpu": "placement: remote"])
        #expect(try await outcomes(apply()) == ["gpu deleted"])
        #expect(project.clusters.there.isEmpty)
        // And back: what was abandoned once is wanted again.
        try want(["gpu": Self.deployed(", namespace: old")])
        #expect(try await outcomes(apply()) == ["gpu created"])
        #expect(try await outcomes(apply()) == [])
    }

    @Test func whatIsProtectedFromPruningStays() async throws {
        try want(["gpu": Self.deployed()])
        let file = try String(contentsOfFile: "\(project.root)/manifests/pools.yaml", encoding: .utf8)
        try project.write(
            "manifests/pools.yaml",
            file.replacing("{name: gpu}", with: "{name: gpu, annotations: {slipway/prune: \"false\"}}"))
        try await apply()
        try want([:])
        #expect(try await outcomes(apply()) == [])
        #expect(project.clusters.there.count == 1)
    }

    /// What one cluster refuses keeps nobody from anything, and is tried again.
    @Test func oneThatFailsIsTriedAgainAndHoldsUpNobody() async throws {
        project.clusters.fail("a", with: Self.down)
        try want(["a": Self.deployed(), "b": Self.deployed()])
        let first = try await apply()
        #expect(outcomes(first) == ["a SLW6400", "b created"])
        #expect(first.runs.map(\.execution.phase) == [.succeeded])
        project.clusters.fail("a", with: nil)
        #expect(try await outcomes(apply()) == ["a created"])
    }

    /// The pool is gone from the record, and its Deployment is still to be taken away.
    @Test func whatCouldNotBeTakenAwayIsTakenAwayLater() async throws {
        try want(["gpu": Self.deployed()])
        try await apply()
        project.clusters.fail("gpu", with: Self.down)
        try want([:])
        #expect(try await outcomes(apply()) == ["gpu SLW6400"])
        #expect(project.clusters.there.count == 1)
        #expect(try await outcomes(apply()) == ["gpu SLW6400"])
        project.clusters.fail("gpu", with: nil)
        #expect(try await outcomes(apply()) == ["gpu deleted"])
        #expect(project.clusters.there.isEmpty)
        #expect(try await outcomes(apply()) == [])
    }

    @Test func aPlanTellsWhatIsNotAsItIsRecorded() async throws {
        try want(["gpu": Self.deployed()])
        #expect(try await project.reconciler().plan().plan.drift.isEmpty, "nothing is recorded yet")
        try await apply()
        #expect(try await project.reconciler().plan().plan.drift.isEmpty)
        project.clusters.edit("gpu") { $0?.replicas = 7 }
        let changed = try await project.reconciler().plan().plan
        #expect(changed.drift.map(\.reason) == [.deploymentChanged] && changed.drift.map(\.operation) == [.repair])
        #expect(changed.drift.first?.message.contains("spec.replicas") == true && changed.warnings.isEmpty)
        project.clusters.edit("gpu") { $0 = nil }
        #expect(try await project.reconciler().plan().plan.drift.map(\.reason) == [.deploymentMissing])
        project.clusters.fail("gpu", with: Self.down)
        let unknown = try await project.reconciler().plan().plan
        #expect(unknown.drift.isEmpty && unknown.warnings.map(\.code.rawValue) == ["SLW3130"])
        #expect(unknown.warnings.first?.message.contains("the cluster is down") == true)
        project.clusters.fail("gpu", with: nil)
        #expect(try await outcomes(apply()) == ["gpu created"])
        #expect(try await project.reconciler().plan().plan.drift.isEmpty)
    }

    @Test func statusAndExplainSayWhatTheClusterSays() async throws {
        try want(["gpu": Self.deployed()])
        try await apply()
        let name = ObjectName(name: "gpu")
        let view = try #require(try await project.reconciler().deployments()[name])
        #expect(view.phase == "degraded" && view.reason == "ImagePullBackOff")
        #expect(view.message == "slipway-default-gpu in default: 0 of 1 ready; ImagePullBackOff: pod x")
        let explained = try await project.reconciler().explain(ObjectKey(.agentPool, name))
        #expect(explained.deployment == view && explained.json["deployment"] == view.json)
        let standing = try await project.reconciler().summary().pools.first
        #expect(
            standing?.placement == .kubernetes && standing?.message == "no agent of its Deployment has ever reported")
        project.clusters.fail("gpu", with: Self.down)
        #expect(try await project.reconciler().deployments()[name]?.phase == "unknown")
    }

    /// An agent in a pod is an agent as any other that is a process of its own.
    @Test func anAgentOfItWorks() async throws {
        try want(["gpu": Self.deployed()], runs: [:])
        try await apply()
        let drain = DrainSwitch()
        let started = Mutex<AgentRecord?>(nil)
        async let work: Void = project.reconciler(actor: "agent").serve(
            pool: ObjectName(name: "gpu"), label: "pod", drain: drain
        ) { event in
            if case .started(let record) = event { started.withLock { $0 = record } }
        }
        try await eventually("it has reported") {
            // The server's clock is not the one of these tests, by which agents would be missing.
            try await project.reconciler().openState().read { try $0.activeAgents() }.count == 1
        }
        #expect(started.withLock { $0?.placement } == .kubernetes)
        // Its pool is gone, and so is it.
        try want([:], runs: [:])
        try await apply()
        try await work
    }

    @Test(arguments: [StateBackend.sqlite, .git]) func aStateThatNobodyElseReachesIsRefused(
        backend: StateBackend
    ) async throws {
        let other = try TestState(backend)
        let project = try await Project(state: other.address)
        try project.writeJob()
        try project.writeManifests()
        try project.write(
            "manifests/pools.yaml",
            "apiVersion: slipway/v1\nkind: AgentPool\nmetadata: {name: gpu}\n"
                + "spec: {queues: [local], \(Self.deployed())}\n"
        )
        try await project.commit()
        let plan = try await project.reconciler().plan().plan
        #expect(plan.refusals.map(\.code.rawValue) == ["SLW8135"], "\(plan.refusals)")
        let error = await #expect(throws: Diagnostics.self) { try await project.reconciler().apply { _ in } }
        #expect(error?.all.map(\.code.rawValue) == ["SLW8135"])
        #expect(project.clusters.calls.isEmpty)
    }
}
