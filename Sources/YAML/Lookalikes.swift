/// A plain text that begins or ends with a character that looks like a part of YAML's syntax, or like nothing, and is a
/// part of the text: copied out of a web page or a word processor, usually.
enum Lookalike: Sendable, Hashable {
    /// A space that is none to YAML, at the beginning or the end.
    case space(UnicodeScalar, atStart: Bool)
    /// Typographic quotes around all of it.
    case quotes(UnicodeScalar)

    /// Looks at the ends only.
    static func of(_ text: UnsafeBufferPointer<UInt8>) -> Lookalike? {
        guard let first = text.first, let last = text.last, first >= 0x80 || last >= 0x80 else { return nil }
        let start = String(decoding: text.prefix(4), as: UTF8.self).unicodeScalars.first
        let end = String(decoding: text.suffix(4), as: UTF8.self).unicodeScalars.last
        guard let start, let end else { return nil }
        if isSpace(start) { return .space(start, atStart: true) }
        if isSpace(end) { return .space(end, atStart: false) }
        let pairs: [(UnicodeScalar, UnicodeScalar)] = [("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»")]
        return pairs.contains { $0.0 == start && $0.1 == end } ? .quotes(start) : nil
    }

    private static func isSpace(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0x1680, 0x180E, 0x2000...0x200F, 0x202F, 0x205F, 0x2060, 0x3000: true
        default: false
        }
    }
}
