import Foundation
import Testing

/// Runs that end badly: what is said, what is done again, and what is not.
@Suite struct FailureTests {
    @Test func aFailedRunStaysFailedUntilSomebodyAsks() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("bad", status: 3, failures: 1)
        try await sandbox.commit()
        let first = try await sandbox.reconcile()
        #expect(first.status == 4 && first.output == "", "\(first)")
        #expect(first.errors.contains("✗ Run/bad  failed: the command ended with status 3"), "\(first)")
        let second = try await sandbox.reconcile()
        #expect(second.status == 4 && job.entries().count == 1, "\(second)")
        #expect(second.errors.contains("Run/bad failed: the command ended with status 3"), "\(second)")

        let retry = try await sandbox.reconcile("retry", "bad")
        #expect(retry.status == 0 && retry.output.hasPrefix("Run/bad is back in queue local"), "\(retry)")
        let third = try await sandbox.reconcile()
        #expect(third.status == 0, "\(third)")
        #expect(job.entries().map(\.attempt) == [1, 2])
        let done = try await sandbox.reconcile("retry", "bad")
        #expect(done.status == 1 && done.errors.contains("[SLW8007]"), "\(done)")
    }

    @Test func thePolicyRetriesAndWaitsBetween() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(
            in: sandbox, fields: "retry: {limit: 2, backoff: {initial: 100ms, factor: 2, maximum: 1s}}")
        try job.want("flaky", status: 5, failures: 2)
        try job.want("hopeless", status: 6)
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4, "\(applied)")
        #expect(applied.errors.contains("attempt 2 follows 100ms later"), "\(applied)")
        #expect(applied.errors.contains("attempt 3 follows 200ms later"), "\(applied)")
        #expect(try await sandbox.phases() == ["flaky": "succeeded", "hopeless": "failed"])
        #expect(job.entries().filter { $0.run == "flaky" }.map(\.attempt) == [1, 2, 3])
        #expect(job.entries().filter { $0.run == "hopeless" }.map(\.attempt) == [1, 2, 3])
        let item = try await sandbox.reconcile("get", "run", "hopeless", "--output", "json").decoded(GetDocument.self)
        #expect(item.items.first?.attempts?.map(\.exitCode) == [6, 6, 6])
        #expect(item.items.first?.reason == "CommandFailed")
    }

    @Test func aCommandThatTakesTooLongIsEnded() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "timeout: 300ms")
        try job.want("slow", gated: true)
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4 && applied.errors.contains("ran longer than its timeout"), "\(applied)")
        #expect(try await sandbox.items("run").map(\.reason) == ["TimedOut"])
        let entry = try await job.begun("slow")
        #expect(!GatedJob.isAlive(entry.process))
    }

    @Test func aMissingOutputIsAFailure() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox, fields: "outputs: [model.json]").want("forgetful")
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4 && applied.errors.contains("did not leave model.json"), "\(applied)")
        #expect(try await sandbox.items("run").map(\.reason) == ["OutputMissing"])
    }

    @Test func aCommandThatIsNotThereSaysSo() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try sandbox.edit("manifests/setup.yaml", "command: [sh,", "command: [no-such-program,")
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4 && applied.errors.contains("[SLW6001]"), "\(applied)")
        #expect(applied.errors.contains("no-such-program"))
    }

    @Test func aTimedOutWaitLeavesTheRunAlone() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let first = try await sandbox.reconcile("apply", "--timeout", "1s")
        #expect(first.status == 7 && first.errors.contains("Timed out"), "\(first)")
        let entry = try await job.begun("long")
        #expect(GatedJob.isAlive(entry.process))
        try job.open("long")
        let second = try await sandbox.reconcile()
        #expect(second.status == 0 && job.entries() == [entry], "\(second)")
    }
}
