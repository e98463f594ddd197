import Testing

/// What is applied is judged by the policy as it was applied last, and by its own.
@Suite(.timeLimit(.minutes(5))) struct ApplyPolicyTests {
    private func apply(_ sandbox: Sandbox, _ arguments: String...) async throws -> Outcome {
        try await sandbox.reconcile(["apply", "--wait", "none"] + arguments)
    }

    /// A repository whose first commits have been applied under some rules.
    private func applied(_ rules: String...) async throws -> Sandbox {
        let sandbox = try await Sandbox.withJob()
        try sandbox.writePolicy(rules.joined(separator: "\n"))
        try await sandbox.commit(as: "ops")
        let outcome = try await apply(sandbox)
        #expect(outcome.status == 0, "\(outcome)")
        return sandbox
    }

    @Test func whatIsDeniedIsNotWritten() async throws {
        let sandbox = try await Sandbox.withJob()
        try sandbox.writePolicy("limits: [{runs: 0}]", "labels: [{kinds: [Queue], required: {team: x}}]")
        try await sandbox.commit(as: "ops")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3040", "SLW3044"], "\(denied)")
        #expect(denied.output == "" && !sandbox.exists(".slipway"), "\(denied)")
    }

    @Test func aPolicyIsAnObjectOfTheRecord() async throws {
        let sandbox = try await applied("limits: [{runs: 1}]")
        #expect(try await sandbox.items("policy").map(\.name) == ["house"])
        let explained = try await sandbox.reconcile("explain", "Policy/house")
        #expect(explained.status == 0 && explained.output.contains("manifests/policy.yaml"), "\(explained)")
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
    }

    private static let owned = ["protect: [{kinds: [Policy], authors: [ops@*]}]"]
    private static let loosenings: [(owner: String, rules: [String], denials: [String])] = [
        ("ops", owned, []), ("eve", owned, ["SLW3040", "SLW3046"]), ("eve", [], []),
    ]

    /// Who loosens the policy decides, and not how many commits and merges come together in one apply.
    @Test(arguments: loosenings)
    func aLooserPolicyIsItsOwnersToGive(_ owner: String, _ rules: [String], _ denials: [String]) async throws {
        let sandbox = try await applied((["limits: [{runs: 1}]"] + rules).joined(separator: "\n"))
        try sandbox.writePolicy((["limits: [{runs: 2}]"] + rules).joined(separator: "\n"))
        try await sandbox.commit(as: owner)
        try sandbox.writeRun("two", lr: "0.2")
        try await sandbox.commit(as: "eve")
        let before = try await sandbox.reconcile("state", "export")
        for outcome in [try await sandbox.reconcile("plan"), try await apply(sandbox)] {
            #expect(outcome.status == (denials.isEmpty ? 0 : 3) && outcome.codes == denials, "\(outcome)")
            #expect(outcome.errors.contains("had it when it was applied") == !denials.isEmpty, "\(outcome)")
        }
        let after = try await sandbox.reconcile("state", "export")
        #expect((after.output == before.output) == !denials.isEmpty)
    }

    @Test func nobodyLoosensAPolicyWithoutACommit() async throws {
        let sandbox = try await applied("limits: [{runs: 1}]")
        try sandbox.writeRun("two", lr: "0.2")
        try await sandbox.commit(as: "eve")
        try sandbox.writePolicy("limits: [{runs: 2}]")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3040"], "\(denied)")
    }

    /// Rules that were gone for a while, on the way from one apply to the next, held all the same.
    @Test func aDetourThroughALooserPolicyFreesNothing() async throws {
        let sandbox = try await applied(
            "protect: [{kinds: [Policy], authors: [ops@*]}, {kinds: [Queue], authors: [ada@*]}]")
        try sandbox.writePolicy("limits: [{runs: 9}]")
        try await sandbox.commit(as: "eve")
        try sandbox.edit("manifests/job.yaml", "resource: local-process", "resource: local-process\n  suspend: true")
        try await sandbox.commit(as: "eve")
        try await sandbox.git("checkout", "--quiet", "HEAD~2", "--", "manifests/policy.yaml")
        try await sandbox.commit(as: "eve")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3046"], "\(denied)")
        #expect(denied.errors.contains("Queue/local is protected"), "\(denied)")
    }

    @Test func removingAPolicyTakesWhoMay() async throws {
        let sandbox = try await applied("protect: [{kinds: [Policy], authors: [ops@*]}]")
        try sandbox.remove("manifests/policy.yaml")
        try await sandbox.commit(as: "eve")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3046"], "\(denied)")
        try await sandbox.git(as: "ops", "commit", "--quiet", "--amend", "--no-edit", "--reset-author")
        let outcome = try await apply(sandbox)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try await sandbox.items("policy").isEmpty)
    }

    // MARK: Who changed what

    private static let protected = "protect: [{kinds: [Run], paths: [manifests/one.yaml], authors: [ada@*, ops@*]}]"

    @Test func whatIsNotCommittedHasNoAuthor() async throws {
        let sandbox = try await applied(Self.protected)
        try sandbox.writeRun("one", lr: "0.3")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3047", "SLW3047"], "\(denied)")
        try await sandbox.commit(as: "ada")
        #expect(try await apply(sandbox).status == 0)
    }

    /// However a change comes to the branch, who made it counts, and not who let it in.
    @Test(arguments: ["fast-forward", "merge", "squash", "merge of another's"])
    func aChangeIsItsAuthors(_ way: String) async throws {
        let sandbox = try await applied(Self.protected)
        try await sandbox.git("switch", "--quiet", "--create", "topic")
        try sandbox.writeRun("one", lr: "0.3")
        try await sandbox.commit(as: way == "merge of another's" ? "ada" : "eve")
        try await sandbox.git("switch", "--quiet", "main")
        try sandbox.write("notes", "x")
        if way != "fast-forward" { try await sandbox.commit(as: "ada") } else { try sandbox.remove("notes") }
        switch way {
        case "fast-forward": try await sandbox.git("merge", "--quiet", "--ff-only", "topic")
        case "squash":
            try await sandbox.git("merge", "--quiet", "--squash", "topic")
            try await sandbox.commit(as: "ada", "--author", "eve <eve@example.com>")
        default:
            let merger = way == "merge" ? "ada" : "eve"
            try await sandbox.git(as: merger, "merge", "--quiet", "--no-ff", "--no-edit", "topic")
        }
        let outcome = try await apply(sandbox)
        if way == "merge of another's" {
            #expect(outcome.status == 0, "\(outcome)")
        } else {
            #expect(outcome.status == 3 && outcome.codes == ["SLW3046", "SLW3046"], "\(outcome)")
            #expect(outcome.errors.contains("eve@example.com in "), "\(outcome)")
        }
    }

    /// A merge that throws a change away changes what is there, though no commit of its own does.
    @Test func aMergeThatDecidesIsAChange() async throws {
        let sandbox = try await applied(Self.protected)
        try await sandbox.git("branch", "topic")
        try sandbox.writeRun("one", lr: "0.3")
        try await sandbox.commit(as: "ada")
        #expect(try await apply(sandbox).status == 0)
        try await sandbox.git("switch", "--quiet", "topic")
        try sandbox.write("notes", "x")
        try await sandbox.commit(as: "eve")
        try await sandbox.git(as: "eve", "merge", "--quiet", "--strategy", "ours", "--no-edit", "main")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3046", "SLW3046"], "\(denied)")
        #expect(denied.errors.contains("eve@example.com in "), "\(denied)")
    }

    @Test func goingBackTakesACommit() async throws {
        let sandbox = try await applied(Self.protected)
        try sandbox.writeRun("one", lr: "0.3")
        try await sandbox.commit(as: "ada")
        #expect(try await apply(sandbox).status == 0)
        try await sandbox.git("checkout", "--quiet", "HEAD^")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3048", "SLW3048"], "\(denied)")
        try await sandbox.git("checkout", "--quiet", "main")
        try await sandbox.git(as: "ada", "revert", "--no-edit", "HEAD")
        #expect(try await apply(sandbox).status == 0)
    }

    /// The object is what it was, wherever it is written; the path is another.
    @Test func aRenameChangesThePathAndNotTheObject() async throws {
        let sandbox = try await applied(Self.protected)
        try await sandbox.git("mv", "manifests/one.yaml", "manifests/other.yaml")
        try await sandbox.commit(as: "eve")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3046"], "\(denied)")
        #expect(denied.errors.contains("`manifests/one.yaml` is protected"), "\(denied)")
    }

    @Test func aMailmapHidesNobody() async throws {
        let sandbox = try await applied(Self.protected)
        try sandbox.write(".mailmap", "Ada <ada@example.com> <eve@example.com>\n")
        try sandbox.writeRun("one", lr: "0.3")
        try await sandbox.commit(as: "eve")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW3046", "SLW3046"], "\(denied)")
    }

    @Test func namesThatOnlyGitLikesAreRead() async throws {
        let sandbox = try await applied("protect: [{paths: [\"odd/\"], authors: [ada@*]}]")
        try sandbox.write("odd/:100644 \"x\"\n\ty", "1")
        try sandbox.write("odd/" + String(repeating: "a", count: 40), "1")
        try await sandbox.commit(as: "eve")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes.count == 2, "\(denied)")
    }

    @Test func withoutGitNobodyIsKnown() async throws {
        let sandbox = try await Sandbox.withJob()
        try sandbox.writePolicy(Self.protected)
        // Without a repository, the folder of the manifests is the root.
        try sandbox.edit("manifests/job.yaml", "path: ../jobs/train", "path: train")
        try sandbox.write("manifests/train/train.py", "")
        try sandbox.remove(".git")
        let outcome = try await apply(sandbox)
        #expect(outcome.status == 1 && outcome.codes == ["SLW8064"], "\(outcome)")
        #expect(!sandbox.exists(".slipway"))
    }
}
