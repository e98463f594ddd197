/// How the texts of scalars are written anew: never another text, only other white space and quotes.
enum ScalarText {
    // MARK: Plain and quoted

    /// The lines of a plain or quoted scalar without the white space around them, which means nothing there.
    static func lines(_ source: [UInt8], _ range: Range<Int>, _ style: Token.Style) -> [[UInt8]] {
        let text = style == .singleQuoted ? doubleQuoted(source[range]) ?? Array(source[range]) : Array(source[range])
        guard text.contains(UInt8(ascii: "\n")) else { return [text] }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().map { index, line in
            let start = index == 0 ? line : line.drop(while: \.isBlank)
            return Array(index == lines.count - 1 ? start : trimmed(start, hasEscapes: style == .doubleQuoted))
        }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>, hasEscapes: Bool) -> ArraySlice<UInt8> {
        var end = line.endIndex
        while end > line.startIndex, line[end - 1].isBlank { end -= 1 }
        // The space behind a backslash is text.
        if hasEscapes, end < line.endIndex, line[..<end].hasOpenEscape { end += 1 }
        return line[..<end]
    }

    /// The same text in double quotes, where it needs no escapes there.
    private static func doubleQuoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let quote = UInt8(ascii: "'")
        let content = text.dropFirst().dropLast()
        guard !content.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) else { return nil }
        var result = [UInt8(ascii: "\"")]
        var isEscape = false
        for byte in content {
            isEscape = byte == quote && !isEscape
            if !isEscape { result.append(byte) }
        }
        return result + [UInt8(ascii: "\"")]
    }

    /// Lines folded to one; `nil` where that would be another text.
    static func oneLine(_ lines: [[UInt8]]) -> [UInt8]? {
        if lines.count == 1 { return lines[0] }
        let isFoldable = lines.allSatisfy { !$0.isEmpty } && lines.dropLast().allSatisfy { !$0[...].hasOpenEscape }
        return isFoldable ? Array(lines.joined(separator: [UInt8(ascii: " ")])) : nil
    }

    // MARK: Blocks

    struct Block {
        /// `|` or `>` with its indicators.
        var header: [UInt8]
        var comment: Range<Int>?
        /// Without indentation.
        var lines: [[UInt8]] = []
        /// Whether empty lines behind it are part of it.
        var keepsBlanks = false
        /// Whether there are empty lines behind it that are not.
        var endsWithBlanks = false
    }

    /// A literal or folded scalar, which stands in a block at some column (-1 at the top).
    static func block(_ source: [UInt8], _ range: Range<Int>, blockColumn: Int) -> Block {
        let newline = UInt8(ascii: "\n")
        let headerEnd = source[range].firstIndex(of: newline) ?? range.upperBound
        let headerLine = source[range.lowerBound..<headerEnd]
        let written = headerLine.prefix { !$0.isBlank && $0 != UInt8(ascii: "#") }
        let digit = written.first { $0 > UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        var isKept = written.contains(UInt8(ascii: "+"))
        var isStripped = written.contains(UInt8(ascii: "-"))

        var rest = source[min(headerEnd + 1, range.upperBound)..<range.upperBound]
        let endsWithBreak = rest.last == newline
        if endsWithBreak { rest.removeLast() }
        let raw =
            rest.isEmpty && !endsWithBreak
            ? [] : rest.split(separator: newline, omittingEmptySubsequences: false)
        let margin = digit.map { max(blockColumn, 0) + Int($0 - UInt8(ascii: "0")) } ?? margin(raw, blockColumn)
        var lines = raw.map { line in
            let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
            return Array(line.dropFirst(min(indent, margin)))
        }
        // The last line has no break that could be kept, and gets one.
        if !endsWithBreak, lines.contains(where: { !$0.isEmpty }) { (isKept, isStripped) = (false, true) }
        let count = lines.count
        if !isKept { while lines.last?.isEmpty == true { lines.removeLast() } }

        var block = Block(header: Array(written.prefix(1)), lines: lines, keepsBlanks: isKept)
        block.endsWithBlanks = lines.count < count
        if digit != nil { block.header.append(UInt8(ascii: "2")) }
        if isKept {
            block.header.append(UInt8(ascii: "+"))
        } else if isStripped {
            block.header.append(UInt8(ascii: "-"))
        }
        if let start = headerLine.firstIndex(of: UInt8(ascii: "#")) {
            var end = headerEnd
            while source[end - 1].isBlank { end -= 1 }
            block.comment = start..<end
        }
        return block
    }

    /// The indentation that libyaml finds where none is written.
    private static func margin(_ lines: [ArraySlice<UInt8>], _ blockColumn: Int) -> Int {
        var margin = max(blockColumn + 1, 1)
        for line in lines {
            let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
            margin = max(margin, indent)
            if indent < line.count { break }
        }
        return margin
    }
}

extension ArraySlice<UInt8> {
    /// Whether it ends with a backslash that escapes what comes next.
    fileprivate var hasOpenEscape: Bool {
        !reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
    }
}
