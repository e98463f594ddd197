import Foundation
import Support
import Testing

/// What GitHub Actions is told: the step's summary and its outputs.
@Suite(.timeLimit(.minutes(5))) struct StepReportTests {
    private func project() async throws -> (sandbox: Sandbox, job: GatedJob) {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one", variant: 1)
        try await sandbox.commit("One run")
        return (sandbox, job)
    }

    private func environment(_ sandbox: Sandbox) -> [String: String] {
        ["GITHUB_STEP_SUMMARY": "\(sandbox.path)/summary", "GITHUB_OUTPUT": "\(sandbox.path)/outputs"]
    }

    private func text(_ sandbox: Sandbox, _ name: String) throws -> String {
        try String(contentsOfFile: "\(sandbox.path)/\(name)", encoding: .utf8)
    }

    /// Reads outputs as the runner does: `name<<delimiter`, lines, delimiter.
    private func outputs(_ sandbox: Sandbox) throws -> [String: String] {
        var found: [String: String] = [:]
        var open: (name: String, delimiter: String, lines: [String])?
        for line in try text(sandbox, "outputs").split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        {
            if let current = open {
                if line == current.delimiter {
                    found[current.name] = current.lines.joined(separator: "\n")
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if !line.isEmpty {
                let parts = line.components(separatedBy: "<<")
                try #require(parts.count == 2, "\(line)")
                open = (parts[0], parts[1], [])
            }
        }
        #expect(open == nil)
        return found
    }

    @Test func planAndApplyTell() async throws {
        let (sandbox, job) = try await project()
        try sandbox.write("../summary", "what was there\n")
        let planned = try await sandbox.reconcile(["plan"], environment: environment(sandbox))
        #expect(planned.status == 0 && planned.output.hasPrefix("  + Job/gated"), "\(planned)")
        var summary = try text(sandbox, "summary")
        #expect(summary.hasPrefix("what was there\n<!-- slipway-plan -->\n### Plan: 3 create"))
        var told = try outputs(sandbox)
        #expect(told["create"] == "3" && told["run"] == "1" && told["delete"] == "0", "\(told)")
        #expect(told["has-changes"] == "true" && told["refused"] == "false" && told["result"] == nil)
        #expect(told["summary"] == "Plan: 3 create, 0 update, 0 delete, 1 run, 0 unchanged")
        #expect(told["revision"]?.count == 40)

        try job.want("bad", status: 3, variant: 2)
        try await sandbox.commit("One that fails")
        let applied = try await sandbox.reconcile([], environment: environment(sandbox))
        #expect(applied.status == 4, "\(applied)")
        summary = try text(sandbox, "summary")
        #expect(summary.contains("**runs-failed: 1 succeeded, 1 failed of 2 runs**"), "\(summary)")
        #expect(summary.contains("Run/bad failed: "))
        told = try outputs(sandbox)
        #expect(told["result"] == "runs-failed" && told["has-changes"] == "true", "\(told)")
    }

    @Test func whyNothingWasApplied() async throws {
        let (sandbox, _) = try await project()
        #expect(try await sandbox.reconcile("plan", "--out", "plan.json").status == 0)
        try sandbox.write("note", "x")
        let stale = try await sandbox.reconcile(["apply", "plan.json"], environment: environment(sandbox))
        #expect(stale.status == 6, "\(stale)")
        #expect(try outputs(sandbox)["result"] == "stale")
        let summary = try text(sandbox, "summary")
        #expect(summary.contains("### Not applied: stale") && summary.contains("the working tree: it has changes"))
        try sandbox.write("manifests/one.yaml", "kind: [ @everyone")
        let planned = try await sandbox.reconcile(["plan", "-o", "markdown"], environment: environment(sandbox))
        #expect(planned.status == 3 && planned.output.hasPrefix("<!-- slipway-plan -->\n### No plan: invalid"))
        #expect(planned.output.contains("```text\nmanifests/one.yaml:"), "\(planned)")
        #expect(try text(sandbox, "summary").contains("### No plan: invalid"))
        let invalid = try await sandbox.reconcile(["apply"], environment: environment(sandbox))
        #expect(invalid.status == 3, "\(invalid)")
        #expect(try outputs(sandbox)["result"] == "invalid")
    }

    /// What cannot be written is warned of, and changes nothing else.
    @Test func aFailureToTellIsAWarning() async throws {
        let (sandbox, _) = try await project()
        _ = try await sandbox.run("/usr/bin/mkfifo", ["../pipe"])
        for place in ["/none/there", sandbox.path, "\(sandbox.path)/pipe", "/dev/full", "/dev/null"] {
            let outcome = try await sandbox.reconcile(
                ["plan"], environment: ["GITHUB_STEP_SUMMARY": place, "GITHUB_OUTPUT": place])
            #expect(outcome.status == 0 && outcome.output.contains("Plan: 3 create"), "\(outcome)")
            #expect(outcome.errors.components(separatedBy: "[SLW9030]").count == 3, "both are told of: \(outcome)")
        }
        let applied = try await sandbox.reconcile([], environment: ["GITHUB_OUTPUT": "/none/there"])
        #expect(applied.status == 0 && applied.errors.contains("[SLW9030]"), "\(applied)")
    }

    /// GitHub shows nothing of a summary above one mebibyte.
    @Test func theSummaryStaysWithinItsLimit() async throws {
        let (sandbox, _) = try await project()
        let limit = 1 << 20
        try sandbox.write("../summary", String(repeating: "x", count: limit - 1000))
        let full = try await sandbox.reconcile(["plan"], environment: environment(sandbox))
        #expect(full.status == 0 && full.errors.contains("leaves no room"), "\(full)")
        #expect(try text(sandbox, "summary").utf8.count == limit - 1000)
        try sandbox.write("../summary", String(repeating: "x", count: limit - 50_000))
        let fits = try await sandbox.reconcile(["plan"], environment: environment(sandbox))
        #expect(!fits.errors.contains("SLW9030"), "\(fits)")
        let size = try text(sandbox, "summary").utf8.count
        #expect(size > limit - 50_000 && size <= limit)
    }

    @Test func withoutTheVariablesNothingIsWritten() async throws {
        let (sandbox, _) = try await project()
        let outcome = try await sandbox.reconcile(
            ["plan"], environment: ["GITHUB_OUTPUT": "", "GITHUB_ACTIONS": "true"])
        #expect(outcome.status == 0 && !outcome.errors.contains("SLW9030"), "\(outcome)")
    }
}
