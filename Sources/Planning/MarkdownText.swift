/// Text that people wrote, in the forms in which it cannot become markdown, HTML, a mention or a link.
enum MarkdownText {
    /// Inside a line: a code span (CommonMark 0.31, section 6.1), whose mark is longer than any in the text.
    static func code(_ text: String) -> String {
        let text = text.visible(inBytes: 200)
        let mark = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
        let padding = text.hasPrefix("`") || text.hasSuffix("`") || text.isEmpty ? " " : ""
        return mark + padding + text + padding + mark
    }

    /// A sentence of ours as it is; whatever has more in it than words, as code.
    static func plain(_ text: String) -> String {
        let isPlain = text.wholeMatch(of: /[A-Za-z0-9 ,.:-]{1,200}/) != nil
        return isPlain ? text : code(text)
    }

    /// Inside a cell of a table, which a bar would end even in a code span, and even behind two backslashes.
    static func cell(_ text: String) -> String { code(text.replacing("|", with: "¦")) }

    /// A fence that no line among these can close.
    static func fence(around lines: [String]) -> String {
        let longest = lines.map { longestRun(of: "`", in: $0) }.max() ?? 0
        return String(repeating: "`", count: max(3, longest + 1))
    }

    /// Lines of text as they are.
    static func block(_ lines: [String], language: String) -> String {
        let fence = fence(around: lines)
        return ([fence + language] + lines + [fence]).joined(separator: "\n")
    }

    private static func longestRun(of character: Unicode.Scalar, in text: String) -> Int {
        var longest = 0
        var current = 0
        for scalar in text.unicodeScalars {
            current = scalar == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
