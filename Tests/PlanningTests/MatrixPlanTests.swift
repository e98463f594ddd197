import Manifests
import Planning
import Records
import Support
import Testing

private typealias Sample = SampleManifests

/// What follows when a matrix grows, shrinks, is written otherwise, or takes the place of runs that are written out.
@Suite struct MatrixPlanTests {
    private static func sweep(_ matrix: String, more: String = "") -> String {
        Sample.run("sweep", more: "matrix: \(matrix)" + more)
    }

    /// A world in which a sweep over two values has been run.
    private static func world() throws -> World {
        var world = World()
        try world.apply(World.base + [sweep("{lr: [0.1, 0.2]}")])
        for name in ["sweep-lr-0-1", "sweep-lr-0-2"] { try world.succeed(name) }
        return world
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let runs: [String]
        let expected: [String]

        init(_ runs: [String], _ expected: String...) {
            self.runs = runs
            self.expected = expected
        }

        var testDescription: String { runs.joined() }
    }

    static let changes = [
        Change([sweep("{lr: [0.1, 0.2]}")]),
        Change([sweep("{lr: [0.2, 0.10]}")]),
        Change([sweep("[{lr: 0.2}, {lr: 0.1}]")]),
        Change([sweep("{lr: [0.1], include: [{lr: 0.2}]}")]),
        // As somebody would have written them.
        Change([Sample.run("sweep-lr-0-2", lr: "0.2"), Sample.run("sweep-lr-0-1", lr: "0.1")]),
        Change(
            [sweep("{lr: [0.3, 0.1, 0.2]}")], "run Run/sweep-lr-0-3 neverRun «metadata: {name: sweep}»"),
        Change([sweep("{lr: [0.2]}")], "delete Run/sweep-lr-0-1 manifestRemoved «metadata: {name: sweep}»"),
        Change(
            [sweep("{lr: [0.2, 0.4], exclude: [{lr: 0.2}], include: [{lr: 0.1}]}")],
            "run Run/sweep-lr-0-4 neverRun «metadata: {name: sweep}»",
            "delete Run/sweep-lr-0-2 manifestRemoved «metadata: {name: sweep}»"),
        // Another name is not another computation.
        Change(
            [Sample.run("other", more: "matrix: {lr: [0.1, 0.2]}")],
            "satisfied Run/other-lr-0-1 alreadySucceeded «metadata: {name: other}»",
            "satisfied Run/other-lr-0-2 alreadySucceeded «metadata: {name: other}»",
            "delete Run/sweep-lr-0-2 manifestRemoved «metadata: {name: sweep}»",
            "delete Run/sweep-lr-0-1 manifestRemoved «metadata: {name: sweep}»"),
        Change(
            [sweep("{lr: [0.1, 0.2]}", more: "\nrepeat: 2")],
            "run Run/sweep-lr-0-1 repeatRequested «repeat: 2»", "run Run/sweep-lr-0-2 repeatRequested «repeat: 2»"),
    ]

    @Test(arguments: changes) func follows(_ change: Change) throws {
        let world = try Self.world()
        let documents = World.base + change.runs
        let plan = try world.plan(documents, policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true))
        #expect(plan.refusals.isEmpty)
        #expect(world.summary(of: plan, from: documents) == change.expected)
    }

    /// A value that `include` adds is a change of the run that it is added to, at its place in the matrix.
    @Test func anAddedValue() throws {
        let base = [Sample.job(more: "  seed: {type: integer, default: 0}")] + World.base.dropFirst()
        var world = World()
        try world.apply(base + [Self.sweep("{lr: [0.1, 0.2]}")])
        for name in ["sweep-lr-0-1", "sweep-lr-0-2"] { try world.succeed(name) }
        let documents = base + [Self.sweep("\n  lr: [0.1, 0.2]\n  include:\n  - {lr: 0.2, seed: 3}")]
        let plan = try world.plan(documents)
        #expect(
            world.summary(of: plan, from: documents) == [
                "run Run/sweep-lr-0-2 parametersChanged «- {lr: 0.2, seed: 3}»"
            ])
    }

    @Test func whoWaitsForAMatrixWaitsForItsNewRunsToo() throws {
        var world = try Self.world()
        let report = Sample.run("report", lr: "0.9", more: "dependsOn: [{run: sweep}]")
        try world.apply(World.base + [Self.sweep("{lr: [0.1, 0.2]}"), report])
        #expect(world.recorded.execution(of: "report")?.specification.dependencies.count == 2)
        let documents = World.base + [Self.sweep("{lr: [0.1, 0.2, 0.3]}"), report]
        let plan = try world.plan(documents)
        #expect(
            world.summary(of: plan, from: documents) == [
                "run Run/sweep-lr-0-3 neverRun «metadata: {name: sweep}»",
                "update Run/report placementChanged «dependsOn: [{run: sweep}]»",
            ])
    }
}
