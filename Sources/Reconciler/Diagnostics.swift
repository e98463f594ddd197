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
            remedy: "give a file, as `sqlite:PATH` or a plain path, or a database, as `postgres://user@host/database`")
    }

    /// Nothing of that name is recorded.
    public static func unknownObject(_ key: String, suggestion: String?) -> Diagnostic {
        Diagnostic(
            "SLW8005", "nothing is recorded as \(key)",
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
            "SLW8018", "the traces of run \(name) are on \(host), in \(folder)",
            remedy: "look there, or run this command there")
    }

    static func initTargetExists(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW8010", "\(path) exists already; nothing was written",
            remedy: "move it away, name another folder, or write over it with --force")
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
    /// No manifest was found at all: exit status 3.
    public static let noManifests: DiagnosticCode = "SLW8002"
}
