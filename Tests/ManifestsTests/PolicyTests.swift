import Testing
import YAML

@testable import Manifests

/// Policies as they are written and read.
@Suite struct PolicyTests {
    static let policy = """
        apiVersion: slipway/v1
        kind: Policy
        metadata: {name: house}
        spec:
          commits:
            requireSigned: commit
            allowedSigners: ["ada@example.com ssh-ed25519 AAAAC3Nza"]
          protect:
            - {namespaces: [prod], paths: [policy/, "*.lock"], authors: ["*@example.com"]}
          limits:
            - {namespaces: ["team-*"], runs: 10, gpu: 8, priority: high}
          images: {forbiddenBase: ["*:latest"]}
          labels:
            - {required: {team: "[a-z]+"}}

        """

    @Test func isReadAsItIsWritten() throws {
        let loaded = Sample.load(Self.policy)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let spec = try #require(loaded.desired.policies[ObjectName(name: "house")]?.spec)
        #expect(spec.commits.requireSigned == .commit && spec.commits.allowedSigners.count == 1)
        #expect(spec.protect.map(\.paths) == [["policy/", "*.lock"]])
        #expect(spec.limits.map(\.gpu) == [8] && spec.limits.first?.priority == .high)
        #expect(spec.forbiddenBases.map(\.source) == ["*:latest"])
        #expect(spec.labels.first?.kinds == [.job, .queue, .agentPool, .run])
        // What the record keeps is read back to the same: it is what the next apply is judged by.
        #expect(RecordedSpec.policy(spec.canonical) == spec)
        #expect(RecordedSpec.policy(["commits": "none"]) == nil)
    }

    static let mistakes: [Mistake] = [
        Mistake(policy, "requireSigned: commit", "requireSigned: always", "SLW2006", 6, 20, "`commit` and `tag`"),
        Mistake(
            policy, "    allowedSigners: [\"ada@example.com ssh-ed25519 AAAAC3Nza\"]\n", "", "SLW2200", 6, 20,
            "nobody's are accepted", "allowedSigners"),
        Mistake(
            policy, "ada@example.com ssh-ed25519 AAAAC3Nza", "keys/allowed_signers", "SLW2007", 7, 22,
            "a line of an SSH allowed-signers file", ".pub"),
        Mistake(policy, "ada@example.com ssh", "ada@example.com\\nssh", "SLW2007", 7, 22, "allowed-signers"),
        Mistake(
            policy, "namespaces: [prod], paths: [policy/, \"*.lock\"], authors", "authors", "SLW2201", 9, 7,
            "protects nothing", "`namespaces`"),
        Mistake(
            policy, "namespaces: [prod], paths: [policy/, \"*.lock\"], authors", "paths: [], authors", "SLW2201", 9,
            7, "protects nothing"),
        Mistake(policy, ", authors: [\"*@example.com\"]", "", "SLW2005", 9, 7, "protect[0].authors is missing"),
        Mistake(policy, "authors: [\"*@example.com\"]", "authors: []", "SLW2012", 9, 65, "at least 1"),
        Mistake(policy, "\"*.lock\"", "\"!x\"", "SLW2007", 9, 45, "a pattern for paths", "`!`"),
        Mistake(policy, "\"*.lock\"", "\"[x\"", "SLW2007", 9, 45, "a pattern for paths"),
        Mistake(policy, "\"*.lock\"", "\"/\"", "SLW2007", 9, 45, "a pattern for paths"),
        Mistake(policy, "[prod]", "[\"pr[od\"]", "SLW2007", 9, 21, "a name or a pattern", "`]`"),
        Mistake(policy, "[prod]", "[\"\"]", "SLW2007", 9, 21, "a name or a pattern"),
        Mistake(policy, ", runs: 10, gpu: 8, priority: high", "", "SLW2202", 11, 7, "limits nothing", "`gpu`"),
        Mistake(policy, "gpu: 8", "gpu: -1", "SLW2011", 11, 47, "between 0"),
        Mistake(policy, "priority: high", "priority: urgent", "SLW2006", 11, 60, "must be one of"),
        Mistake(policy, "[a-z]+", "(a", "SLW2024", 14, 26, "spec.labels[0].required.team"),
        Mistake(policy, "required: {team: \"[a-z]+\"}", "kinds: [Job]", "SLW2005", 14, 7, "required is missing"),
        Mistake(policy, "required: {", "kinds: [Cluster], required: {", "SLW2006", 14, 16, "must be one of `Job`"),
    ]

    @Test(arguments: mistakes) func aMistakeIsReportedAtItsPlace(_ mistake: Mistake) throws {
        let text = mistake.sample.replacing(mistake.from, with: mistake.to, maxReplacements: 1)
        let found = Sample.load(text).diagnostics
        let first = try #require(found.first, "nothing was found")
        #expect(found.count == 1, "\(found)")
        #expect(first.code.rawValue == mistake.code, "\(first)")
        #expect(first.location?.span.start.line == mistake.line, "\(first)")
        #expect(first.location?.span.start.column == mistake.column, "\(first)")
        #expect(first.message.contains(mistake.message), "\(first)")
        #expect((first.remedy ?? "").contains(mistake.remedy), "\(first)")
    }

    @Test func whatCouldBeAPolicyIsNotTakenForAbsent() {
        let broken = Self.policy.replacing("requireSigned: commit", with: "requireSigned: maybe")
        #expect(Sample.load(broken).policyFaults.count == 1)
        #expect(
            Sample.load(Self.policy.replacing("kind: Policy", with: "kind: Polici"))
                .policyFaults.count == 1)
        #expect(!Sample.load("a: [").policyFaults.isEmpty)
        #expect(Sample.load(Self.policy).policyFaults.isEmpty)
        // A mistake in something else hides nothing.
        #expect(Sample.load(Sample.run.replacing("lr: 0.05", with: "lr: 7")).policyFaults.isEmpty)
    }

    @Test(arguments: [
        ("*@example.com", "ada@example.com", true), ("*@example.com", "ada@example.com.evil.org", false),
        ("team-?", "team-a", true), ("team-?", "team-ab", false), ("*", "", true), ("[!a]*", "b/c", true),
    ]) func wildcardsMatchWhole(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try #require(Wildcard(pattern)).matches(text) == expected)
    }

    @Test(arguments: [
        ("a|ab", "ab", true), ("a", "ab", false), ("b", "ab", false), ("a*", "", true), ("(a|b)+", "abba", true),
        ("^a", "ab", false), ("x?", "xx", false),
    ]) func aPatternCanHaveToMatchAll(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text, whole: true) == expected)
    }
}
