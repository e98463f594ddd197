import Planning
public import YAML

extension Diagnostic {
    private static let mostNotes = 20

    static func stalePlan(_ movements: [PlanMovement], isDone: Bool) -> Diagnostic {
        let shown = movements.prefix(mostNotes).map { Note("\($0)") }
        let rest = movements.count - shown.count
        return Diagnostic(
            .stalePlan, "the plan is stale, and nothing was done: what it was made from has moved",
            notes: shown + (rest > 0 ? [Note("and \(rest) more")] : []),
            remedy: (isDone ? "it may have been applied already; " : "")
                + "plan anew with `reconcile plan --out FILE`, look at it, and apply that")
    }

    static func invalidReference(_ reference: String) -> Diagnostic {
        Diagnostic(
            "SLW8031", "`\(reference)` is not the name of one commit",
            remedy: "give a branch, a tag or a commit id, such as `origin/main`")
    }

    static func unknownReference(_ reference: String) -> Diagnostic {
        Diagnostic(
            "SLW8032", "there is no commit `\(reference)` in this repository",
            remedy: "fetch it first, such as with `\(fetchCommand(reference))`; `git branch --all` shows what is here")
    }

    static func shallowReference(_ reference: String) -> Diagnostic {
        Diagnostic(
            "SLW8033", "this is a shallow clone, and the commit `\(reference)` is not in it",
            remedy: "fetch it first, such as with `\(fetchCommand(reference))`, or clone with its history "
                + "(`fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab)")
    }

    /// The command that brings a branch here under the name by which it was asked for. A name that a shell would read
    /// as more than a name is not repeated.
    private static func fetchCommand(_ reference: String) -> String {
        let branch = reference.hasPrefix("origin/") ? String(reference.dropFirst("origin/".count)) : nil
        guard let branch, branch.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.\/-]*/) != nil else {
            return "git fetch origin main:refs/remotes/origin/main"
        }
        return "git fetch origin \(branch):refs/remotes/origin/\(branch)"
    }

    static func noGit(_ root: String) -> Diagnostic {
        Diagnostic(
            "SLW8034",
            "\(root) is not in the checkout of a Git repository, so there is no other commit to compare with",
            remedy: "run this in the repository of the manifests")
    }

    static func noCommits(_ root: String) -> Diagnostic {
        Diagnostic("SLW8035", "the repository \(root) has no commits yet", remedy: "commit the manifests first")
    }

    static func manifestsOutside(_ path: String, root: String) -> Diagnostic {
        Diagnostic(
            "SLW8036", "\(path) is not in the repository \(root), so its commits say nothing about it",
            remedy: "give a path within the repository with -f")
    }

    /// The manifests of the commit to compare with are invalid; that is nothing that the proposal could have prevented.
    static func invalidBase(_ reference: String, commit: String, _ faults: [Diagnostic]) -> Diagnostic {
        let errors = faults.filter { $0.severity == .error }
        let notes = errors.prefix(mostNotes).map { error in
            var location = error.location
            location?.path = "\(reference):\(error.location?.path ?? "")"
            return Note("\(error.message) [\(error.code.rawValue)]", at: location)
        }
        let rest = errors.count - notes.count
        return Diagnostic(
            "SLW8037", "the manifests of `\(reference)` (\(commit.prefix(12))) are invalid, so nothing can be compared",
            notes: notes + (rest > 0 ? [Note("and \(rest) more")] : []),
            remedy: "compare with another commit; `reconcile validate` says whether the proposal is sound")
    }

    static func planFromElsewhere(_ commit: String, isShallow: Bool) -> Diagnostic {
        Diagnostic(
            "SLW8038", "the plan is of another repository: its commit \(commit.prefix(12)) does not belong to this one",
            remedy: isShallow
                ? "apply it in its own repository; if this is it, fetch that commit first"
                : "apply it in its own repository")
    }

    static func planUnreadable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic("SLW8039", "the plan \(path) cannot be read: \(reason)")
    }

    static func planTooLarge(_ path: String, most: Int) -> Diagnostic {
        Diagnostic("SLW8040", "the plan \(path) is larger than \(most >> 20) MiB, and so none of reconcile's")
    }

    static func temporaryFolderUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8041", "the folder \(path) cannot be used for the files of a commit: \(reason)",
            remedy: "make room there, or name another with TMPDIR")
    }

    static func planWithoutCommit() -> Diagnostic {
        Diagnostic(
            "SLW8042", "without a commit a plan cannot be saved: nothing would say what it is a plan of",
            remedy: "commit the manifests first")
    }
}

extension DiagnosticCode {
    /// What a saved plan was made from has moved: exit status 6.
    public static let stalePlan: DiagnosticCode = "SLW8030"
}
