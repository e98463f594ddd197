import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// What a plan makes of runs that wait for each other.
@Suite struct DependencyPlanTests {
    private typealias Sample = SampleManifests

    private static let base = [
        Sample.job(more: "outputs: [data.csv]"), Sample.queue(), Sample.pool(),
    ]

    private static func prepare(lr: String = "0.1") -> String { Sample.run("prepare", lr: lr) }
    private static let reader = Sample.run(
        "train", lr: "0.2", more: "inputs: [{from: prepare, path: data.csv}]")
    private static let waiter = Sample.run("report", lr: "0.3", more: "dependsOn: [{run: prepare}]")
    private static let behind = Sample.run(
        "evaluate", lr: "0.4", more: "inputs: [{from: train, path: data.csv}]")

    private func world(_ runs: String...) throws -> World {
        var world = World()
        try world.apply(Self.base + runs)
        return world
    }

    private func action(_ plan: Plan, _ name: String) throws -> Action {
        try #require(plan.actions.first { $0.key == ObjectKey(.run, ObjectName(name: name)) })
    }

    @Test func aRunIsPlannedAfterThoseItWaitsFor() throws {
        let plan = try World().plan(Self.base + [Self.behind, Self.reader, Self.waiter, Self.prepare()])
        #expect(
            plan.actions.filter { $0.operation == .run }.map(\.key.name.name)
                == ["prepare", "report", "train", "evaluate"])
    }

    @Test func whatItWaitsForIsAnIdentity() throws {
        let world = try world(Self.prepare(), Self.reader, Self.waiter)
        let prepare = try #require(world.recorded.execution(of: "prepare"))
        let train = try #require(world.recorded.execution(of: "train")).specification
        let name = ObjectName(name: "prepare")
        let dependency = RunDependency(run: name, identity: prepare.identity, condition: .succeeded)
        #expect(train.dependencies == [dependency])
        #expect(
            train.inputs == [RunInput(run: name, identity: prepare.identity, path: "data.csv", target: "data.csv")])
        let report = try #require(world.recorded.execution(of: "report")).specification
        #expect(report.dependencies == [dependency] && report.inputs.isEmpty)
    }

    /// Readers compute something else then; who only waits is told what to wait for now.
    @Test func anUpstreamThatChangesTakesTheChainWithIt() throws {
        var world = try world(Self.prepare(), Self.reader, Self.behind, Self.waiter)
        let documents = Self.base + [Self.prepare(lr: "0.5"), Self.reader, Self.behind, Self.waiter]
        let plan = try world.plan(documents)
        #expect(
            world.summary(of: plan, from: documents) == [
                "replace Run/prepare parametersChanged «parameters: {lr: 0.5}»",
                "update Run/report placementChanged «dependsOn: [{run: prepare}]»",
                "replace Run/train inputsChanged «parameters: {lr: 0.5}»",
                "replace Run/evaluate inputsChanged «parameters: {lr: 0.5}»",
            ])
        #expect(
            try action(plan, "train").message.hasPrefix("input data.csv of prepare changed: parameters.lr 0.1 → 0.5"))
        #expect(
            try action(plan, "evaluate").message.hasPrefix("input data.csv of train changed: its own input changed"))
        try world.apply(documents)
        #expect(try !world.plan(documents).hasRecordChanges)
    }

    @Test func theSameChangeAfterwardsRepeatsReadersOnly() throws {
        var world = try world(Self.prepare(), Self.reader, Self.behind, Self.waiter)
        for name in ["prepare", "train", "evaluate", "report"] { try world.succeed(name) }
        let before = Self.base + [Self.prepare(), Self.reader, Self.behind, Self.waiter]
        let after = Self.base + [Self.prepare(lr: "0.5"), Self.reader, Self.behind, Self.waiter]
        let plan = try world.apply(after)
        #expect(
            plan.actions.filter { $0.operation == .run }.map(\.key.name.name) == ["prepare", "train", "evaluate"])
        #expect(try action(plan, "report").operation == .unchanged)
        for name in ["prepare", "train", "evaluate"] { try world.succeed(name) }
        // A revert computes nothing.
        #expect(!(try world.plan(before).hasChanges))
        try world.apply(before)
        #expect(try !world.plan(before).hasRecordChanges)
    }

    @Test func aDependencyIsPlacement() throws {
        var world = try world(Self.prepare(), Sample.run("report", lr: "0.3"))
        try world.succeed("report")
        let plan = try world.plan(Self.base + [Self.prepare(), Self.waiter])
        #expect(try action(plan, "report").operation == .update)
        #expect(try action(plan, "report").change?.execution == nil)
    }

    @Test func anotherInputIsAnotherComputation() throws {
        var world = try world(Self.prepare(), Self.reader)
        try world.succeed("train")
        let moved = Sample.run("train", lr: "0.2", more: "inputs: [{from: prepare, path: data.csv, as: x.csv}]")
        let documents = Self.base + [Self.prepare(), moved]
        let plan = try world.plan(documents)
        #expect(
            world.summary(of: plan, from: documents)
                == ["run Run/train inputsChanged «inputs: [{from: prepare, path: data.csv, as: x.csv}]»"])
    }

    /// a and c compute the same, and a waits for b, which waits for c: executed once, by the word of the first.
    @Test func sharedExecutionsDoNotWaitForThemselves() throws {
        for names in [["a", "b", "c"], ["c", "b", "a"]] {
            let first = Sample.run(names[0], lr: "0.1", more: "dependsOn: [{run: \(names[1])}]")
            let between = Sample.run(names[1], lr: "0.2", more: "dependsOn: [{run: \(names[2])}]")
            let world = try world(first, between, Sample.run(names[2], lr: "0.1"))
            let shared = try #require(world.recorded.execution(of: names[0]))
            #expect(world.recorded.runs.count == 2 && shared.specification.dependencies.isEmpty)
            #expect(
                world.recorded.execution(of: names[1])?.specification.dependencies.map(\.identity)
                    == [shared.identity])
        }
    }

    /// What is refused is refused once, and what waits for it is not planned.
    @Test func anUpstreamThatCannotBeResolved() throws {
        let plan = try World().plan(
            Self.base + [Sample.run("prepare", job: "train@v7"), Self.reader, Self.behind])
        #expect(plan.refusals.map(\.code) == ["SLW3001"])
        #expect(!plan.actions.contains { $0.key.kind == .run })
    }
}
