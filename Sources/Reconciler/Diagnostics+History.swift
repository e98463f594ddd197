import YAML

/// The audit trail, notes, drift and notifications.
extension Diagnostic {
    static func unknownTopic(_ word: String) -> Diagnostic {
        Diagnostic(
            "SLW8070", "nothing is recorded as \(word): no run, no object, and no commit that was applied",
            remedy: "`reconcile history` lists what was applied; an object is written as Kind/name")
    }

    static func ambiguousCommit(_ word: String, _ commits: [String], isAll: Bool) -> Diagnostic {
        Diagnostic(
            "SLW8071",
            "\(word) is the beginning of several commits: \(commits.joined(separator: ", "))\(isAll ? "" : ", …")",
            remedy: "write more of it")
    }

    static func notesNotWritten(_ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8072", "the note on the commit was not written: \(reason)", severity: .warning,
            remedy: "what was applied is recorded all the same; the next `reconcile apply --notes` writes it")
    }

    static func notesNotPushed(_ remote: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8073", "the notes were not pushed to \(remote): \(reason)", severity: .warning,
            remedy: "`git push \(remote) refs/notes/slipway` pushes them")
    }

    static func notifyAddressInvalid(_ url: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8074", "\(url) is no address to notify: \(reason)",
            remedy: "give an https:// URL without a user name or password, or http:// for this machine itself")
    }

    static func notifySecretMissing(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW8075", "the secret to sign notifications with is not in the environment as \(name)",
            remedy: "set it, or leave --notify-secret out to send them unsigned")
    }

    static func notifyCommandInvalid(_ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8076", "the command to notify with cannot be used: \(reason)",
            remedy: #"write it as a JSON array of texts, such as '["gh","api","…","-f","state={state}"]'"#)
    }

    static func notNotified(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW8077", "\(place) was not notified: \(reason)", severity: .warning,
            remedy: "what was applied is recorded all the same")
    }
}
