import Foundation
import Testing

/// What the commands print, for people and for programs.
@Suite struct ViewTests {
    /// One succeeded run and one that failed.
    private func applied() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("good")
        try job.want("bad", status: 3)
        try await sandbox.commit("Two runs")
        let outcome = try await sandbox.reconcile()
        #expect(outcome.status == 4, "\(outcome)")
        return sandbox
    }

    @Test func everyViewOfOneState() async throws {
        let sandbox = try await applied()
        try await documents(sandbox)
        try await texts(sandbox)
        try await unknownNames(sandbox)
        try await nothingIsColoured(sandbox)
    }

    private func documents(_ sandbox: Sandbox) async throws {
        let all = try await sandbox.reconcile("get", "all", "-o", "json").decoded(GetDocument.self)
        #expect(all.formatVersion == "1")
        #expect(
            all.items.map { "\($0.kind)/\($0.namespace)/\($0.name) \($0.phase) \($0.reason)" } == [
                "Job/default/gated ready Applied", "Queue/default/local ready Applied",
                "AgentPool/default/here ready Applied", "Run/default/bad failed CommandFailed",
                "Run/default/good succeeded Succeeded",
            ])
        let one = try await sandbox.reconcile("get", "run", "bad", "-o", "json").decoded(GetDocument.self)
        #expect(one.items.count == 1 && one.items.first?.attempts?.first?.exitCode == 3)

        let plan = try await sandbox.reconcile("plan", "-o", "json")
        #expect(try plan.decoded(PlanDocument.self).summary == .init(unchanged: 5), "\(plan)")
        let keys = try #require(try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any])
        let summary = try #require(keys["summary"] as? [String: Any])
        #expect(
            summary.keys.sorted() == ["create", "delete", "replace", "run", "satisfied", "unchanged", "update"])
        let twice = try await sandbox.reconcile("plan", "-o", "json")
        #expect(twice.output == plan.output, "a plan is the same, byte for byte")

        struct Status: Decodable {
            var formatVersion: String
            var objects: [String: Int]
            var runs: [String: Int]
        }
        let status = try await sandbox.reconcile("status", "-o", "json").decoded(Status.self)
        #expect(status.objects == ["Job": 1, "Queue": 1, "AgentPool": 1, "Run": 2])
        #expect(status.runs == ["succeeded": 1, "failed": 1])
        let valid = try await sandbox.reconcile("validate", "-o", "json")
        #expect(valid.status == 0 && valid.output.contains("\"valid\": true"), "\(valid)")
    }

    private func texts(_ sandbox: Sandbox) async throws {
        let status = try await sandbox.reconcile("status")
        #expect(status.output.contains("1 Job, 1 Queue, 1 AgentPool, 2 Run"), "\(status)")
        #expect(status.output.contains("1 succeeded, 1 failed"), "\(status)")
        let table = try await sandbox.reconcile("get", "runs")
        #expect(table.output.split(separator: "\n").count == 3, "\(table)")

        let explained = try await sandbox.reconcile("explain", "bad")
        for part in ["Run/bad  failed", "the command ended with status 3", "manifests/bad.yaml:1", "gated@v1"] {
            #expect(explained.output.contains(part), "\(part): \(explained)")
        }
        #expect(try await sandbox.reconcile("explain", "Run/bad").output == explained.output)
        let job = try await sandbox.reconcile("explain", "Job/gated")
        #expect(job.status == 0 && job.output.contains("manifests/setup.yaml:1"), "\(job)")

        let logs = try await sandbox.reconcile("logs", "good")
        #expect(logs.output == "begun\nended\n" && logs.errors == "and an error\n", "\(logs)")
        let history = try await sandbox.reconcile("history", "Run/good")
        #expect(history.output.contains("run.queued") && history.output.contains("run.finished"), "\(history)")
        #expect(!history.output.contains("Run/bad"))
        let newest = try await sandbox.reconcile("history", "--limit", "2")
        #expect(newest.output.split(separator: "\n").count == 2, "\(newest)")
    }

    private func unknownNames(_ sandbox: Sandbox) async throws {
        for (arguments, code) in [
            (["get", "run", "goood"], "SLW8005"), (["get", "jbo"], "SLW9002"), (["explain", "goood"], "SLW8005"),
            (["logs", "nothing"], "SLW4016"), (["cancel", "nothing"], "SLW4016"), (["retry", "nothing"], "SLW4016"),
            (["logs", "good", "--attempt", "7"], "SLW8009"), (["build", "gatde"], "SLW8005"),
        ] {
            let outcome = try await sandbox.reconcile(arguments)
            #expect(outcome.status == 1 && outcome.errors.contains("[\(code)]"), "\(arguments): \(outcome)")
            #expect(outcome.output == "", "\(arguments)")
        }
    }

    private func nothingIsColoured(_ sandbox: Sandbox) async throws {
        for arguments in [["status"], ["plan"], ["get", "all"], ["explain", "bad"], ["history"], ["apply"], ["logs"]] {
            let outcome = try await sandbox.reconcile(arguments)
            #expect(!(outcome.output + outcome.errors).contains("\u{1B}"), "\(arguments)")
        }
    }

    @Test func logsAreFollowedUntilTheEnd() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let apply = try await sandbox.start()
        try await job.begun("long")
        let logs = try await sandbox.start("logs", "long", "--follow")
        try job.open("long")
        let followed = try await logs.end()
        #expect(followed.status == 0 && followed.output == "begun\nended\n", "\(followed)")
        #expect(try await apply.end().status == 0)
    }

    @Test func anImageIsBuiltThatOthersRead() async throws {
        let sandbox = try await Sandbox()
        _ = try GatedJob(in: sandbox)
        try await sandbox.commit()
        struct Built: Decodable {
            var formatVersion: String
            var digest: String
            var layout: String
            var tag: String
            var reused: Bool
        }
        let first = try await sandbox.reconcile("build", "gated", "-o", "json").decoded(Built.self)
        let second = try await sandbox.reconcile("build", "gated", "-o", "json").decoded(Built.self)
        #expect(first.formatVersion == "1" && !first.reused && second.reused && first.digest == second.digest)
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo") else { return }
        let inspected = try await sandbox.run("/usr/bin/skopeo", ["inspect", "oci:\(first.layout):\(first.tag)"])
        #expect(inspected.status == 0 && inspected.output.contains(first.digest), "\(inspected)")
    }

    @Test func aNewFolderBeginsWithInit() async throws {
        let sandbox = try await Sandbox()
        let written = try await sandbox.reconcile("init")
        #expect(written.status == 0, "\(written)")
        try await sandbox.commit("First run")
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0 && applied.output == "Done: 1 succeeded of 1 runs\n", "\(applied)")
        let before = sandbox.files(below: ".").filter { !$0.hasPrefix(".slipway") }
        let again = try await sandbox.reconcile("init")
        #expect(again.status == 1 && again.errors.contains("[SLW8010]"), "\(again)")
        #expect(sandbox.files(below: ".").filter { !$0.hasPrefix(".slipway") } == before)
    }
}
