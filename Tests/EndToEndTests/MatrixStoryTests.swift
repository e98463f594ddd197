import Foundation
import Testing

/// A small sweep, from its mistakes to its end, with the built program.
@Suite(.timeLimit(.minutes(5))) struct MatrixStoryTests {
    private func sweep(_ sandbox: Sandbox, _ matrix: String) throws {
        try sandbox.write(
            "manifests/sweep.yaml",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: sweep}
            spec:
              job: gated
              queue: local
              matrix:
                \(matrix)
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: report}
            spec: {job: gated, queue: local, parameters: {variant: 99}, dependsOn: [{run: sweep}]}

            """)
    }

    @Test func aSweepGrowsAndShrinks() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try sweep(sandbox, "{variant: [1, two], status: [0], failures: [1, 2, 3]}")
        let invalid = try await sandbox.reconcile("validate")
        #expect(invalid.status == 3, "\(invalid)")
        #expect(invalid.errors.components(separatedBy: "[SLW").count == 2, "said once: \(invalid)")
        #expect(invalid.errors.contains("manifests/sweep.yaml:8:19: error: parameter `variant`"), "\(invalid)")

        try sweep(sandbox, "{variant: [1, 2], status: [0], exclude: [{variant: 2}]}")
        #expect(try await sandbox.reconcile("validate").status == 0)

        try sweep(sandbox, "{variant: [1, 2], status: [0]}")
        try await sandbox.commit("A sweep")
        let planned = try await sandbox.reconcile("plan")
        #expect(planned.output.contains("> Run/sweep-variant-1-status-0"), "\(planned)")
        #expect(planned.output.contains("Plan: 3 create, 0 update, 0 delete, 3 run, 0 unchanged"), "\(planned)")
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0 && applied.output == "Done: 3 succeeded of 3 runs\n", "\(applied)")
        let first = job.entries().map(\.run)
        #expect(Set(first.prefix(2)) == ["sweep-variant-1-status-0", "sweep-variant-2-status-0"], "\(first)")
        #expect(first.last == "report" && first.count == 3, "\(first)")

        try sweep(sandbox, "{variant: [3, 2, 1], status: [0], exclude: [{variant: 1}]}")
        try await sandbox.commit("One more, and one less")
        let changed = try await sandbox.reconcile("plan")
        #expect(changed.output.contains("> Run/sweep-variant-3-status-0"), "\(changed)")
        #expect(changed.output.contains("- Run/sweep-variant-1-status-0"), "\(changed)")
        #expect(changed.output.contains("Plan: 0 create, 1 update, 1 delete, 1 run, 4 unchanged"), "\(changed)")
        let again = try await sandbox.reconcile()
        #expect(again.status == 0, "\(again)")
        #expect(job.entries().map(\.run).suffix(1) == ["sweep-variant-3-status-0"])
        #expect(try await sandbox.reconcile().output == "Nothing to do: 3 succeeded of 3 runs\n")
    }
}
