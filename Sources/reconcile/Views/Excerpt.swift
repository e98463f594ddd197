import Planning
import YAML

/// Lines of a file with places in them underlined, each line once and in the order of the file.
struct Excerpt {
    /// What is underlined, and what is said of it behind the line.
    struct Mark {
        var location: SourceLocation
        /// Whether it is where the mistake is, rather than what explains it.
        var isPrimary: Bool
        var label = ""
    }

    private let marks: [(mark: Mark, line: String)]
    private let style: TextStyle
    private let tone: TextStyle.Tone

    /// Of a long line, so many columns around the place are shown.
    static let widest = 160

    /// - Parameters:
    ///   - marks: in one file; those whose text is not at hand are left out.
    ///   - tone: of the place where the mistake is.
    init(_ marks: [Mark], style: TextStyle, tone: TextStyle.Tone) {
        self.style = style
        self.tone = tone
        self.marks = marks.compactMap { mark in
            guard let line = mark.location.line, !line.isEmpty,
                mark.location.span.start.column - 1 <= line.unicodeScalars.count
            else { return nil }
            return (mark, line)
        }
        .sorted { $0.mark.location.span.start < $1.mark.location.span.start }
    }

    var lines: [String] {
        let gutter = marks.map { String($0.mark.location.span.start.line).count }.max() ?? 0
        var result: [String] = []
        var last: (number: Int, cells: DisplayCells, window: Range<Int>)?
        for (mark, line) in marks {
            let number = mark.location.span.start.line
            let start = mark.location.span.start.column - 1
            var shown = last
            if shown?.number != number || shown?.window.contains(start) != true {
                let cells = DisplayCells(line)
                let window = cells.window(around: start, columns: Self.widest)
                if let last, number > last.number + 1 {
                    result.append("  \(Self.padded("", gutter)) \(style.mark("⋮", .faint))")
                }
                result.append(
                    "  \(style.mark("\(Self.padded(String(number), gutter)) |", .faint)) \(cells.text(window))")
                shown = (number, cells, window)
            }
            guard let shown else { continue }
            last = shown
            let label = mark.label.isEmpty ? "" : " " + style.mark(mark.label, .accent)
            result.append(
                "  \(Self.padded("", gutter)) \(style.mark("|", .faint)) "
                    + underline(mark, from: start, shown.cells, shown.window) + label)
        }
        return result
    }

    private func underline(
        _ mark: Mark, from start: Int, _ cells: DisplayCells, _ window: Range<Int>
    ) -> String {
        let span = mark.location.span
        let end = span.end.line == span.start.line ? min(span.end.column - 1, window.upperBound) : window.upperBound
        let indent = String(repeating: " ", count: cells.width(window.lowerBound..<max(start, window.lowerBound)))
        let width = max(1, end > start ? cells.width(start..<end) : 1)
        let line =
            mark.isPrimary ? "^" + String(repeating: "~", count: width - 1) : String(repeating: "-", count: width)
        return indent + style.mark(line, mark.isPrimary ? tone : .accent)
    }

    static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
