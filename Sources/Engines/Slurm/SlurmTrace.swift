import Manifests
import Records

/// What the folder of an attempt says of it, and what follows together with what Slurm says.
struct SlurmTrace: Sendable {
    let reference: SubmissionReference
    var exit: (status: Int32, at: Timestamp?)?
    /// Somebody took it: a batch script, or a seal that does not bind.
    var isClaimed: Bool
    var isSealed: Bool
    var isSealedInVain: Bool
    var claimedAt: Timestamp?
    var job: SlurmJobID?
    /// How often Slurm had started the job again when it took the attempt.
    private let restarts: Int?
    let mark: SlurmMark?
    /// The job that it should be; `nil` where it was never to be submitted.
    let identity: SlurmIdentity?

    init(_ reference: SubmissionReference) {
        self.reference = reference
        let folder = AttemptFolder(reference.folder)
        // In this order: what is written first is read last.
        exit = folder.exit
        let claim = folder.text("pid")
        let seal = Seal(claim)
        isSealed = seal?.binds(reference.token) ?? false
        isSealedInVain = seal != nil && !isSealed
        isClaimed = claim != nil && seal == nil
        claimedAt = isClaimed ? folder.claimedAt : nil
        // What won counts, and not what was noted or meant: between intents that cross, any of their jobs may win.
        if let winner = AttemptFolder.slurmClaim(claim) {
            (job, restarts, mark) = (winner.job, winner.restarts, winner.mark)
        } else {
            restarts = nil
            mark = folder.slurmMark
            job = folder.slurmJob(mark: mark)
        }
        identity = mark.map { SlurmIdentity(name: reference.name, location: reference.location, mark: $0) }
    }

    /// What the folder alone decides; `nil` where Slurm has to be asked.
    ///
    /// A command that ended by itself has ended, whatever Slurm still does with its job. One that a signal ended may
    /// have been ended by Slurm, which knows why.
    var decided: Observation? {
        if let exit, exit.status <= 128 { return .ended(status: exit.status, at: exit.at) }
        if isSealed { return .gone("it was sealed before it was started") }
        if isSealedInVain { return .absent }
        return isClaimed || mark != nil ? nil : .absent
    }

    /// What it is with the job that has it.
    ///
    /// - Parameter isSettled: whether long enough has passed since the job was seen to be over for its last words to
    ///   have come through a shared file system.
    func observation(of job: SlurmJob, isSettled: Bool) -> Observation {
        switch job.meaning {
        case .waiting: return .waiting(reason: job.reason ?? job.states.joined(separator: "+"), message: job.sentence)
        case .running: return .running(since: claimedAt ?? job.start)
        case .unknown(let word):
            return .unreachable("Slurm says of job \(job.id) what this version does not know: \(word)")
        case .over(let end):
            let words = job.sentence
            let failure: EngineFailure? =
                switch end {
                case .timeLimit: .timeLimit
                case .outOfMemory: .outOfMemory
                case .preempted: .preempted
                case .nodeLost: .nodeLost
                case .cancelled: .endedByOthers
                case .completed, .failed, .givenUp: nil
                }
            if let failure { return .failed(failure, words, at: job.end) }
            // Slurm may have put the job back since, and ended it before it came to anything.
            if let exit, job.restarts <= restarts ?? job.restarts {
                return .ended(status: exit.status, at: exit.at)
            }
            guard isSettled else { return .running(since: claimedAt ?? job.start) }
            let status = job.exit.map { ", \($0.sentence)" } ?? ""
            if isClaimed { return .gone("\(words)\(status), and its batch script left no exit status") }
            let reason = job.exit.flatMap { $0.signal == 0 ? SlurmScript.reasons[$0.status] : nil }
            return .failed(
                .refused, "\(words)\(status), and did not start the command\(reason.map { ": \($0)" } ?? "")",
                at: job.end)
        }
    }

    /// What it is where nobody knows a job of it.
    func observationWithoutJob(hasAccounting: Bool, isSettled: Bool) -> Observation {
        if let exit { return .ended(status: exit.status, at: exit.at) }
        guard let job else { return isClaimed ? .gone("what took it does not say which job it was") : .absent }
        guard isSettled else { return .running(since: claimedAt) }
        return .gone(
            hasAccounting
                ? "Slurm and its accounting do not know job \(job), and it left no exit status"
                : "Slurm does not know job \(job) any more, it left no exit status, and there is no accounting to ask")
    }
}
