import YAML

/// Diagnostics as workflow commands of GitHub Actions, which shows them at the lines of a proposal.
///
/// GitHub shows ten errors and ten warnings of a step and passes over the rest in silence; so the gravest are written
/// first, what is left out is counted, and everything follows as text for the log.
struct GitHubAnnotations {
    /// GitHub: “10 warning annotations, 10 error annotations, and 10 notice annotations per step”.
    static let mostOfAKind = 10

    let diagnostics: [Diagnostic]

    /// The commands, a line each.
    var lines: [String] {
        let kinds = [Diagnostic.Severity.error, .warning]
        var lines = kinds.flatMap { severity in
            diagnostics.filter { $0.severity == severity }.prefix(Self.mostOfAKind).map(Self.command)
        }
        let hidden = kinds.compactMap { severity in
            let count = diagnostics.count { $0.severity == severity }
            return DiagnosticView.count(max(0, count - Self.mostOfAKind), "more \(severity.rawValue)")
        }
        if !hidden.isEmpty {
            let text =
                "\(hidden.joined(separator: " and ")): GitHub shows \(Self.mostOfAKind) of a kind; the log has all"
            lines.append("::notice title=reconcile validate::\(Self.escaped(text))")
        }
        return lines
    }

    /// The commands, and then some text in which nothing is taken for one: a manifest might hold a line that begins
    /// with `::`, or a file's name the older `##[…]`.
    ///
    /// - Parameter token: ends the text; nobody who writes a manifest may know it.
    func text(followedBy report: String, token: String) -> String {
        guard !report.isEmpty else { return lines.joined(separator: "\n") }
        return (lines + ["::stop-commands::\(token)", report, "::\(token)::"]).joined(separator: "\n")
    }

    private static func command(_ diagnostic: Diagnostic) -> String {
        var properties: [(String, String)] = []
        if let location = diagnostic.location {
            let (start, end) = (location.span.start, location.span.end)
            properties = [("file", location.path), ("line", "\(start.line)")]
            if start.line == end.line {
                properties += [("col", "\(start.column)"), ("endLine", "\(end.line)")]
                // The last column that is meant, as `endLine` is the last line.
                properties.append(("endColumn", "\(max(start.column, end.column - 1))"))
            } else {
                // Columns are refused for more than one line; a block ends before the first character of the next.
                properties.append(("endLine", "\(max(start.line, end.column == 1 ? end.line - 1 : end.line))"))
            }
        }
        properties.append(("title", diagnostic.code.rawValue))
        let list = properties.map { "\($0)=\(escaped(property: $1))" }.joined(separator: ",")
        return "::\(diagnostic.severity.rawValue) \(list)::\(escaped(diagnostic.explanation))"
    }

    private static func escaped(_ data: String) -> String {
        replacing(["%": "%25", "\r": "%0D", "\n": "%0A"], in: data)
    }

    private static func escaped(property: String) -> String {
        replacing(["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"], in: property)
    }

    /// By scalars: to Swift, CR LF is one character.
    private static func replacing(_ escapes: [Unicode.Scalar: String], in text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let escape = escapes[scalar] { result += escape } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
