import YAML

extension Diagnostic {
    static func slurmOptionOwn(_ name: String, _ instead: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2400", "the option `\(name)` of sbatch is Slipway's own to set", at: location,
            remedy: "leave it out: \(instead)")
    }

    static func slurmOptionDangerous(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2401", "the option `\(name)` of sbatch is not for a queue: it reaches beyond the job", at: location,
            remedy: "leave it out")
    }

    static func slurmOptionUnknown(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2402", "`\(name.shortened(60))` is no option of sbatch that a queue may have", at: location,
            remedy: Suggestion.closest(to: name, among: SlurmOptions.allowed.sorted()).map { "did you mean `\($0)`?" }
                ?? "write options by their long names without dashes, such as `partition`, `account`, `gres` or `time`"
        )
    }

    static func slurmOptionValue(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2403", "the option `\(name)` of sbatch takes a text of one line, a whole number, or true", at: location,
            remedy: "put what looks like another kind of value in quotes, such as \"1-12:00:00\"")
    }

    static func slurmPathNotAbsolute(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2404", "this has to be an absolute path on the agent's machine", at: location,
            remedy: "`bin` is the folder of sbatch and squeue, `conf` the path of a slurm.conf")
    }
}
