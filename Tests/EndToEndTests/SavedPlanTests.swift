import Foundation
import Support
import Testing

/// `plan --out FILE`, then `apply FILE`: exactly that, or nothing.
@Suite(.timeLimit(.minutes(5))) struct SavedPlanTests {
    private func project() async throws -> (sandbox: Sandbox, job: GatedJob) {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one", variant: 1)
        try await sandbox.commit("One run")
        return (sandbox, job)
    }

    /// One whose run has succeeded, and in which a second is wanted by a plan that is saved.
    private func planned() async throws -> (sandbox: Sandbox, job: GatedJob) {
        let (sandbox, job) = try await project()
        #expect(try await sandbox.reconcile().status == 0)
        try job.want("two", variant: 2)
        try await sandbox.commit("Two runs")
        let outcome = try await sandbox.reconcile("plan", "--out", "plan.json")
        #expect(outcome.status == 0 && sandbox.exists("plan.json"), "\(outcome)")
        return (sandbox, job)
    }

    private func expectStale(_ outcome: Outcome, _ notes: String...) {
        #expect(outcome.status == 6 && outcome.errors.contains("[SLW8030]"), "\(outcome)")
        for note in notes { #expect(outcome.errors.contains("note: \(note)"), "\(note): \(outcome)") }
    }

    // MARK: Applied as it is

    @Test func exactlyThePlanIsDone() async throws {
        let (sandbox, job) = try await project()
        let planned = try await sandbox.reconcile("plan", "--out", "plan.json")
        #expect(planned.status == 0 && planned.errors.contains("`reconcile apply plan.json` does exactly this"))
        #expect(!sandbox.exists(".slipway"), "saving a plan writes nothing but the file")
        let applied = try await sandbox.reconcile("apply", "plan.json")
        #expect(applied.status == 0 && applied.output == "Done: 1 succeeded of 1 runs\n", "\(applied)")
        #expect(job.entries().map(\.run) == ["one"])
        // The file in the tree is no change of it: the record names the commit itself.
        let history = try await sandbox.reconcile("history", "--output", "json")
        #expect(!history.output.contains("+changes"))

        let again = try await sandbox.reconcile("apply", "plan.json")
        expectStale(again, "the state: it was at event 0", "Run/default/one: planned run, now nothing: it is succeeded")
        #expect(again.errors.contains("it may have been applied already"))
        #expect(job.entries().count == 1)
    }

    /// That the record went on is no reason to refuse, as long as the same would be done.
    @Test func aStateThatWentOnIsFine() async throws {
        let (sandbox, job) = try await project()
        try job.want("waits", gated: true, variant: 5)
        try await sandbox.commit("One that waits")
        #expect(try await sandbox.reconcile("apply", "--wait", "submitted").status == 0)
        try job.want("two", variant: 2)
        try await sandbox.commit("Two")
        #expect(try await sandbox.reconcile("plan", "--out", "plan.json").status == 0)
        let before = try await sandbox.reconcile("history", "--output", "json").output
        #expect(try await sandbox.reconcile("cancel", "waits").status == 0)
        #expect(try await sandbox.reconcile("history", "--output", "json").output != before)
        let applied = try await sandbox.reconcile("apply", "plan.json")
        #expect(applied.status == 4, "all was done, though a run was cancelled: \(applied)")
        #expect(try await sandbox.phases() == ["one": "succeeded", "two": "succeeded", "waits": "cancelled"])
    }

    @Test func aDirtyTreeCanBePlannedAndApplied() async throws {
        let (sandbox, job) = try await project()
        try job.want("two", variant: 2)
        #expect(try await sandbox.reconcile("plan", "--out", "out/plan.json").status == 1, "there is no such folder")
        #expect(try await sandbox.reconcile("plan", "--out", "plan.json").status == 0)
        let applied = try await sandbox.reconcile("apply", "plan.json")
        #expect(applied.status == 0, "\(applied)")
    }

    @Test func anywhereInTheRepository() async throws {
        let (sandbox, job) = try await project()
        try sandbox.write("more/two.yaml", try sandbox.read("manifests/one.yaml").replacing("one", with: "two"))
        try job.want("left-out", variant: 7)
        try await sandbox.commit("More")
        let there = ["-C", "\(sandbox.repository)/jobs", BuiltProgram.path]
        let planned = try await sandbox.run(
            "/usr/bin/env",
            there + ["plan", "--out", "../plan.json"]
                + ["-f", "../manifests/setup.yaml", "-f", "../manifests/one.yaml", "-f", "../more"])
        #expect(planned.status == 0, "\(planned)")
        let applied = try await sandbox.run("/usr/bin/env", there + ["apply", "../plan.json"])
        #expect(applied.status == 0, "\(applied)")
        #expect(try await sandbox.phases().keys.sorted() == ["one", "two"])
    }

    /// A plan made in one shallow, detached clone is applied in another.
    @Test func betweenShallowClones() async throws {
        let (sandbox, _) = try await project()
        try sandbox.write("note", "x")
        try await sandbox.commit("A second commit, so that a clone can be shallow")
        let state = ["--state", "\(sandbox.path)/state.db"]
        let first = try await sandbox.clone("--no-local", "--depth", "1")
        try await first.git("checkout", "--quiet", "--detach")
        let plan = "\(sandbox.path)/plan.json"
        #expect(try await first.reconcile(["plan", "--out", plan] + state).status == 0)
        let second = try await sandbox.clone("--no-local", "--depth", "1")
        let applied = try await second.reconcile(["apply", plan] + state)
        #expect(applied.status == 0, "\(applied)")
        let full = try await sandbox.clone("--no-local")
        expectStale(try await full.reconcile(["apply", plan] + state), "the state: ")
    }

    @Test func toStdoutAndNothingElse() async throws {
        let (sandbox, _) = try await project()
        let outcome = try await sandbox.reconcile("plan", "--out", "-")
        #expect(outcome.status == 0 && outcome.errors.contains("Plan: 3 create"), "\(outcome)")
        #expect(try outcome.decoded(SavedPlanDocument.self).actions.count == 4)
        try sandbox.write("../plan.json", outcome.output)
        #expect(try await sandbox.reconcile("apply", "../plan.json").status == 0)
    }

    @Test func whatItMayDeleteIsPartOfThePlan() async throws {
        let (sandbox, _) = try await project()
        #expect(try await sandbox.reconcile().status == 0)
        for file in ["setup", "one"] { try sandbox.remove("manifests/\(file).yaml") }
        try sandbox.write("manifests/.keep", "")
        try await sandbox.commit("All goes")
        let refused = try await sandbox.reconcile("plan", "--out", "plan.json")
        #expect(refused.status == 1 && !sandbox.exists("plan.json"), "\(refused)")
        #expect(try await sandbox.reconcile("plan", "--allow-empty", "--out", "plan.json").status == 0)
        let applied = try await sandbox.reconcile("apply", "plan.json")
        #expect(applied.status == 0 && applied.errors.contains("4 delete"), "\(applied)")
    }

    // MARK: Stale

    @Test func staleByCommit() async throws {
        let (sandbox, job) = try await planned()
        try sandbox.write("readme", "another commit")
        try await sandbox.git("add", "readme")
        try await sandbox.git("commit", "--quiet", "--message", "Something else")
        expectStale(try await sandbox.reconcile("apply", "plan.json"), "the commit: planned at ")
        try await sandbox.git("checkout", "--quiet", "HEAD~1")
        #expect(try await sandbox.reconcile("apply", "plan.json").status == 0, "back at the commit it is valid again")
        #expect(job.entries().map(\.run) == ["one", "two"])
    }

    @Test func staleByTree() async throws {
        let (sandbox, job) = try await planned()
        try sandbox.write("notes.txt", "x")
        expectStale(try await sandbox.reconcile("apply", "plan.json"), "the working tree: it has changes")
        #expect(job.entries().count == 1)
    }

    @Test func staleByObject() async throws {
        let (sandbox, job) = try await planned()
        try job.want("two", variant: 3)
        try job.want("three", variant: 4)
        expectStale(
            try await sandbox.reconcile("apply", "plan.json"), "the working tree: it has changes",
            "Run/default/two: it would write something else than planned",
            "Run/default/three: planned nothing, now run: first run of gated@v1")
        #expect(job.entries().count == 1)
    }

    @Test func staleByState() async throws {
        let (sandbox, job) = try await planned()
        // Somebody else applies the same commit meanwhile.
        #expect(try await sandbox.reconcile("apply", "--wait", "none").status == 0)
        let outcome = try await sandbox.reconcile("apply", "plan.json")
        expectStale(outcome, "the state: it was at event ", "Run/default/two: planned run, now nothing: it is queued")
        #expect(job.entries().count == 1, "nothing was done")
    }

    /// Both plans read the same; that a hidden value changed in a tree that was dirty before is noticed.
    @Test func staleByAMaskedValue() async throws {
        let (sandbox, _) = try await project()
        let setup = try sandbox.read("manifests/setup.yaml")
        func setToken(_ value: String) throws {
            try sandbox.write(
                "manifests/setup.yaml",
                setup.replacing("  args:", with: "  env: {API_TOKEN: \(value), SAME_TOKEN: \(value)}\n  args:"))
        }
        try setToken("hunter-zero")
        try await sandbox.commit("A value that belongs elsewhere")
        #expect(try await sandbox.reconcile().status == 0)
        try setToken("hunter-one")
        var shown = ""
        for format in ["text", "json", "markdown", "gitlab-terraform"] {
            let outcome = try await sandbox.reconcile("plan", "--output", format, "--out", "plan.json")
            shown += outcome.output + outcome.errors
        }
        shown += try sandbox.read("plan.json")
        shown += try await sandbox.reconcile("plan", "--against-ref", "HEAD").output
        #expect(!shown.contains("hunter"), "\(shown)")
        #expect(shown.contains("env.API_TOKEN (masked 1) → (masked 2), env.SAME_TOKEN (masked 1) → (masked 2)"))
        try setToken("hunter-two")
        let stale = try await sandbox.reconcile("apply", "plan.json")
        expectStale(stale, "the manifests or the files of a job: ", "Job/default/gated: it would write something else")
        #expect(!stale.errors.contains("hunter"))
        try setToken("hunter-one")
        #expect(try await sandbox.reconcile("apply", "plan.json").status == 0)
        #expect(try await !sandbox.reconcile("history", "--output", "json").output.contains("hunter"))
    }

    /// Of several who apply the same plan at once, one does; the others find the state held, or the plan stale.
    @Test func isDoneOnce() async throws {
        let (sandbox, job) = try await planned()
        var started: [RunningProgram] = []
        for _ in 0..<3 { started.append(try await sandbox.start("apply", "plan.json")) }
        var outcomes: [Outcome] = []
        for program in started { outcomes.append(try await program.end()) }
        #expect(outcomes.count { $0.status == 0 } == 1, "\(outcomes)")
        #expect(outcomes.allSatisfy { [0, 5, 6].contains($0.status) }, "\(outcomes)")
        #expect(job.entries().map(\.run) == ["one", "two"])
    }

    @Test func nothingIsWrittenByAStalePlan() async throws {
        let (sandbox, _) = try await project()
        #expect(try await sandbox.reconcile("plan", "--out", "plan.json").status == 0)
        try sandbox.write("notes.txt", "x")
        expectStale(try await sandbox.reconcile("apply", "plan.json"))
        #expect(!sandbox.exists(".slipway"))
    }

    // MARK: No plan of this repository

    @Test func aPlanOfAnotherRepository() async throws {
        let (sandbox, _) = try await project()
        let (other, _) = try await project()
        try sandbox.write("note", "x")
        try await sandbox.commit("Not the same commit by chance")
        #expect(try await sandbox.reconcile("plan", "--out", "plan.json").status == 0)
        let outcome = try await other.reconcile("apply", "\(sandbox.repository)/plan.json")
        #expect(outcome.status == 1 && outcome.errors.contains("[SLW8038]"), "\(outcome)")
        #expect(!other.exists(".slipway"))
    }

    @Test func anotherFormatOrVersion() async throws {
        let (sandbox, _) = try await planned()
        let plan = try sandbox.read("plan.json")
        for (old, new, code) in [
            ("\"formatVersion\": \"1\"", "\"formatVersion\": \"2\"", "SLW3011"),
            ("\"tool\": \"0.1.0\"", "\"tool\": \"9.0.0\"", "SLW3012"),
            ("\"manifests\": [\n    \"manifests\"\n  ]", "\"manifests\": [\"../../etc\"]", "SLW3010"),
        ] {
            #expect(plan.contains(old), "\(old)")
            try sandbox.write("plan.json", plan.replacing(old, with: new))
            let outcome = try await sandbox.reconcile("apply", "plan.json")
            #expect(outcome.status == 1 && outcome.errors.contains("[\(code)]"), "\(outcome)")
            #expect(outcome.errors.contains("plan.json:1:1"), "the file is named: \(outcome)")
        }
    }

    @Test func whatIsNoPlan() async throws {
        let (sandbox, job) = try await planned()
        let plan = try sandbox.read("plan.json")
        for (name, text) in [
            ("empty", ""), ("truncated", String(plan.prefix(plan.count / 2))), ("text", "hello"), ("list", "[]"),
            ("deep", String(repeating: "[", count: 1_000_000)), ("null", "null"),
        ] {
            try sandbox.write("../\(name)", text)
            let outcome = try await sandbox.reconcile("apply", "../\(name)")
            #expect(outcome.status == 1 && outcome.errors.contains("[SLW3010]"), "\(name): \(outcome)")
        }
        let huge = URL(fileURLWithPath: "\(sandbox.path)/huge")
        try Data().write(to: huge)
        let handle = try FileHandle(forWritingTo: huge)
        try handle.truncate(atOffset: 1 << 40)
        try handle.close()
        let tooLarge = try await sandbox.reconcile("apply", "../huge")
        #expect(tooLarge.status == 1 && tooLarge.errors.contains("[SLW8040]"), "\(tooLarge)")
        _ = try await sandbox.run("/usr/bin/mkfifo", ["../pipe"])
        for path in ["../pipe", "/dev/zero", "."] {
            let outcome = try await sandbox.reconcile("apply", path)
            #expect(outcome.status == 1 && outcome.errors.contains("[SLW8039]"), "\(path): \(outcome)")
        }
        #expect(job.entries().count == 1)
    }

    @Test func withoutACommitNothingIsSaved() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        let outcome = try await sandbox.reconcile("plan", "--out", "plan.json")
        #expect(outcome.status == 1 && outcome.errors.contains("[SLW8042]"), "\(outcome)")
        try sandbox.remove(".git")
        let none = try await sandbox.reconcile("plan", "--out", "plan.json")
        #expect(none.status != 0 && !sandbox.exists("plan.json"), "\(none)")
    }

    @Test func wrongUsage() async throws {
        let (sandbox, _) = try await planned()
        for arguments in [
            ["apply", "no-such-plan"], ["apply", "plan.json", "-f", "manifests"],
            ["apply", "plan.json", "--allow-mass-delete"],
        ] {
            let outcome = try await sandbox.reconcile(arguments)
            #expect(outcome.status == 64 && outcome.output == "", "\(outcome)")
        }
    }
}
