import Manifests
public import Store
public import YAML

extension Diagnostic {
    static func stateFolderUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8001", "the folder \(path) cannot be made: \(reason)",
            remedy: "give yourself write permission there, or make room")
    }

    /// No manifest was found where they were looked for.
    public static func noManifests(_ paths: [String]) -> Diagnostic {
        Diagnostic(
            .noManifests, "there are no manifests in \(paths.joined(separator: ", "))",
            remedy: "`reconcile init` writes an example; -f names another file or folder")
    }

    static func gitFailed(_ command: String, _ reason: String) -> Diagnostic {
        Diagnostic("SLW8003", "`git \(command)` failed: \(reason)")
    }

    static func stateUnsupported(_ url: String) -> Diagnostic {
        Diagnostic(
            "SLW8004", "the state \(url) is of a kind that this version cannot use",
            remedy:
                "give a file (`sqlite:PATH` or a plain path), a database (`postgres://user@host/database`) or a branch "
                + "(`git`, `git:REMOTE#REF`)")
    }

    static func remoteAmbiguous(_ names: [String]) -> Diagnostic {
        Diagnostic(
            "SLW8020",
            "`--state git` means the remote `origin`, and there are only others: \(names.joined(separator: ", "))",
            remedy: "name one: --state git:\(names.first ?? "REMOTE")")
    }

    /// Nothing of that name is recorded.
    public static func unknownObject(_ key: String, suggestion: String?) -> Diagnostic {
        Diagnostic(
            .unknownObject, "nothing is recorded as \(key)",
            remedy: suggestion.map { "did you mean \($0)?" } ?? "`reconcile get all` lists what there is")
    }

    /// A run was asked to do what it cannot do any more.
    public static func runAlreadyOver(_ name: String, phase: String) -> Diagnostic {
        Diagnostic("SLW8006", "run \(name) is \(phase) already")
    }

    /// Only a run that ended badly can be tried again.
    public static func notRetryable(_ name: String, phase: String) -> Diagnostic {
        Diagnostic(
            "SLW8007", "run \(name) is \(phase); only a failed, cancelled or lost run can be retried",
            remedy: phase == "succeeded" ? "write `repeat: 2` in its spec to compute it once more" : nil)
    }

    /// The run has no attempt, and so no log.
    public static func noAttemptYet(_ name: String) -> Diagnostic {
        Diagnostic("SLW8008", "run \(name) has not been started yet, so there is no log")
    }

    static func noSuchAttempt(_ name: String, _ number: Int, newest: Int) -> Diagnostic {
        Diagnostic("SLW8009", "run \(name) has no attempt \(number); the newest is \(newest)")
    }

    static func unknownPool(_ name: String, suggestion: String?) -> Diagnostic {
        Diagnostic(
            "SLW8016", "no agent pool \(name) is recorded",
            remedy: suggestion.map { "did you mean \($0)?" }
                ?? "commit its manifest and run `reconcile apply`; --state says which state is looked at")
    }

    static func poolNotRemote(_ name: String, placement: String) -> Diagnostic {
        Diagnostic(
            "SLW8017", "the agents of pool \(name) are not processes of their own: its placement is \(placement)",
            remedy: "`reconcile apply` runs them itself; `placement: remote` makes them processes of their own")
    }

    /// The traces of an attempt are on another machine.
    public static func tracesElsewhere(_ name: String, host: String, folder: String) -> Diagnostic {
        Diagnostic(
            .tracesElsewhere, "the traces of run \(name) are on \(host), in \(folder)",
            remedy: "look there, or run this command there; where the pool names a store (`artifacts`), they can be "
                + "read from anywhere once the attempt has ended")
    }

    static func tracesNotKept(_ name: String, host: String, folder: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW8090", "the traces of run \(name) are on \(host) only, in \(folder)", notes: [Note(why)],
            remedy: "look there, as long as that machine has them")
    }

    static func tracesGone(_ name: String, host: String, folder: String) -> Diagnostic {
        Diagnostic(
            .tracesGone, "the traces of run \(name) were on \(host), in \(folder), and are not there",
            remedy: "where machines or checkouts go away, let the pool name a store: `artifacts: {location: …}`")
    }

    static func noOutputs(_ name: String, phase: String) -> Diagnostic {
        Diagnostic(
            "SLW8092", "run \(name) is \(phase), and only a run that has succeeded has outputs",
            remedy: "`reconcile explain run/\(name)` says why it is so")
    }

    static func outputInTheWay(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW8093", "\(path) is there already; nothing was copied", remedy: "move it away, or name another folder")
    }

    static func outputUnreadable(_ run: String, _ path: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW8094", "output \(path) of run \(run) has no digest, so that nobody can vouch for it: \(why)",
            remedy: "let its job leave plain files and folders")
    }

    static func outputGone(_ run: String, _ path: String, _ own: String) -> Diagnostic {
        Diagnostic(
            "SLW8095", "output \(path) of run \(run) was at \(own), and is not there",
            remedy: "fetch it on the machine that computed it; with a store (`artifacts` of the pool) any machine can")
    }

    static func outputChanged(_ run: String, _ path: String, _ own: String) -> Diagnostic {
        Diagnostic(
            "SLW8096", "output \(path) of run \(run) is not what it was when the run ended: \(own) has changed",
            remedy: "put the old content back, or compute it once more with `repeat`")
    }

    static func initTargetExists(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW8010", "\(path) exists already; nothing was written",
            remedy: "move it away, name another folder, or write over it with --force")
    }

    static func nothingToLock(_ job: String) -> Diagnostic {
        Diagnostic(
            "SLW8110", "the job \(job) names no requirements, so there is nothing to lock",
            remedy: "name a requirements file in spec.build.python.requirements")
    }

    static func cancelNotConfirmed(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW8011", "the end of run \(name) was asked for, but it has not been confirmed yet",
            remedy: "`reconcile status` shows when it is; the reconciler that holds the state sees to it")
    }

    /// There is no recorded state to ask.
    public static func noState(_ address: StateAddress) -> Diagnostic {
        Diagnostic("SLW8012", "there is no state at \(address) yet", remedy: "run `reconcile` first")
    }
}

extension DiagnosticCode {
    /// What an attempt wrote is on another machine.
    static let tracesElsewhere: DiagnosticCode = "SLW8018"
    /// It was on a machine of this name, and is not here.
    static let tracesGone: DiagnosticCode = "SLW8091"
    /// No manifest was found at all: exit status 3.
    public static let noManifests: DiagnosticCode = "SLW8002"
    static let unknownObject: DiagnosticCode = "SLW8005"
}

extension Diagnostic {
    /// Whether what was looked for is not on this machine.
    var isOfAnotherPlace: Bool { code == .tracesElsewhere || code == .tracesGone }
}
