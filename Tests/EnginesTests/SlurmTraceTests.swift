import Foundation
import Manifests
import Records
import Support
import Testing

@testable import Engines

/// What follows from the folder of an attempt and from what Slurm says of its job, together.
@Suite struct SlurmTraceTests {
    private func trace(
        exit: Int32? = nil, claim: String? = nil, job: UInt32? = 7, mark: String? = "m"
    ) throws -> SlurmTrace {
        let workspace = try TestWorkspace("trace")
        if let exit { try workspace.write("exit", "\(exit)\n") }
        if let claim { try workspace.write("pid", claim) }
        if let job { try workspace.write("slurm.job", "m \(job)\n") }
        if let mark { try workspace.write("slurm.intent", "\(mark)\n") }
        return SlurmTrace(SubmissionReference(name: "a-1", folder: workspace.path, host: "h", token: 5))
    }

    private static let claim = "slurm 9 0 1234 node1 m\n"

    @Test func `the folder alone decides what it can`() throws {
        #expect(try trace(job: nil, mark: nil).decided == .absent)
        #expect(try trace(exit: 3, claim: Self.claim).decided?.status == 3)
        #expect(try trace(exit: 0, claim: Self.claim).decided?.status == 0)
        #expect(try trace(claim: "sealed 5\n").decided?.isGone == true)
        #expect(try trace(claim: "sealed 6\n").decided?.isGone == true)
        #expect(try trace(claim: "sealed 4\n").decided == .absent)
        // Slurm may know who ended it.
        #expect(try trace(exit: 143, claim: Self.claim).decided == nil)
        #expect(try trace().decided == nil)
        #expect(try trace(job: nil).decided == nil)
    }

    @Test func `the job that took it counts more than the one that was noted`() throws {
        #expect(try trace().job == SlurmJobID(7))
        #expect(try trace(claim: Self.claim).job == SlurmJobID(9))
        #expect(try trace(claim: "slurm 9_3 0 1234 node1 other.3\n").job == SlurmJobID(9, task: 3))
        #expect(try trace(claim: "slurm 9_3 0 1234 node1 other.3\n").mark == SlurmMark("other", task: 3))
        #expect(try trace(mark: "newer").job == nil, "a note of another intent says nothing")
        #expect(try trace(claim: "").job == SlurmJobID(7))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var state: String
        var exit: Int32?
        var isClaimed = true
        var isSettled = true
        var jobExit: SlurmJob.Exit?
        /// How often Slurm has started the job again, of which the claim does not know.
        var restarts = 0
        /// `running`, `waiting`, `gone`, `unreachable`, a status, or an engine's failure.
        var outcome: String

        var testDescription: String { "\(state), exit \(exit.map(String.init) ?? "-") -> \(outcome)" }
    }

    @Test(arguments: [
        Case(state: "PENDING", isClaimed: false, outcome: "waiting"),
        Case(state: "RUNNING", isClaimed: false, outcome: "running"),
        Case(state: "RUNNING", outcome: "running"),
        Case(state: "COMPLETING", exit: 143, outcome: "running"),
        Case(state: "REQUEUED", exit: 143, outcome: "waiting"),
        Case(state: "FAILED", exit: 143, outcome: "143"),
        Case(state: "FAILED", exit: 255, outcome: "255"),
        // That was the end of what Slurm put back, and not of what it started then.
        Case(state: "FAILED", exit: 143, restarts: 1, outcome: "gone"),
        Case(state: "FAILED", exit: 143, isSettled: false, restarts: 1, outcome: "running"),
        Case(state: "COMPLETED", isSettled: false, outcome: "running"),
        Case(state: "COMPLETED", outcome: "gone"),
        Case(state: "FAILED", outcome: "gone"),
        Case(state: "FAILED", isClaimed: false, jobExit: .init(status: 72), outcome: "EngineRefused"),
        Case(state: "LAUNCH_FAILED", isClaimed: false, outcome: "EngineRefused"),
        Case(state: "TIMEOUT", exit: 143, outcome: "EngineTimeLimit"),
        Case(state: "TIMEOUT", outcome: "EngineTimeLimit"),
        Case(state: "DEADLINE", isClaimed: false, outcome: "EngineTimeLimit"),
        Case(state: "OUT_OF_MEMORY", exit: 137, outcome: "OutOfMemory"),
        Case(state: "PREEMPTED", exit: 143, outcome: "Preempted"),
        Case(state: "NODE_FAIL", isSettled: false, outcome: "NodeLost"),
        Case(state: "BOOT_FAIL", isClaimed: false, outcome: "NodeLost"),
        Case(state: "CANCELLED", isClaimed: false, outcome: "EndedInEngine"),
        Case(state: "CANCELLED", outcome: "EndedInEngine"),
        Case(state: "WARP_DRIVE", outcome: "unreachable"),
    ])
    func `with a job`(sample: Case) throws {
        let trace = try trace(exit: sample.exit, claim: sample.isClaimed ? Self.claim : nil)
        var job = SlurmJob(id: SlurmJobID(9), states: [sample.state])
        job.reason = "SomeReason"
        job.nodes = "node1"
        job.exit = sample.jobExit
        job.restarts = sample.restarts
        let observation = trace.observation(of: job, isSettled: sample.isSettled)
        switch observation {
        case .waiting(let reason, let message):
            #expect(sample.outcome == "waiting" && reason == "SomeReason")
            #expect(message == "Slurm's job 9 is \(sample.state) (SomeReason) on node1")
        case .running: #expect(sample.outcome == "running")
        case .gone(let why): #expect(sample.outcome == "gone" && why.contains("left no exit status"))
        case .unreachable(let why): #expect(sample.outcome == "unreachable" && why.contains(sample.state))
        case .ended(let status, _): #expect(sample.outcome == "\(status)")
        case .failed(let failure, let words, _):
            #expect(sample.outcome == failure.rawValue && words.contains("\(sample.state) (SomeReason)"))
            if sample.jobExit?.status == 72 { #expect(words.contains("file system that the cluster's nodes share")) }
        case .absent, .elsewhere: Issue.record("\(observation)")
        }
    }

    @Test func `without a job`() throws {
        #expect(
            try trace(job: nil).observationWithoutJob(hasAccounting: true, isSettled: true) == .absent,
            "nothing but the intent is there")
        #expect(
            try trace(exit: 143, claim: Self.claim).observationWithoutJob(hasAccounting: true, isSettled: true).status
                == 143)
        #expect(try trace().observationWithoutJob(hasAccounting: true, isSettled: false).isRunning)
        #expect(try trace().observationWithoutJob(hasAccounting: true, isSettled: true).isGone)
    }

    @Test(arguments: [nil, "0190-abc", "a b", "x,y;z", "ü"] as [String?])
    func `a comment means one place, whatever its id holds`(location: String?) {
        let identity = SlurmIdentity(name: "a-1", location: location, mark: SlurmMark("m"))
        #expect(identity.comment.hasPrefix("slipway attempt=a-1 place="))
        #expect(identity.comment.split(separator: " ").count == 4)
        #expect(!identity.comment.contains(where: { ",;|\n\"'".contains($0) }))
        var job = SlurmJob(id: SlurmJobID(1), states: ["RUNNING"])
        job.name = "a-1"
        job.comment = SlurmIdentity(name: "a-1", location: location, mark: SlurmMark("other")).comment
        #expect(job.isOfPlace(identity) && !job.bears(identity))
        job.comment = SlurmIdentity(name: "a-1", location: "elsewhere", mark: SlurmMark("m")).comment
        #expect(!job.isOfPlace(identity))
    }
}
