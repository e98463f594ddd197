public import Manifests
import YAML

/// One thing said of an image, on its way to be kept beside it.
public struct ImageAttachment: Sendable, Hashable {
    /// As tools call the file that they make of it.
    static let billTitle = "sbom.spdx.json"
    private static let statementTitle = "provenance.intoto.json"
    /// What the Docker world calls the type of a predicate.
    private static let predicateAnnotation = "in-toto.io/predicate-type"
    /// Whose signature is in it: a hint, to see without reading it whether it is there.
    static let keyAnnotation = "slipway.signing-key"

    public var artifactType: String
    public var blob: BlobDescriptor
    public var bytes: [UInt8]
    var title: String
    var annotations: [String: String]

    /// A bill of materials. It is signed with the provenance, which names its digest.
    public init(_ document: SPDXDocument) {
        bytes = document.bytes
        artifactType = SPDXDocument.mediaType
        blob = BlobDescriptor(mediaType: SPDXDocument.mediaType, digest: Digest(of: bytes), size: Int64(bytes.count))
        title = Self.billTitle
        annotations = [:]
    }

    /// From which commit the image comes: a hint as well, given only where the commit has all that was built.
    static let commitAnnotation = "org.opencontainers.image.revision"

    /// A statement: in an envelope, where there is a key to sign it with.
    ///
    /// - Parameter commit: that has all that was built; `nil` where the tree had changes, or there is no commit.
    public init(_ statement: InTotoStatement, signedWith key: SigningKey?, commit: String? = nil) throws {
        let type = InTotoStatement.mediaType
        bytes =
            try key.map { try DSSEEnvelope(statement.bytes, type: type, signedWith: $0).bytes } ?? statement.bytes
        artifactType = type
        blob = BlobDescriptor(
            mediaType: key == nil ? type : DSSEEnvelope.mediaType, digest: Digest(of: bytes), size: Int64(bytes.count))
        title = Self.statementTitle
        annotations = [Self.predicateAnnotation: statement.predicateType]
        annotations[Self.keyAnnotation] = key?.publicKey.fingerprint
        annotations[Self.commitAnnotation] = commit
    }

    private func manifest(about image: BlobDescriptor) -> ArtifactManifest {
        ArtifactManifest(
            parts: [ArtifactManifest.Part(blob: blob, title: title)], annotations: annotations, type: artifactType,
            subject: image)
    }

    /// Puts it beside an image.
    ///
    /// - Returns: its place there. Doing it again gives the same and changes nothing.
    @discardableResult
    public func attach(to image: BlobDescriptor, in store: any ReferrerStore) async throws -> Referrer {
        let manifest = manifest(about: image).bytes
        let referrer = Referrer(
            blob: BlobDescriptor(
                mediaType: BlobDescriptor.manifest, digest: Digest(of: manifest), size: Int64(manifest.count)),
            artifactType: artifactType, annotations: annotations)
        try await store.put(ArtifactManifest.emptyConfiguration, as: ArtifactManifest.empty)
        try await store.put(bytes, as: blob)
        try await store.putReferrer(manifest, as: referrer, to: image)
        return referrer
    }
}

extension ImageLayout {
    /// Whether somebody has said already where an image comes from, and signed it with a key, if there is one.
    ///
    /// - Parameter hasCommit: whether a commit has all that it is built from: then what was said of a tree with changes
    ///   does not count.
    public func hasProvenance(of image: Digest, signedWith key: SigningKey?, hasCommit: Bool) throws -> Bool {
        try taggedReferrers(of: image).contains { referrer in
            guard referrer.artifactType == InTotoStatement.mediaType else { return false }
            let signer = referrer.annotations[ImageAttachment.keyAnnotation]
            return (key == nil || signer == key?.publicKey.fingerprint)
                && (!hasCommit || referrer.annotations[ImageAttachment.commitAnnotation] != nil)
                // What somebody removed, because it was damaged, is said again.
                && contains(referrer.blob.digest)
        }
    }

    /// The descriptor of an image that is here.
    public func descriptor(of image: Digest) throws -> BlobDescriptor {
        guard let status = try FileAccess.status(blobPath(image)) else {
            throw Diagnostic.blobMissing(image, in: path)
        }
        return BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: image, size: status.size)
    }

    /// Copies all that is said of an image here to another store that has the image: what a push takes along.
    ///
    /// Each manifest, with all that it names, is put there under its own digest; what is there already is left alone.
    ///
    /// - Returns: how many manifests were copied.
    @discardableResult
    public func copyReferrers(of image: Digest, to store: any ReferrerStore) async throws -> Int {
        let subject = try descriptor(of: image)
        let own = try referrers(of: image)
        guard !own.isEmpty else { return 0 }
        let there = Set(try await store.referrers(of: image).list.map(\.blob.digest))
        var count = 0
        for referrer in own where !there.contains(referrer.blob.digest) {
            let bytes = try readBlob(referrer.blob.digest)
            let manifest = try self.manifest(referrer.blob.digest)
            for blob in [manifest.config] + manifest.layers {
                try await store.put(blob, from: blobPath(blob.digest), at: 0)
            }
            try await store.putReferrer(bytes, as: referrer, to: subject)
            count += 1
        }
        return count
    }
}
