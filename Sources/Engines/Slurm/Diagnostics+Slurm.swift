import Manifests
import YAML

extension Diagnostic {
    static func slurmRefused(_ words: String) -> Diagnostic {
        Diagnostic(
            "SLW6100", "Slurm refuses the job: \(words)",
            remedy: "change the queue's config or the job's resources")
    }

    static func slurmOptionRefused(_ name: String) -> Diagnostic {
        Diagnostic("SLW6101", "`\(name)` is no option that a queue may give to `sbatch`")
    }

    static func slurmValueRefused(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6102", "the value of `\(name)` cannot be given to `sbatch`",
            remedy: "write a text of one line, a whole number, or true")
    }

    static func slurmNotNoted(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6103", "the attempt cannot be marked with \(path): \(reason)",
            remedy: "make room, or give yourself write permission there")
    }

    static func slurmForeignJob(_ name: String, _ job: SlurmJobID) -> Diagnostic {
        Diagnostic(
            "SLW6104", "Slurm has a job \(job) of the name \(name) that is not Slipway's, or not this checkout's",
            remedy: "look at it with `scontrol show job \(job)`; end or rename it, and retry the run")
    }

    static func slurmNotCancelled(_ name: String, _ job: SlurmJobID, _ words: String) -> Diagnostic {
        Diagnostic(
            "SLW6105", "Slurm still has the job \(job) of attempt \(name) after it was to be ended: \(words)",
            remedy: "look at its node: a process in uninterruptible sleep keeps a job in COMPLETING")
    }

    static func slurmProgramNotInImage(_ program: String) -> Diagnostic {
        Diagnostic(
            "SLW6130", "the image has no program \(program.debugDescription) that can be run",
            remedy: containerProgramRemedy)
    }

    static func slurmFolderUnusable(_ folder: String) -> Diagnostic {
        Diagnostic(
            "SLW6131", "`ch-run` cannot be shown a folder whose path has a colon: \(folder.debugDescription)",
            remedy: "put the checkout elsewhere")
    }

    static func slurmContainerUnknown(_ setting: String, _ value: JSONValue?) -> Diagnostic {
        Diagnostic(
            "SLW6132",
            "the queue's settings: `\(setting)` is nothing that this version knows: "
                + (value?.canonicalText ?? "it is missing"),
            remedy: "use the version that wrote it, or apply the queue anew and retry the run")
    }
}
