/// A store of what attempts leave, as a pool names it.
public enum ArtifactLocation: Sendable, Hashable, CustomStringConvertible {
    /// A folder: absolute, or relative to the root of the repository on each machine.
    case folder(String)
    /// A repository in an OCI registry; the host may name a port.
    case registry(host: String, repository: String)

    static let scheme = "oci:"

    /// Reads `oci:HOST/PATH` or a folder.
    ///
    /// - Throws: what is wrong with it.
    public init(_ text: String) throws(Fault) {
        if text.hasPrefix(Self.scheme) {
            self = try Self.registry(text.dropFirst(Self.scheme.count))
        } else if let colon = text.firstIndex(of: ":"), Self.isScheme(text[..<colon]) {
            throw text.contains("@") ? .credentials : .scheme(String(text[..<colon]))
        } else {
            let path = text.hasPrefix("/") ? text.dropFirst() : text[...]
            guard Syntax.isPathBelow(path) else { throw .folder("it names no folder, or one above where it starts") }
            let first = path.split(separator: "/").first { $0 != "." }
            guard text.hasPrefix("/") || first != ".git" else { throw .folder("`.git` is Git's own") }
            self = .folder(text)
        }
    }

    /// What is wrong with a text that ought to name one.
    public enum Fault: Error, Sendable, Hashable {
        /// It holds a user's name or password.
        case credentials
        /// It begins with the scheme of something else.
        case scheme(String)
        case registry(String)
        case folder(String)
    }

    public var description: String {
        switch self {
        case .folder(let path): path
        case .registry(let host, let repository): "\(Self.scheme)\(host)/\(repository)"
        }
    }

    private static func registry(_ reference: Substring) throws(Fault) -> ArtifactLocation {
        let rest = reference.hasPrefix("//") ? reference.dropFirst(2) : reference
        guard let slash = rest.firstIndex(of: "/") else { throw .registry("it names no repository behind the host") }
        let (host, repository) = (rest[..<slash], rest[rest.index(after: slash)...])
        guard !host.contains("@") else { throw .credentials }
        guard rest.startIndex == reference.startIndex else { throw .registry("`//` belongs to a URL") }
        guard isHost(host) else {
            throw .registry("`\(host)` is no host: it needs a dot, a port, or to be `localhost`")
        }
        guard !repository.contains("@") else { throw .registry("a digest is not part of it") }
        guard !repository.contains(":") else { throw .registry("a tag is not part of it") }
        guard repository.utf8.count <= 255,
            repository.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy(isRepositoryPart)
        else { throw .registry("a repository is written with a-z, 0-9, `.`, `_`, `-` and `/`") }
        return .registry(host: String(host), repository: String(repository))
    }

    private static func isScheme(_ text: Substring) -> Bool {
        text.utf8.count > 1 && text.utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || $0 == 0x2B || $0 == 0x2D }
    }

    /// A name or an address, of which IPv6 stands in brackets, with a port or without.
    private static func isHost(_ text: Substring) -> Bool {
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
            guard Syntax.isSubdomain(Substring(name.lowercased())) else { return false }
            guard port != nil || name.contains(".") || name == "localhost" else { return false }
        }
        return port.map { UInt16($0).map { $0 > 0 } ?? false } ?? true
    }

    /// OCI distribution specification: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
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

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
