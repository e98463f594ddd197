/// Which rule of Kubernetes a label's key or value breaks, in words that follow “it”.
enum LabelSyntax {
    /// `nil` for a value as it has to be (`Syntax.isLabelValue`).
    static func fault(ofValue text: String) -> String? { text.isEmpty ? nil : fault(ofName: text[...]) }

    /// `nil` for a key as it has to be (`Syntax.isLabelKey`).
    static func fault(ofKey text: String) -> String? {
        guard let slash = text.firstIndex(of: "/") else {
            return text.isEmpty ? "is empty" : fault(ofName: text[...])
        }
        let (prefix, name) = (text[..<slash], text[text.index(after: slash)...])
        if name.contains("/") { return "has more than one `/`" }
        if name.isEmpty { return "has no name behind the `/`" }
        if prefix.isEmpty { return "has nothing before the `/`" }
        return fault(ofPrefix: prefix) ?? fault(ofName: name)
    }

    private static func fault(ofName text: Substring) -> String? {
        let count = text.utf8.count
        if let other = text.unicodeScalars.first(where: { !isNamePart($0) }) {
            return "contains \(inWords(other)), and only letters, digits, `-`, `_` and `.` may be there"
        }
        if count > 63 { return "has \(count) characters, and 63 are the most" }
        for (which, scalar) in [("begins", text.unicodeScalars.first), ("ends", text.unicodeScalars.last)] {
            if let scalar, !isAlphanumeric(scalar) {
                return "\(which) with `\(scalar)`, and has to begin and end with a letter or digit"
            }
        }
        return nil
    }

    private static func fault(ofPrefix text: Substring) -> String? {
        if Syntax.isSubdomain(text) { return nil }
        if text.utf8.count > 253 { return "has \(text.utf8.count) characters before the `/`, and 253 are the most" }
        if text.lowercased() != text, Syntax.isSubdomain(Substring(text.lowercased())) {
            return "has capital letters before the `/`, where a DNS name stands: write `\(text.lowercased())`"
        }
        return "has `\(String(text).shortened(60))` before the `/`, which is no DNS name such as `example.com`"
    }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && Syntax.isAlphanumeric(UInt8(truncatingIfNeeded: scalar.value))
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isAlphanumeric(scalar) || scalar == "-" || scalar == "_" || scalar == "."
    }

    private static func inWords(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": "a space"
        case "\t": "a tab"
        case "\n", "\r": "a line break"
        default:
            scalar.value < 0x20 || scalar.value == 0x7F
                ? "the character U+\(String(scalar.value, radix: 16, uppercase: true))" : "`\(scalar)`"
        }
    }
}
