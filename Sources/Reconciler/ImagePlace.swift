import Images
import Manifests
import YAML

/// An image as people name it on the command line.
enum ImagePlace: Sendable, Hashable {
    /// Of the layout beside the repository, by its digest.
    case digest(Digest)
    /// `oci:FOLDER:TAG` or `oci:FOLDER@sha256:…`, as skopeo writes a layout.
    case layout(folder: String, Name)
    /// `HOST/PATH:TAG` or `HOST/PATH@sha256:…`.
    case registry(host: String, repository: String, Name)
    /// `NAME`, `NAMESPACE/NAME`, with `@v3` behind it for a version.
    case job(JobReference)

    enum Name: Sendable, Hashable {
        case tag(String)
        case digest(Digest)
    }

    /// - Throws: a `Diagnostic` where it names nothing.
    init(_ text: String) throws {
        let fault = Diagnostic.imageReferenceInvalid(text)
        guard !text.hasPrefix("-"), text.utf8.count <= 4096 else { throw fault }
        if let digest = Digest(text) {
            self = .digest(digest)
        } else if text.hasPrefix("oci:") {
            guard let (folder, name) = Self.split(text.dropFirst(4)), let name, !folder.isEmpty else { throw fault }
            self = .layout(folder: folder, name)
        } else if let slash = text.firstIndex(of: "/"), Self.isHost(text[..<slash]) {
            guard let (path, name) = Self.split(text[text.index(after: slash)...]),
                case .registry(let host, let repository)? = try? ArtifactLocation("oci:\(text[..<slash])/\(path)")
            else { throw fault }
            self = .registry(host: host, repository: repository, name ?? .tag("latest"))
        } else {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            var version: Int?
            if parts.count == 2 {
                guard parts[1].hasPrefix("v"), let number = Int(parts[1].dropFirst()), number > 0 else { throw fault }
                version = number
            }
            guard parts.count <= 2, !parts[0].isEmpty, !text.contains(":") else { throw fault }
            self = .job(JobReference(name: ObjectName(reference: parts[0]), version: version))
        }
    }

    /// Other than a namespace, a host has a dot or a port, or is this machine.
    private static func isHost(_ text: Substring) -> Bool {
        text.contains(".") || text.contains(":") || text == "localhost"
    }

    /// A path, and the tag or digest behind it; `nil` where what is behind it is neither.
    private static func split(_ text: Substring) -> (String, Name?)? {
        if let at = text.lastIndex(of: "@") {
            guard let digest = Digest(text[text.index(after: at)...]) else { return nil }
            // A tag beside a digest says nothing more.
            let path = text[..<at]
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            return (String(path[..<(path[slash...].firstIndex(of: ":") ?? path.endIndex)]), .digest(digest))
        }
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return (String(text), nil) }
        let tag = text[text.index(after: colon)...]
        return tag.isEmpty ? nil : (String(text[..<colon]), .tag(String(tag)))
    }
}
