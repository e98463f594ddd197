/// The tag resolution of the core schema (YAML 1.2.2, 10.3.2), by hand over bytes: a regular expression for each of
/// several million scalars would cost more than reading them.
enum ScalarResolution {
    static func resolve(_ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, tag: RawNode.Tag) -> Scalar {
        switch tag {
        case .string: return string(text)
        case .null: return .null
        case .none: return isPlain ? plain(text) : string(text)
        case .integer, .float, .boolean: return tagged(text, tag)
        }
    }

    private static func string(_ text: UnsafeBufferPointer<UInt8>) -> Scalar {
        .string(String(decoding: text, as: UTF8.self))
    }

    /// A value under an explicit tag. One that does not fit stays text, and is refused where a number is wanted.
    private static func tagged(_ text: UnsafeBufferPointer<UInt8>, _ tag: RawNode.Tag) -> Scalar {
        switch (tag, plain(text)) {
        case (.float, .int(let value)): .double(Double(value))
        case (_, let value): value
        }
    }

    static func plain(_ text: UnsafeBufferPointer<UInt8>) -> Scalar {
        guard let first = text.first else { return .null }
        switch first {
        case UInt8(ascii: "~") where text.count == 1: return .null
        case UInt8(ascii: "n"), UInt8(ascii: "N"):
            return matches(text, ["null", "Null", "NULL"]) ? .null : string(text)
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return matches(text, ["true", "True", "TRUE"]) ? .bool(true) : string(text)
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return matches(text, ["false", "False", "FALSE"]) ? .bool(false) : string(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? string(text)
        default: return string(text)
        }
    }

    private static func matches(_ text: UnsafeBufferPointer<UInt8>, _ words: [StaticString]) -> Bool {
        words.contains { word in
            text.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        }
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Scalar? {
        if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] == UInt8(ascii: "o") || text[1] == UInt8(ascii: "x") {
            return based(text)
        }
        var index = 0
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative || text[0] == UInt8(ascii: "+") { index = 1 }
        guard index < text.count else { return nil }
        let rest = UnsafeBufferPointer(rebasing: text[index...])
        if matches(rest, [".inf", ".Inf", ".INF"]) { return .double(isNegative ? -.infinity : .infinity) }
        if index == 0, matches(rest, [".nan", ".NaN", ".NAN"]) { return .double(.nan) }

        let digits = index
        var value: Int64 = 0
        var overflows = false
        while index < text.count, let digit = decimal(text[index]) {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLargeToo) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            overflows = overflows || tooLarge || tooLargeToo
            value = sum
            index += 1
        }
        let whole = index - digits
        if index == text.count, whole > 0, !overflows { return .int(value) }
        return fraction(text, from: index, whole: whole)
    }

    /// `[0-9]*` have been read; what may follow is a fraction and an exponent.
    private static func fraction(_ text: UnsafeBufferPointer<UInt8>, from start: Int, whole: Int) -> Scalar? {
        var index = start
        var digits = whole
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            while index < text.count, decimal(text[index]) != nil {
                index += 1
                digits += 1
            }
        }
        guard digits > 0 else { return nil }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            let exponent = index
            while index < text.count, decimal(text[index]) != nil { index += 1 }
            guard index > exponent else { return nil }
        }
        guard index == text.count else { return nil }
        return Double(String(decoding: text, as: UTF8.self)).map(Scalar.double)
    }

    private static func based(_ text: UnsafeBufferPointer<UInt8>) -> Scalar? {
        let digits = String(decoding: text[2...], as: UTF8.self)
        guard digits.first != "+", digits.first != "-" else { return nil }
        return Int64(digits, radix: text[1] == UInt8(ascii: "o") ? 8 : 16).map(Scalar.int)
    }

    private static func decimal(_ byte: UInt8) -> Int64? {
        byte >= 0x30 && byte <= 0x39 ? Int64(byte - 0x30) : nil
    }

    /// Whether YAML 1.1 read a plain scalar as something else than the core schema of 1.2 does: the words for true and
    /// false, octal numbers, digits grouped by `_`, and sexagesimal numbers (yaml.org/type).
    static func differsFromYAML11(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, text.count <= 32 else { return false }
        switch first | 0x20 {
        case UInt8(ascii: "y"): return matches(text, ["yes", "Yes", "YES", "y", "Y"])
        case UInt8(ascii: "n"): return matches(text, ["no", "No", "NO", "n", "N"])
        case UInt8(ascii: "o"): return matches(text, ["on", "On", "ON", "off", "Off", "OFF"])
        default: break
        }
        guard decimal(first) != nil else { return false }
        if first == UInt8(ascii: "0"), text.count > 1, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x37 }) { return true }
        let separators = text.filter { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":") }
        return !separators.isEmpty && separators.count + text.count { decimal($0) != nil } == text.count
    }
}
