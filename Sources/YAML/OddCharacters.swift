/// Characters that libyaml takes for something else than YAML 1.2 does, wherever they stand: it would read a wrong
/// value, or read a comment as a value, and say nothing.
struct OddCharacters {
    enum Kind: Hashable {
        /// U+0085, U+2028 and U+2029 end lines in YAML 1.1, and in libyaml, and are characters like others in YAML 1.2
        /// (5.4).
        case oldLineBreak
        /// U+FEFF within the text, which libyaml skips in some places and keeps in others.
        case byteOrderMark
    }

    struct Found {
        var kind: Kind
        var scalar: UInt32
        /// In bytes of the file.
        var offset: Int
    }

    /// No more than one file may report.
    private(set) var found: [Found] = []
    /// Whether a `?` stands directly before something (`?x`), which needs a look where that is in brackets.
    private(set) var hasTightQuestionMark = false
    /// The text as libyaml may read it: no character in it ends a line that does not end one in YAML 1.2. `nil` where
    /// it is the file's own.
    private(set) var replaced: [UInt8]?

    /// Goes once through a file that is not ASCII.
    init(in bytes: [UInt8], from base: Int) {
        bytes.withUnsafeBufferPointer { bytes in
            var index = base
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 0xC2 || byte == 0xE2 || byte == 0xEF {
                    look(at: index, bytes)
                } else if byte == UInt8(ascii: "?"), index + 1 < bytes.count, bytes[index + 1] > UInt8(ascii: " ") {
                    hasTightQuestionMark = true
                }
                index += 1
            }
        }
        guard found.contains(where: { $0.kind == .oldLineBreak }) else { return }
        replaced = Self.replacing(bytes, from: base)
    }

    private mutating func look(at index: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard found.count < YAMLLimits.mostFaults, let (kind, scalar) = Self.kind(at: index, bytes) else { return }
        found.append(Found(kind: kind, scalar: scalar, offset: index))
    }

    private static func kind(at index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> (Kind, UInt32)? {
        guard index + 1 < bytes.count else { return nil }
        if bytes[index] == 0xC2 { return bytes[index + 1] == 0x85 ? (.oldLineBreak, 0x85) : nil }
        guard index + 2 < bytes.count else { return nil }
        switch (bytes[index], bytes[index + 1], bytes[index + 2]) {
        case (0xE2, 0x80, 0xA8): return (.oldLineBreak, 0x2028)
        case (0xE2, 0x80, 0xA9): return (.oldLineBreak, 0x2029)
        case (0xEF, 0xBB, 0xBF): return (.byteOrderMark, 0xFEFF)
        default: return nil
        }
    }

    /// Other spaces of the same length stand for them, so that all places stay the same.
    private static func replacing(_ bytes: [UInt8], from base: Int) -> [UInt8] {
        var replaced = bytes
        bytes.withUnsafeBufferPointer { bytes in
            for index in base..<bytes.count where bytes[index] == 0xC2 || bytes[index] == 0xE2 {
                guard let (kind, scalar) = kind(at: index, bytes), kind == .oldLineBreak else { continue }
                if scalar == 0x85 { replaced[index + 1] = 0xA0 } else { replaced[index + 2] = 0x87 }
            }
        }
        return replaced
    }
}
