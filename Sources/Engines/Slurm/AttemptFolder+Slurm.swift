import Foundation
import YAML

/// What Slipway writes into the folder of an attempt on Slurm, beside what its batch script leaves there.
extension AttemptFolder {
    /// What the last intent to submit it was marked with: a job with another mark stands back.
    var slurmMark: SlurmMark? { line("slurm.intent").flatMap { SlurmMark(reading: $0) } }

    /// The job that has it, as far as that is noted.
    ///
    /// What the batch script says counts more than what the submitter noted: it is written by the job that won.
    ///
    /// - Parameter claim: the text of `pid`.
    func slurmJob(claim: String?) -> SlurmJobID? {
        if let words = claim?.split(whereSeparator: \.isWhitespace), words.first == "slurm", words.count > 1 {
            return SlurmJobID(words[1])
        }
        return line("slurm.job").flatMap { SlurmJobID($0) }
    }

    private func line(_ name: String) -> String? {
        // Without its line break it was not written to its end.
        guard let text = text(name), text.hasSuffix("\n") else { return nil }
        return String(text.dropLast())
    }

    /// Writes down that it is about to be submitted. To be called behind the `AttemptFence`.
    func intend(mark: SlurmMark) throws {
        unlink("\(path)/slurm.job")
        unlink("\(path)/slurm.over")
        try write(SlurmScript.text, "slurm.sh")
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
    func note(_ job: SlurmJobID) { try? write("\(job)\n", "slurm.job") }

    private func write(_ text: String, _ name: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
        } catch {
            throw Diagnostic.slurmNotNoted("\(path)/\(name)", reason: (error as NSError).localizedDescription)
        }
    }
}
