/// Blanks out what is not code in Swift source: comments and the contents of string literals.
///
/// Rules about code must not stumble over a message or an explanation that quotes it. Line breaks stay, so that line
/// numbers hold; code inside an interpolation stays as well. It knows just enough of Swift's lexical structure for
/// that: a string left open by mistake ends with its line, so an error in the scan cannot hide the rest of a file.
struct SwiftCode {
    private enum Mode {
        /// Code, inside so many parentheses of its own; the closing one too many ends an interpolation.
        case code(parentheses: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, multiline: Bool)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")
    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    private let bytes: [UInt8]
    private var output: [UInt8] = []
    private var index = 0
    private var modes: [Mode] = [.code(parentheses: 0)]

    private init(_ text: String) {
        bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
    }

    /// The text with everything but code replaced by spaces.
    static func only(_ text: String) -> String {
        var scanner = SwiftCode(text)
        while scanner.index < scanner.bytes.count { scanner.step() }
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private mutating func step() {
        switch modes[modes.count - 1] {
        case .code(let parentheses): stepCode(parentheses)
        case .lineComment: stepLineComment()
        case .blockComment(let depth): stepBlockComment(depth)
        case .string(let hashes, let multiline): stepString(hashes, multiline)
        }
    }

    private mutating func stepCode(_ parentheses: Int) {
        let byte = bytes[index]
        if byte == Self.slash, peek(1) == Self.slash {
            modes.append(.lineComment)
            blank(2)
        } else if byte == Self.slash, peek(1) == Self.star {
            modes.append(.blockComment(depth: 1))
            blank(2)
        } else if let hashes = hashesBeforeQuote() {
            let multiline = quotes(from: index + hashes) >= 3
            modes.append(.string(hashes: hashes, multiline: multiline))
            blank(hashes + (multiline ? 3 : 1))
        } else {
            if byte == UInt8(ascii: "(") {
                modes[modes.count - 1] = .code(parentheses: parentheses + 1)
            } else if byte == UInt8(ascii: ")") {
                if parentheses == 0, modes.count > 1 {
                    modes.removeLast()
                } else {
                    modes[modes.count - 1] = .code(parentheses: max(0, parentheses - 1))
                }
            }
            keep()
        }
    }

    private mutating func stepLineComment() {
        if bytes[index] == Self.newline { modes.removeLast() }
        blank(1)
    }

    private mutating func stepBlockComment(_ depth: Int) {
        if bytes[index] == Self.slash, peek(1) == Self.star {
            modes[modes.count - 1] = .blockComment(depth: depth + 1)
            blank(2)
        } else if bytes[index] == Self.star, peek(1) == Self.slash {
            if depth == 1 { modes.removeLast() } else { modes[modes.count - 1] = .blockComment(depth: depth - 1) }
            blank(2)
        } else {
            blank(1)
        }
    }

    private mutating func stepString(_ hashes: Int, _ multiline: Bool) {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\\"), countHashes(from: index + 1) >= hashes {
            if peek(1 + hashes) == UInt8(ascii: "(") {
                modes.append(.code(parentheses: 0))
            }
            blank(2 + hashes)
        } else if byte == Self.quote, quotes(from: index) >= (multiline ? 3 : 1),
            countHashes(from: index + (multiline ? 3 : 1)) >= hashes
        {
            modes.removeLast()
            blank((multiline ? 3 : 1) + hashes)
        } else {
            if byte == Self.newline, !multiline { modes.removeLast() }
            blank(1)
        }
    }

    private func peek(_ distance: Int) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private func countHashes(from start: Int) -> Int { count(of: Self.hash, from: start) }

    private func quotes(from start: Int) -> Int { count(of: Self.quote, from: start) }

    private func count(of byte: UInt8, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] == byte { end += 1 }
        return end - start
    }

    /// How many `#` stand before the quote that opens a string here; `nil` where none opens.
    private func hashesBeforeQuote() -> Int? {
        let hashes = countHashes(from: index)
        return peek(hashes) == Self.quote ? hashes : nil
    }

    private mutating func keep() {
        output.append(bytes[index])
        index += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where index < bytes.count {
            output.append(bytes[index] == Self.newline ? Self.newline : Self.space)
            index += 1
        }
    }
}
