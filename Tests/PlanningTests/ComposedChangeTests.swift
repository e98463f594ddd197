import Manifests
import Planning
import Support
import Testing
import YAML

/// Who may change what is put together from several files: every file that has a say in an object counts as the object.
@Suite struct ComposedChangeTests {
    private typealias Sample = SampleManifests

    private static let ada = BranchChange.Step(commit: String(repeating: "a", count: 40), author: "ada@example.com")
    private static let eve = BranchChange.Step(commit: String(repeating: "e", count: 40), author: "eve@evil.org")

    private static let base = [
        "m/queue.yaml": Sample.queue("gpu"),
        "m/run.yaml": [Sample.job(), Sample.run("a", queue: "gpu")].joined(separator: "---\n"),
    ]

    private static func defaults(_ spec: String) -> String {
        "apiVersion: slipway/v1\nkind: Defaults\nmetadata: {name: here}\nspec: {\(spec)}\n"
    }

    @Test(arguments: [
        ("kinds: [Queue]", "queues: {concurrency: 2}", "queues: {concurrency: 3}", ["SLW3046 Queue/gpu"]),
        ("queues: [gpu]", "runs: {priority: low}", "runs: {priority: high}", ["SLW3046 Run/a"]),
        (
            "namespaces: [prod]", "", "namespace: prod",
            ["SLW3046 Job/prod/train", "SLW3046 Queue/prod/gpu", "SLW3046 Run/prod/a"]
        ),
        ("kinds: [Queue]", "labels: {team: a}", "labels: {team: b}", ["SLW3046 Queue/gpu"]),
        ("kinds: [Queue]", "labels: {team: a}", "", ["SLW3046 Queue/gpu"]),
        ("kinds: [Queue]", "labels: {}", "annotations: {slipway/prune: 'false'}", ["SLW3046 Queue/gpu"]),
        ("kinds: [Queue]", "queues: {suspend: true}", "queues: {suspend: null}", ["SLW3046 Queue/gpu"]),
        ("kinds: [Queue]", "runs: {priority: low}", "runs: {priority: high}", []),
        ("paths: [m/defaults.yaml]", "labels: {a: b}", "labels: {}", ["SLW3046 `m/defaults.yaml`"]),
    ])
    func defaultsAreAChangeOfWhatTheyReach(rule: String, before: String, after: String, denials: [String]) throws {
        func files(_ spec: String) -> [String: String] {
            Self.base.merging(["m/defaults.yaml": Self.defaults(spec)]) { $1 }
        }
        let found = try self.denials(rule, files(before), files(after), ["m/defaults.yaml": [Self.eve]])
        #expect(found == denials)
        #expect(try self.denials(rule, files(before), files(after), ["m/defaults.yaml": [Self.ada]]) == [])
    }

    /// A file of defaults that comes or goes by other means than being changed, as with a rule of what is ignored.
    @Test func aPartThatNothingExplainsIsEverybodys() throws {
        let with = Self.base.merging(["m/defaults.yaml": Self.defaults("queues: {concurrency: 9}")]) { $1 }
        for (before, after) in [(Self.base, with), (with, Self.base)] {
            let paths = ["m/queue.yaml": [Self.ada], "m/.slipwayignore": [Self.eve]]
            #expect(try denials("kinds: [Queue]", before, after, paths) == ["SLW3046 Queue/gpu"])
        }
    }

    /// The manifest was let in by somebody else than who changed the defaults that reach it.
    @Test func defaultsDoNotExplainANewObject() throws {
        let defaults = ["m/defaults.yaml": Self.defaults("queues: {concurrency: 9}")]
        let after = Self.base.merging(defaults) { $1 }
        let paths = ["m/defaults.yaml": [Self.ada], "m/.slipwayignore": [Self.eve]]
        #expect(try denials("kinds: [Queue]", defaults, after, paths) == ["SLW3046 Queue/gpu"])
        let own = ["m/queue.yaml": [Self.ada], "m/.slipwayignore": [Self.eve]]
        #expect(try denials("kinds: [Queue]", defaults, after, own) == [])
    }

    @Test func aPatchIsAChangeOfWhatItPatches() throws {
        func patch(_ spec: String) -> [String: String] {
            [
                "prod/queue.yaml":
                    "apiVersion: slipway/v1\nkind: Queue\nmetadata: {name: gpu}\nspec: {concurrency: \(spec)}\n"
            ]
        }
        let rule = "kinds: [Queue]"
        let paths = ["prod/queue.yaml": [Self.eve]]
        #expect(try denials(rule, Self.base, Self.base, paths, [:], patch("3")) == ["SLW3046 Queue/gpu"])
        #expect(try denials(rule, Self.base, Self.base, paths, patch("3"), patch("4")) == ["SLW3046 Queue/gpu"])
        #expect(try denials(rule, Self.base, Self.base, paths, patch("3"), patch("null")) == ["SLW3046 Queue/gpu"])
        #expect(try denials(rule, Self.base, Self.base, paths, patch("3"), [:]) == ["SLW3046 Queue/gpu"])
        #expect(try denials(rule, Self.base, Self.base, paths, patch("3"), patch("3")) == [])
        #expect(try denials(rule, Self.base, Self.base, ["prod/queue.yaml": [Self.ada]], patch("3"), patch("4")) == [])
    }

    private func denials(
        _ rule: String, _ before: [String: String], _ after: [String: String], _ paths: [String: [BranchChange.Step]],
        _ patchBefore: [String: String] = [:], _ patchAfter: [String: String] = [:]
    ) throws -> [String] {
        let policy =
            "apiVersion: slipway/v1\nkind: Policy\nmetadata: {name: house, namespace: default}\nspec:\n"
            + "  protect: [{\(rule), authors: [ada@example.com]}]\n"
        let rules = PolicyRule.all(of: try desired([["p.yaml": policy]]))
        let change = BranchChange(
            base: try desired([before, patchBefore]), baseName: "main", paths: paths, steps: paths.values.flatMap { $0 }
        )
        return Planning.denials(of: change, to: try desired([after, patchAfter]), by: rules).map { denial in
            "\(denial.code.rawValue) \(denial.message.prefix { $0 != " " })"
        }
    }

    private func desired(_ layers: [[String: String]]) throws -> DesiredState {
        let loaded = LoadedManifests(
            decodingPatches: layers.map { $0.map { SourceFile(path: $0.key, text: $0.value) } })
        try #require(!loaded.hasErrors, "\(loaded.diagnostics)")
        return loaded.desired
    }
}
