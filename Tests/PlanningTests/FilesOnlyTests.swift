import Manifests
import Planning
import Support
import Testing
import YAML

/// Two commits are compared without a record.
@Suite struct FilesOnlyTests {
    private typealias Sample = SampleManifests

    private static func plan(
        _ after: [String], against before: [String], sources: [String: String] = [:], was: [String: String] = [:],
        policy: PlanPolicy = PlanPolicy()
    ) throws -> Plan {
        Planning.plan(
            try World.input(after, sources: sources), against: try World.input(before, sources: was), policy: policy)
    }

    private static func lines(_ plan: Plan) -> [String] {
        plan.actions.filter { $0.operation != .unchanged }.map {
            "\($0.operation.rawValue) \($0.key) \($0.reason.rawValue): \($0.message)"
        }
    }

    @Test func theSameFilesChangeNothing() throws {
        let files = World.base + [Sample.run("first", lr: "0.1"), Sample.run("pinned", job: "train@v7")]
        let plan = try Self.plan(files, against: files)
        #expect(!plan.hasChanges && !plan.hasRecordChanges && plan.refusals.isEmpty && plan.inFlight.isEmpty)
        #expect(plan.demand.isEmpty)
    }

    @Test func againstNothingAllIsNew() throws {
        let plan = try Self.plan(World.base + [Sample.run("first", lr: "0.1")], against: [])
        #expect(
            Self.lines(plan) == [
                "create Job/train manifestAdded: new job", "create Queue/local manifestAdded: new queue",
                "create AgentPool/here manifestAdded: new agent pool", "run Run/first neverRun: first run of train",
            ])
    }

    @Test func noVersionNumberIsMadeUp() throws {
        let runs = [Sample.run("first", lr: "0.1"), Sample.run("second", lr: "0.2")]
        let plan = try Self.plan(World.base + runs, against: World.base + runs, sources: ["train": "new"])
        #expect(
            Self.lines(plan) == [
                "update Job/train sourceChanged: source files changed",
                "run Run/first jobVersionChanged: job train has other content",
                "run Run/second jobVersionChanged: job train has other content",
            ])
        #expect(!plan.text().contains("v1") && !plan.text().contains("v2"))
    }

    @Test func aPinnedRunIsNoError() throws {
        let before =
            World.base + [Sample.run("kept", job: "train@v3"), Sample.run("moved", job: "train@v3", lr: "0.1")]
        let after =
            [Sample.job(command: "[python3, other.py]"), Sample.queue(), Sample.pool()] + [
                Sample.run("kept", job: "train@v3"), Sample.run("moved", job: "train@v4", lr: "0.1"),
                Sample.run("new", job: "train@v9"),
            ]
        let plan = try Self.plan(after, against: before)
        let unknown = "and what it holds, files alone do not tell"
        #expect(plan.refusals.isEmpty)
        #expect(
            Self.lines(plan).dropFirst() == [
                "run Run/moved jobVersionChanged: train@v3 → train@v4; whether there is a v4, \(unknown)",
                "run Run/new neverRun: first run of train@v9; whether there is a v9, \(unknown)",
            ])
    }

    @Test func aRevertedOrRenamedRunIsSatisfied() throws {
        let before = World.base + [Sample.run("first", lr: "0.1")]
        let plan = try Self.plan(before + [Sample.run("again", lr: "0.1")], against: before)
        #expect(Self.lines(plan) == ["satisfied Run/again alreadySucceeded: wanted already, as Run/first with train"])
    }

    @Test func placementIsNotRepeated() throws {
        let before = World.base + [Sample.run("first", lr: "0.1")]
        let after = World.base + [Sample.run("first", lr: "0.1", more: "priority: high")]
        #expect(
            Self.lines(try Self.plan(after, against: before)) == [
                "update Run/first placementChanged: priority \"medium\" → \"high\"; it computes the same"
            ])
    }

    @Test func guardsHold() throws {
        let before = World.base + (1...3).map { Sample.run("run-\($0)", lr: "0.\($0)") }
        let plan = try Self.plan([Sample.queue(), Sample.pool()], against: before)
        #expect(plan.refusals.map(\.code) == ["SLW3005"] && plan.count(.delete) == 4)
        let allowed = PlanPolicy(allowsEmpty: true, allowsMassDeletion: true)
        #expect(try Self.plan([], against: before, policy: allowed).refusals.isEmpty)
    }

    @Test func inputsOfOtherRunsAreFollowed() throws {
        let reader = Sample.run("reader", lr: "0.3", more: "inputs: [{from: writer, path: data.csv}]")
        let job = Sample.job(more: "outputs: [data.csv]")
        func files(_ lr: String) -> [String] {
            [job, Sample.queue(), Sample.pool(), Sample.run("writer", lr: lr), reader]
        }
        let plan = try Self.plan(files("0.2"), against: files("0.1"))
        #expect(
            Self.lines(plan) == [
                "run Run/writer parametersChanged: parameters.lr 0.1 → 0.2",
                "run Run/reader inputsChanged: input data.csv of writer changed: parameters.lr 0.1 → 0.2",
            ])
    }

    @Test func whatStartsIsCountedByQueue() throws {
        let job = Sample.job(more: "resources: {cpu: 1500m, memory: 2Gi, gpu: 2}")
        let other = Sample.job("small", command: "[python3, small.py]")
        let files = [job, other, Sample.queue(), Sample.queue("far"), Sample.pool(queues: ["local", "far"])]
        let runs = [
            Sample.run("a", lr: "0.1"), Sample.run("b", lr: "0.2"), Sample.run("same", lr: "0.1"),
            Sample.run("c", job: "small", queue: "far", lr: "0.1"),
        ]
        let demand = try Self.plan(files + runs, against: files).demand
        #expect(demand.map(\.queue.name) == ["far", "local"] && demand.map(\.runs) == [1, 2])
        #expect(demand.map(\.gpus) == [0, 4] && demand.map(\.millicores) == [nil, 3000])
        #expect(demand.map(\.memory) == [nil, 4 << 30])
    }

    /// However much manifests ask for, counting it ends nothing.
    @Test func whatCannotBeCountedStaysAtTheGreatest() throws {
        let job = Sample.job(more: "resources: {memory: 999Pi}")
        let files = [job, Sample.queue(), Sample.pool()]
        let runs = (1...9).map { Sample.run("run-\($0)", lr: "0.\($0)") }
        #expect(try Self.plan(files + runs, against: files).demand.map(\.memory) == [.max])
    }
}
