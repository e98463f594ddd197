import Manifests
import Planning
import Support
import Testing
import YAML

/// What policies deny of changes, by who made them.
@Suite struct ChangeRuleTests {
    private typealias Sample = SampleManifests

    private static let ada = BranchChange.Step(commit: String(repeating: "a", count: 40), author: "ada@example.com")
    private static let eve = BranchChange.Step(commit: String(repeating: "e", count: 40), author: "Eve@evil.org")
    private static let tree = BranchChange.Step(commit: nil, author: "")

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var rule: String
        var before: [String]
        var after: [String]
        var paths: [String: [BranchChange.Step]]
        var denials: [String]
        var testDescription: String { name }

        init(
            _ name: String, _ rule: String, _ before: [String], _ after: [String],
            _ paths: [String: [BranchChange.Step]], _ denials: String...
        ) {
            self.name = name
            self.rule = rule
            self.before = before
            self.after = after
            self.paths = paths
            self.denials = denials
        }
    }

    private static let all = "manifests/all.yaml"
    private static let run = Sample.run("a")
    private static let faster = Sample.run("a", lr: "0.5")
    private static let gpu = [Sample.queue("gpu"), Sample.pool("there", queues: ["gpu"])]

    static let cases: [Case] = [
        Case("what nobody protects", "kinds: [Queue]", [run], [faster], [all: [eve]]),
        Case("a namespace, by its owner", "namespaces: [default]", [run], [faster], [all: [ada]]),
        Case("a namespace, by somebody else", "namespaces: [default]", [run], [faster], [all: [eve]], "SLW3046 Run/a"),
        Case("a namespace, by both", "namespaces: [default]", [run], [faster], [all: [ada, eve]], "SLW3046 Run/a"),
        Case("another namespace", "namespaces: [prod]", [run], [faster], [all: [eve]]),
        Case("a new object", "namespaces: [default]", [], [run], [all: [eve]], "SLW3046 Run/a"),
        Case("an object that is gone", "kinds: [Run]", [run], [], [all: [eve]], "SLW3046 Run/a"),
        Case(
            "an object that stays the same in a file that does not", "namespaces: [default]", [run], [run],
            [all: [eve]]),
        Case("what was not committed", "namespaces: [default]", [run], [faster], [all: [ada, tree]], "SLW3047 Run/a"),
        Case("what no commit explains", "namespaces: [default]", [run], [faster], [all: []], "SLW3048 Run/a"),
        Case("an object that another file let in", "namespaces: [default]", [], [run], [:], "SLW3046 Run/a"),
        Case("the code of a job", "kinds: [Job]", [run], [run], ["jobs/train/train.py": [eve]], "SLW3046 Job/train"),
        Case("code beside that of a job", "kinds: [Job]", [run], [run], ["jobs/training/train.py": [eve]]),
        Case(
            "a run that moves into a queue", "queues: [gpu]", gpu + [run], gpu + [Sample.run("a", queue: "gpu")],
            [all: [eve]], "SLW3046 Run/a"),
        Case(
            "a run that leaves a queue", "queues: [default/gpu]", gpu + [Sample.run("a", queue: "gpu")], gpu + [run],
            [all: [eve]], "SLW3046 Run/a"),
        Case("a run in another queue", "queues: [gpu]", gpu + [run], gpu + [faster], [all: [eve]]),
        Case(
            "a pool that begins to serve a queue", "queues: [gpu]", [Sample.queue("gpu"), run],
            [Sample.queue("gpu"), Sample.pool("there", queues: ["gpu"]), run], [all: [eve]],
            "SLW3046 AgentPool/there"),
        Case(
            "a path", "paths: [policy/]", [run], [run], ["policy/keys": [eve], "x/policy.yaml": [eve]],
            "SLW3046 `policy/keys`"),
        Case("a path tied to the root", "paths: [/policy/]", [run], [run], ["x/policy/keys": [eve]]),
        Case("a path by its owner", "paths: [\"*\"]", [run], [run], ["policy/keys": [ada], "b": []], "SLW3048 `b`"),
    ]

    @Test(arguments: cases) func aRuleDeniesExactlyWhatItIsFor(_ sample: Case) throws {
        func desired(_ documents: [String]) throws -> DesiredState {
            let base = World.base.filter { document in !documents.contains(document) }
            return try Sample.desired(from: Sample.stream(base + documents))
        }
        let after = try desired(sample.after)
        let rule = "protect: [{\(sample.rule), authors: [\"ADA@*\", \"*@ops.example.com\"]}]"
        let rules = PolicyRule.all(of: try Sample.desired(from: ManifestRuleTests.policy(rule), path: "policy.yaml"))
        let change = BranchChange(
            base: try desired(sample.before), baseName: "main", paths: sample.paths,
            steps: Set(sample.paths.values.flatMap { $0 }).isEmpty ? [Self.eve] : sample.paths.values.flatMap { $0 })
        let found = denials(of: change, to: after, by: rules)
        let shown = found.map { "\($0.code.rawValue) \($0.message.prefix { $0 != " " })" }
        #expect(shown == sample.denials, "\(found.map(\.message))")
        for denial in found {
            #expect(denial.location != nil && denial.code.isPolicyDenial && denial.remedy != nil)
            #expect(denial.notes.first?.location?.path == "policy.yaml")
        }
    }

    @Test func allThatProtectItHaveToAllowIt() throws {
        let rule = "protect: [{kinds: [Run], authors: [\"ada@*\"]}, {namespaces: [default], authors: [\"*@evil.org\"]}]"
        let rules = PolicyRule.all(of: try Sample.desired(from: ManifestRuleTests.policy(rule)))
        let before = try Sample.desired(from: Sample.stream(World.base))
        let after = try Sample.desired(from: Sample.stream(World.base + [Self.run]))
        for step in [Self.ada, Self.eve] {
            let change = BranchChange(base: before, baseName: "main", paths: [Self.all: [step]], steps: [step])
            #expect(denials(of: change, to: after, by: rules).count == 1)
        }
    }
}
