/// The tag resolution of the core schema (YAML 1.2.2, 10.3.2), by hand over bytes: a regular expression for each of
/// several million scalars would cost more than reading them.
enum ScalarResolution {
    static func resolve(_ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, tag: RawNode.Tag) -> Scalar {
        switch tag {
        case .none where isPlain: return plain(text)
        case .none, .string: return string(text)
        // What does not fit its tag has been refused when it was read, and stays what it says.
        case .integer, .float, .boolean, .null: return tagged(text, tag) ?? string(text)
        }
    }

    /// The value of a text under a tag; `nil` where it is none of that type.
    static func tagged(_ text: UnsafeBufferPointer<UInt8>, _ tag: RawNode.Tag) -> Scalar? {
        switch (tag, plain(text)) {
        case (.integer, .int(let value)): .int(value)
        case (.integer, .double(let value)) where text.allSatisfy({ $0 != UInt8(ascii: ".") }) && value.isFinite:
            // An integer beyond 64 bits; `1e3` is a float of this schema, and not an integer.
            text.contains { $0 | 0x20 == UInt8(ascii: "e") && !isHexadecimal(text) } ? nil : .double(value)
        case (.float, .int(let value)): .double(Double(value))
        case (.float, .double(let value)): .double(value)
        case (.boolean, .bool(let value)): .bool(value)
        case (.null, .null): .null
        default: nil
        }
    }

    /// What a plain number is read as that does not fit: an integer beyond 64 bits, or a number that becomes infinite.
    static func tooLarge(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let first = text.first, first <= UInt8(ascii: "9"), text.count > 3 else { return nil }
        let hasExponent = text.contains { $0 | 0x20 == UInt8(ascii: "e") }
        // A point among the first digits leaves a number that fits.
        let mayBeLarge = hasExponent || text.count >= 18 && !text.prefix(300).contains(UInt8(ascii: "."))
        guard mayBeLarge, case .double(let value)? = number(text) else { return nil }
        if value.isInfinite { return text.contains { decimal($0) != nil } ? value : nil }
        let isDecimalFraction = text.contains { $0 == UInt8(ascii: ".") } || hasExponent && !isHexadecimal(text)
        return isDecimalFraction ? nil : value
    }

    private static func string(_ text: UnsafeBufferPointer<UInt8>) -> Scalar {
        .string(String(decoding: text, as: UTF8.self))
    }

    private static func plain(_ text: UnsafeBufferPointer<UInt8>) -> Scalar {
        if isNull(text) { return .null }
        switch text[0] {
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return isAny(text, of: ["true", "True", "TRUE"]) ? .bool(true) : string(text)
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return isAny(text, of: ["false", "False", "FALSE"]) ? .bool(false) : string(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? string(text)
        default: return string(text)
        }
    }

    static func isNull(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch text.first {
        case nil: true
        case UInt8(ascii: "~"): text.count == 1
        case UInt8(ascii: "n"), UInt8(ascii: "N"): text.count == 4 && isAny(text, of: ["null", "Null", "NULL"])
        default: false
        }
    }

    static func isAny(_ text: UnsafeBufferPointer<UInt8>, of words: [StaticString]) -> Bool {
        words.contains { text.elementsEqual($0.bytes) }
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Scalar? {
        if isHexadecimal(text) { return digits(text[2...], radix: 16) }
        if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] == UInt8(ascii: "o") {
            return digits(text[2...], radix: 8)
        }
        let isNegative = text[0] == UInt8(ascii: "-")
        let isSigned = isNegative || text[0] == UInt8(ascii: "+")
        let rest = UnsafeBufferPointer(rebasing: text[(isSigned ? 1 : 0)...])
        guard let first = rest.first else { return nil }
        if decimal(first) == nil {
            if isAny(rest, of: [".inf", ".Inf", ".INF"]) { return .double(isNegative ? -.infinity : .infinity) }
            if !isSigned, isAny(rest, of: [".nan", ".NaN", ".NAN"]) { return .double(.nan) }
        }
        if rest.allSatisfy({ decimal($0) != nil }), let value = Int64(String(decoding: text, as: UTF8.self)) {
            return .int(value)
        }
        return isDecimal(rest) ? Double(String(decoding: text, as: UTF8.self)).map(Scalar.double) : nil
    }

    private static func isHexadecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count > 2 && text[0] == UInt8(ascii: "0") && text[1] == UInt8(ascii: "x")
    }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = text[...]
        func dropDigits() -> Int {
            let count = rest.prefix { decimal($0) != nil }.count
            rest = rest.dropFirst(count)
            return count
        }
        var count = dropDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            count += dropDigits()
        }
        guard count > 0 else { return false }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard dropDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    /// An octal or hexadecimal number, which has no sign; `nil` where another character is in it.
    private static func digits(_ text: Slice<UnsafeBufferPointer<UInt8>>, radix: Int) -> Scalar? {
        var exact: Int64? = 0
        var rounded = 0.0
        for byte in text {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix else { return nil }
            exact = exact.flatMap { value in
                let (product, overflows) = value.multipliedReportingOverflow(by: Int64(radix))
                // A power of two times something leaves room for the digit.
                return overflows ? nil : product + Int64(digit)
            }
            rounded = rounded * Double(radix) + Double(digit)
        }
        return exact.map(Scalar.int) ?? .double(rounded)
    }

    static func decimal(_ byte: UInt8) -> UInt8? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : nil
    }
}
