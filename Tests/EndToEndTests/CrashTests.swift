import Foundation
import Testing

/// A reconciler that is killed loses nothing and repeats nothing: every run is executed exactly once.
@Suite struct CrashTests {
    /// What can be seen of the reconciler's progress from outside, in its order.
    enum Moment: String, CaseIterable, Sendable {
        case stateIsThere, planIsWritten, imageIsThere, folderIsThere, claimed, running
    }

    private func has(_ moment: Moment, _ sandbox: Sandbox, _ job: GatedJob) -> Bool {
        let attempts = sandbox.files(below: ".slipway/runs")
        switch moment {
        case .stateIsThere: return sandbox.exists(".slipway/state.db")
        case .planIsWritten: return sandbox.exists(".slipway/images")
        case .imageIsThere: return sandbox.exists(".slipway/images/index.json")
        case .folderIsThere: return attempts.contains { $0.hasSuffix("/1") }
        case .claimed: return attempts.contains { $0.hasSuffix("/1/pid") }
        case .running: return !job.entries().isEmpty
        }
    }

    @Test(arguments: Moment.allCases)
    func killedAtAnyMomentEachRunHappensOnce(_ moment: Moment) async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        let names = ["one", "two", "three"]
        for name in names { try job.want(name, gated: true) }
        try await sandbox.commit()

        let first = try await sandbox.start()
        try await eventually(moment.rawValue) { has(moment, sandbox, job) }
        first.signal(SIGKILL)
        #expect(try await first.end().status == 128 + SIGKILL)
        for name in names { try job.open(name) }
        let second = try await sandbox.reconcile()
        #expect(second.status == 0 && second.output.contains("3 succeeded of 3 runs"), "\(second)")
        #expect(job.entries().map(\.run).sorted() == names.sorted(), "\(job.entries())")
        #expect(job.entries().allSatisfy { $0.attempt == 1 })
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
    }

    @Test func theCommandOutlivesTheReconcilerAndIsTakenOver() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()

        let first = try await sandbox.start()
        let entry = try await job.begun("long")
        try await eventually("it is recorded as running") { try await sandbox.phases()["long"] == "running" }
        first.signal(SIGKILL)
        _ = try await first.end()
        #expect(GatedJob.isAlive(entry.process))
        let plan = try await sandbox.reconcile("plan")
        #expect(plan.output.contains("runs already and is adopted"), "\(plan)")

        let second = try await sandbox.start()
        try await eventually("it is taken over") {
            try await sandbox.reconcile("history", "Run/long").output.contains("attempt.adopted")
        }
        try job.open("long")
        let end = try await second.end()
        #expect(end.status == 0 && end.errors.contains("taken over: attempt 1"), "\(end)")
        #expect(job.entries() == [entry])
    }

    @Test(arguments: [0, 3])
    func anEndThatNobodySawIsReadAfterwards(_ status: Int) async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("ends", gated: true, status: status)
        try await sandbox.commit()

        let first = try await sandbox.start()
        try await job.begun("ends")
        // Stopped, it cannot see the end before it is killed.
        first.signal(SIGSTOP)
        try job.open("ends")
        try await eventually("the command ends") {
            sandbox.files(below: ".slipway/runs").contains { $0.hasSuffix("/1/exit") }
        }
        first.signal(SIGKILL)
        _ = try await first.end()
        let second = try await sandbox.reconcile()
        #expect(second.status == (status == 0 ? 0 : 4), "\(second)")
        #expect(try await sandbox.phases() == ["ends": status == 0 ? "succeeded" : "failed"])
        #expect(job.entries().count == 1)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func anInterruptedReconcilerLetsGo(_ signal: Int32) async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()

        let first = try await sandbox.start()
        let entry = try await job.begun("long")
        first.signal(signal)
        let interrupted = try await first.end()
        #expect(interrupted.status == 130 && interrupted.errors.contains("SLW9003"), "\(interrupted)")
        #expect(GatedJob.isAlive(entry.process))
        try job.open("long")
        let second = try await sandbox.reconcile()
        #expect(second.status == 0, "\(second)")
        #expect(job.entries() == [entry])
    }

    @Test func killedAgainAndAgainItStillEnds() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        let names = (1...6).map { "run-\($0)" }
        for (index, name) in names.enumerated() { try job.want(name, variant: index) }
        try await sandbox.commit()
        // Each life is allowed one more run than the one before, and dies as soon as it has got there.
        for count in 1...names.count {
            let life = try await sandbox.start()
            try await eventually("run \(count) begins") { job.entries().count >= count }
            life.signal(SIGKILL)
            _ = try await life.end()
        }
        let last = try await sandbox.reconcile()
        #expect(last.status == 0 && last.output.contains("6 succeeded of 6 runs"), "\(last)")
        #expect(job.entries().map(\.run).sorted() == names, "\(job.entries())")
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
    }
}
