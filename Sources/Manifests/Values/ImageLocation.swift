/// Where a pool keeps the images of jobs.
public enum ImageLocation: Sendable, Hashable, CustomStringConvertible {
    /// In the OCI layout under `.slipway/` of each machine.
    case layout
    /// In repositories of a registry, each job in its own below a path.
    case registry(host: String, path: String)

    static let layoutWord = "layout"

    /// Reads `layout` or `HOST/PATH`.
    ///
    /// - Throws: what is wrong with it.
    init(parsing text: String) throws(Fault) {
        guard text != Self.layoutWord else {
            self = .layout
            return
        }
        guard !text.contains("@") else {
            throw text.contains("sha256:") ? .other("a digest is no part of it") : .credentials
        }
        guard !text.contains("://") else { throw .other("it is a URL; leave out what is before the host") }
        guard let slash = text.firstIndex(of: "/") else {
            throw .other("it names no path behind the host")
        }
        let (host, path) = (text[..<slash], text[text.index(after: slash)...])
        guard Syntax.isRegistryHost(host) else {
            throw .other("`\(host)` is no host: it needs a dot, a port, or to be `localhost`")
        }
        guard !path.contains(":") else { throw .other("a tag is no part of it: each version of a job gets its own") }
        guard Syntax.isRepository(path), path.utf8.count <= Self.longestPath else {
            throw .other(
                "a path is written with a-z, 0-9, `.`, `_`, `-` and `/`, at most \(Self.longestPath) characters")
        }
        self = .registry(host: String(host), path: String(path))
    }

    /// A namespace and a job behind it still make a repository.
    static let longestPath = 255 - 2 * 64

    /// The same for a text that was read before; `nil` for what is none.
    public init?(_ text: String) {
        guard let location = try? ImageLocation(parsing: text) else { return nil }
        self = location
    }

    /// What is wrong with a text that ought to name one.
    enum Fault: Error {
        case credentials
        case other(String)
    }

    public var description: String {
        switch self {
        case .layout: Self.layoutWord
        case .registry(let host, let path): "\(host)/\(path)"
        }
    }

    /// The name of a job version's image: `HOST/PATH/JOB:vN`, and in another namespace than the default one
    /// `HOST/PATH/NAMESPACE/JOB:vN`; `nil` in the layout.
    public func reference(to job: ObjectName, version: Int) -> ImageReference? {
        guard case .registry(let host, let path) = self else { return nil }
        return try? ImageReference(host: host, repository: "\(path)/\(job)", tag: "v\(version)")
    }
}
