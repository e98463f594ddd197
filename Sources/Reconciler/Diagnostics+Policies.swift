import Planning
import YAML

// SLW8050 to SLW8059 are what policies deny (exit status 3), SLW8060 to SLW8069 why they could not be asked. Then
// nothing is allowed.

extension Diagnostic {
    private static func denial(
        _ code: DiagnosticCode, _ message: String, by rule: PolicyRule, notes: [Note] = [], remedy: String
    ) -> Diagnostic {
        Diagnostic(code, message, at: rule.place, notes: [rule.note] + notes, remedy: remedy)
    }

    static func commitNotSigned(_ commit: String, _ reason: String, by rule: PolicyRule) -> Diagnostic {
        denial(
            "SLW8050", "commit \(commit.prefix(12)) is not signed by anybody whose signature counts", by: rule,
            notes: [Note("git verify-commit: \(reason)")],
            remedy: "sign it (`git commit --amend --no-edit -S`) with a key that the policy lists")
    }

    static func noSignedTag(_ commit: String, tags: Int, by rule: PolicyRule) -> Diagnostic {
        let found = tags == 0 ? "it has no tag that could be" : "none of its \(tags) tags is, by anybody who counts"
        return denial(
            "SLW8051", "commit \(commit.prefix(12)) needs a signed tag, and \(found)", by: rule,
            remedy: "sign one (`git tag -s NAME`) with a key that the policy lists, and fetch tags here")
    }

    /// `strays` are manifests that the commit does not hold, such as ignored ones.
    static func treeNotCommitted(_ strays: [String], by rule: PolicyRule) -> Diagnostic {
        denial(
            "SLW8052", "the working tree differs from its commit, and only what is signed may be applied", by: rule,
            notes: strays.prefix(3).map { Note("the commit does not hold this file", at: SourceLocation(path: $0)) },
            remedy: "commit and sign the changes, or remove them")
    }

    static func nothingToVerify(by rule: PolicyRule) -> Diagnostic {
        denial(
            "SLW8053", "there is no commit, and only what is signed may be applied", by: rule,
            remedy: "commit and sign the manifests")
    }

    static func policyReferenceUnreadable(_ name: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8060", "the policies of \(name) cannot be read: \(reason)",
            remedy: "fetch that branch first, with its history (in GitHub Actions `fetch-depth: 0`); "
                + "--policy-ref names another")
    }

    static func policyReferenceUnsafe(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW8061", "“\(name.prefix(80))” cannot be the name of a commit",
            remedy: "give --policy-ref the name of a branch, such as origin/main")
    }

    static func trustedPolicyUnreadable(_ name: String, _ faults: [Diagnostic]) -> Diagnostic {
        let shown = faults.prefix(5).map { Note("\($0.message) [\($0.code.rawValue)]", at: $0.location) }
        return Diagnostic(
            "SLW8062", "what \(name) holds as policy cannot be read, so nothing is allowed", notes: shown,
            remedy: "mend these files on that branch first")
    }

    static func recordedPolicyUnreadable(_ key: String) -> Diagnostic {
        Diagnostic(
            "SLW8063", "what is recorded as \(key) cannot be read, so nothing is allowed",
            remedy: "use the version of reconcile that applied it, or check the record with `reconcile state check`")
    }

    static func changesUnknown(_ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8064", "a policy protects what some may not change, and who changed what is unknown: \(reason)",
            remedy: "run it in a Git checkout with its history (in GitHub Actions `fetch-depth: 0`)")
    }

    static func tooManyCommits(most: Int) -> Diagnostic {
        Diagnostic(
            "SLW8065", "there are more than \(most) commits since what is trusted, too many to look at",
            remedy: "apply an older commit first, or merge the target branch")
    }

    static func signaturesUncheckable(_ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8066", "signatures cannot be checked here: \(reason)",
            remedy: "install GnuPG, and list public keys as `gpg --armor --export` prints them")
    }
}
