import Foundation
import YAML

/// What Slipway writes into the folder of an attempt on Slurm, beside what its batch script leaves there.
extension AttemptFolder {
    /// What the last intent to submit it was marked with: a job with another mark stands back.
    var slurmMark: SlurmMark? { line("slurm.intent").flatMap { SlurmMark(reading: $0) } }

    /// The job that was submitted with a mark, as far as that is noted. A note of another intent says nothing: whoever
    /// wrote it may have lost the attempt meanwhile.
    func slurmJob(mark: SlurmMark?) -> SlurmJobID? {
        let words = line("slurm.job")?.split(separator: " ") ?? []
        guard words.count == 2, let mark, words[0] == "\(mark)" else { return nil }
        return SlurmJobID(words[1])
    }

    /// The job that took it, how often Slurm had started that again by then, and the mark of the job, as its batch
    /// script says in the text of `pid`.
    static func slurmClaim(_ claim: String?) -> (job: SlurmJobID, restarts: Int, mark: SlurmMark)? {
        let words = claim?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.first == "slurm", words.count == 6, let job = SlurmJobID(words[1]),
            let restarts = Int(words[2]), let mark = SlurmMark(reading: String(words[5]))
        else { return nil }
        return (job, restarts, mark)
    }

    private func line(_ name: String) -> String? {
        // Without its line break it was not written to its end.
        guard let text = text(name), text.hasSuffix("\n") else { return nil }
        return String(text.dropLast())
    }

    /// Writes down that it is about to be submitted, and with which script. To be called behind the `AttemptFence`.
    func intend(mark: SlurmMark, script: String) throws {
        unlink("\(path)/slurm.job")
        unlink("\(path)/slurm.over")
        try write(script, "slurm.sh")
        try write("\(mark)\n", "slurm.intent")
    }

    /// Takes back what `intend` wrote: Slurm has refused it. To be called behind the `AttemptFence`.
    func retract(mark: SlurmMark) {
        guard slurmMark == mark else { return }
        unlink("\(path)/slurm.intent")
        unlink("\(path)/slurm.job")
    }

    /// Whether its job was over long enough for its last words to be there, if there were any: what was concluded from
    /// that stays so, whoever asks.
    var isSlurmOver: Bool { text("slurm.over") != nil }

    func noteSlurmOver() { try? write("", "slurm.over") }

    /// Writes down which job has it. Where that fails, the job is found by its name.
    func note(_ job: SlurmJobID, mark: SlurmMark) {
        guard slurmMark == mark else { return }
        try? write("\(mark) \(job)\n", "slurm.job")
    }

    private func write(_ text: String, _ name: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
        } catch {
            throw Diagnostic.slurmNotNoted("\(path)/\(name)", reason: (error as NSError).localizedDescription)
        }
    }
}
