import Foundation
import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// What is kept of a plan, and what counts as another one.
@Suite struct SavedPlanTests {
    private typealias Sample = SampleManifests
    private static let commit = String(repeating: "a", count: 40)
    private static let run = Sample.run("first", lr: "0.1")

    private static func saved(
        _ plan: Plan, _ documents: [String], commit: String = commit, isDirty: Bool = false, at sequence: Int64 = 1
    ) throws -> SavedPlan {
        SavedPlan(
            plan, of: try World.input(documents), tool: "1.0", repository: String(repeating: "b", count: 40),
            revision: Revision(commit: commit, isDirty: isDirty), manifests: ["manifests", "more/queue.yaml"],
            state: StateHead(sequence: sequence, hash: String(repeating: "c", count: 64)),
            policy: PlanPolicy(allowsMassDeletion: true))
    }

    private static func read(_ text: String) throws -> SavedPlan {
        try SavedPlan(parsing: Array(text.utf8), tool: "1.0")
    }

    @Test func comesBackAsItWas() throws {
        let documents = World.base + [Self.run]
        let saved = try Self.saved(try World().plan(documents), documents)
        let back = try Self.read(saved.json.pretty)
        #expect(back == saved && back.steps.count == 4)
        #expect(back.movements(to: saved, of: try World().plan(documents)).isEmpty)
    }

    /// Each with the plan that was saved, the one made now, and how what moved begins.
    @Test func whatMovedIsNamed() throws {
        let documents = World.base + [Self.run]
        var world = World()
        let plan = try world.plan(documents)
        let saved = try Self.saved(plan, documents)
        func movements(_ now: SavedPlan, _ plan: Plan) -> [String] {
            saved.movements(to: now, of: plan).map(\.description)
        }

        #expect(movements(try Self.saved(plan, documents, at: 9), plan) == [], "a record that went on changes nothing")
        let other = String(repeating: "d", count: 40)
        #expect(
            movements(try Self.saved(plan, documents, commit: other), plan) == [
                "the commit: planned at aaaaaaaaaaaa, checked out is dddddddddddd"
            ])
        #expect(
            movements(try Self.saved(plan, documents, isDirty: true), plan) == [
                "the working tree: it has changes that are not committed"
            ])

        let edited = World.base + [Sample.run("first", lr: "0.2")]
        let after = try world.plan(edited)
        let moved = movements(try Self.saved(after, edited), after)
        #expect(
            moved == [
                "the manifests or the files of a job: they are not what was planned with",
                "Run/default/first: it would write something else than planned",
            ])

        try world.apply(documents)
        let nothing = try world.plan(documents)
        #expect(
            movements(try Self.saved(nothing, documents, at: 9), nothing) == [
                "the state: it was at event 1, and is at event 9",
                "Job/default/train: planned create, now nothing: it is v1",
                "Queue/default/local: planned create, now nothing: it is as planned already",
                "AgentPool/default/here: planned create, now nothing: it is as planned already",
                "Run/default/first: planned run, now nothing: it is queued",
            ])
    }

    @Test func aFieldThatDiffersIsNamed() throws {
        var world = try World(Self.run)
        try world.succeed("first")
        let planned = World.base + [Sample.run("first", lr: "0.2")]
        let now = World.base + [Sample.run("first", lr: "0.3")]
        let saved = try Self.saved(try world.plan(planned), planned)
        let movements = saved.movements(to: try Self.saved(try world.plan(now), now), of: try world.plan(now))
        #expect(movements.last?.description == "Run/default/first: spec.parameters.lr: planned 0.2, now 0.3")
    }

    /// Each plan numbers masked values in its own way: other numbers are no difference that could be told.
    @Test func numbersOfMaskedValuesAreNotCompared() throws {
        func documents(_ first: String, _ second: String) -> [String] {
            [
                Sample.job("a", more: "env: {TOKEN: \(first)}"), Sample.job("b", more: "env: {TOKEN: \(second)}"),
                Sample.queue(),
            ]
        }
        var world = World()
        try world.apply(documents("zero", "four"))
        let (planned, now) = (documents("zero", "two"), documents("one", "three"))
        let plan = try world.plan(now)
        let saved = try Self.saved(try world.plan(planned), planned)
        let movements = saved.movements(to: try Self.saved(plan, now), of: plan).map(\.description)
        #expect(movements.last == "Job/default/b: it would write something else than planned", "\(movements)")
    }

    /// Both plans look the same; that they are not the same is noticed nevertheless.
    @Test func aMaskedValueThatChangesIsNoticed() throws {
        func documents(_ value: String) -> [String] { [Sample.job(more: "env: {TOKEN: \(value)}"), Sample.queue()] }
        var world = World()
        try world.apply(documents("zero"))
        let (one, two) = (try world.plan(documents("one")), try world.plan(documents("two")))
        #expect(one.text() == two.text())
        let saved = try Self.saved(one, documents("one"))
        let movements = saved.movements(to: try Self.saved(two, documents("two")), of: two)
        #expect(movements.map(\.description).contains("Job/default/train: it would write something else than planned"))
        #expect(movements.first == .input)
    }

    @Test func stepsInAnotherOrderAreOthers() throws {
        let documents = World.base + [Self.run]
        let plan = try World().plan(documents)
        let now = try Self.saved(plan, documents)
        var saved = now
        saved.steps.swapAt(0, 3)
        #expect(saved.movements(to: now, of: plan).count == 1)
        saved = now
        saved.steps.append(saved.steps[0])
        #expect(saved.movements(to: now, of: plan).count == 1)
    }

    private static func json(_ edit: (inout [String: JSONValue]) -> Void) throws -> String {
        let documents = World.base + [run]
        var members = try saved(try World().plan(documents), documents).json.object ?? [:]
        edit(&members)
        return JSONValue.object(members).pretty
    }

    private static func code(_ text: String) -> DiagnosticCode? {
        do {
            _ = try read(text)
            return nil
        } catch { return (error as? Diagnostic)?.code }
    }

    @Test func anotherFormatOrToolIsRefused() throws {
        #expect(Self.code(try Self.json { $0["formatVersion"] = "2" }) == "SLW3011")
        // The format decides first: another one may have no tool at all.
        #expect(Self.code(#"{"formatVersion": "99"}"#) == "SLW3011")
        #expect(Self.code(try Self.json { $0["tool"] = "0.9" }) == "SLW3012")
    }

    @Test(arguments: [
        "", "{", "[]", "null", "\u{0}", "{\"formatVersion\": 1}", "{\"formatVersion\": \"1\"}", "\u{FEFF}{}",
        String(repeating: "[", count: 100_000), "{\"formatVersion\": \"1\", \"tool\": \"1.0\", \"actions\": [{}]}",
    ])
    func whatIsNoPlanIsRefused(_ text: String) { #expect(Self.code(text) == "SLW3010") }

    @Test func everyMissingOrWrongMemberIsRefused() throws {
        for member in ["tool", "repository", "revision", "manifests", "input", "policy", "actions"] {
            #expect(Self.code(try Self.json { $0[member] = nil }) == "SLW3010", "\(member) is missing")
            #expect(Self.code(try Self.json { $0[member] = 7 }) == "SLW3010", "\(member) is a number")
        }
        #expect(Self.code(try Self.json { $0["state"] = "x" }) == "SLW3010")
        #expect(Self.code(try Self.json { $0["repository"] = "--upload-pack=x" }) == "SLW3010")
    }

    /// The author of the file must not choose what else is read.
    @Test(arguments: ["/etc/passwd", "..", "a/../../b", "", "a//b", "./a", "a/", "a\u{0}b"])
    func pathsStayWithin(_ path: String) throws {
        #expect(Self.code(try Self.json { $0["manifests"] = [.string(path)] }) == "SLW3010")
    }

    @Test func everyTruncationIsRefused() throws {
        let text = Array(try Self.json { _ in }.utf8)
        for length in stride(from: 0, to: text.count, by: 7) {
            #expect(throws: Diagnostic.self) { try SavedPlan(parsing: Array(text.prefix(length)), tool: "1.0") }
        }
    }
}
