public import YAML

/// What an image begins with, as `build.baseImage` names it.
public enum BaseImage: Sendable, Hashable, CustomStringConvertible {
    /// Nothing.
    case scratch
    /// An image in a folder or file of this machine.
    case local(LocalImage)
    /// An image in a registry.
    case registry(ImageReference)

    /// The longest text that is read as one.
    static let longest = 512

    /// Reads `scratch`, `oci:PATH[:NAME][@DIGEST]`, `oci-archive:…`, `docker-archive:PATH[:NAME:TAG]`, or the name of
    /// an image in a registry.
    ///
    /// A text that begins with `oci:` is a folder; the image `oci` of Docker's own library is `docker.io/library/oci`.
    ///
    /// - Parameter folder: what relative paths start from, relative to the repository's root; `nil` where there is no
    ///   repository, so that no relative path can be one of it.
    /// - Throws: a `Diagnostic` that says what is wrong with it.
    public init(_ text: String, in folder: String? = "") throws(Diagnostic) {
        if text == "scratch" {
            self = .scratch
        } else if let kind = LocalImage.Kind.allCases.first(where: { text.hasPrefix($0.rawValue + ":") }) {
            self = .local(try LocalImage(kind, text, in: folder))
        } else {
            self = .registry(try ImageReference(text))
        }
    }

    public var description: String {
        switch self {
        case .scratch: "scratch"
        case .local(let image): image.description
        case .registry(let reference): reference.description
        }
    }
}

/// An image in a folder or file of this machine.
public struct LocalImage: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A folder (OCI image specification, image layout).
        case layout = "oci"
        /// A tar file of such a folder.
        case layoutArchive = "oci-archive"
        /// What `docker save` writes.
        case dockerArchive = "docker-archive"
    }

    public var kind: Kind
    /// Absolute, or relative to the repository's root, without `.` and `..`.
    public var path: String
    /// Which of the images there; `nil` for the only one.
    public var name: String?
    /// What that image is; with it, a name says nothing.
    public var digest: Digest?

    /// - Parameter path: absolute, or relative to the repository's root, without `.` and `..`.
    public init(_ kind: Kind, at path: String, name: String? = nil, digest: Digest? = nil) {
        self.kind = kind
        self.path = path
        self.name = name
        self.digest = digest
    }

    public var isAbsolute: Bool { path.hasPrefix("/") }

    fileprivate init(_ kind: Kind, _ text: String, in folder: String?) throws(Diagnostic) {
        guard text.hasAtMost(BaseImage.longest), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Diagnostic.baseImage(text, "it is too long, or has control characters")
        }
        var rest = text.dropFirst(kind.rawValue.utf8.count + 1)
        if let at = rest.lastIndex(of: "@") {
            guard let digest = Digest(rest[rest.index(after: at)...]) else {
                throw Diagnostic.baseImage(text, "a digest is `sha256:` and 64 digits of 0-9 and a-f")
            }
            guard kind != .dockerArchive else {
                throw Diagnostic.baseImage(text, "`docker save` keeps no digests of images")
            }
            self.digest = digest
            rest = rest[..<at]
        }
        if let colon = rest.firstIndex(of: ":") {
            name = String(rest[rest.index(after: colon)...])
            guard name?.isEmpty == false else { throw Diagnostic.baseImage(text, "there is no name behind its colon") }
            rest = rest[..<colon]
        }
        guard !rest.isEmpty else { throw Diagnostic.baseImage(text, "it names no path") }
        self.kind = kind
        if rest.hasPrefix("/") {
            // An absolute path may be anywhere: whoever writes it says so.
            guard let below = RelativePath.join("", String(rest)), !below.isEmpty else {
                throw Diagnostic.baseImage(text, "it names no path")
            }
            path = "/" + below
        } else {
            guard let folder, let below = RelativePath.join(folder, String(rest)) else {
                throw Diagnostic.baseImageOutside(text)
            }
            path = below.isEmpty ? "." : below
        }
    }

    /// In full; reading it from the repository's root gives the same again.
    public var description: String {
        "\(kind.rawValue):\(path)" + (name.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

extension Codec where Value == String {
    /// The canonical form is relative to the repository's root, as that of a source is.
    static let baseImage: Codec = Codec(
        decode: { node, decoding in
            guard let written = Codec.bounded(.imageName).decode(node, &decoding) else { return nil }
            do throws(Diagnostic) {
                return try BaseImage(written, in: decoding.folder(of: node)).written(written)
            } catch {
                var diagnostic = error
                diagnostic.location = node.location
                // The line of one that holds a password is not shown.
                if diagnostic.isOfCredentials { diagnostic.location?.line = nil }
                decoding.report(diagnostic)
                return nil
            }
        },
        encode: { .string($0) }, schema: TextForm.imageName.schema())
}

extension BaseImage {
    /// What is kept of a text: paths as they are seen from the repository's root, the rest as it is written, so that
    /// no job gets a new version because names came to be read in another way.
    fileprivate func written(_ text: String) -> String {
        if case .local(let image) = self { image.description } else { text }
    }
}
