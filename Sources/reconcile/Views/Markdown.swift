import Planning

/// Text for a page that shows markdown.
enum Markdown {
    /// A text that somebody else wrote, in a code span: nothing in it is markup, a link or a mention there.
    ///
    /// - Parameter isInTable: a bar would end the cell, even within a code span.
    static func code(_ text: String, isInTable: Bool = false) -> String {
        var text = text.printable
        guard !text.isEmpty else { return "" }
        if isInTable { text = text.replacing("|", with: #"\|"#) }
        // A fence longer than any within (CommonMark 6.1); a blank on both sides is taken away again.
        var longest = 0
        var current = 0
        for character in text {
            current = character == "`" ? current + 1 : 0
            longest = max(longest, current)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let needsBlank = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") && text.hasSuffix(" ")
        return needsBlank ? "\(fence) \(text) \(fence)" : fence + text + fence
    }
}
