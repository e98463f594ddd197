import Foundation
import Support
import Synchronization
import Testing

/// What is there and is not recorded so shows in a plan, apart from what was committed; and others are told.
@Suite struct DriftTests {
    private struct Document: Decodable {
        struct Item: Decodable {
            var op: String
            var kind: String
            var name: String
            var reason: String
            var message: String
        }

        var drift: [Item]
    }

    /// What a plan says of drift; with status 2 where there is any, and without having written anything.
    private func drift(_ sandbox: Sandbox) async throws -> [Document.Item] {
        let before = try await sandbox.reconcile("state", "export").output
        let outcome = try await sandbox.reconcile("plan", "--detailed-exitcode", "-o", "json")
        let items = try outcome.decoded(Document.self).drift
        #expect(outcome.status == (items.isEmpty ? 0 : 2), "\(outcome)")
        #expect(try await sandbox.reconcile("state", "export").output == before, "plan writes nothing")
        return items
    }

    /// A run under way, and a reconciler that was killed.
    private func cutOff(_ sandbox: Sandbox) async throws -> GatedJob {
        let job = try GatedJob(in: sandbox)
        try job.want("one", gated: true)
        try await sandbox.commit()
        let first = try await sandbox.start()
        try await job.begun("one")
        try await eventually("it is recorded as running") { try await sandbox.phases()["one"] == "running" }
        first.signal(SIGKILL)
        _ = try await first.end()
        return job
    }

    @Test func anAgentThatWasKilledIsDriftUntilItsWorkIsTakenOver() async throws {
        let sandbox = try await Sandbox()
        let job = try await cutOff(sandbox)
        let items = try await drift(sandbox)
        #expect(items.map(\.reason) == ["agentGone", "agentGone"] && items.allSatisfy { $0.kind == "AgentPool" })
        #expect(
            items.contains {
                $0.message.contains("its process is gone") && $0.message.contains("its run is taken over")
            })
        let text = try await sandbox.reconcile("plan")
        #expect(text.output.contains("Drift (not committed") && text.output.contains("AgentPool/here  agent here-"))
        #expect(text.output.hasSuffix("Plan: 0 create, 0 update, 0 delete, 0 run, 4 unchanged\n"))
        try job.open("one")
        #expect(try await sandbox.reconcile().status == 0)
        #expect(try await drift(sandbox).isEmpty)
    }

    @Test func aRunThatWasKilledBehindOurBackIsToldAndSettled() async throws {
        let sandbox = try await Sandbox()
        let job = try await cutOff(sandbox)
        let entry = try await job.begun("one")
        kill(entry.process, SIGKILL)
        try await eventually("its status is written") {
            sandbox.files(below: ".slipway/runs").contains { $0.hasSuffix("/exit") }
        }
        let items = try await drift(sandbox).filter { $0.kind == "Run" }
        #expect(
            items.map(\.reason) == ["runKilled"] && items.first?.message.contains("by signal 9") == true, "\(items)")
        #expect(items.first?.op == "settle" && items.first?.message.contains("apply records it as failed") == true)
        #expect(try await sandbox.reconcile().status == 4)
        #expect(try await sandbox.phases()["one"] == "failed")
        #expect(try await drift(sandbox).isEmpty)
    }

    @Test func aRunOfWhichNothingIsLeftIsToldAndSettled() async throws {
        let sandbox = try await Sandbox()
        let job = try await cutOff(sandbox)
        let entry = try await job.begun("one")
        // The supervisor leads the session of the command; with it goes whoever could write down how it ended.
        let text = try String(contentsOfFile: "/proc/\(entry.process)/stat", encoding: .utf8)
        let fields = try #require(text.split(separator: ")").last?.split(separator: " "))
        let session = try #require(fields.count > 3 ? Int32(fields[3]) : nil)
        #expect(session > 1 && session != getpid())
        kill(-session, SIGKILL)
        kill(entry.process, SIGKILL)
        try await eventually("it is gone") { !GatedJob.isAlive(entry.process) && !GatedJob.isAlive(session) }
        let items = try await drift(sandbox).filter { $0.kind == "Run" }
        #expect(items.map(\.reason) == ["runGone"] && items.first?.name == "one", "\(items)")
        #expect(items.first?.message.contains("apply records it as lost") == true)
        #expect(try await sandbox.reconcile().status == 4)
        #expect(try await sandbox.phases()["one"] == "lost")
        #expect(try await drift(sandbox).isEmpty)
    }

    @Test func aDeletedImageIsForgottenAndBuiltAgainWhenItIsNeeded() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        #expect(try await drift(sandbox).isEmpty)
        try sandbox.remove(".slipway/images")
        let items = try await drift(sandbox)
        #expect(items.map(\.reason) == ["imageMissing"] && items.first?.kind == "Job" && items.first?.op == "forget")
        #expect(try await sandbox.reconcile().status == 0)
        #expect(try await drift(sandbox).isEmpty)
        #expect(try await sandbox.reconcile("history", "Job/gated").output.contains("image.forgotten"))
        #expect(try await sandbox.reconcile("state", "check").status == 0)
        try job.want("two", variant: 2)
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        #expect(try await drift(sandbox).isEmpty)
    }

    @Test func anEditedRecordIsToldAndNotRepaired() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        try await sandbox.reconcile()
        let edited = try await sandbox.python(
            "import sqlite3; s = sqlite3.connect('.slipway/state.db');"
                + "s.execute(\"UPDATE events SET actor = 'eve' WHERE sequence = 4\"); s.commit()")
        #expect(edited.status == 0, "\(edited)")
        let items = try await drift(sandbox)
        #expect(items.map(\.reason) == ["stateEdited"] && items.first?.kind == "State" && items.first?.op == "report")
        #expect(items.first?.message.contains("event 4 was changed") == true)
        #expect(try await sandbox.reconcile("history", "--verify").errors.contains("the first bad event is 4"))
    }

    // MARK: Telling others

    @Test func aWebhookHearsOfApplyAndOfDrift() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try job.want("bad", status: 3)
        try await sandbox.commit()
        let server = try HTTPServer { _, _ in .answer(200) }
        let secret = ["SLIPWAY_NOTIFY_SECRET": "s3cret"]
        let applied = try await sandbox.reconcile("apply", "--notify", server.url, environment: secret)
        #expect(applied.status == 4, "\(applied)")
        try sandbox.edit("manifests/one.yaml", "queue: local", "queue: nowhere")
        #expect(try await sandbox.reconcile("apply", "--notify", server.url, environment: secret).status == 3)
        try sandbox.edit("manifests/one.yaml", "queue: nowhere", "queue: local")
        try sandbox.remove(".slipway/images")
        let planned = try await sandbox.reconcile("plan", "--notify", server.url, environment: secret)
        #expect(planned.status == 0, "\(planned)")

        let requests = server.requests
        #expect(requests.map { $0.headers["x-slipway-event"] } == ["apply.finished", "apply.failed", "plan.drift"])
        #expect(requests.allSatisfy { $0.headers["x-slipway-signature-256"]?.hasPrefix("sha256=") == true })
        #expect(Set(requests.compactMap { $0.headers["x-slipway-delivery"] }).count == 3)
        for request in requests where Sandbox.canValidate {
            let text = String(decoding: request.body, as: UTF8.self)
            #expect(try await sandbox.violations(of: "notification", in: text).isEmpty, "\(text)")
        }
        // The signature is what any other program computes.
        let first = try #require(requests.first)
        let checked = try await sandbox.python(
            "import hmac, sys; print(hmac.new(b's3cret', sys.argv[1].encode(), 'sha256').hexdigest())",
            String(decoding: first.body, as: UTF8.self))
        #expect(
            first.headers["x-slipway-signature-256"] == "sha256=" + checked.output.trimmingCharacters(in: .newlines))
    }

    @Test func nobodyToTellIsAWarningAndNoFailure() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        let server = try HTTPServer { _, _ in .answer(410) }
        let applied = try await sandbox.reconcile("apply", "--notify", server.url, "--notify-command", #"["false"]"#)
        #expect(applied.status == 0 && applied.errors.components(separatedBy: "SLW8077").count == 3, "\(applied)")
        let bad = try await sandbox.reconcile("apply", "--notify", "http://example.com/hook")
        #expect(bad.status == 1 && bad.errors.contains("SLW8074"), "\(bad)")
    }

    @Test func aCommitGetsItsStatusAndItsNote() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        let command =
            #"["sh", "-c", "printf '%s|' \"$@\" > \#(sandbox.path)/told", "-", "repos/o/r/statuses/{commit}", "#
            + #""state={state}", "description={description}", "{url}"]"#
        let applied = try await sandbox.reconcile(
            "apply", "--notes", "--notify-command", command,
            environment: [
                "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7",
            ])
        #expect(applied.status == 0, "\(applied)")
        let commit = try await sandbox.git("rev-parse", "HEAD").output.trimmingCharacters(in: .newlines)
        let told = try String(contentsOfFile: "\(sandbox.path)/told", encoding: .utf8)
        #expect(
            told == "repos/o/r/statuses/\(commit)|state=success|description=1 succeeded of 1 runs|"
                + "https://github.com/o/r/actions/runs/7|")
        let log = try await sandbox.git("log", "-1", "--notes=slipway").output
        #expect(log.contains("Notes (slipway):") && log.contains("Run/one: succeeded"), "\(log)")
    }
}
