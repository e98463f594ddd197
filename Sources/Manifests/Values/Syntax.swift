/// The forms that names take in a manifest. Each rule is a pure question about a text, and allocates nothing: they are
/// asked for every name of every manifest.
enum Syntax {
    /// An RFC 1123 label: at most 63 of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit.
    static func isName(_ text: Substring) -> Bool { isName(text.utf8) }

    private static func isName(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && bytes.allSatisfy { isLowerAlphanumeric($0) || $0 == hyphen }
    }

    /// The key of a label or annotation, as in Kubernetes: an optional DNS subdomain and `/`, then a name of at most
    /// 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit.
    static func isLabelKey(_ text: Substring) -> Bool {
        guard let slash = text.utf8.firstIndex(of: Self.slash) else { return !text.isEmpty && isLabelValue(text) }
        let name = text[text.utf8.index(after: slash)...]
        return !name.isEmpty && isLabelValue(name) && isSubdomain(text[..<slash])
    }

    /// The value of a label, as in Kubernetes: empty, or like the name in its key.
    static func isLabelValue(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == hyphen || $0 == underscore || $0 == dot }
    }

    /// A DNS subdomain (RFC 1123): labels joined by dots, at most 253 characters; also how a secret is named.
    static func isSubdomain(_ text: Substring) -> Bool {
        var rest = text.utf8
        guard rest.count <= 253 else { return false }
        while let end = rest.firstIndex(of: dot) {
            guard isName(rest[..<end]) else { return false }
            rest = rest[rest.index(after: end)...]
        }
        return isName(rest)
    }

    /// The name of a parameter or variable: an identifier, in which `-` may also stand.
    static func isParameterName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 63, !isDigit(first), first != hyphen else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == underscore || $0 == hyphen }
    }

    /// `name` or `namespace/name`.
    static func isReference(_ text: Substring) -> Bool {
        guard let slash = text.utf8.firstIndex(of: Self.slash) else { return isName(text) }
        return isName(text[..<slash]) && isName(text[text.utf8.index(after: slash)...])
    }

    /// `major.minor`, such as `3.11`.
    static func isPythonVersion(_ text: Substring) -> Bool {
        guard let end = text.utf8.firstIndex(of: dot) else { return false }
        return isVersionNumber(text.utf8[..<end]) && isVersionNumber(text.utf8[text.utf8.index(after: end)...])
    }

    private static func isVersionNumber(_ digits: Substring.UTF8View) -> Bool {
        guard let first = digits.first, digits.count <= 3, digits.allSatisfy(isDigit) else { return false }
        return digits.count == 1 || first != UInt8(ascii: "0")
    }

    /// A path that stays below the folder it starts from, at most 4096 code points: not empty, not absolute, without
    /// `..`, without control characters, and naming something other than the folder itself.
    static func isPathBelow(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, first != slash, bytes.count <= 4096 || text.unicodeScalars.count <= 4096 else {
            return false
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
        var namesSomething = false
        for part in bytes.split(separator: slash) {
            guard part.count > 2 || !part.allSatisfy({ $0 == dot }) else {
                if part.count == 2 { return false }
                continue
            }
            namesSomething = true
        }
        return namesSomething
    }

    private static let hyphen = UInt8(ascii: "-")
    private static let underscore = UInt8(ascii: "_")
    private static let dot = UInt8(ascii: ".")
    private static let slash = UInt8(ascii: "/")

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || isDigit(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (0x41...0x5A).contains(byte)
    }
}
