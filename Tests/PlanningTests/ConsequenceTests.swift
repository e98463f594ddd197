import Manifests
import Planning
import Records
import Support
import Testing

/// What becomes of executions, where the operation and its reason do not say all.
@Suite struct ConsequenceTests {
    private typealias Sample = SampleManifests
    private let first = Sample.run("first", lr: "0.05")
    private let second = Sample.run("second", lr: "0.05")
    private let changed = Sample.run("first", lr: "0.1")

    private func action(_ plan: Plan, _ name: String) throws -> Action {
        try #require(plan.actions.first { $0.key == ObjectKey(.run, ObjectName(name: name)) })
    }

    @Test func aReplacedExecutionIsCancelled() throws {
        var world = try World(first)
        try world.start("first")
        let old = try #require(world.recorded.execution(of: "first"))
        let plan = try world.apply(World.base + [changed])
        #expect(try action(plan, "first").change?.cancels == old.id)
        #expect(world.recorded.runs[old.identity]?.cancelledBy == "reconcile")
        #expect(world.recorded.execution(of: "first")?.phase == .queued)
    }

    @Test func whatIsSharedIsCancelledWithItsLastRunOnly() throws {
        var world = try World(first, second)
        try world.start("first")
        let shared = try #require(world.recorded.execution(of: "first"))
        try world.apply(World.base + [second])
        #expect(world.recorded.runs[shared.identity]?.cancelledBy == nil)
        try world.apply(World.base)
        #expect(world.recorded.runs[shared.identity]?.cancelledBy == "reconcile")
    }

    /// Both are gone at once: the execution they shared ends once.
    @Test func whatTwoRunsSharedIsCancelledOnce() throws {
        var world = try World(first, second)
        let shared = try #require(world.recorded.execution(of: "first"))
        let plan = try world.apply(World.base)
        #expect(plan.actions.compactMap(\.change?.cancels) == [shared.id])
        #expect(world.recorded.runs[shared.identity]?.phase == .cancelled)
    }

    @Test func aProtectedRunKeepsItsExecution() throws {
        let kept = Sample.run("kept", lr: "0.05", metadata: "annotations: {slipway/prune: \"false\"}")
        var world = try World(first, kept)
        try world.start("first")
        let shared = try #require(world.recorded.execution(of: "kept"))
        try world.apply(World.base + [changed])
        #expect(world.recorded.runs[shared.identity]?.cancelledBy == nil)
    }

    @Test func aRenamedExecutionGoesOn() throws {
        var world = try World(first)
        try world.start("first")
        let plan = try world.apply(World.base + [Sample.run("renamed", lr: "0.05")])
        #expect(plan.actions.allSatisfy { $0.change?.cancels == nil && $0.change?.execution == nil })
        #expect(world.recorded.execution(of: "renamed")?.phase == .running)
        #expect(world.recorded.execution(of: "first") == nil)
    }

    static let phases: [(RunPhase, isPlaced: Bool)] = [
        (.queued, true), (.pending, true), (.running, false), (.succeeded, false),
    ]

    @Test(arguments: phases) func placementReachesOnlyWhatWaits(_ phase: RunPhase, isPlaced: Bool) throws {
        let retrying = Sample.job(more: "retry: {limit: \(phase == .pending ? 1 : 0)}")
        var world = World()
        try world.apply([retrying] + World.base.dropFirst() + [first])
        switch phase {
        case .running: try world.start("first")
        case .succeeded: try world.succeed("first")
        case .pending: try world.fail("first")
        default: break
        }
        let before = try #require(world.recorded.execution(of: "first"))
        try #require(before.phase == phase)
        let more = [Sample.queue("big"), Sample.pool("there", queues: ["big"])]
        let moved = Sample.run("first", queue: "big", lr: "0.05", more: "priority: critical")
        let plan = try world.apply([retrying] + World.base.dropFirst() + more + [moved])
        let action = try action(plan, "first")
        #expect(action.operation == .update && action.reason == .placementChanged)
        #expect((action.change?.execution != nil) == isPlaced)
        let after = try #require(world.recorded.execution(of: "first"))
        #expect(after.phase == phase && after.attempt == before.attempt && after.identity == before.identity)
        #expect(after.specification.queue.name == (isPlaced ? "big" : "local"))
        #expect(after.specification.priority == (isPlaced ? .critical : .medium))
    }

    @Test func whatRunsAgainWaitsWhereItsManifestSays() throws {
        var world = try World(first)
        try world.fail("first")
        try world.apply(World.base + [changed])
        let more = [Sample.queue("big"), Sample.pool("there", queues: ["big"])]
        let moved = World.base + more + [Sample.run("first", queue: "big", lr: "0.05")]
        try world.apply(moved)
        let run = try #require(world.recorded.execution(of: "first"))
        #expect(run.phase == .queued && run.specification.queue.name == "big")
    }

    @Test func whatWasBeingCancelledAndIsWantedAgainRuns() throws {
        for outcome in [AttemptOutcome.cancelled, .succeeded] {
            var world = try World(first)
            try world.start("first")
            try world.apply(World.base + [changed])
            try world.apply(World.base + [first])
            #expect(world.recorded.execution(of: "first")?.phase == .running)
            try world.advance("first", by: [.ended(outcome)])
            #expect(world.recorded.execution(of: "first")?.phase == (outcome == .succeeded ? .succeeded : .queued))
        }
    }

    @Test func aRevertedJobKeepsItsOldNumber() throws {
        var world = try World(first)
        world.sources = ["train": "changed"]
        #expect(try world.apply(World.base + [first]).actions.compactMap(\.change?.newVersion?.number) == [2])
        world.sources = [:]
        #expect(try world.apply(World.base + [first]).actions.compactMap(\.change?.newVersion?.number) == [])
        let job = ObjectName(name: "train")
        #expect(world.recorded.objects[ObjectKey(.job, job)]?.version == 1)
        #expect(world.recorded.jobVersions[job]?.map(\.number) == [1, 2])
        world.sources = ["train": "changed once more"]
        #expect(try world.apply(World.base + [first]).actions.compactMap(\.change?.newVersion?.number) == [3])
    }

    @Test func aRunIsResolved() throws {
        let job = Sample.job(
            more: "env: {HF: {secret: hf}, LR: \"is ${parameters.lr}\"}\ntimeout: 5m\noutputs: [m.json]")
        var world = World()
        try world.apply([job] + World.base.dropFirst() + [Sample.run("first", lr: "1.0")])
        let run = try #require(world.recorded.execution(of: "first")).specification
        #expect(run.arguments == ["python3", "train.py", "--lr", "1"])
        #expect(run.environment == ["HF": .secret("hf"), "LR": .value("is 1")])
        #expect(run.parameters == ["lr": 1] && run.timeout == .seconds(300) && run.outputs == ["m.json"])
        #expect(run.jobVersion == 1 && run.job == ObjectName(name: "train"))
    }

    @Test func whatIsObservedIsTold() throws {
        var world = try World(first)
        try world.start("first")
        let id = try #require(world.recorded.execution(of: "first")).id
        let input = try World.input(World.base + [first])
        let attempts: [ObservedState.Attempt] = [.running, .ended, .gone, .notStarted, .elsewhere]
        let messages = attempts.map { attempt in
            plan(input, recorded: world.recorded, observed: ObservedState(attempts: [id: attempt])).inFlight.map(
                \.message)
        }
        #expect(messages.allSatisfy { $0.count == 1 } && Set(messages).count == attempts.count)
        #expect(plan(input, recorded: world.recorded).inFlight.map(\.phase) == [.running])
    }
}
