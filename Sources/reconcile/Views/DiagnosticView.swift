import Planning
import YAML

/// A diagnostic as a person reads it: what and where, the line with the place underlined, what explains it, and what
/// to do.
struct DiagnosticView {
    let style: TextStyle

    func text(_ diagnostic: Diagnostic) -> String {
        let isError = diagnostic.severity == .error
        let tone: TextStyle.Tone = isError ? .bad : .caution
        let place = diagnostic.location.map { "\($0): ".printable } ?? ""
        let head = style.mark(diagnostic.severity.rawValue, tone)
        var lines = [
            "\(place)\(head): \(diagnostic.message.printable) \(style.mark("[\(diagnostic.code.rawValue)]", .faint))"
        ]
        // What explains it from the same file stands among the lines of one excerpt, the rest below.
        let inside = diagnostic.notes.filter { $0.stands(beside: diagnostic) }
        var marks = inside.compactMap { note in note.location.map { mark($0, label: note.message.printable) } }
        if let location = diagnostic.location { marks.append(Excerpt.Mark(location: location, isPrimary: true)) }
        lines += Excerpt(marks, style: style, tone: tone).lines
        for note in diagnostic.notes where !note.stands(beside: diagnostic) {
            let place = note.location.map { "\($0): ".printable } ?? ""
            lines.append("  \(style.mark("note", .accent)): \(place)\(note.message.printable)")
            lines += Excerpt(note.location.map { [mark($0)] } ?? [], style: style, tone: tone).lines
        }
        if let remedy = diagnostic.remedy { lines.append("  \(style.mark("help", .good)): \(remedy.printable)") }
        return (lines + FixPreview(style: style).lines(diagnostic.fixes)).joined(separator: "\n")
    }

    private func mark(_ location: SourceLocation, label: String = "") -> Excerpt.Mark {
        Excerpt.Mark(location: location, isPrimary: false, label: label)
    }

    /// How many there are, of more than one: `2 errors, 1 warning in 2 files`.
    static func summary(_ diagnostics: [Diagnostic]) -> String? {
        guard diagnostics.count > 1 else { return nil }
        let counts = [Diagnostic.Severity.error, .warning].compactMap { severity in
            count(diagnostics.count { $0.severity == severity }, severity.rawValue)
        }
        let files = count(Set(diagnostics.compactMap(\.location?.path)).count, "file").map { " in \($0)" } ?? ""
        return counts.joined(separator: ", ") + files
    }

    /// `2 errors`; `nil` for none.
    static func count(_ number: Int, _ noun: String) -> String? {
        number == 0 ? nil : "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}

extension Diagnostic.Note {
    /// Whether it can be shown in the excerpt of what it explains.
    fileprivate func stands(beside diagnostic: Diagnostic) -> Bool {
        guard let location, let line = location.line, !line.isEmpty, let primary = diagnostic.location else {
            return false
        }
        return location.path == primary.path && !(primary.line ?? "").isEmpty
    }
}
