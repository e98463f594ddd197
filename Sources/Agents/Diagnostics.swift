import Manifests
import YAML

extension Diagnostic {
    static func engineNotInThisVersion(_ kind: EngineKind) -> Diagnostic {
        Diagnostic("SLW7102", "the engine `\(kind.rawValue)` is not in this version")
    }

    static func documentRefused(_ queue: ObjectName, _ refusals: [String]) -> Diagnostic {
        Diagnostic(
            "SLW7103",
            "the queue \(queue) does not permit what would be submitted: \(refusals.joined(separator: "; "))",
            remedy: "have whoever keeps the queue write it into its config and permit it, or leave it out of the run")
    }

    static func logsNotFetched(_ reason: String) -> Diagnostic {
        Diagnostic("SLW7101", "what the command wrote could not be had from the engine: \(reason)")
    }

    static func secretMissing(_ name: String, variable: String) -> Diagnostic {
        Diagnostic(
            "SLW7001", "the agent has no secret \(name)",
            remedy: "set \(variable) in the agent's environment, or put a file \(name) into the folder that "
                + "SLIPWAY_SECRETS_DIR names")
    }

    static func workspaceFailed(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW7002", "the attempt's folder \(path) could not be prepared: \(reason)",
            remedy: "make room, or give yourself write permission there")
    }

    static func noSource(forJob job: String) -> Diagnostic {
        Diagnostic(
            "SLW7003", "the image of \(job) is not in the layout, and the source of that version is not checked out",
            remedy: "check out the commit that has it and run `reconcile build`, or follow the newest version")
    }

    static func notInRegistry(forJob job: String, _ place: ImageReference) -> Diagnostic {
        Diagnostic(
            "SLW7030",
            "the image of \(job) is neither on this machine nor in \(place.name), and its pool has no builder",
            remedy: "let a pool with a builder and the same registry run the job first, or put it there with "
                + "`reconcile image push`")
    }

    static func noBuilder(forJob job: String) -> Diagnostic {
        Diagnostic(
            "SLW7004", "the image of \(job) is not in the layout, and its pool has no builder",
            remedy: "build it first with `reconcile build`, or give the pool `builder: {type: oci}`")
    }
}
