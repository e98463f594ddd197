import YAML

/// Reads JSON (RFC 8259) into `JSONValue`.
///
/// By hand, because the record is read at every plan: Foundation's decoder reaches some ten megabytes a second here and
/// takes a trailing comma, and a plan over ten thousand runs spent a third of its time in it.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0
    private let isStrict: Bool

    /// Deeper documents are refused: reading them would need as much stack.
    private static let deepest = 128

    /// Reads one document, which is all that the bytes may hold.
    ///
    /// - Parameter isStrict: whether a name that is written twice in an object is an error.
    static func read(_ bytes: [UInt8], isStrict: Bool = false) throws -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer, isStrict: isStrict)
            let value = try reader.value()
            reader.skipSpace()
            guard reader.index == buffer.count else { throw reader.fault("something follows the value") }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, isStrict: Bool) {
        self.bytes = bytes
        self.isStrict = isStrict
    }

    private func fault(_ what: String) -> Diagnostic { .malformedJSON("\(what) (byte \(index))") }

    private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        index += 1
        return true
    }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"): return .object(try nested { try $0.members() })
        case UInt8(ascii: "["): return .array(try nested { try $0.elements() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the text ends where a value is expected")
        default: return try number()
        }
    }

    private mutating func nested<T>(_ read: (inout JSONReader) throws -> T) throws -> T {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw fault("it is nested more than \(Self.deepest) levels deep") }
        index += 1
        skipSpace()
        return try read(&self)
    }

    private mutating func members() throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw fault("a name in quotes is expected") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is expected") }
            let old = members.updateValue(try value(), forKey: name)
            guard old == nil || !isStrict else { throw fault("a name is written twice in one object") }
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or } is expected") }
        }
    }

    private mutating func elements() throws -> [JSONValue] {
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or ] is expected") }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[index...].prefix(expected.count).elementsEqual(expected) else { throw fault("no such word") }
        index += expected.count
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let whole = index
        try digits()
        guard index == whole + 1 || bytes[whole] != UInt8(ascii: "0") else { throw fault("a number starts with 0") }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw fault("the number \(text) is too large") }
        return JSONValue.double(value).normalized
    }

    private mutating func digits() throws {
        let start = index
        while let byte, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw fault("a digit is expected") }
    }

    private mutating func string() throws -> String {
        index += 1
        let start = index
        while let byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        // Nearly every string has no escapes, and is then a piece of the text as it stands.
        guard byte == UInt8(ascii: "\"") else { return try escaped(Array(bytes[start..<index])) }
        defer { index += 1 }
        return try validated(bytes[start..<index])
    }

    private func validated(_ text: some Collection<UInt8>) throws -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("a string is not UTF-8") }
        return string
    }

    private mutating func escaped(_ begun: [UInt8]) throws -> String {
        var text = begun
        while let byte {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(text)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("a control character stands in a string")
            default: text.append(byte)
            }
        }
        throw fault("the text ends within a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte else { throw fault("the text ends within a string") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try scalar())).utf8)
        default: throw fault("there is no such escape")
        }
    }

    /// The character of `\uXXXX`, or of two of them where the first is half of a pair.
    private mutating func scalar() throws -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("half of a surrogate pair is missing")
        }
        let second = try unit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half of a surrogate pair is missing") }
        return scalar
    }

    private mutating func unit() throws -> UInt32 {
        guard index + 4 <= bytes.count,
            bytes[index..<index + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits are expected") }
        index += 4
        return value
    }
}
