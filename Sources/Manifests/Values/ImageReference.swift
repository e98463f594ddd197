public import YAML

/// The name of an image in a registry: `[HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]`.
///
/// A name without a host is Docker's: `python:3.11` stands for `docker.io/library/python:3.11`. A text that begins with
/// what has a dot or a port, or is `localhost`, begins with a host.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// With the port, where one is named: `registry.example.com:5000`.
    public let host: String
    /// `team/train`
    public let repository: String
    public let tag: String?
    /// What the image is, whatever the tag says meanwhile.
    public let digest: Digest?

    /// The longest text that is read as one.
    static let longest = 1024

    /// Reads a reference.
    ///
    /// - Throws: a `Diagnostic` that says what is wrong with it, without a password that it may hold.
    public init(_ text: String) throws(Diagnostic) {
        do throws(Fault) {
            try self.init(parsing: text)
        } catch {
            throw Diagnostic.imageReference(text, error)
        }
    }

    /// What is wrong with a text that ought to name an image.
    enum Fault: Error {
        case credentials
        case other(String)
    }

    private init(parsing text: String) throws(Fault) {
        guard !text.isEmpty, text.utf8.count <= Self.longest else {
            throw .other("it has \(text.utf8.count) bytes; 1 to \(Self.longest) are allowed")
        }
        guard !text.contains("://") else {
            throw text.contains("@") ? .credentials : .other("it is a URL; leave out what is before the host")
        }
        var rest = text[...]
        var digest: Digest?
        if let at = rest.firstIndex(of: "@") {
            let written = rest[rest.index(after: at)...]
            // `name:password@host/…`: what is behind a digest's `@` has no slash.
            guard !written.contains("/"), !written.contains("@") else { throw .credentials }
            digest = Digest(written)
            guard digest != nil else { throw .other(Self.fault(ofDigest: written)) }
            rest = rest[..<at]
        }
        var tag: String?
        let lastSlash = rest.lastIndex(of: "/")
        if let colon = rest.lastIndex(of: ":"), lastSlash.map({ $0 < colon }) ?? true {
            let written = rest[rest.index(after: colon)...]
            guard Syntax.isTag(written) else { throw .other(Self.fault(ofTag: written)) }
            tag = String(written)
            rest = rest[..<colon]
        }
        (host, repository) = try Self.parts(rest)
        self.tag = tag
        self.digest = digest
    }

    /// An image that is known by its parts.
    ///
    /// - Throws: a `Diagnostic` where they make no name.
    public init(
        host: String, repository: String, tag: String? = nil, digest: Digest? = nil
    ) throws(Diagnostic) {
        self = try ImageReference(
            "\(host)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? ""))
    }

    private static func parts(_ text: Substring) throws(Fault) -> (host: String, repository: String) {
        var (host, repository) = ("docker.io", text)
        if let slash = text.firstIndex(of: "/"), isHostLike(text[..<slash]) {
            guard Syntax.isRegistryHost(text[..<slash]) else {
                throw .other(Self.fault(ofHost: text[..<slash], in: text))
            }
            host = String(text[..<slash])
            repository = text[text.index(after: slash)...]
        }
        if host == "index.docker.io" { host = "docker.io" }
        guard Syntax.isRepository(repository) else {
            throw .other(Self.fault(ofRepository: repository))
        }
        let isOfficial = host == "docker.io" && !repository.contains("/")
        return (host, isOfficial ? "library/\(repository)" : String(repository))
    }

    /// Docker's rule for what is before the first slash.
    private static func isHostLike(_ text: Substring) -> Bool {
        text == "localhost" || text.contains { $0 == "." || $0 == ":" || $0.isUppercase }
    }

    /// In full; reading it gives the same again.
    public var description: String {
        name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// Without tag and digest.
    public var name: String { "\(host)/\(repository)" }

    /// One image of a repository.
    public enum Selector: Sendable, Hashable, CustomStringConvertible {
        case tag(String)
        case digest(Digest)

        public var description: String {
            switch self {
            case .tag(let tag): tag
            case .digest(let digest): digest.description
            }
        }
    }

    /// What a registry is asked for: the digest, else the tag, else `latest`.
    public var selector: Selector { digest.map { .digest($0) } ?? .tag(tag ?? "latest") }

    /// The same image, named by what it is.
    public func pinned(to digest: Digest) -> ImageReference { ImageReference(self, tag: tag, digest: digest) }

    private init(_ other: ImageReference, tag: String?, digest: Digest) {
        (host, repository) = (other.host, other.repository)
        self.tag = tag
        self.digest = digest
    }
}
