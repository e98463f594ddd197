import Planning
import YAML

/// What changes would make of the lines that they change: each such line before and after.
///
/// Only changes within a line are shown; others are left to what applies them.
struct FixPreview {
    let style: TextStyle

    func lines(_ fixes: [Diagnostic.Fix]) -> [String] {
        let shown = fixes.filter { Self.isShown($0) && $0.location.path == fixes.first?.location.path }
        let byLine = Dictionary(grouping: shown) { $0.location.span.start.line }
        let gutter = byLine.keys.map { String($0).count }.max() ?? 0
        return byLine.sorted { $0.key < $1.key }.flatMap { number, fixes -> [String] in
            guard let before = fixes.first?.location.line, let after = Self.apply(fixes, to: before) else { return [] }
            let place = (fixes.map(\.location.span.start.column).min() ?? 1) - 1
            return [("-", before, TextStyle.Tone.bad), ("+", after, .good)].map { sign, line, tone in
                let cells = DisplayCells(line)
                let text = cells.text(cells.window(around: place, columns: Excerpt.widest))
                return "  \(style.mark("\(Excerpt.padded(String(number), gutter)) \(sign)", tone)) \(text)"
            }
        }
    }

    private static func isShown(_ fix: Diagnostic.Fix) -> Bool {
        fix.location.text != nil && !fix.replacement.contains(where: \.isNewline)
    }

    /// The line with all changes made; `nil` where two of them meet.
    private static func apply(_ fixes: [Diagnostic.Fix], to line: String) -> String? {
        var characters = Array(line.unicodeScalars)
        var end = characters.count
        for fix in fixes.sorted(by: { $0.location.span.start > $1.location.span.start }) {
            let span = fix.location.span
            guard span.end.column - 1 <= end else { return nil }
            end = span.start.column - 1
            characters.replaceSubrange(end..<(span.end.column - 1), with: Array(fix.replacement.unicodeScalars))
        }
        return String(String.UnicodeScalarView(characters))
    }
}
