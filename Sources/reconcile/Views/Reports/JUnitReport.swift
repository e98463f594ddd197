import Planning
import YAML

/// Diagnostics as a JUnit report: one suite, a case for each file that was read or has a finding, so that a dashboard
/// shows what was checked, and a file that is mended as one that passes.
///
/// A case has one failure, as most readers show no second; its text holds all errors of the file.
struct JUnitReport {
    let diagnostics: [Diagnostic]
    /// What was checked, for what has no place of its own.
    let place: String
    /// All files that were read.
    let files: [String]

    var text: String {
        let byFile = Dictionary(grouping: diagnostics) { $0.location?.path ?? place }
        var names = Set(files).union(byFile.keys)
        if names.isEmpty { names = [place] }
        let cases = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Self.testCase($0, byFile[$0] ?? []) }
        let failures = byFile.values.count { $0.contains { $0.severity == .error } }
        let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="reconcile validate" \(counts)>
              <testsuite name="reconcile validate" \(counts) skipped="0">
            \(cases.joined(separator: "\n"))
              </testsuite>
            </testsuites>
            """
    }

    private static func testCase(_ file: String, _ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.filter { $0.severity == .error }
        let warnings = diagnostics.filter { $0.severity == .warning }
        let name = escaped(file.printable)
        let head = "    <testcase classname=\"manifests\" name=\"\(name)\" file=\"\(name)\""
        if diagnostics.isEmpty { return head + "/>" }
        var lines = [head + ">"]
        if let first = errors.first {
            let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
            let message = escaped(first.message.printable + more)
            lines.append("      <failure type=\"\(escaped(first.code.rawValue))\" message=\"\(message)\">")
            lines.append("\(escaped(body(errors)))</failure>")
        }
        if !warnings.isEmpty { lines.append("      <system-out>\(escaped(body(warnings)))</system-out>") }
        return (lines + ["    </testcase>"]).joined(separator: "\n")
    }

    private static func body(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(DiagnosticView(style: .plain).text).joined(separator: "\n")
    }

    /// As text or an attribute in double quotes. What XML 1.0 has no form for (chapter 2.2), not even an escaped one,
    /// becomes U+FFFD; line breaks and tabs are kept as references, since an attribute's would be read as spaces.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "\n"
            case "\t", "\r": result += "&#\(scalar.value);"
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
