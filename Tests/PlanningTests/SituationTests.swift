import Manifests
import Planning
import Records
import Support
import Testing

/// One situation: what there was, what is committed now, and what has to follow.
struct Situation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let before: @Sendable () throws -> World
    let now: [String]
    let expected: [String]

    init(_ name: String, _ before: @escaping @Sendable () throws -> World, now: [String], _ expected: String...) {
        testDescription = name
        self.before = before
        self.now = now
        self.expected = expected
    }

    /// With the usual job, queue and pool, and some runs.
    init(
        _ name: String, _ before: @escaping @Sendable () throws -> World, runs: String...,
        expect expected: [String] = []
    ) {
        testDescription = name
        self.before = before
        now = World.base + runs
        self.expected = expected
    }
}

private typealias Sample = SampleManifests
private let first = Sample.run("first", lr: "0.05")
private let changed = Sample.run("first", lr: "0.1")
private let floating = Sample.run("first")

private func world(_ runs: String..., then: (inout World) throws -> Void = { _ in }) throws -> World {
    var world = World()
    try world.apply(World.base + runs)
    try then(&world)
    return world
}

/// A job that is at its second version, whose first has been run by `first`.
private func secondVersion(_ run: String, then: (inout World) throws -> Void = { _ in }) throws -> World {
    var world = try world(run) { try $0.succeed("first") }
    world.sources = ["train": "changed"]
    try world.apply(World.base + [run])
    try then(&world)
    return world
}

@Suite struct SituationTests {
    static let runs = [
        Situation(
            "a first run", { World() }, runs: first,
            expect: [
                "create Job/train manifestAdded «metadata: {name: train}»",
                "create Queue/local manifestAdded «metadata: {name: local}»",
                "create AgentPool/here manifestAdded «metadata: {name: here}»",
                "run Run/first neverRun «metadata: {name: first}»",
            ]),
        Situation("unchanged while it waits", { try world(first) }, runs: first),
        Situation("unchanged while it runs", { try world(first) { try $0.start("first") } }, runs: first),
        Situation("unchanged when it has succeeded", { try world(first) { try $0.succeed("first") } }, runs: first),
        Situation("unchanged when it has failed", { try world(first) { try $0.fail("first") } }, runs: first),
        Situation(
            "a failed run whose manifest says something else runs again",
            { try world(first) { try $0.fail("first") } },
            runs: Sample.run("first", lr: "0.05", more: "priority: high"),
            expect: ["run Run/first retriedAfterChange «priority: high»"]),
        Situation(
            "unchanged when it was cancelled by hand",
            { try world(first) { try $0.advance("first", by: [.cancelRequested(by: "ada", reason: "asked for")]) } },
            runs: first),
        Situation(
            "a number written otherwise", { try world(Sample.run("first", lr: "1")) },
            runs: Sample.run("first", lr: "1.0")),
        Situation(
            "a default written out computes the same", { try world(floating) { try $0.succeed("first") } },
            runs: Sample.run("first", lr: "0.01"),
            expect: ["update Run/first placementChanged «parameters: {lr: 0.01}»"]),
        Situation(
            "a parameter changed", { try world(first) { try $0.succeed("first") } }, runs: changed,
            expect: ["run Run/first parametersChanged «parameters: {lr: 0.1}»"]),
        Situation(
            "a parameter changed while it runs", { try world(first) { try $0.start("first") } }, runs: changed,
            expect: ["replace Run/first parametersChanged «parameters: {lr: 0.1}»"]),
        Situation(
            "a parameter changed while it waits", { try world(first) }, runs: changed,
            expect: ["replace Run/first parametersChanged «parameters: {lr: 0.1}»"]),
        Situation(
            "a parameter changed of one of two that share a running computation",
            { try world(first, Sample.run("second", lr: "0.05")) { try $0.start("first") } }, runs: changed,
            Sample.run("second", lr: "0.05"),
            expect: ["run Run/first parametersChanged «parameters: {lr: 0.1}»"]),
        Situation(
            "a revert is satisfied",
            {
                try world(first) {
                    try $0.succeed("first")
                    try $0.apply(World.base + [changed])
                    try $0.succeed("first")
                }
            }, runs: first, expect: ["satisfied Run/first alreadySucceeded «parameters: {lr: 0.05}»"]),
        Situation(
            "a revert to what failed runs again",
            {
                try world(first) {
                    try $0.fail("first")
                    try $0.apply(World.base + [changed])
                    try $0.succeed("first")
                }
            }, runs: first, expect: ["run Run/first retriedAfterChange «parameters: {lr: 0.05}»"]),
        Situation(
            "a revert to what was cancelled runs again",
            { try world(first) { try $0.apply(World.base + [changed]) } }, runs: first,
            expect: ["run Run/first retriedAfterChange «parameters: {lr: 0.05}»"]),
        Situation(
            "a revert before the end of what is being cancelled",
            {
                try world(first) {
                    try $0.start("first")
                    try $0.apply(World.base + [changed])
                }
            }, runs: first, expect: ["run Run/first retriedAfterChange «parameters: {lr: 0.05}»"]),
        Situation(
            "asked for once more", { try world(first) { try $0.succeed("first") } },
            runs: Sample.run("first", lr: "0.05", more: "repeat: 2"),
            expect: ["run Run/first repeatRequested «repeat: 2»"]),
    ]

    static let names = [
        Situation(
            "two runs of one identity share it", { try world() }, runs: first, Sample.run("second", lr: "0.05"),
            expect: [
                "run Run/first neverRun «metadata: {name: first}»",
                "satisfied Run/second sharedExecution «metadata: {name: second}»",
            ]),
        Situation(
            "another run of what has succeeded", { try world(first) { try $0.succeed("first") } }, runs: first,
            Sample.run("another", lr: "0.05"),
            expect: ["satisfied Run/another alreadySucceeded «metadata: {name: another}»"]),
        Situation(
            "a finished run renamed", { try world(first) { try $0.succeed("first") } },
            runs: Sample.run("renamed", lr: "0.05"),
            expect: [
                "satisfied Run/renamed alreadySucceeded «metadata: {name: renamed}»",
                "delete Run/first manifestRemoved «metadata: {name: first}»",
            ]),
        Situation(
            "an active run renamed", { try world(first) { try $0.start("first") } },
            runs: Sample.run("renamed", lr: "0.05"),
            expect: [
                "satisfied Run/renamed sharedExecution «metadata: {name: renamed}»",
                "delete Run/first manifestRemoved «metadata: {name: first}»",
            ]),
        Situation(
            "a waiting run renamed and moved", { try world(first) },
            now: World.base + [Sample.queue("big"), Sample.pool("there", queues: ["big"])]
                + [Sample.run("renamed", queue: "big", lr: "0.05")],
            "create Queue/big manifestAdded «metadata: {name: big}»",
            "create AgentPool/there manifestAdded «metadata: {name: there}»",
            "update Run/renamed placementChanged «metadata: {name: renamed}»",
            "delete Run/first manifestRemoved «metadata: {name: first}»"),
        Situation(
            "a job renamed", { try world(first) { try $0.succeed("first") } },
            now: [Sample.job("fit"), Sample.queue(), Sample.pool(), Sample.run("first", job: "fit", lr: "0.05")],
            "create Job/fit manifestAdded «metadata: {name: fit}»",
            "update Run/first placementChanged «job: fit»",
            "delete Job/train manifestRemoved «metadata: {name: train}»"),
        Situation(
            "labels", { try world(first) }, runs: Sample.run("first", lr: "0.05", metadata: "labels: {team: a}"),
            expect: ["update Run/first metadataChanged «metadata: {name: first, labels: {team: a}}»"]),
        Situation(
            "a run's manifest gone", { try world(first, Sample.run("second")) { try $0.succeed("first") } },
            runs: Sample.run("second"), expect: ["delete Run/first manifestRemoved «metadata: {name: first}»"]),
        Situation(
            "a protected run's manifest gone", { try world(Sample.run("first", metadata: protection)) },
            now: World.base,
            "unchanged Run/first pruneProtected «metadata: {name: first, annotations: {slipway/prune: \"false\"}}»"),
    ]

    static let protection = "annotations: {slipway/prune: \"false\"}"

    static let placement = [
        Situation(
            "priority of a waiting run", { try world(first) },
            runs: Sample.run("first", lr: "0.05", more: "priority: high"),
            expect: ["update Run/first placementChanged «priority: high»"]),
        Situation(
            "priority of a finished run", { try world(first) { try $0.succeed("first") } },
            runs: Sample.run("first", lr: "0.05", more: "priority: high"),
            expect: ["update Run/first placementChanged «priority: high»"]),
        Situation(
            "the timeout of a job whose run waits", { try world(first) },
            now: [Sample.job(more: "timeout: 5m"), Sample.queue(), Sample.pool(), first],
            "update Job/train specChanged «timeout: 5m»", "update Run/first placementChanged «timeout: 5m»"),
        Situation(
            "the timeout of a job whose run has succeeded", { try world(first) { try $0.succeed("first") } },
            now: [Sample.job(more: "timeout: 5m"), Sample.queue(), Sample.pool(), first],
            "update Job/train specChanged «timeout: 5m»"),
        Situation(
            "the limits of a queue", { try world(first) },
            now: [Sample.job(), Sample.queue(more: "concurrency: 3"), Sample.pool(), first],
            "update Queue/local specChanged «concurrency: 3»"),
        Situation(
            "the agents of a pool", { try world(first) },
            now: [Sample.job(), Sample.queue(), Sample.pool(more: "replicas: 3"), first],
            "update AgentPool/here specChanged «replicas: 3»"),
    ]

    static let versions = [
        Situation(
            "a floating run follows its job's files",
            {
                var world = try world(floating) { try $0.succeed("first") }
                world.sources = ["train": "changed"]
                return world
            }, runs: floating,
            expect: [
                "update Job/train sourceChanged «metadata: {name: train}»",
                "run Run/first jobVersionChanged «metadata: {name: train}»",
            ]),
        Situation(
            "a floating run follows its job's command", { try world(first) { try $0.succeed("first") } },
            now: [Sample.job(command: "[python3, fit.py]"), Sample.queue(), Sample.pool(), first],
            "update Job/train specChanged «command: [python3, fit.py]»",
            "run Run/first jobVersionChanged «command: [python3, fit.py]»"),
        Situation(
            "a pinned run does not",
            {
                var world = try world(Sample.run("first", job: "train@v1")) { try $0.succeed("first") }
                world.sources = ["train": "changed"]
                return world
            }, runs: Sample.run("first", job: "train@v1"),
            expect: ["update Job/train sourceChanged «metadata: {name: train}»"]),
        Situation(
            "pinned to the version it has", { try world(first) { try $0.succeed("first") } },
            runs: Sample.run("first", job: "train@v1", lr: "0.05"),
            expect: ["update Run/first placementChanged «job: train@v1»"]),
        Situation(
            "pinned back to what has succeeded", { try secondVersion(first) { try $0.succeed("first") } },
            runs: Sample.run("first", job: "train@v1", lr: "0.05"),
            expect: ["satisfied Run/first alreadySucceeded «job: train@v1»"]),
        Situation(
            "pinned to an older version, with a parameter of its own",
            { try secondVersion(first) { try $0.succeed("first") } },
            runs: Sample.run("first", job: "train@v1", lr: "0.2"),
            expect: ["run Run/first jobVersionChanged «job: train@v1»"]),
        Situation(
            "a job's content reverts",
            {
                var world = try secondVersion(floating) { try $0.succeed("first") }
                world.sources = [:]
                return world
            }, runs: floating,
            expect: [
                "update Job/train sourceChanged «metadata: {name: train}»",
                "satisfied Run/first alreadySucceeded «metadata: {name: first}»",
            ]),
        Situation(
            "a label on a job makes no version", { try world(first) },
            now: [Sample.job(metadata: "labels: {team: a}"), Sample.queue(), Sample.pool(), first],
            "update Job/train metadataChanged «metadata: {name: train, labels: {team: a}}»"),
    ]

    @Test(arguments: runs + names + placement + versions) func follows(_ situation: Situation) throws {
        var world = try situation.before()
        let plan = try world.plan(situation.now, policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true))
        #expect(world.summary(of: plan, from: situation.now) == situation.expected)
        #expect(plan.refusals.isEmpty)
        // Nothing is left to do afterwards.
        try world.apply(situation.now)
        let again = try world.plan(situation.now, policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true))
        #expect(!again.hasChanges && !again.hasRecordChanges, "\(again.text())")
    }
}
