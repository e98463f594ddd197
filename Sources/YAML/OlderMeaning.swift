/// Plain scalars that YAML 1.1 took for something else than YAML 1.2 does (yaml.org/type), as many other readers still
/// do: whoever wrote one may have meant either.
///
/// Left out on purpose: `1e-3`, which is the number that everybody means, and dates, which are the text that was
/// written.
enum OlderMeaning {
    static func differs(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, text.count <= longest else { return false }
        // Most texts start with another letter.
        switch first | 0x20 {
        case UInt8(ascii: "y"): return ScalarResolution.isAny(text, of: ["y", "Y", "yes", "Yes", "YES"])
        case UInt8(ascii: "n"): return ScalarResolution.isAny(text, of: ["n", "N", "no", "No", "NO"])
        case UInt8(ascii: "o"):
            return ScalarResolution.isAny(text, of: ["on", "On", "ON", "off", "Off", "OFF"])
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return false
        default: break
        }
        let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        let rest = text[(isSigned ? 1 : 0)...]
        guard let digit = rest.first, ScalarResolution.decimal(digit) != nil else { return false }
        guard rest.count > 1 else { return false }
        return isOctal(rest) || isBinary(rest) || isGrouped(rest) || isSexagesimal(rest)
    }

    /// Numbers are short; a long text is not looked through.
    private static let longest = 64

    /// `012`, which was ten.
    private static func isOctal(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.count > 1 && text.first == UInt8(ascii: "0")
            && text.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") }
    }

    /// `0b101`, which was five.
    private static func isBinary(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.count > 2 && text.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "b")])
            && text.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }
    }

    /// `1_000`, which was a thousand.
    private static func isGrouped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.contains(UInt8(ascii: "_"))
            && text.allSatisfy {
                ScalarResolution.decimal($0) != nil || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
    }

    /// `22:22`, which was 1342; not `8080:80`, because no minute is the 80th.
    private static func isSexagesimal(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.contains(UInt8(ascii: ":")) else { return false }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count > 1, text.first != UInt8(ascii: "0") || text.count == 1 else { return false }
        return parts[0].allSatisfy { ScalarResolution.decimal($0) != nil }
            && parts.dropFirst().allSatisfy { part in
                (1...2).contains(part.count) && part.allSatisfy { ScalarResolution.decimal($0) != nil }
                    && (part.count == 1 || part.first.map { $0 < UInt8(ascii: "6") } == true)
            }
    }
}
