/// What YAML 1.1 (yaml.org/type), as many other readers still read it, takes a plain scalar for, where that is not what
/// YAML 1.2 says: whoever wrote it may have meant either.
///
/// The words are those on which PyYAML and this module disagree, which a test asks PyYAML about, and `y` and `n`, which
/// only other readers of YAML 1.1 take for booleans.
enum OlderMeaning: Sendable, Hashable {
    case boolean(Bool)
    /// A number; with its value where that is a small one.
    case number(Int64?)
    /// A number here, and text there.
    case text
    /// A date, or a date and a time of day.
    case date
    /// `=` and `<<`, which were values of their own types.
    case special

    /// `nil` where both mean the same.
    static func of(_ text: UnsafeBufferPointer<UInt8>) -> OlderMeaning? {
        guard let first = text.first, text.count <= longest else { return nil }
        // Most texts start with another letter.
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return isEverydayNumber(text) ? nil : ofNumber(text)
        case UInt8(ascii: "="): return text.count == 1 ? .special : nil
        case UInt8(ascii: "<"): return ScalarResolution.isAny(text, of: ["<<"]) ? .special : nil
        default: break
        }
        func isAny(_ words: [StaticString]) -> Bool { ScalarResolution.isAny(text, of: words) }
        switch first | 0x20 {
        case UInt8(ascii: "y"): return isAny(["y", "Y", "yes", "Yes", "YES"]) ? .boolean(true) : nil
        case UInt8(ascii: "n"): return isAny(["n", "N", "no", "No", "NO"]) ? .boolean(false) : nil
        case UInt8(ascii: "o"):
            if isAny(["on", "On", "ON"]) { return .boolean(true) }
            return isAny(["off", "Off", "OFF"]) ? .boolean(false) : nil
        default: return nil
        }
    }

    /// Numbers are short; a long text is not looked through.
    private static let longest = 64

    /// `12` and `0.5`, which are nearly all numbers, and the same to everybody.
    private static func isEverydayNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == 1 || text[0] != UInt8(ascii: "0") || text[1] == UInt8(ascii: ".") else { return false }
        guard ScalarResolution.decimal(text[0]) != nil else { return false }
        var points = 0
        for byte in text where ScalarResolution.decimal(byte) == nil {
            guard byte == UInt8(ascii: ".") else { return false }
            points += 1
        }
        return points <= 1
    }

    private static func ofNumber(_ text: UnsafeBufferPointer<UInt8>) -> OlderMeaning? {
        let here = ScalarResolution.resolve(text, isPlain: true, tag: .none)
        let there = OlderNumber(text)
        switch (here, there) {
        case (.string, nil): return nil
        case (.string, .date?): return .date
        case (.string, .float?): return .number(nil)
        case (.string, .integer(let value)?): return .number(value)
        case (_, nil): return .text
        // Only a leading zero makes another number of the same digits.
        case (.int(let value), .integer(let other?)?): return value == other ? nil : .number(other)
        default: return nil
        }
    }
}

/// What all readers of YAML take for the same without quotes.
public enum PlainWord {
    /// Whether readers of YAML 1.2 and of YAML 1.1 take a word for text, also those that do not mind capitals. A number
    /// is none to either, and `no` and `12:30` are none to the older ones.
    public static func isText(_ word: some StringProtocol) -> Bool {
        var word = word.lowercased()
        return word.withUTF8 { bytes in
            guard case .string = ScalarResolution.resolve(bytes, isPlain: true, tag: .none) else { return false }
            return OlderMeaning.of(bytes) == nil
        }
    }
}

/// The numbers and dates of YAML 1.1 (yaml.org/type/{int,float,timestamp}.html), as PyYAML recognizes them.
enum OlderNumber: Hashable {
    /// With its value where it fits.
    case integer(Int64?)
    case float
    case date

    init?(_ text: UnsafeBufferPointer<UInt8>) {
        if Self.isDate(text) {
            self = .date
        } else if let value = Self.integer(text) {
            self = .integer(value.known)
        } else if Self.isFloat(text) {
            self = .float
        } else {
            return nil
        }
    }

    private struct Value {
        var known: Int64?
    }

    private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        var cursor = Cursor(text)
        let isNegative = cursor.sign()
        let sign: Int64 = isNegative ? -1 : 1
        func value(_ digits: Slice<UnsafeBufferPointer<UInt8>>, _ radix: Int64) -> Value {
            Value(known: Self.value(digits, radix: radix).map { $0 * sign })
        }
        guard let first = cursor.next else { return nil }
        if first == UInt8(ascii: "0") {
            cursor.skip()
            guard let second = cursor.next else { return Value(known: 0) }
            let digits: ClosedRange<UInt8>
            switch second {
            case UInt8(ascii: "b"): digits = UInt8(ascii: "0")...UInt8(ascii: "1")
            case UInt8(ascii: "x"):
                cursor.skip()
                let rest = cursor.rest
                cursor.take { isHexadecimal($0) || $0 == UInt8(ascii: "_") }
                return cursor.isAtEnd && !rest.isEmpty ? value(rest, 16) : nil
            default:
                let rest = cursor.rest
                cursor.take { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) || $0 == UInt8(ascii: "_") }
                return cursor.isAtEnd ? value(rest, 8) : nil
            }
            cursor.skip()
            let rest = cursor.rest
            cursor.take { digits.contains($0) || $0 == UInt8(ascii: "_") }
            return cursor.isAtEnd && !rest.isEmpty ? value(rest, 2) : nil
        }
        guard ScalarResolution.decimal(first) != nil else { return nil }
        let start = cursor.rest
        cursor.takeGroupedDigits()
        if cursor.isAtEnd { return value(start, 10) }
        return cursor.takeSixtieths() > 0 && cursor.isAtEnd
            ? Value(known: sixtieths(start).map { $0 * sign }) : nil
    }

    private static func isFloat(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = Cursor(text)
        let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        _ = cursor.sign()
        if cursor.next == UInt8(ascii: ".") {
            let rest = UnsafeBufferPointer(rebasing: cursor.rest)
            if ScalarResolution.isAny(rest, of: [".inf", ".Inf", ".INF"]) { return true }
            if isSigned { return false }
            if ScalarResolution.isAny(rest, of: [".nan", ".NaN", ".NAN"]) { return true }
            cursor.skip()
            guard cursor.next.flatMap(ScalarResolution.decimal) != nil else { return false }
            cursor.takeGroupedDigits()
            return cursor.takeExponent() && cursor.isAtEnd
        }
        guard cursor.next.flatMap(ScalarResolution.decimal) != nil else { return false }
        cursor.takeGroupedDigits()
        let hasSixtieths = cursor.takeSixtieths() > 0
        guard cursor.take(UInt8(ascii: ".")) else { return false }
        cursor.takeGroupedDigits()
        return (hasSixtieths || cursor.takeExponent()) && cursor.isAtEnd
    }

    private static func isDate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = Cursor(text)
        guard cursor.digits() == 4, cursor.take(UInt8(ascii: "-")) else { return false }
        let month = cursor.digits()
        guard (1...2).contains(month), cursor.take(UInt8(ascii: "-")) else { return false }
        let day = cursor.digits()
        guard (1...2).contains(day) else { return false }
        if cursor.isAtEnd { return month == 2 && day == 2 }
        if !cursor.take(UInt8(ascii: "T")), !cursor.take(UInt8(ascii: "t")), cursor.spaces() == 0 { return false }
        guard (1...2).contains(cursor.digits()), cursor.take(UInt8(ascii: ":")), cursor.digits() == 2,
            cursor.take(UInt8(ascii: ":")), cursor.digits() == 2
        else { return false }
        if cursor.take(UInt8(ascii: ".")) { _ = cursor.digits() }
        if cursor.isAtEnd { return true }
        _ = cursor.spaces()
        if cursor.take(UInt8(ascii: "Z")) { return cursor.isAtEnd }
        guard cursor.take(UInt8(ascii: "+")) || cursor.take(UInt8(ascii: "-")) else { return false }
        guard (1...2).contains(cursor.digits()) else { return false }
        return cursor.isAtEnd || cursor.take(UInt8(ascii: ":")) && cursor.digits() == 2 && cursor.isAtEnd
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).hexDigitValue != nil }

    private static func value(_ digits: Slice<UnsafeBufferPointer<UInt8>>, radix: Int64) -> Int64? {
        var value: Int64 = 0
        for byte in digits where byte != UInt8(ascii: "_") {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            let (product, overflows) = value.multipliedReportingOverflow(by: radix)
            let (sum, exceeds) = product.addingReportingOverflow(Int64(digit))
            if overflows || exceeds { return nil }
            value = sum
        }
        return value
    }

    private static func sixtieths(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        var value: Int64 = 0
        for part in text.split(separator: UInt8(ascii: ":")) {
            guard let digits = Self.value(part, radix: 10) else { return nil }
            let (product, overflows) = value.multipliedReportingOverflow(by: 60)
            let (sum, exceeds) = product.addingReportingOverflow(digits)
            if overflows || exceeds { return nil }
            value = sum
        }
        return value
    }

    /// Goes through a text from its beginning to its end.
    private struct Cursor {
        var rest: Slice<UnsafeBufferPointer<UInt8>>

        init(_ text: UnsafeBufferPointer<UInt8>) { rest = text[...] }

        var next: UInt8? { rest.first }
        var isAtEnd: Bool { rest.isEmpty }

        mutating func skip() { rest = rest.dropFirst() }

        mutating func take(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            skip()
            return true
        }

        @discardableResult
        mutating func take(while isTaken: (UInt8) -> Bool) -> Int {
            let count = rest.prefix(while: isTaken).count
            rest = rest.dropFirst(count)
            return count
        }

        /// Whether there is a minus; a plus says nothing.
        mutating func sign() -> Bool {
            if take(UInt8(ascii: "-")) { return true }
            _ = take(UInt8(ascii: "+"))
            return false
        }

        mutating func digits() -> Int { take { ScalarResolution.decimal($0) != nil } }

        mutating func spaces() -> Int { take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

        mutating func takeGroupedDigits() { take { ScalarResolution.decimal($0) != nil || $0 == UInt8(ascii: "_") } }

        /// How many parts like `:59` there are.
        mutating func takeSixtieths() -> Int {
            var count = 0
            while rest.first == UInt8(ascii: ":") {
                let digits = rest.dropFirst().prefix { ScalarResolution.decimal($0) != nil }
                let isMinute =
                    digits.count == 1 || digits.count == 2 && digits.first.map { $0 < UInt8(ascii: "6") } == true
                guard isMinute else { break }
                rest = rest.dropFirst(1 + digits.count)
                count += 1
            }
            return count
        }

        /// An exponent, which has a sign, or none; `false` where there is half of one.
        mutating func takeExponent() -> Bool {
            guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return true }
            return (take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))) && digits() > 0
        }
    }
}
