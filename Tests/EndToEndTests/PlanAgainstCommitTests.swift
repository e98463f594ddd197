import Foundation
import Support
import Testing

/// `plan --against-ref`: two commits, from files alone.
@Suite(.timeLimit(.minutes(5))) struct PlanAgainstCommitTests {
    /// A job, its setup and two runs, committed.
    private func project() async throws -> (sandbox: Sandbox, job: GatedJob) {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one", variant: 1)
        try job.want("two", variant: 2)
        try await sandbox.commit("Two runs")
        return (sandbox, job)
    }

    private func actions(_ outcome: Outcome) throws -> [String] {
        try outcome.decoded(PlanDocument.self).actions.map { "\($0.op) \($0.kind)/\($0.name) \($0.reason)" }
    }

    @Test func whatAProposalChanges() async throws {
        let (sandbox, job) = try await project()
        try await sandbox.git("checkout", "--quiet", "-b", "proposal")
        try job.want("two", variant: 3)
        try job.want("three", variant: 4)
        try sandbox.remove("manifests/one.yaml")
        try await sandbox.commit("A proposal")

        let outcome = try await sandbox.reconcile("plan", "--against-ref", "main", "--output", "json")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(
            try actions(outcome) == [
                "run Run/three neverRun", "run Run/two parametersChanged", "delete Run/one manifestRemoved",
            ])
        #expect(outcome.output.contains("\"ref\": \"main\""))
        let text = try await sandbox.reconcile("plan", "--against-ref", "main", "--detailed-exitcode")
        #expect(text.status == 2 && text.output.contains("parameters.variant 2 → 3  manifests/two.yaml:7"), "\(text)")
        let same = try await sandbox.reconcile("plan", "--against-ref", "proposal", "--detailed-exitcode")
        #expect(same.status == 0 && same.output == "Plan: 0 create, 0 update, 0 delete, 0 run, 5 unchanged\n")
        #expect(!sandbox.exists(".slipway"), "a plan writes nothing")
        #expect(try await sandbox.git("status", "--porcelain").output == "")
    }

    /// Sources are compared too: by what is committed there, whatever the working tree holds besides.
    @Test func aChangedSourceRunsItsJobAgain() async throws {
        let (sandbox, _) = try await project()
        try sandbox.write("jobs/gated/more.txt", "x")
        try sandbox.write("jobs/gated/__pycache__/left.pyc", "x")
        let outcome = try await sandbox.reconcile("plan", "--against-ref", "HEAD", "--output", "json")
        #expect(
            try actions(outcome) == [
                "update Job/gated sourceChanged", "run Run/one jobVersionChanged", "run Run/two jobVersionChanged",
            ])
        #expect(!outcome.output.contains("v1"), "no number is made up: \(outcome)")
    }

    /// The state is neither needed nor looked at, whatever the environment says of one.
    @Test func noStateAndNoCredentials() async throws {
        let (sandbox, job) = try await project()
        try job.want("three", variant: 3)
        try await sandbox.commit("A third")
        // Git asks nobody and nothing: every way to a remote would fail.
        let environment = [
            "SLIPWAY_STATE": "postgres://nobody@127.0.0.1:1/none", "GIT_SSH_COMMAND": "false", "GIT_ASKPASS": "false",
            "HOME": sandbox.path,
        ]
        let fork = try await sandbox.clone("--no-local", "--branch", "main")
        let validated = try await fork.reconcile(["validate"], environment: ["SLIPWAY_STATE": "postgres:nonsense"])
        #expect(validated.status == 0, "\(validated)")
        let outcome = try await fork.reconcile(
            ["plan", "--against-ref", "origin/main~1", "--output", "json"], environment: environment)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try actions(outcome) == ["run Run/three neverRun"])
        #expect(!fork.exists(".slipway"))
    }

    @Test func detachedAndShallow() async throws {
        let (sandbox, job) = try await project()
        try job.want("three", variant: 3)
        try await sandbox.commit("A third")
        try await sandbox.git("checkout", "--quiet", "--detach")
        let detached = try await sandbox.reconcile("plan", "--against-ref", "HEAD~1", "--output", "json")
        #expect(try actions(detached) == ["run Run/three neverRun"])

        try await sandbox.git("checkout", "--quiet", "main")
        let shallow = try await sandbox.clone("--no-local", "--depth", "1")
        let missing = try await shallow.reconcile("plan", "--against-ref", "HEAD~1")
        #expect(missing.status == 1 && missing.errors.contains("[SLW8033]"), "\(missing)")
        #expect(missing.errors.contains("git fetch origin main:refs/remotes/origin/main"))
        let here = try await shallow.reconcile("plan", "--against-ref", "origin/main", "--detailed-exitcode")
        #expect(here.status == 0, "\(here)")
        // With the other commit fetched, as the remedy says, a shallow clone is enough.
        try await sandbox.git("branch", "other", "HEAD~1")
        let absent = try await shallow.reconcile("plan", "--against-ref", "origin/other")
        #expect(absent.errors.contains("git fetch origin other:refs/remotes/origin/other"), "\(absent)")
        try await shallow.git("fetch", "--quiet", "--depth", "1", "origin", "other:refs/remotes/origin/other")
        let fetched = try await shallow.reconcile("plan", "--against-ref", "origin/other", "--output", "json")
        #expect(try actions(fetched) == ["run Run/three neverRun"])
    }

    @Test func fromASubfolderWithSeveralPaths() async throws {
        let (sandbox, job) = try await project()
        try job.want("two", variant: 9)
        try sandbox.write("more/three.yaml", try sandbox.read("manifests/one.yaml").replacing("one", with: "three"))
        try await sandbox.commit("More")
        let paths = ["-f", "../manifests/setup.yaml", "-f", "../manifests/two.yaml", "-f", "../more"]
        let outcome = try await sandbox.run(
            "/usr/bin/env",
            ["-C", "\(sandbox.repository)/jobs", BuiltProgram.path, "plan", "--against-ref", "HEAD~1", "-o", "json"]
                + paths)
        #expect(outcome.status == 0, "\(outcome)")
        // The folder `more` was not there before: what is in it is new.
        #expect(try actions(outcome) == ["run Run/three neverRun", "run Run/two parametersChanged"])
        try sandbox.write("../outside.yaml", try sandbox.read("more/three.yaml").replacing("three", with: "four"))
        let outside = try await sandbox.reconcile(
            "plan", "--against-ref", "HEAD", "-f", "manifests", "-f", "../outside.yaml")
        #expect(outside.status == 1 && outside.errors.contains("[SLW8036]"), "\(outside)")
    }

    @Test func aPinnedRunIsNoError() async throws {
        let (sandbox, _) = try await project()
        try sandbox.edit("manifests/one.yaml", "job: gated", "job: gated@v7")
        let outcome = try await sandbox.reconcile("plan", "--against-ref", "HEAD")
        #expect(outcome.status == 0 && outcome.errors.contains("compared with HEAD"), "\(outcome)")
        #expect(outcome.output.contains("gated → gated@v7; whether there is a v7"))
        let recorded = try await sandbox.reconcile("plan")
        #expect(recorded.status == 3 && recorded.errors.contains("[SLW3001]"), "with a record it is one: \(recorded)")
    }

    @Test func anInvalidBaseIsNamed() async throws {
        let (sandbox, job) = try await project()
        try sandbox.write(
            "manifests/one.yaml", "apiVersion: slipway/v1\nkind: Run\nmetadata: {name: one}\nspec: {job: x}\n")
        try await sandbox.commit("Broken")
        try job.want("one", variant: 1)
        let outcome = try await sandbox.reconcile("plan", "--against-ref", "HEAD")
        #expect(outcome.status == 1 && outcome.errors.contains("the manifests of `HEAD` ("), "\(outcome)")
        #expect(outcome.errors.contains("note: HEAD:manifests/one.yaml:4:"), "\(outcome)")
        // It hides nothing that is wrong with the proposal, whose author can mend that.
        try sandbox.write("manifests/two.yaml", "kind: [")
        let both = try await sandbox.reconcile("plan", "--against-ref", "HEAD")
        #expect(both.status == 3 && both.errors.contains("manifests/two.yaml:1:"), "\(both)")
        #expect(both.errors.contains("warning: the manifests of `HEAD`"))
    }

    @Test(arguments: [
        "", "-x", "--output=here", "--upload-pack=touch here", "HEAD..main", "HEAD...main", "^HEAD", "HEAD:manifests",
        ":/Two", "HEAD^{tree}", "HEAD^@", "HEAD^!", "a b", "a\nb", "$(touch here)",
    ])
    func aHostileRefIsRefused(_ reference: String) async throws {
        let (sandbox, _) = try await project()
        let outcome = try await sandbox.reconcile("plan", "--against-ref=\(reference)")
        #expect(outcome.status == 1 || outcome.status == 64, "\(outcome)")
        #expect(["[SLW8031]", "[SLW8032]", "Usage:"].contains { outcome.errors.contains($0) }, "\(outcome)")
        #expect(!sandbox.exists("here") && outcome.output == "")
    }

    @Test func whereThereIsNothingToCompareWith() async throws {
        let (sandbox, _) = try await project()
        let missing = try await sandbox.reconcile("plan", "--against-ref", "origin/main")
        #expect(missing.status == 1 && missing.errors.contains("[SLW8032]"), "\(missing)")
        #expect(missing.errors.contains("git fetch origin main:refs/remotes/origin/main"))

        let young = try await Sandbox()
        _ = try GatedJob(in: young)
        let unborn = try await young.reconcile("plan", "--against-ref", "main")
        #expect(unborn.status == 1 && unborn.errors.contains("[SLW8035]"), "\(unborn)")
        try young.remove(".git")
        let bare = try await young.reconcile("plan", "--against-ref", "main")
        #expect(bare.status == 1 && bare.errors.contains("[SLW8034]"), "\(bare)")
    }

    /// The files of the other commit are gone with the command, also where it fails.
    @Test func nothingIsLeftBehind() async throws {
        let (sandbox, _) = try await project()
        try sandbox.write("tmp/.gitignore", "*\n")
        let environment = ["TMPDIR": "\(sandbox.repository)/tmp"]
        for reference in ["HEAD", "nowhere"] {
            _ = try await sandbox.reconcile(["plan", "--against-ref", reference], environment: environment)
        }
        try sandbox.write("manifests/broken.yaml", "kind: [")
        _ = try await sandbox.reconcile(["plan", "--against-ref", "HEAD"], environment: environment)
        #expect(sandbox.files(below: "tmp") == [".gitignore"])
        let unwritable = try await sandbox.reconcile(
            ["plan", "--against-ref", "HEAD"], environment: ["TMPDIR": "/proc/none"])
        #expect(unwritable.status != 0, "\(unwritable)")
    }

    @Test func optionsThatContradict() async throws {
        let (sandbox, _) = try await project()
        for more in [["--out", "plan.json"], ["--state", "elsewhere.db"]] {
            let outcome = try await sandbox.reconcile(["plan", "--against-ref", "HEAD"] + more)
            #expect(outcome.status == 64, "\(outcome)")
        }
        #expect(!sandbox.exists("plan.json"))
    }
}
