/// What a job's state means for an attempt.
enum SlurmState: Sendable, Hashable {
    /// It is in Slurm's queue, for the first time or again.
    case waiting
    /// It was started, and is not over.
    case running
    case over(End)
    /// A word that this version does not know. Nothing follows from it, an end least of all.
    case unknown(String)

    enum End: Sendable, Hashable {
        case completed
        case failed
        case cancelled
        case timeLimit
        case outOfMemory
        case preempted
        case nodeLost
        /// Slurm would not go on with it.
        case givenUp
    }

    /// All states that Slurm's own list has (squeue(1), “JOB STATE CODES”; the flags of slurm.h with them), and what
    /// each means. It is the only place that knows.
    static let table: [String: SlurmState] = [
        "PENDING": .waiting,
        // Its nodes are being powered up, or made ready.
        "CONFIGURING": .waiting,
        "POWER_UP_NODE": .waiting,
        "REQUEUED": .waiting,
        "REQUEUE_FED": .waiting,
        "REQUEUE_HOLD": .waiting,
        "RESV_DEL_HOLD": .waiting,
        // Put back by somebody who wants to look at it; it is held.
        "SPECIAL_EXIT": .waiting,
        "RUNNING": .running,
        "RESIZING": .running,
        "SIGNALING": .running,
        // Stopped with its nodes taken from it, or kept: it goes on later, where it was.
        "SUSPENDED": .running,
        "STOPPED": .running,
        // Its command is over; what it left is being cleaned up.
        "COMPLETING": .running,
        "STAGE_OUT": .running,
        "COMPLETED": .over(.completed),
        "FAILED": .over(.failed),
        "CANCELLED": .over(.cancelled),
        "TIMEOUT": .over(.timeLimit),
        "DEADLINE": .over(.timeLimit),
        "OUT_OF_MEMORY": .over(.outOfMemory),
        "PREEMPTED": .over(.preempted),
        "NODE_FAIL": .over(.nodeLost),
        "BOOT_FAIL": .over(.nodeLost),
        "LAUNCH_FAILED": .over(.givenUp),
        "RECONFIG_FAIL": .over(.givenUp),
        // Another cluster of the federation has started it.
        "REVOKED": .over(.givenUp),
    ]

    /// What holds of a job besides its state, and says nothing about whether it is over.
    static let remarks: Set<String> = ["UPDATE_DB", "EXPEDITING", "POWER_DOWN_NODE", "RECONFIG"]

    /// Reads one word, or several of which one is the state and the others are flags.
    ///
    /// A flag says more than the state that it stands beside: what is `FAILED` and `REQUEUED` waits, and what is
    /// `CANCELLED` and `COMPLETING` is not over.
    init(words: [String]) {
        // Nearly always it is one.
        if words.count == 1, let meaning = Self.table[words[0]] {
            self = meaning
            return
        }
        let meanings = words.filter { !Self.remarks.contains($0) }.map { Self.table[$0] ?? .unknown($0) }
        let unknown = meanings.first { if case .unknown = $0 { true } else { false } }
        self =
            unknown
            ?? (meanings.contains(.waiting) ? .waiting : meanings.contains(.running) ? .running : meanings.first)
            ?? .unknown(words.joined(separator: "+"))
    }

    /// The words in a text form: `CANCELLED by 1000`, `RUNNING`, `COMPLETED+UPDATE_DB`.
    static func words(_ text: String) -> [String] {
        if table[text] != nil { return [text] }
        let first: Substring = text.split(separator: " ").first ?? ""
        return first.split(separator: "+").map(String.init)
    }
}
