import Foundation
import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// How a plan looks to people and programs.
@Suite struct ViewTests {
    private typealias Sample = SampleManifests

    /// A plan with every operation in it.
    static func everything() throws -> Plan {
        var world = World()
        let runs = ["kept", "gone", "moved", "replaced", "reverted", "same"]
        let before = runs.enumerated().map { Sample.run($1, lr: "0.0\($0 + 1)") }
        try world.apply(World.base + before)
        for name in ["kept", "gone", "reverted", "same"] { try world.succeed(name) }
        try world.start("replaced")
        let reverted = before.map { $0.replacingOccurrence(of: "lr: 0.05", with: "lr: 0.9") }
        try world.apply(World.base + reverted)
        let after = [
            Sample.job("evaluate", command: "[python3, \"evaluate it.py\"]"), Sample.job(), Sample.pool(),
            Sample.queue(metadata: "labels: {team: vision}", more: "concurrency: 3\nordering: priority\nsuspend: true"),
            before[0], Sample.run("moved", lr: "0.03", more: "priority: high"), Sample.run("replaced", lr: "0.3"),
            before[4], before[5], Sample.run("new", job: "evaluate"), Sample.run("shares", lr: "0.3"),
        ]
        return try world.plan(after)
    }

    @Test func everyOperationIsInTheGoldenFiles() throws {
        let plan = try Self.everything()
        for operation in Planning.Operation.allCases { #expect(plan.count(operation) > 0, "\(operation)") }
    }

    @Test func text() throws { try expectGolden(try Self.everything().text(), "Golden/everything.txt") }

    @Test func textWithoutFields() throws {
        try expectGolden(try Self.everything().text(showsFields: false), "Golden/everything-brief.txt")
    }

    @Test func json() throws { try expectGolden(try Self.everything().json.pretty + "\n", "Golden/everything.json") }

    @Test func jsonInContext() throws {
        let commit = String(repeating: "a", count: 40)
        let base = PlanContext.Base(reference: "origin/main", commit: String(repeating: "b", count: 40))
        let plan = try Self.everything()
        let json = plan.json(in: PlanContext(revision: Revision(commit: commit, isDirty: true), base: base))
        #expect(json["revision"] == ["commit": .string(commit), "dirty": true])
        #expect(json["against"] == ["ref": "origin/main", "commit": .string(base.commit)])
        #expect(json["actions"] == plan.json["actions"])
        let without = plan.json(in: PlanContext(revision: .none))
        #expect(without["revision"] == ["commit": nil, "dirty": false] && without["against"] == .some(.null))
    }

    /// GitLab's widget knows three words: what starts is created, what is replaced is deleted and created.
    @Test func gitlabReport() throws {
        let plan = try Self.everything()
        #expect(plan.gitlabReport == ["create": 3, "update": 2, "delete": 2])
        #expect(plan.gitlabReport.canonicalText == #"{"create":3,"delete":2,"update":2}"#)
    }

    @Test func nothingToDo() throws {
        let run = Sample.run("first")
        var world = try World(run)
        try world.succeed("first")
        let plan = try world.plan(World.base + [run])
        #expect(plan.text() == "Plan: 0 create, 0 update, 0 delete, 0 run, 4 unchanged\n")
        #expect(!plan.hasChanges && !plan.hasRecordChanges)
    }

    @Test func colourAddsNothingButMarks() throws {
        let plan = try Self.everything()
        let coloured = plan.text(style: TextStyle(usesColour: true))
        #expect(coloured != plan.text())
        #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plan.text())
    }

    @Test func theSummaryHasTheKeysThatArePromised() throws {
        let json = try Self.everything().json
        #expect(json["formatVersion"] == "1")
        let summary = try #require(json["summary"]?.object)
        #expect(
            Set(summary.keys) == ["create", "update", "delete", "replace", "run", "satisfied", "unchanged"])
        let actions = try #require(json["actions"]?.array)
        let listed = summary.values.compactMap(\.int).reduce(0, +) - (summary["unchanged"]?.int ?? 0)
        #expect(actions.count == Int(listed))
        for action in actions {
            #expect(
                Set(action.object?.keys.sorted() ?? []) == [
                    "op", "kind", "namespace", "name", "reason", "message", "fields", "cause",
                ])
            #expect(action["op"]?.string.flatMap(Planning.Operation.init(rawValue:)) != nil)
            #expect(action["reason"]?.string.flatMap(Reason.init(rawValue:)) != nil)
        }
    }

    /// Somebody who only gets a name written beside a result has nothing to decide.
    @Test func whatIsOnlySatisfiedIsNoChange() throws {
        var world = try World(Sample.run("first"))
        try world.succeed("first")
        let plan = try world.plan(World.base + [Sample.run("first"), Sample.run("again")])
        #expect(plan.count(.satisfied) == 1 && !plan.hasChanges && plan.hasRecordChanges)
    }
}
