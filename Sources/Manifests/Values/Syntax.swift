/// The forms that names take in a manifest. Each rule is a pure question about a text.
enum Syntax {
    /// An RFC 1123 label: at most 63 of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit.
    static func isName(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && bytes.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// The key of a label or annotation, as in Kubernetes: an optional DNS subdomain and `/`, then a name of at most
    /// 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit.
    static func isLabelKey(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, !name.isEmpty, isLabelValue(name) else { return false }
        return parts.count == 1 || isSubdomain(parts[0])
    }

    /// The value of a label, as in Kubernetes: empty, or like the name in its key.
    static func isLabelValue(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    /// A DNS subdomain (RFC 1123): labels joined by dots, at most 253 characters; also how a secret is named.
    static func isSubdomain(_ text: Substring) -> Bool {
        text.utf8.count <= 253 && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isName)
    }

    /// What POSIX shells accept as a variable's name.
    static func isEnvironmentName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 255 else { return false }
        return (isAlphanumeric(first) || first == UInt8(ascii: "_")) && !isDigit(first)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }

    /// The name of a parameter or variable: an identifier, in which `-` may also stand.
    static func isParameterName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 63 else { return false }
        return (isAlphanumeric(first) || first == UInt8(ascii: "_")) && !isDigit(first)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "_-".utf8.contains($0) }
    }

    /// `name` or `namespace/name`.
    static func isReference(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy(isName)
    }

    /// `major.minor`, such as `3.11`.
    static func isPythonVersion(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit)
                    && (part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"))
            }
    }

    /// A path that stays below the folder it starts from: not empty, not absolute, without `..`, without control
    /// characters, and naming something other than the folder itself.
    static func isPathBelow(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.utf8.first != UInt8(ascii: "/"), text.utf8.count <= 4096 else { return false }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
        let parts = text.split(separator: "/")
        return !parts.contains("..") && parts.contains { $0 != "." }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || isDigit(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (0x41...0x5A).contains(byte)
    }
}
