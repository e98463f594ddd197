import Manifests
import Planning
import Support
import Testing
import YAML

/// What policies deny of manifests as they are.
@Suite struct ManifestRuleTests {
    private typealias Sample = SampleManifests

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String
        var manifests: [String]
        /// `code «line of the place»`
        var denials: [String]
        var testDescription: String { "\(rule): \(denials)" }

        init(_ rule: String, _ manifests: [String], _ denials: String...) {
            self.rule = rule
            self.manifests = manifests
            self.denials = denials
        }
    }

    static func policy(_ rule: String) -> String {
        "apiVersion: slipway/v1\nkind: Policy\nmetadata: {name: house}\nspec:\n  \(rule)\n"
    }

    private static let gpuJob = Sample.job(more: "resources: {gpu: 3}")
    private static let three = ["a", "b", "c"].map { Sample.run($0) }

    static let cases: [Case] = [
        Case("limits: [{runs: 3}]", three),
        Case("limits: [{runs: 2}]", three, "SLW3040 «metadata: {name: c}»"),
        Case("limits: [{runs: 0}]", three, "SLW3040 «metadata: {name: a}»"),
        Case("limits: [{runs: 2, namespaces: [prod]}]", three),
        Case("limits: [{runs: 0, namespaces: [\"def*\"]}]", three, "SLW3040 «metadata: {name: a}»"),
        Case("limits: [{gpu: 9}]", [gpuJob] + three),
        Case("limits: [{gpu: 8}]", [gpuJob] + three, "SLW3041 «metadata: {name: c}»"),
        Case("limits: [{gpu: 0}]", [gpuJob] + three, "SLW3041 «metadata: {name: a}»"),
        Case("limits: [{gpu: 0}]", three),
        Case(
            "limits: [{priority: medium}]",
            [Sample.run("a", more: "priority: high"), Sample.run("b"), Sample.run("c", more: "priority: critical")],
            "SLW3042 «priority: high»", "SLW3042 «priority: critical»"),
        Case("limits: [{priority: low}]", [Sample.run("a")], "SLW3042 «job: train»"),
        Case(
            "limits: [{runs: 1, gpu: 1, priority: low}]", [gpuJob, Sample.run("a"), Sample.run("b")],
            "SLW3040 «metadata: {name: b}»", "SLW3041 «metadata: {name: a}»", "SLW3042 «job: train»",
            "SLW3042 «job: train»"),
        Case("images: {forbiddenBase: [scr*]}", [], "SLW3043 «source: {path: ../jobs/train}»"),
        Case("images: {forbiddenBase: [\"docker.io/*\"]}", []),
        Case("images: {forbiddenBase: [\"*:3*\", debian]}", []),
        Case(
            "labels: [{required: {team: \"[a-z]+\"}, kinds: [Run]}]", [Sample.run("a")],
            "SLW3044 «metadata: {name: a}»"),
        Case(
            "labels: [{required: {team: \"[a-z]+\"}, kinds: [Run]}]",
            [Sample.run("a", metadata: "labels: {team: vision}")]),
        Case(
            "labels: [{required: {team: \"[a-z]+\"}, kinds: [Run]}]",
            [Sample.run("a", metadata: "labels: {team: vision2}")],
            "SLW3045 «metadata: {name: a, labels: {team: vision2}}»"),
        Case(
            "labels: [{required: {team: a, cost: b}, kinds: [Queue]}]", [],
            "SLW3044 «metadata: {name: local}»", "SLW3044 «metadata: {name: local}»"),
        Case("labels: [{required: {team: a}, namespaces: [prod]}]", []),
    ]

    @Test(arguments: cases) func aRuleDeniesExactlyWhatItIsFor(_ sample: Case) throws {
        let hasJob = sample.manifests.first?.contains("kind: Job") == true
        let documents = (hasJob ? [] : [Sample.job()]) + [Sample.queue(), Sample.pool()] + sample.manifests
        let desired = try Sample.desired(from: Sample.stream(documents + [Self.policy(sample.rule)]))
        let found = denials(of: desired, by: PolicyRule.all(of: desired))
        let shown = found.map { denial in
            let line = denial.location?.line ?? "nowhere"
            return "\(denial.code.rawValue) «\(line.drop { $0 == " " })»"
        }
        #expect(shown == sample.denials)
        for denial in found {
            #expect(denial.code.isPolicyDenial && denial.severity == .error && denial.remedy != nil)
            // The rule, at its own place.
            let rule = try #require(denial.notes.first)
            #expect(rule.message.hasPrefix("Policy/house says so in spec."))
            #expect(rule.location?.line?.contains(":") == true && rule.location != denial.location)
        }
    }

    @Test func aRuleThatTwoPoliciesShareDeniesOnce() throws {
        let manifests = Sample.stream(World.base + [Sample.run("a"), Self.policy("limits: [{runs: 0}]")])
        let desired = try Sample.desired(from: manifests)
        let own = PolicyRule.all(of: desired)
        let trusted = PolicyRule.all(of: desired, standing: "on origin/main")
        #expect(PolicyRule.union(own, trusted).count == 1)
        #expect(PolicyRule.union([], trusted).first?.standing == "on origin/main")
        let stricter = try Sample.desired(
            from: Sample.stream([Self.policy("limits: [{runs: 0}, {runs: 1}]")]))
        #expect(PolicyRule.union(own, PolicyRule.all(of: stricter)).count == 2)
    }

    @Test(arguments: [("docker.io/*", 0), ("*:latest", 0), ("oci:*", 1), ("*vendor*", 1)])
    func anImageInAFolderIsNoneOfARegistry(_ pattern: String, _ count: Int) throws {
        let job = Sample.job().replacingOccurrence(
            of: "source: {path: ../jobs/train}",
            with: "source: {path: ../jobs/train}\n  build: {baseImage: 'oci:../vendor'}")
        let desired = try Sample.desired(
            from: Sample.stream([job, Self.policy("images: {forbiddenBase: ['\(pattern)']}")]))
        #expect(denials(of: desired, by: PolicyRule.all(of: desired)).count == count)
    }

    @Test(arguments: [
        ("ubuntu", "docker.io/library/ubuntu"), ("ubuntu:22.04", "docker.io/library/ubuntu:22.04"),
        ("ubuntu", "*:latest"), ("index.docker.io/team/x", "docker.io/team/*"),
        ("team/x@sha256:00", "docker.io/team/x"),
        ("Registry.Example.com:5000/x:1", "registry.example.com:5000/x"), ("localhost/x", "localhost/x:latest"),
    ]) func anImageIsKnownByEachOfItsNames(_ written: String, _ pattern: String) throws {
        let job = Sample.job().replacingOccurrence(
            of: "source: {path: ../jobs/train}", with: "source: {image: \(written)}")
        let loaded = LoadedManifests(
            decoding: [
                SourceFile(
                    path: "a.yaml", text: Sample.stream([job, Self.policy("images: {forbiddenBase: ['\(pattern)']}")]))
            ])
        let found = denials(of: loaded.desired, by: PolicyRule.all(of: loaded.desired))
        #expect(found.map(\.code) == ["SLW3043"], "\(loaded.diagnostics)")
    }
}
