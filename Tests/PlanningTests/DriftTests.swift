import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// What is there in another way than it is recorded is told apart from what was committed.
@Suite struct DriftTests {
    private typealias Sample = SampleManifests

    private static func agent(
        _ id: String, _ evidence: ObservedState.GoneAgent.Evidence, runs: Int
    ) -> ObservedState.GoneAgent {
        ObservedState.GoneAgent(
            id: id, pool: ObjectName(name: "here"), host: "machine", since: Timestamp(milliseconds: 0),
            evidence: evidence, runs: runs)
    }

    private func plan(_ world: World, _ observed: ObservedState) throws -> Plan {
        Planning.plan(try World.input(world.manifests), recorded: world.recorded, observed: observed)
    }

    @Test func nothingObservedIsNoDrift() throws {
        var world = try World(Sample.run("one"))
        try world.start("one")
        let id = try #require(world.recorded.execution(of: "one")?.id)
        for attempt in [ObservedState.Attempt.running, .ended, .elsewhere] {
            #expect(try plan(world, ObservedState(attempts: [id: attempt])).drift.isEmpty)
        }
    }

    @Test(arguments: [
        (ObservedState.Attempt.gone, nil as Int32?, DriftReason.runGone, "apply records it as lost"),
        (.notStarted, nil, .runNotStarted, "apply records it as lost"),
        (.ended, 9, .runKilled, "ended by signal 9, which nobody asked for; apply records it as failed"),
    ])
    func aRunThatIsGoneIsDrift(
        _ attempt: ObservedState.Attempt, _ signal: Int32?, _ reason: DriftReason, _ words: String
    ) throws {
        var world = try World(Sample.run("one"))
        try world.start("one")
        let id = try #require(world.recorded.execution(of: "one")?.id)
        var observed = ObservedState(attempts: [id: attempt])
        observed.signals[id] = signal
        let drift = try plan(world, observed).drift
        #expect(drift.map(\.reason) == [reason] && drift.map(\.operation) == [.settle])
        #expect(drift.first?.kind == "Run" && drift.first?.name == ObjectName(name: "one"))
        #expect(drift.first?.message.contains(words) == true, "\(drift)")
    }

    @Test func whoAskedForTheEndIsNotSurprisedByIt() throws {
        var world = try World(Sample.run("one"))
        try world.start("one")
        try world.advance("one", by: [.cancelRequested(by: "ada", reason: "enough")])
        let id = try #require(world.recorded.execution(of: "one")?.id)
        var observed = ObservedState(attempts: [id: .ended])
        observed.signals[id] = 15
        #expect(try plan(world, observed).drift.isEmpty)
    }

    @Test func agentsImagesAndTheRecordItselfAreTold() throws {
        let world = try World(Sample.run("one"))
        let version = try #require(world.recorded.jobVersions.values.first?.first)
        var observed = ObservedState()
        observed.goneAgents = [
            Self.agent("c", .silence, runs: 0), Self.agent("b", .silence, runs: 1), Self.agent("a", .process, runs: 2),
        ]
        let missing = ObservedState.MissingImage(
            job: version.job, version: 1, versionDigest: version.digest, image: Digest(of: "image"))
        observed.missingImages = [missing]
        observed.suspicion = "event 3 was changed"
        let plan = try plan(world, observed)
        #expect(plan.drift.map(\.reason) == [.stateEdited, .agentGone, .agentGone, .agentGone, .imageMissing])
        #expect(plan.drift.map(\.operation) == [.report, .adopt, .adopt, .report, .forget])
        #expect(plan.drift.compactMap(\.forgets) == [missing])
        #expect(!plan.hasChanges, "drift is apart from what was committed")

        let text = plan.text()
        #expect(text.contains("Drift (not committed; what is there is not what is recorded):\n"))
        #expect(
            text.contains(
                "agent a on machine: its process is gone, last heard of at 1970-01-01T00:00:00Z; "
                    + "apply takes leave of it, and its 2 runs are taken over [agentGone]"))
        #expect(text.hasSuffix("\n\(plan.summaryLine)\n"))
        let json = plan.json["drift"]?.array ?? []
        #expect(json.count == 5)
        #expect(json.first?.object?.keys.sorted() == ["kind", "message", "name", "namespace", "op", "reason"])
        #expect(json.first?["kind"]?.string == "State" && json.first?["reason"]?.string == "stateEdited")
    }

    @Test func theOrderOfWhatIsSeenDoesNotMatter() throws {
        let world = try World(Sample.run("one"))
        var observed = ObservedState()
        observed.goneAgents = ["b", "a", "c"].map { Self.agent($0, .process, runs: 0) }
        var other = observed
        other.goneAgents.reverse()
        #expect(try plan(world, observed) == plan(world, other))
    }

    // MARK: Deployments

    private static let pool = """
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: gpu}
        spec:
          queues: [local]
          placement: kubernetes
          registry: {location: registry.example.com/x}
          deployment: {template: {spec: {template: {spec: {containers: [{name: agent, image: i}]}}}}}

        """

    @Test(arguments: [
        (
            ObservedState.Deployment.missing(name: "slipway-default-gpu"), DriftReason.deploymentMissing,
            "apply makes it"
        ),
        (
            .changed(name: "slipway-default-gpu", ["spec.replicas", "…"]), .deploymentChanged,
            ": spec.replicas, …; apply"
        ),
    ])
    func aDeploymentThatIsOtherwiseIsDrift(
        _ seen: ObservedState.Deployment, _ reason: DriftReason, _ words: String
    ) throws {
        let world = try World(Self.pool)
        var observed = ObservedState()
        observed.deployments = [ObjectName(name: "gpu"): seen]
        let drift = try plan(world, observed).drift
        #expect(drift.map(\.reason) == [reason] && drift.map(\.operation) == [.repair])
        #expect(drift.first?.kind == "AgentPool" && drift.first?.message.contains(words) == true, "\(drift)")
        // A pool that goes or moves takes its Deployment with it.
        observed.deployments = [ObjectName(name: "other"): seen, ObjectName(name: "here"): seen]
        #expect(try plan(world, observed).drift.isEmpty)
    }

    @Test func aClusterThatCannotBeAskedIsAWarningAndNothingFollows() throws {
        let world = try World(Self.pool)
        var observed = ObservedState()
        observed.deployments = [ObjectName(name: "gpu"): .unknown(Diagnostic("SLW6400", "it is down"))]
        let plan = try plan(world, observed)
        #expect(plan.drift.isEmpty && plan.warnings.map(\.code.rawValue) == ["SLW3130"])
        #expect(
            plan.warnings.first?.severity == .warning && plan.warnings.first?.message.hasSuffix("it is down") == true)
        observed.deployments = [ObjectName(name: "gpu"): .asRecorded]
        #expect(try self.plan(world, observed).warnings.isEmpty)
    }
}
