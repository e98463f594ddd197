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
        guard Syntax.isRegistryHost(host) else {
            throw .registry("`\(host)` is no host: it needs a dot, a port, or to be `localhost`")
        }
        guard !repository.contains("@") else { throw .registry("a digest is not part of it") }
        guard !repository.contains(":") else { throw .registry("a tag is not part of it") }
        guard Syntax.isRepository(repository) else {
            throw .registry("a repository is written with a-z, 0-9, `.`, `_`, `-` and `/`")
        }
        return .registry(host: String(host), repository: String(repository))
    }

    private static func isScheme(_ text: Substring) -> Bool {
        text.utf8.count > 1
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D
            }
    }
}
