/// The lines of a formatted text, with the comments behind them still apart, so that those can be aligned.
struct CanonicalLines {
    private struct Line {
        var text: [UInt8]
        var comment: Range<Int>?
        /// Where the comment was in the source.
        var column = 0
        /// Whether comments above and below it may be aligned with each other.
        var parts = false
    }

    private let source: [UInt8]
    private var lines: [Line] = []
    /// Whether the last line is part of a text that keeps the empty lines behind it.
    private var keepsBlanks = false

    init(source: [UInt8]) { self.source = source }

    var count: Int { lines.count }
    /// How long the text will be, in bytes, without the comments behind things.
    private(set) var bytes = 0

    /// Adds a line, with at most one comment behind it; further ones, which go on with it, come below.
    mutating func add(_ text: [UInt8], _ comments: some Collection<Comment> = []) {
        keepsBlanks = false
        append(Line(text: text, comment: comments.first?.text, column: comments.first?.column ?? 0))
        for comment in comments.dropFirst() {
            append(Line(text: [], comment: comment.text, column: comment.column))
        }
    }

    /// Adds a comment on a line of its own.
    mutating func add(_ comment: Comment, indent: Int) {
        keepsBlanks = false
        append(Line(text: spaces(indent) + source[comment.text], parts: true))
    }

    /// Adds a line of a block scalar, or of a quoted text, which nothing may change.
    mutating func addText(_ text: [UInt8], keepsBlanks: Bool = false) {
        self.keepsBlanks = keepsBlanks
        append(Line(text: text, parts: true))
    }

    mutating func addMarker(_ text: [UInt8], _ comments: some Collection<Comment> = []) {
        add(text, comments)
        let line = lines.count - max(1, comments.count)
        if lines.indices.contains(line) { lines[line].parts = true }
    }

    /// Adds an empty line, unless it would become part of the text above it, or be the first.
    mutating func addBlank() {
        guard !lines.isEmpty, !keepsBlanks else { return }
        append(Line(text: [], parts: true))
    }

    private mutating func append(_ line: Line) {
        bytes += line.text.count + 1
        // Nobody will see more than that.
        if !isTooLong { lines.append(line) }
    }

    /// Whether the text has grown beyond all measure: each of many nested brackets would stand on a line of its own.
    var isTooLong: Bool { bytes > 8 * source.count + 65_536 }

    /// Puts something in place of the beginning of a line, which is as long.
    mutating func begin(line: Int, with prefix: [UInt8]) {
        guard line < lines.count else { return }
        lines[line].text.replaceSubrange(0..<prefix.count, with: prefix)
    }

    /// The whole text. Comments that were aligned stay so; all others are two spaces behind what is on their line.
    consuming func text() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(source.count + source.count / 8)
        var columns: [Int] = Array(repeating: 0, count: lines.count)
        align(&columns)
        for (line, column) in zip(lines, columns) {
            text += line.text
            if let comment = line.comment {
                text += spaces(column - line.text.width)
                text += source[comment]
            }
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    private func align(_ columns: inout [Int]) {
        var run: [Int] = []
        func close() {
            let column = (run.map { lines[$0].text.width }.max() ?? 0) + 2
            for index in run { columns[index] = column }
            run.removeAll(keepingCapacity: true)
        }
        for (index, line) in lines.enumerated() {
            let ends = line.parts || (line.comment != nil && run.last.map { lines[$0].column != line.column } ?? false)
            if ends { close() }
            if line.comment != nil { run.append(index) }
        }
        close()
    }
}

/// So many spaces.
func spaces(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: " "), count: max(0, count)) }

extension [UInt8] {
    /// In characters.
    var width: Int { count { $0 & 0xC0 != 0x80 } }
}
