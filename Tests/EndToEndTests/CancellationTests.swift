import Foundation
import Testing

/// Ending a run from another terminal, and two reconcilers at once.
@Suite struct CancellationTests {
    @Test func aSecondReconcilerIsToldWhoHoldsTheState() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let first = try await sandbox.start("apply")
        try await job.begun("long")

        let second = try await sandbox.reconcile()
        #expect(second.status == 5 && second.errors.contains("[SLW4011]"), "\(second)")
        #expect(second.errors.contains("held by ada@") && second.errors.contains("process \(first.process)"))
        #expect(second.errors.contains("reconcile apply`"), "it says what the other does: \(second)")
        let status = try await sandbox.reconcile("status")
        #expect(status.output.contains("Held by      ada@"), "\(status)")
        let plan = try await sandbox.reconcile("plan")
        #expect(plan.status == 0, "asking is always allowed: \(plan)")

        try job.open("long")
        let end = try await first.end()
        #expect(end.status == 0, "\(end)")
        #expect(try await sandbox.reconcile("status").output.contains("Held by") == false)
    }

    @Test func aRunIsCancelledWhileAReconcilerWorks() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try job.want("other", variant: 1)
        try await sandbox.commit()
        let apply = try await sandbox.start()
        let entry = try await job.begun("long")

        let cancel = try await sandbox.reconcile("cancel", "long")
        #expect(cancel.status == 0 && cancel.output == "Run/long cancelled: cancelled by \(who)\n", "\(cancel)")
        #expect(!GatedJob.isAlive(entry.process))
        let end = try await apply.end()
        #expect(end.status == 4 && end.errors.contains("1 succeeded, 1 cancelled of 2 runs"), "\(end)")
        let again = try await sandbox.reconcile("cancel", "long")
        #expect(again.status == 1 && again.errors.contains("[SLW8006]"), "\(again)")
    }

    @Test func aRunIsCancelledWithNobodyAtWork() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let apply = try await sandbox.start()
        let entry = try await job.begun("long")
        try await eventually("it is recorded as running") { try await sandbox.phases()["long"] == "running" }
        apply.signal(SIGKILL)
        _ = try await apply.end()

        let cancel = try await sandbox.reconcile("cancel", "long")
        #expect(cancel.status == 0 && cancel.output.hasPrefix("Run/long cancelled"), "\(cancel)")
        #expect(!GatedJob.isAlive(entry.process))
        let next = try await sandbox.reconcile()
        #expect(next.status == 4, "\(next)")
        #expect(job.entries() == [entry], "a cancelled run stays so")
    }

    @Test func aWaitingRunIsCancelledBeforeItBegins() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("waiting")
        try await sandbox.commit()
        let apply = try await sandbox.reconcile("apply", "--wait", "none")
        #expect(apply.status == 0, "\(apply)")
        #expect(try await sandbox.phases() == ["waiting": "queued"])
        let cancel = try await sandbox.reconcile("cancel", "waiting")
        #expect(cancel.status == 0, "\(cancel)")
        let next = try await sandbox.reconcile()
        #expect(next.status == 4, "\(next)")
        #expect(job.entries().isEmpty)
    }

    @Test func aRunWhoseManifestGoesIsEnded() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let submitted = try await sandbox.reconcile("apply", "--wait", "submitted")
        #expect(submitted.status == 0, "\(submitted)")
        let entry = try await job.begun("long")
        #expect(GatedJob.isAlive(entry.process), "it outlives the reconciler that started it")
        try sandbox.remove("manifests/long.yaml")
        try await sandbox.commit()
        let pruned = try await sandbox.reconcile()
        #expect(pruned.status == 0, "\(pruned)")
        #expect(!GatedJob.isAlive(entry.process))
        #expect(try await sandbox.phases().isEmpty)
    }

    private var who: String { "ada@\(ProcessInfo.processInfo.hostName)" }
}
