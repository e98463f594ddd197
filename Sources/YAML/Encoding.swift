/// How the characters of a file are written as bytes (YAML 1.2.2, 5.2): a byte order mark says it, or where the zeros
/// are in the first characters, which are always ASCII ones: of two, so that a stray zero is not taken for more.
enum Encoding: Hashable {
    case utf8
    case utf16(isBigEndian: Bool)
    case utf32

    init(of bytes: [UInt8]) {
        func starts(_ start: [UInt8?]) -> Bool {
            bytes.count >= start.count && zip(start, bytes).allSatisfy { $0 == nil ? $1 != 0 : $0 == $1 }
        }
        self =
            if starts([0, 0, 0xFE, 0xFF]) || starts([0, 0, 0, nil]) || starts([0xFF, 0xFE, 0, 0])
                || starts([nil, 0, 0, 0])
            {
                .utf32
            } else if starts([0xFE, 0xFF]) || starts([0, nil, 0, nil]) {
                .utf16(isBigEndian: true)
            } else if starts([0xFF, 0xFE]) || starts([nil, 0, nil, 0]) {
                .utf16(isBigEndian: false)
            } else {
                .utf8
            }
    }
}

extension Encoding {
    /// A text in UTF-8 as a file has it that begins as `original` does: with a byte order mark where that has one.
    /// What was UTF-16 becomes UTF-16 again; UTF-8 stays as it is.
    func encoded(_ text: [UInt8], asBeginning original: [UInt8]) -> [UInt8] {
        guard case .utf16(let isBigEndian) = self else { return text }
        let mark: [UInt8] = isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]
        return String(decoding: text, as: UTF8.self).utf16.reduce(into: original.starts(with: mark) ? mark : []) {
            let (high, low) = (UInt8($1 >> 8), UInt8($1 & 0xFF))
            $0 += isBigEndian ? [high, low] : [low, high]
        }
    }
}

/// A text that was written in UTF-16, in UTF-8 and without a byte order mark.
struct TranscodedText {
    private(set) var bytes: [UInt8] = []
    /// The characters, counted from 0, that are halves of pairs or half a unit, for which U+FFFD stands in the text; no
    /// more than one file may report.
    private(set) var broken: [UInt32] = []

    init(utf16 source: [UInt8], isBigEndian: Bool) {
        bytes.reserveCapacity(source.count / 2)
        let units = source.count / 2
        func unit(_ index: Int) -> UInt16 {
            let (first, second) = (UInt16(source[index * 2]), UInt16(source[index * 2 + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        var index = units > 0 && unit(0) == 0xFEFF ? 1 : 0
        var character: UInt32 = 0
        while index < units {
            let (high, low) = (unit(index), index + 1 < units ? unit(index + 1) : 0)
            index += 1
            if let scalar = UnicodeScalar(high) {
                append(scalar)
            } else if high < 0xDC00, (0xDC00...0xDFFF).contains(low),
                let scalar = UnicodeScalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
            {
                append(scalar)
                index += 1
            } else {
                appendBroken(character)
            }
            character += 1
        }
        if !source.count.isMultiple(of: 2) { appendBroken(character) }
    }

    private mutating func append(_ scalar: UnicodeScalar) {
        if scalar.isASCII { bytes.append(UInt8(scalar.value)) } else { bytes += Array(String(scalar).utf8) }
    }

    private mutating func appendBroken(_ character: UInt32) {
        append("\u{FFFD}")
        if broken.count < YAMLLimits.mostFaults { broken.append(character) }
    }
}
