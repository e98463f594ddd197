/// The number by which Slurm knows a job, or a task of a job array: `12`, `12_3`.
struct SlurmJobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    var job: UInt32
    var task: UInt32?

    init(_ job: UInt32, task: UInt32? = nil) {
        self.job = job
        self.task = task
    }

    init?(_ text: some StringProtocol) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "_")) else {
            guard let job = UInt32(text) else { return nil }
            self.init(job)
            return
        }
        guard let job = UInt32(text[..<mark]), let task = UInt32(text[text.utf8.index(after: mark)...]) else {
            return nil
        }
        self.init(job, task: task)
    }

    var description: String { task.map { "\(job)_\($0)" } ?? "\(job)" }

    static func < (left: SlurmJobID, right: SlurmJobID) -> Bool {
        (left.job, left.task ?? 0) < (right.job, right.task ?? 0)
    }
}

/// What an intent to submit is marked with: a text that nobody else has, and the place in a job array of those that
/// were submitted together.
struct SlurmMark: Sendable, Hashable, CustomStringConvertible {
    var batch: String
    var task: UInt32?

    init(_ batch: String, task: UInt32? = nil) {
        self.batch = batch
        self.task = task
    }

    /// Reads what `description` wrote.
    init?(reading text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, parts.count < 3 else { return nil }
        self.init(String(first))
        if parts.count == 2 {
            guard let task = UInt32(parts[1]) else { return nil }
            self.task = task
        }
    }

    var description: String { task.map { "\(batch).\($0)" } ?? batch }
}
