public import Manifests
import YAML

/// What an image was built on.
public struct BuiltBase: Sendable, Hashable, Codable {
    /// As the manifest of the job names it.
    public var reference: String
    /// What that led to: the image's manifest, or an index of images for several platforms.
    public var digest: Digest
    /// The manifest of the image.
    public var manifest: Digest

    public init(reference: String, digest: Digest, manifest: Digest) {
        self.reference = reference
        self.digest = digest
        self.manifest = manifest
    }

    private enum Key: String, CodingKey { case reference, digest, manifest }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        reference = try container.decode(String.self, forKey: .reference)
        digest = try container.decode(DigestText.self, forKey: .digest).digest
        manifest = try container.decode(DigestText.self, forKey: .manifest).digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(reference, forKey: .reference)
        try container.encode(DigestText(digest), forKey: .digest)
        try container.encode(DigestText(manifest), forKey: .manifest)
    }

    /// For the record.
    public var json: JSONValue {
        .object([
            "reference": .string(reference), "digest": .string(digest.description),
            "manifest": .string(manifest.description),
        ])
    }
}

/// The base image of a request, found but not yet brought.
struct FoundBase: Sendable {
    let images: BaseImages
    let located: LocatedBase
    let record: BuiltBase

    /// `nil` for a request that begins with nothing.
    ///
    /// - Throws: a `Diagnostic` where the base image cannot be found.
    init?(of request: BuildRequest, layout: ImageLayout, registries: Registries) async throws {
        let written = request.build.baseImage
        let source: LazyBase
        let pinned: Digest?
        switch try BaseImage(written) {
        case .scratch: return nil
        case .local(let image):
            pinned = request.base ?? image.digest
            let root = request.repositoryRoot ?? request.sourceRoot
            source = LazyBase(written) {
                try await BlockingWork.run {
                    let place = try LocalPlace(image, root: root)
                    switch image.kind {
                    case .layout: return try LayoutBase(place)
                    case .layoutArchive: return try LayoutArchiveBase(place)
                    case .dockerArchive: return try DockerArchiveBase(place)
                    }
                }
            }
        case .registry(let reference):
            pinned = request.base ?? reference.digest
            source = LazyBase(written) {
                RegistryBase(
                    reference: reference, client: try registries.repository(of: reference), layout: layout,
                    name: written)
            }
        }
        images = BaseImages(source: source, layout: layout, platform: request.platform)
        do {
            located = try await images.locate(pinned: pinned)
        } catch var failure as Diagnostic where request.base != nil {
            failure.notes.append(Diagnostic.Note("the recorded image was built on \(request.base?.description ?? "")"))
            throw failure
        }
        record = BuiltBase(reference: written, digest: located.root, manifest: located.manifest)
    }

    /// What the image's manifest says of it (OCI image specification, annotations).
    ///
    /// The name is without a tag: an image is a function of what is in it, and tags move.
    static func annotations(_ request: BuildRequest) -> [String: String] {
        guard let base = request.base else { return [:] }
        let prefix = "org.opencontainers.image.base"
        var annotations = ["\(prefix).digest": base.description]
        if case .registry(let reference)? = try? BaseImage(request.build.baseImage) {
            annotations["\(prefix).name"] = reference.name
        }
        return annotations
    }
}
