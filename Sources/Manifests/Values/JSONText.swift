/// Writes a value as JSON (RFC 8259), byte for byte the same for equal values.
///
/// Written by hand because Foundation's encoder neither keeps numbers in one form nor orders keys by their bytes, and
/// is an order of magnitude slower. It recurses into the value: every way to read one (`init(_: Node)`,
/// `init(parsing:)`) limits the depth.
struct JSONText {
    enum Style {
        /// No spaces, nothing escaped that need not be.
        case canonical
        /// Two spaces for each level, a space after each colon.
        case pretty
        /// Canonical JSON that a YAML parser reads as the same value: other than JSON, YAML folds U+0085 and U+2028,
        /// forbids some characters unless escaped, and limits the length of a key that has no `?` before it.
        case yaml
    }

    private(set) var bytes: [UInt8] = []
    private let style: Style

    init(_ value: JSONValue, style: Style = .canonical) {
        self.style = style
        write(value, level: 0)
    }

    private mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .int(let value): write(String(value))
        case .double(let value): write(JSONValue.text(of: value))
        case .string(let value): write(quoted: value)
        case .array(let elements): write(elements, level: level)
        case .object(let members): write(members, level: level)
        }
    }

    private mutating func write(_ elements: [JSONValue], level: Int) {
        write("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { write(",") }
            breakLine(level: level + 1)
            write(element, level: level + 1)
        }
        if !elements.isEmpty { breakLine(level: level) }
        write("]")
    }

    private mutating func write(_ members: [String: JSONValue], level: Int) {
        write("{")
        let sorted = members.sorted { $0.key.precedes($1.key) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { write(",") }
            breakLine(level: level + 1)
            if style == .yaml, member.key.utf8.count > 100 { write("? ") }
            write(quoted: member.key)
            write(style == .canonical ? ":" : ": ")
            write(member.value, level: level + 1)
        }
        if !members.isEmpty { breakLine(level: level) }
        write("}")
    }

    private mutating func breakLine(level: Int) {
        guard style == .pretty else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func write(quoted text: String) {
        bytes.append(0x22)
        if style == .yaml {
            for scalar in text.unicodeScalars { write(escaped: scalar) }
        } else {
            for byte in text.utf8 { write(escaped: byte) }
        }
        bytes.append(0x22)
    }

    private mutating func write(escaped byte: UInt8) {
        switch byte {
        case 0x22: write("\\\"")
        case 0x5C: write("\\\\")
        case 0x08: write("\\b")
        case 0x09: write("\\t")
        case 0x0A: write("\\n")
        case 0x0C: write("\\f")
        case 0x0D: write("\\r")
        case 0..<0x20: write("\\u00", hexadecimal: UInt32(byte), digits: 2)
        default: bytes.append(byte)
        }
    }

    private mutating func write(escaped scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0..<0x7F: write(escaped: UInt8(scalar.value))
        case 0x7F...0xFFFF: write("\\u", hexadecimal: scalar.value, digits: 4)
        default: write("\\U", hexadecimal: scalar.value, digits: 8)
        }
    }

    private mutating func write(_ prefix: String, hexadecimal value: UInt32, digits: Int) {
        let text = String(value, radix: 16)
        write(prefix)
        write(String(repeating: "0", count: digits - text.utf8.count))
        write(text)
    }
}

extension JSONValue {
    /// The one form in which equal values are equal bytes: keys sorted by their UTF-8 bytes, no spaces, the shortest
    /// digits that read back as the same number. A number JSON has no form for (infinite, not a number) is `null`.
    public var canonicalBytes: [UInt8] { JSONText(self).bytes }

    /// `canonicalBytes` as text.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// JSON for people: two spaces for each level, keys sorted, no line break at the end.
    public var pretty: String { String(decoding: JSONText(self, style: .pretty).bytes, as: UTF8.self) }

    /// The same value with each number in its one form: `1.0` is `1`, so that both have one identity.
    public var normalized: JSONValue {
        switch self {
        case .null, .bool, .int, .string: self
        case .double(let value): Self.integer(value).map(JSONValue.int) ?? self
        case .array(let elements): .array(elements.map(\.normalized))
        case .object(let members): .object(members.mapValues(\.normalized))
        }
    }

    /// The whole number that a double is, within ±2⁵³, where doubles and whole numbers correspond one to one.
    static func integer(_ value: Double) -> Int64? {
        guard value.magnitude <= 9_007_199_254_740_992 else { return nil }
        return Int64(exactly: value)
    }

    /// A number as canonical JSON writes it.
    static func text(of value: Double) -> String {
        if let integer = integer(value) { return String(integer) }
        return value.isFinite ? value.description : "null"
    }
}
