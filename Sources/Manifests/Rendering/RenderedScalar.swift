import YAML

/// How a scalar is written so that every reader takes it for the same: those of YAML 1.2 and those of 1.1, for which
/// `no`, `012` and `2001-12-14` are no text.
enum RenderedScalar {
    /// A scalar on one line.
    static func line(_ node: Node) -> String {
        let text = node.text
        switch node.scalar {
        case .string?, nil: return line(text)
        case .null?: return "null"
        // As it was written: there are fields that know `true` and `1.50` by their text.
        case .bool?: return text
        case .int(let value)?: return isInteger(text.utf8[...]) ? text : String(value)
        case .double(let value)?: return isFraction(text.utf8[...]) ? text : self.text(of: value)
        }
    }

    /// A text on one line.
    static func line(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// The lines of a text as a literal block, behind what introduces them; `nil` where it cannot be one.
    static func block(_ text: String) -> (header: String, lines: [Substring])? {
        var lines = text.split(separator: "\n" as Unicode.Scalar)
        guard lines.count > 1, text.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) }) else { return nil }
        guard let first = lines.first?.unicodeScalars.first, first != " " else { return nil }
        // What follows the last line break is nothing, or there is none.
        let endsLine = lines.last?.isEmpty == true
        if endsLine { lines.removeLast() }
        guard lines.count > 1 || endsLine, lines.last?.isEmpty == false else { return nil }
        return (endsLine ? "|" : "|-", lines)
    }

    // MARK: Plain

    /// Whether nobody can take a text for anything else than itself when it has no quotes. There are more such texts
    /// than these.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.last != UInt8(ascii: " "), PlainWord.isText(text) else { return false }
        if isDigit(first) { return isQuantity(bytes) }
        let isPath = text.hasPrefix("./") || text.hasPrefix("../")
        guard isLetter(first) || "_/$".utf8.contains(first) || isPath else { return false }
        return bytes.indices.allSatisfy { index in
            let byte = bytes[index]
            switch byte {
            // Behind a space, `#` begins a comment; before one, `:` ends a key.
            case UInt8(ascii: ":"): return index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: " ")
            case UInt8(ascii: " "): return true
            default: return isLetter(byte) || isDigit(byte) || "_-./@+=${}(),%~".utf8.contains(byte)
            }
        }
    }

    /// `500m`, `30s`, `4Gi`.
    private static func isQuantity(_ bytes: [UInt8]) -> Bool {
        let unit = bytes[bytes.prefix { isDigit($0) }.count...]
        let units = ["m", "s", "h", "ms", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"]
        return units.contains { unit.elementsEqual($0.utf8) }
    }

    // MARK: Numbers

    private static func isInteger(_ text: Substring.UTF8View) -> Bool {
        if text.starts(with: "0x".utf8) { return text.count > 2 }
        let digits = unsigned(text)
        return !digits.isEmpty && digits.allSatisfy(isDigit) && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    }

    /// A number with a point, and with a sign in its exponent: what all readers take for one.
    private static func isFraction(_ text: Substring.UTF8View) -> Bool {
        let whole = unsigned(text).prefix { isDigit($0) }
        guard !whole.isEmpty, whole.endIndex < text.endIndex, text[whole.endIndex] == UInt8(ascii: ".") else {
            return false
        }
        let rest = text[whole.endIndex...].dropFirst().drop { isDigit($0) }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        let exponent = rest.dropFirst()
        return (exponent.first == UInt8(ascii: "-") || exponent.first == UInt8(ascii: "+")) && exponent.count > 1
    }

    private static func unsigned(_ text: Substring.UTF8View) -> Substring.UTF8View {
        text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
    }

    private static func text(of value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf" }
        let text = value.description
        guard let letter = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<letter] + ".0" + text[letter...]
    }

    // MARK: Quotes

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            case _ where scalar.value <= 0xFF: quoted += "\\x" + hexadecimal(scalar, digits: 2)
            case _ where scalar.value <= 0xFFFF: quoted += "\\u" + hexadecimal(scalar, digits: 4)
            default: quoted += "\\U" + hexadecimal(scalar, digits: 8)
            }
        }
        return quoted + "\""
    }

    /// Whether a character stands for itself wherever it is: it neither breaks a line nor is forbidden.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

extension String {
    /// Between line breaks, by scalars: to `Character`, a carriage return and a line feed are one.
    fileprivate func split(separator: Unicode.Scalar) -> [Substring] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map(Substring.init)
    }
}
