import Planning
import YAML

/// A diagnostic as a person reads it: what and where, the line with the place underlined, and what to do.
struct DiagnosticView {
    let style: TextStyle

    func text(_ diagnostic: Diagnostic) -> String {
        let isError = diagnostic.severity == .error
        let head = style.mark(isError ? "error" : "warning", isError ? .bad : .caution)
        let place = diagnostic.location.map { "\($0): " } ?? ""
        var lines = [
            "\(place)\(head): \(diagnostic.message.printable) \(style.mark("[\(diagnostic.code.rawValue)]", .faint))"
        ]
        lines += excerpt(diagnostic.location, tone: isError ? .bad : .caution)
        for note in diagnostic.notes {
            lines.append(
                "  \(style.mark("note", .accent)): \(note.location.map { "\($0): " } ?? "")\(note.message.printable)")
        }
        if let remedy = diagnostic.remedy { lines.append("  \(style.mark("help", .good)): \(remedy.printable)") }
        return lines.joined(separator: "\n")
    }

    private static let widestExcerpt = 160

    private func excerpt(_ location: SourceLocation?, tone: TextStyle.Tone) -> [String] {
        guard let location, let line = location.line, !line.isEmpty else { return [] }
        let number = String(location.span.start.line)
        let start = location.span.start.column - 1
        let characters = Array(line.unicodeScalars)
        guard start <= characters.count else { return [] }
        // Of a long line, the part around the place is shown.
        let first = max(0, start - Self.widestExcerpt / 2)
        let shown = characters[min(first, characters.count)...].prefix(Self.widestExcerpt)
        let end =
            location.span.end.line == location.span.start.line ? location.span.end.column - 1 : characters.count
        let width = max(1, min(end, first + shown.count) - start)
        let text = String(String.UnicodeScalarView(shown))
        let gutter = String(repeating: " ", count: number.count)
        return [
            "  \(style.mark("\(number) |", .faint)) \(text.printable)",
            "  \(gutter) \(style.mark("|", .faint)) \(String(repeating: " ", count: start - first))"
                + style.mark("^" + String(repeating: "~", count: width - 1), tone),
        ]
    }
}
