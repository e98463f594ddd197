/// The forms of names in an OCI registry (distribution specification 1.1, “Pulling manifests”).
extension Syntax {
    /// A name or an address, of which IPv6 stands in brackets, with a port or without. A name without a dot or a port
    /// is none, except `localhost`: it would be taken for a part of a repository.
    static func isRegistryHost(_ text: Substring) -> Bool {
        var name = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            if !rest.isEmpty { port = rest.dropFirst() }
            let address = text[..<end].dropFirst().utf8
            guard !address.isEmpty, address.allSatisfy({ isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else {
                return false
            }
        } else {
            if let colon = text.firstIndex(of: ":") {
                port = text[text.index(after: colon)...]
                name = text[..<colon]
            }
            // Other scripts have letters whose small ones are of this one.
            guard name.utf8.allSatisfy({ $0 < 0x80 }), isSubdomain(Substring(name.lowercased())) else { return false }
            guard port != nil || name.contains(".") || name == "localhost" else { return false }
        }
        guard let port else { return true }
        return port.utf8.allSatisfy(isDigit) && (UInt16(port) ?? 0) > 0
    }

    /// Parts of `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*` with slashes between them, at most 255 characters.
    static func isRepository(_ text: Substring) -> Bool {
        text.utf8.count <= 255
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isRepositoryPart)
    }

    /// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
    static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128, first != 0x2E, first != 0x2D else { return false }
        return text.utf8.allSatisfy { byte in
            isLetter(byte | 0x20) || isDigit(byte) || byte == 0x2E || byte == 0x5F || byte == 0x2D
        }
    }

    private static func isRepositoryPart(_ part: Substring) -> Bool {
        var separator: [UInt8] = []
        var isAfterWord = false
        for byte in part.utf8 {
            if isLetter(byte) || isDigit(byte) {
                let isOne = separator.count <= 1 || separator == [0x5F, 0x5F] || separator.allSatisfy { $0 == 0x2D }
                guard isAfterWord || separator.isEmpty, isOne else { return false }
                separator = []
                isAfterWord = true
            } else if byte == 0x2E || byte == 0x5F || byte == 0x2D {
                separator.append(byte)
            } else {
                return false
            }
        }
        return isAfterWord && separator.isEmpty
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}
