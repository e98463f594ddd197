import Manifests
public import YAML

extension Diagnostic {
    /// - Parameter engine: in a few words, such as `the Docker daemon`.
    public static func engineUnreachable(_ engine: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .engineUnreachable, "\(engine) cannot be asked: \(reason)",
            remedy: "nothing, if it comes back: it is asked again; otherwise see to it that it runs and can be reached")
    }

    static func engineMissing(_ kind: EngineKind) -> Diagnostic {
        Diagnostic("SLW6012", "the engine `\(kind.rawValue)` is not in this version")
    }

    static func commandNotFound(_ command: String) -> Diagnostic {
        Diagnostic(
            "SLW6001", "the command \(command.debugDescription) was not found",
            remedy: "name a program that is on the agent's PATH, or a file of the job by a path with a slash")
    }

    static func commandNotExecutable(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW6002", "\(path.debugDescription) cannot be executed",
            remedy: "set its executable bit (`git update-index --chmod=+x`), or run it through an interpreter")
    }

    static func spawnFailed(_ reason: String) -> Diagnostic {
        Diagnostic("SLW6003", "the process could not be started: \(reason)")
    }

    static func notCancelled(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6004", "attempt \(name) is still there after it was killed",
            remedy: "look for a process in uninterruptible sleep (`ps -o pid,stat,cmd`), and end it by hand")
    }

    static func argumentUnusable(_ what: String) -> Diagnostic {
        Diagnostic("SLW6005", "\(what) holds a NUL byte, which no process can be given")
    }

    static func locationUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6007", "the place of all attempts cannot be marked with \(path): \(reason)",
            remedy: "make room, or give yourself write permission there")
    }

    static func notSealed(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6008", "the attempt cannot be marked as never started with \(path): \(reason)",
            remedy: "make room, or give yourself write permission there")
    }

    static func fenceUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6009", "the attempt cannot be put in its place with \(path): \(reason)",
            remedy: "make room, give yourself write permission there, or look whether an agent was stopped")
    }

    static func superseded(_ folder: String, by later: Int64, _ token: Int64) -> Diagnostic {
        Diagnostic(
            .superseded, "\(folder) is in the hands of a later claim: \(later), and this is \(token)",
            remedy: "nothing, as a rule: the later claim goes on; if the state was made anew, remove that folder")
    }

    static func attemptTaken(_ folder: String) -> Diagnostic {
        Diagnostic("SLW6011", "the attempt in \(folder) was started by somebody meanwhile")
    }

    static func logUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6200", "what the command wrote cannot be put into \(path): \(reason)",
            remedy: "make room, or give yourself write permission there; the engine still has it")
    }

    static func variableNotPassedOn(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6006", "the environment variable \(name.debugDescription) would not reach the command as it is",
            remedy: "use letters, digits and `_` in its name, and none that a shell sets itself, such as PWD or IFS")
    }
}

extension DiagnosticCode {
    /// The engine cannot be asked now, so that nothing is known of what it was asked to do.
    public static let engineUnreachable: DiagnosticCode = "SLW6013"
    /// Somebody with a later fencing token has the attempt.
    public static let superseded: DiagnosticCode = "SLW6010"
}
