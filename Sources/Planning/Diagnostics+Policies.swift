import Manifests
public import YAML

// What policies deny. Each names the object, and as a note the rule with its own place.

extension Diagnostic {
    private static func denial(
        _ code: DiagnosticCode, _ message: String, by rule: PolicyRule, at location: SourceLocation, remedy: String
    ) -> Diagnostic {
        Diagnostic(code, message, at: location, notes: [rule.note], remedy: remedy)
    }

    static func tooManyRuns(
        _ count: Int, most: Int, in namespace: String, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3040", "namespace \(namespace) wants \(count) \(count == 1 ? "run" : "runs"), and may want \(most)",
            by: rule, at: location,
            remedy: "remove runs from this one on, or those that have succeeded already")
    }

    static func tooManyGPUs(
        _ count: Int, most: Int, in namespace: String, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3041", "the runs of namespace \(namespace) want \(count) GPUs together, and may want \(most)", by: rule,
            at: location, remedy: "from this run on it is too many; remove runs, or lower `resources.gpu` of their jobs"
        )
    }

    static func priorityTooHigh(
        _ priority: RunSpec.Priority, highest: RunSpec.Priority, in namespace: String, by rule: PolicyRule,
        at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3042",
            "the priority is \(priority.rawValue), and in namespace \(namespace) the highest is \(highest.rawValue)",
            by: rule, at: location, remedy: "write `priority: \(highest.rawValue)`")
    }

    static func imageForbidden(
        _ image: String, _ pattern: Wildcard, of job: ObjectName, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3043", "Job/\(job) uses the image \(image), and `\(pattern.source)` is forbidden", by: rule,
            at: location, remedy: "use another image")
    }

    static func labelMissing(
        _ label: String, _ pattern: Pattern, on key: ObjectKey, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3044", "\(key) has no label `\(label)`", by: rule, at: location,
            remedy: "add it to metadata.labels, with a value that matches `\(pattern.source)`")
    }

    static func labelRefused(
        _ label: String, _ value: String, _ pattern: Pattern, on key: ObjectKey, by rule: PolicyRule,
        at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3045", "the label `\(label)` of \(key) is “\(value)”, which does not match", by: rule, at: location,
            remedy: "its whole value must match `\(pattern.source)`")
    }

    static func changedByOthers(
        _ subject: String, _ steps: [BranchChange.Step], allowed: [Wildcard], by rule: PolicyRule,
        at location: SourceLocation
    ) -> Diagnostic {
        let shown = steps.prefix(3).map { "\($0.author.isEmpty ? "nobody" : $0.author) in \($0.commit.short)" }
        let more = steps.count > shown.count ? " and \(steps.count - shown.count) commits more" : ""
        let names = allowed.prefix(5).map(\.source).joined(separator: ", ") + (allowed.count > 5 ? ", …" : "")
        return denial(
            "SLW3046", "\(subject) is protected, and was changed by \(shown.joined(separator: ", "))\(more)", by: rule,
            at: location, remedy: "let one of those who may make the change: \(names)")
    }

    static func changedUncommitted(
        _ subject: String, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3047", "\(subject) is protected, and was changed without a commit", by: rule, at: location,
            remedy: "commit the change, so that it has an author")
    }

    static func changedByNobody(
        _ subject: String, since base: String, by rule: PolicyRule, at location: SourceLocation
    ) -> Diagnostic {
        denial(
            "SLW3048", "\(subject) is protected, and is not what it was in \(base), though no commit since changed it",
            by: rule, at: location,
            remedy: "an older commit is checked out, or history was rewritten; go back with `git revert`")
    }
}

extension String? {
    fileprivate var short: String { map { String($0.prefix(12)) } ?? "no commit" }
}

extension DiagnosticCode {
    /// Whether it says what a policy denies, here or in `Reconciler`: that is for the author of the change to mend.
    public var isPolicyDenial: Bool { ["SLW304", "SLW305", "SLW805"].contains { rawValue.hasPrefix($0) } }
}
