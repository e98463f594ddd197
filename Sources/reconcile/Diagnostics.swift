import Records
import YAML

extension Diagnostic {
    static func unexpected(_ error: any Error) -> Diagnostic {
        Diagnostic("SLW9001", "\(error)", remedy: "this should not happen; please report it with the command you gave")
    }

    static func unknownKind(_ word: String, suggestion: String?) -> Diagnostic {
        Diagnostic(
            "SLW9002", "there is no kind \(word)",
            remedy: suggestion.map { "did you mean \($0)?" } ?? "the kinds are job, queue, agentpool, run and policy")
    }

    /// `code` is whole, or the beginning of one.
    static func unknownCode(_ code: String, nearest: [DiagnosticCode]) -> Diagnostic {
        let names = nearest.map(\.rawValue).joined(separator: " and ")
        return Diagnostic(
            "SLW9070", "there is no diagnostic \(code)",
            remedy: (names.isEmpty ? "" : "the nearest \(nearest.count == 1 ? "is" : "are") \(names); ")
                + "`reconcile explain SLW` lists them all")
    }

    static func interrupted() -> Diagnostic {
        Diagnostic(
            "SLW9003", "interrupted; what runs goes on by itself", severity: .warning,
            remedy: "`reconcile` takes it up again")
    }

    static func outputUnwritable(_ place: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW9010", "\(place) cannot be written: \(reason)",
            remedy: "make room there, or name another file; what was written is not all of it")
    }

    static func stepFileUnwritable(_ variable: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW9030", "what $\(variable) names cannot be written: \(reason)", severity: .warning,
            remedy: "nothing else depends on it; the CI system shows less than it could")
    }

    static func brokenChain(_ report: ChainReport) -> Diagnostic {
        let first = report.findings.first
        let more =
            report.count > report.findings.count ? [Note("and \(report.count - report.findings.count) more")] : []
        return Diagnostic(
            "SLW9005",
            "the audit trail is not what was recorded: the first bad event is \(first?.sequence ?? 0): "
                + (first?.message ?? ""),
            notes: report.findings.dropFirst().map { Note("event \($0.sequence): \($0.message)") } + more,
            remedy: "treat the record as tampered with; compare it with a backup")
    }
}

extension Diagnostic {
    static func digestIsNoTarget(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW9040", "an image is not put under a digest that is named beforehand, as in \(text)",
            remedy: "name a tag: the digest is what the image turns out to be")
    }
}
