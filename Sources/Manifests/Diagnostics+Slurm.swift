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

    static func slurmContainerUnknown(_ word: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2482", "runs on Slurm cannot be put into containers by `\(word.shortened(60))`", at: location,
            remedy: "write `charliecloud`, or leave it out: then commands run among their image's files")
    }

    static func slurmBindsNoList(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2483", "what containers see of the nodes' files is a list of paths", at: location,
            remedy: "write `bind: [/data, \"/opt/tools:/tools\"]`")
    }

    static func slurmBindUnusable(_ text: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2484", "`\(text.shortened(60))` cannot be shown to a container", at: location,
            remedy: "write an absolute path, or two with a colon between; in a container, "
                + SlurmBind.taken.sorted().map { "/\($0)" }.joined(separator: ", ") + " are taken")
    }

    static func slurmBindMeets(_ target: String, _ other: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2485",
            "`\(target.shortened(60))` and `\(other.shortened(60))` would lie in each other in the container",
            at: location, remedy: "give one of them another path there")
    }

    static func slurmBindWithoutContainer(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2486", "`bind` is for containers, and the runs of this queue are in none", at: location,
            remedy: "set `container: charliecloud`, or leave `bind` out: then commands see all of the node")
    }
}
