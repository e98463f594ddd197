public import YAML

extension Diagnostic {
    static func gitMissing() -> Diagnostic {
        Diagnostic(
            "SLW4040", "there is no git on the PATH, and the state is kept with it",
            remedy: "install Git, or name another state with --state")
    }

    static func gitNotStarted(_ reason: String) -> Diagnostic {
        Diagnostic("SLW4041", "git could not be started: \(reason)")
    }

    static func gitFailed(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(.gitFailed, "the state \(place) could not be used: \(reason)")
    }

    static func remoteUnreachable(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unreachable, "the remote of the state \(place) does not answer: \(reason)",
            remedy: "try again; nothing was recorded, and what runs goes on")
    }

    static func remoteRefusesCredentials(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW4043", "the remote of the state \(place) does not let you in: \(reason)",
            remedy: "give Git credentials that may write there (a CI job needs the permission to write to the "
                + "repository; for ssh an agent that holds the key); it is never asked for on the terminal")
    }

    static func remoteUnknown(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW4044", "there is no repository for the state \(place): \(reason)",
            remedy: "`git remote -v` lists what you can name; the form is git:REMOTE#refs/heads/BRANCH")
    }

    static func pushUncertain(_ place: String) -> Diagnostic {
        Diagnostic(
            .uncertain, "the connection to the state \(place) broke, and whether the last step was kept is not known",
            remedy: "run `reconcile` again: it reads what is there and goes on from it")
    }

    static func pushRefused(_ place: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW4045", "the remote did not take the state \(place): \(why)",
            remedy: "the branch must not be protected against pushes of the account that runs reconcile")
    }

    static func branchForeign(_ place: String, commit: String) -> Diagnostic {
        Diagnostic(
            "SLW4046", "the branch of \(place) is no state of Slipway's (commit \(commit.prefix(12)))",
            remedy: "name another branch with --state git:REMOTE#refs/heads/BRANCH")
    }

    /// Somebody else than reconcile wrote to the branch.
    static func branchEdited(_ place: String, commit: String, by author: String, last good: String?) -> Diagnostic {
        Diagnostic(
            .branchEdited, "the state \(place) was edited by hand: commit \(commit.prefix(12)) of \(author)",
            remedy: "look at it with `git show \(commit.prefix(12))`"
                + (good.map { ", then take it back: `git push --force REMOTE \($0):REF`" } ?? ", then take it back"))
    }

    /// What stands in the branch does not fit together.
    static func branchUnsound(_ place: String, commit: String, _ what: String) -> Diagnostic {
        Diagnostic(
            .branchEdited, "the state \(place) is not as reconcile wrote it (commit \(commit.prefix(12))): \(what)",
            remedy: "`git log` of that branch shows who changed it; push an earlier commit there to go back to it")
    }

    static func branchMissing(_ place: String, last commit: String) -> Diagnostic {
        Diagnostic(
            "SLW4048", "the branch of the state \(place) is gone; it was last seen at \(commit)",
            remedy: "push it back: `git push REMOTE \(commit):REF`. To begin a new record instead, remove the folder "
                + ".slipway/git")
    }

    static func branchRewritten(_ place: String, now commit: String, before last: String) -> Diagnostic {
        Diagnostic(
            "SLW4049",
            "the branch of the state \(place) was rewritten: \(commit.prefix(12)) does not go on from the record "
                + "that was last seen (\(last.prefix(12)))",
            remedy: "find out who did that. `git push --force REMOTE \(last):REF` brings back what was seen here; to "
                + "believe what is there now, remove the folder .slipway/git")
    }

    static func branchBusy(_ place: String) -> Diagnostic {
        Diagnostic(
            .stateBusy, "the state \(place) was changed by others again and again; nothing of this step was recorded",
            remedy: "try again")
    }

    static func workingCopyUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW4050", "the working copy of the state in \(path) cannot be used: \(reason)",
            remedy: "it can be made again: remove the folder")
    }

    public static func gitRefInvalid(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW4051", "\(text.debugDescription) is no branch that could hold a state",
            remedy: "write the full name, such as \(GitPlace.standardRef)")
    }

    public static func gitNeedsRepository(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW4052", "`--state \(text)` means a branch of this repository, and there is none around this folder",
            remedy: "run it inside a clone, or name the remote: git:URL#refs/heads/BRANCH")
    }

    /// An agent of its own would have to say every few seconds that it lives.
    public static func gitNotForAgents(_ place: String) -> Diagnostic {
        Diagnostic(
            "SLW4053", "agents of their own cannot work on the state \(place): a branch is not made for their leases",
            remedy: "use a PostgreSQL state for pools with `placement: remote`, or let `reconcile apply` run the agents"
        )
    }
}

extension DiagnosticCode {
    static let gitFailed: DiagnosticCode = "SLW4042"
    /// The branch of a state holds what reconcile did not write.
    public static let branchEdited: DiagnosticCode = "SLW4047"
}
