import Foundation
import Support
import Testing

/// What the README tells, on the example that it tells it with.
@Suite struct StoryTests {
    /// The repository's own example; fewer epochs, so that a run takes no time.
    private func example() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        for folder in ["manifests", "jobs"] { try sandbox.copy("\(BuiltProgram.checkout)/\(folder)", to: folder) }
        try sandbox.edit("manifests/jobs.yaml", "default: 2000", "default: 20")
        try await sandbox.commit("The example")
        return sandbox
    }

    @Test func theExampleRunsOnceAndFollowsItsCommits() async throws {
        let sandbox = try await example()
        try await firstApply(sandbox)
        try await nothingIsLeft(sandbox)
        try await oneParameterChanges(sandbox)
        try await theChangeIsReverted(sandbox)
        try await aRunDisappears(sandbox)
    }

    private func firstApply(_ sandbox: Sandbox) async throws {
        let planned = try await sandbox.reconcile("plan", "--detailed-exitcode")
        #expect(planned.status == 2, "\(planned)")
        #expect(!sandbox.exists(".slipway"), "a plan writes nothing")

        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0, "\(applied)")
        #expect(applied.output == "Done: 3 succeeded of 3 runs\n")
        #expect(applied.errors.contains("Plan: 4 create, 0 update, 0 delete, 3 run, 0 unchanged"))
        #expect(applied.errors.contains("✔ Run/penguins-lr-05  succeeded in "))
        #expect(applied.errors.contains("accuracy="))
        #expect(Set(try await sandbox.phases().values) == ["succeeded"])
        let traces = sandbox.files(below: ".slipway/runs")
        for name in ["run.sh", "env", "stdout.log", "stderr.log", "exit", "outputs/model.json", "metrics.jsonl"] {
            #expect(traces.count { $0.hasSuffix("/1/\(name)") } == 3, "three of \(name)")
        }
        let status = try await sandbox.git("status", "--porcelain")
        #expect(status.output == "", "Git sees nothing of the state")
    }

    private func nothingIsLeft(_ sandbox: Sandbox) async throws {
        let again = try await sandbox.reconcile()
        #expect(again.status == 0 && again.output == "Nothing to do: 3 succeeded of 3 runs\n", "\(again)")
        #expect(again.errors == "")
        let plan = try await sandbox.reconcile("plan", "--detailed-exitcode")
        #expect(plan.status == 0, "\(plan)")
    }

    private func oneParameterChanges(_ sandbox: Sandbox) async throws {
        try sandbox.edit("manifests/runs.yaml", "{lr: 0.05}", "{lr: 0.06}")
        try await sandbox.commit("Try 0.06")
        let pending = try await sandbox.reconcile("plan", "--detailed-exitcode")
        #expect(pending.status == 2, "\(pending)")
        #expect(
            pending.output == """
                  > Run/penguins-lr-05  parameters.lr 0.05 → 0.06  manifests/runs.yaml:21

                Plan: 0 create, 0 update, 0 delete, 1 run, 6 unchanged

                """)
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0 && applied.output == "Done: 3 succeeded of 3 runs\n", "\(applied)")
        #expect(applied.errors.components(separatedBy: "✔").count == 2, "one run ended")
    }

    private func theChangeIsReverted(_ sandbox: Sandbox) async throws {
        try await sandbox.git("revert", "--no-edit", "HEAD")
        let plan = try await sandbox.plan()
        #expect(plan.summary == .init(satisfied: 1, unchanged: 6))
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0, "\(applied)")
        #expect(!applied.errors.contains("building"), "\(applied)")
        let settled = try await sandbox.reconcile("plan", "--detailed-exitcode")
        #expect(settled.status == 0, "\(settled)")
    }

    private func aRunDisappears(_ sandbox: Sandbox) async throws {
        let text = try sandbox.read("manifests/runs.yaml")
        let documents = text.components(separatedBy: "\n---\n")
        try sandbox.write("manifests/runs.yaml", documents.dropLast().joined(separator: "\n---\n") + "\n")
        try await sandbox.commit("Two are enough")
        let plan = try await sandbox.plan()
        #expect(plan.summary == .init(delete: 1, unchanged: 6))
        #expect(plan.actions.map(\.name) == ["penguins-lr-2"] && plan.actions.map(\.reason) == ["manifestRemoved"])
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0 && applied.output == "Done: 2 succeeded of 2 runs\n", "\(applied)")
        #expect(try await sandbox.phases().keys.sorted() == ["penguins-lr-002", "penguins-lr-05"])
        let history = try await sandbox.reconcile("history", "Run/penguins-lr-2")
        #expect(history.output.contains("object.deleted"), "its records are kept: \(history)")
        let verified = try await sandbox.reconcile("history", "--verify")
        #expect(verified.status == 0 && verified.output.hasPrefix("Verified: "), "\(verified)")
    }

    @Test func aJobWithRequirementsRuns() async throws {
        let sandbox = try await example()
        let built = try await sandbox.reconcile("build", "train-spirals")
        #expect(built.status == 0, "\(built)")
        #expect(built.output.contains("numpy==2.2.6"))
        try sandbox.write(
            "manifests/runs.yaml",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: spirals}
            spec: {job: train-spirals, queue: local, parameters: {epochs: 10}}

            """)
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0 && applied.output == "Done: 1 succeeded of 1 runs\n", "\(applied)")
        let logs = try await sandbox.reconcile("logs", "spirals")
        #expect(logs.output.contains("NumPy 2.2.6"), "\(logs)")
        #expect(!applied.errors.contains("Collecting"), "the image was there already")
    }
}
