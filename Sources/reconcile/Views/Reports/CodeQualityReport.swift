import Manifests
import YAML

/// Diagnostics as GitLab's Code Quality report, by which a merge request shows what it adds and what it mends.
enum CodeQualityReport {
    /// - Parameter place: stands for the place of what has none.
    static func value(_ diagnostics: [Diagnostic], place: String) -> JSONValue {
        var fingerprints = DiagnosticFingerprints()
        return .array(
            diagnostics.map { diagnostic in
                .object([
                    "description": .string(diagnostic.sentence),
                    "check_name": .string(diagnostic.code.rawValue),
                    "fingerprint": .string(fingerprints.next(diagnostic)),
                    "severity": diagnostic.severity == .error ? "major" : "minor",
                    "location": [
                        "path": .string(diagnostic.location?.path ?? place),
                        "lines": ["begin": .int(Int64(diagnostic.location?.span.start.line ?? 1))],
                    ],
                ])
            })
    }
}
