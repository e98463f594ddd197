import Records
import YAML

// Why a run does not get what another run was to leave for it.

extension Diagnostic {
    static func inputNotMade(_ input: RunInput) -> Diagnostic {
        Diagnostic(
            "SLW7010", "there is no \(input.description): that run has not succeeded",
            remedy: "`reconcile explain run/\(input.run)` says how it is")
    }

    static func inputNotKept(_ input: RunInput) -> Diagnostic {
        Diagnostic(
            "SLW7011", "there is no \(input.description): that run succeeded without leaving it",
            remedy: "declare it among its job's outputs, and let the run be computed once more with `repeat`")
    }

    static func inputUnreadable(_ input: RunInput, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW7012", "\(input.description) has no digest, so nobody can tell whether it is still the same: \(why)",
            remedy: "let its job leave plain files and folders, and compute it once more with `repeat`")
    }

    static func inputGone(_ input: RunInput, host: String, path: String) -> Diagnostic {
        Diagnostic(
            "SLW7013", "\(input.description) is gone: it was at \(path) on \(host)",
            remedy: "put it back, or let Run/\(input.run) be computed once more with `repeat`")
    }

    static func inputChanged(_ input: RunInput, host: String, path: String) -> Diagnostic {
        Diagnostic(
            "SLW7014", "\(input.description) is not what it was when that run ended: \(path) on \(host) has changed",
            remedy: "put the old content back, or let Run/\(input.run) be computed once more with `repeat`")
    }

    static func inputNotFetched(
        _ input: RunInput, _ fault: Diagnostic, host: String, path: String
    ) -> Diagnostic {
        Diagnostic(
            "SLW7020",
            "\(input.description) is neither at \(path) on \(host) any more, nor can it be had from its store: "
                + fault.sentence, remedy: "make the store reachable from here, then `reconcile retry`")
    }

    static func outputNotInStore(_ output: String, store: String) -> Diagnostic {
        Diagnostic(
            "SLW7021", "\(store) has no output \(output) as it was when its run ended",
            remedy: "let the run be computed once more with `repeat`")
    }
}
