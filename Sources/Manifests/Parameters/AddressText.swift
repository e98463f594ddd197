/// Addresses of hosts, people and things as texts.
enum AddressText {
    // MARK: Hosts

    /// RFC 1123, in letters of either case.
    static func isHostname(_ text: Substring) -> Bool { Syntax.isSubdomain(Substring(text.lowercased())) }

    static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit) else { return false }
                return (part.utf8.count == 1 || part.first != "0") && (Int(part) ?? 256) < 256
            }
    }

    /// Eight groups, of which `::` stands for one or more that are zero; the last two may be an IPv4 address.
    static func isIPv6(_ text: Substring) -> Bool {
        guard text.utf8.count <= 45, !text.contains("%") else { return false }
        let halves = text.splitOnce("::")
        guard let second = halves.second else { return groups(text, isEnd: true) == 8 }
        guard second.splitOnce("::").second == nil, let before = groups(halves.first, isEnd: false),
            let after = groups(second, isEnd: true)
        else { return false }
        return before + after <= 7
    }

    private static func groups(_ text: Substring, isEnd: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains(".") {
                guard isIPv4(part) else { return nil }
                count += 2
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal) else { return nil }
                count += 1
            }
        }
        return count
    }

    // MARK: People

    static func isEmail(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        let (name, host) = (text[..<at], text[text.index(after: at)...])
        let signs = Set("!#$%&'*+-/=?^_`{|}~".utf8)
        return (1...64).contains(name.utf8.count) && isHostname(host)
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { Syntax.isAlphanumeric($0) || signs.contains($0) }
            }
    }

    // MARK: Things

    static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.utf8.allSatisfy(isHexadecimal) }
    }

    static func isJSONPointer(_ text: String) -> Bool {
        guard text.isEmpty || text.hasPrefix("/") else { return false }
        let parts = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
        return parts.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
    }

    static func isURI(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), isScheme(text[..<colon]) else { return false }
        return isHierarchy(text[text.index(after: colon)...])
    }

    static func isURIReference(_ text: String) -> Bool {
        // In what has no scheme, no colon may stand before the first slash: it would be taken for one.
        let first = text.prefix { !"/?#".contains($0) }
        return isURI(text) || (!first.contains(":") && isHierarchy(text[...]))
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, Syntax.isAlphanumeric(first), !isDigit(first) else { return false }
        return text.utf8.allSatisfy { Syntax.isAlphanumeric($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
    }

    /// What is behind the scheme: authority, path, query and fragment.
    private static func isHierarchy(_ text: Substring) -> Bool {
        let (before, fragment) = text.splitOnce("#")
        let (path, query) = before.splitOnce("?")
        guard isWritten(fragment ?? "", with: ":@/?"), isWritten(query ?? "", with: ":@/?") else { return false }
        guard path.hasPrefix("//") else { return isWritten(path, with: ":@/") }
        let authority = path.dropFirst(2).prefix { $0 != "/" }
        return isAuthority(authority) && isWritten(path.dropFirst(2 + authority.count), with: ":@/")
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let at = text.firstIndex(of: "@") {
            guard isWritten(text[..<at], with: ":") else { return false }
            host = text[text.index(after: at)...]
        }
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]"), isIPv6(host[..<end].dropFirst()) else { return false }
            host = host[host.index(after: end)...]
            return host.isEmpty || (host.hasPrefix(":") && host.dropFirst().utf8.allSatisfy(isDigit))
        }
        let (name, port) = host.splitOnce(":")
        return isWritten(name, with: "") && (port ?? "").utf8.allSatisfy(isDigit)
    }

    /// Unreserved characters, sub-delimiters, escapes such as `%20`, and what else is allowed in this part.
    private static func isWritten(_ text: Substring, with others: String) -> Bool {
        let signs = Set("-._~!$&'()*+,;=".utf8).union(others.utf8)
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = bytes.popFirst(), let low = bytes.popFirst(), isHexadecimal(high), isHexadecimal(low)
                else { return false }
            } else if !Syntax.isAlphanumeric(byte), !signs.contains(byte) {
                return false
            }
        }
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}

extension Substring {
    /// What is before and behind the first occurrence of a mark; `second` is `nil` where there is none.
    fileprivate func splitOnce(_ mark: String) -> (first: Substring, second: Substring?) {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(mark) { return (self[..<start], self[start...].dropFirst(mark.count)) }
            start = index(after: start)
        }
        return (self, nil)
    }
}
