import Records

/// A job as Slurm tells of it, whichever of its commands was asked and in whichever form it answered.
struct SlurmJob: Sendable, Hashable {
    var id: SlurmJobID
    /// Its state, in Slurm's words: one, or, from Slurm 23.11 on, a state and what holds of it besides.
    var states: [String]
    /// Why it waits or why it ended, in Slurm's word (`Resources`, `QOSMaxJobsPerUserLimit`); `nil` where it says none.
    var reason: String?
    var start: Timestamp?
    var end: Timestamp?
    /// `nil` where it is not said.
    var exit: Exit?
    /// How often it was put back into the queue.
    var restarts = 0
    /// The nodes that it was given, as Slurm writes lists of them.
    var nodes: String?
    /// Name and comment as a list has them, with `;` between: others may have written them, so that it cannot be told
    /// where the one ends and the other begins.
    var label: String?
    var name: String?
    var comment: String?
    var user: String?

    /// Whether it is the job of that name and that comment, as far as was said.
    func bears(_ identity: SlurmIdentity) -> Bool {
        if let label { return label == identity.label }
        // Accounting need not keep comments.
        return name == identity.name && (comment.flatMap(Self.said) ?? identity.comment) == identity.comment
    }

    /// How its batch script ended.
    struct Exit: Sendable, Hashable {
        var status: Int32
        var signal: Int32

        init(status: Int32, signal: Int32 = 0) {
            self.status = status
            self.signal = signal
        }

        /// What wait(2) says.
        init(waitStatus: Int64) {
            status = Int32(truncatingIfNeeded: waitStatus >> 8 & 0xFF)
            signal = Int32(truncatingIfNeeded: waitStatus & 0x7F)
        }

        /// Reads `7:0`, or what wait(2) says, which Slurm 22.05 prints in some places.
        init?(_ text: some StringProtocol) {
            if let mark = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
                guard let status = Int32(text[..<mark]), let signal = Int32(text[text.utf8.index(after: mark)...])
                else { return nil }
                self.init(status: status, signal: signal)
            } else if let status = Int64(text) {
                self.init(waitStatus: status)
            } else {
                return nil
            }
        }

        var sentence: String { signal == 0 ? "exit status \(status)" : "signal \(signal)" }
    }

    /// What its state means.
    var meaning: SlurmState { SlurmState(words: states) }

    var isOver: Bool { if case .over = meaning { true } else { false } }

    /// Its state and reason as one sees them in `squeue`: `PENDING (Resources)`.
    var words: String {
        let state = states.joined(separator: "+")
        return reason.map { "\(state) (\($0))" } ?? state
    }

    /// What is to be said of it to a person, without a full stop.
    var sentence: String { "Slurm's job \(id) is \(words)\(nodes.map { " on \($0)" } ?? "")" }
}

extension SlurmJob {
    /// Whether it was submitted for an attempt of the same name and place, whichever intent it was.
    func isOfPlace(_ identity: SlurmIdentity) -> Bool {
        name == identity.name && (comment ?? "").hasPrefix(identity.prefix)
    }

    /// Slurm's own ways of saying that there is nothing to say.
    static func said(_ text: String?) -> String? {
        guard let text, !nothing.contains(text) else { return nil }
        return text
    }

    private static let nothing: Set<String> = ["", "None", "N/A", "(null)", "Unknown", "NONE"]

    /// Seconds since 1970, where that is what the text is.
    static func moment(_ text: some StringProtocol) -> Timestamp? { moment(Int64(text)) }

    /// Zero is how Slurm says that it has not happened, and what is not to be believed is not said.
    static func moment(_ seconds: Int64?) -> Timestamp? {
        guard let seconds, seconds > 0, seconds < 1 << 40 else { return nil }
        return Timestamp(milliseconds: seconds * 1000)
    }
}
