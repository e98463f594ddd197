public import Manifests

/// What was said of an image, as it is kept beside it.
public struct ImageAttestations: Sendable, Hashable {
    /// The manifest that holds the bill of materials.
    public var bill: Digest
    /// The manifest that holds the provenance.
    public var provenance: Digest
    /// The fingerprint of the key that signed it; `nil` where none did.
    public var signer: String?

    /// Says of an image what is in it and where it comes from.
    ///
    /// - Parameters:
    ///   - created: of the bill of materials, as RFC 3339 writes it in UTC. It is the same each time for one source, so
    ///     that the bill is too.
    ///   - key: `nil` for no signature.
    public static func attach(
        _ facts: BuildFacts, _ contents: ImageContents, created: String, signedWith key: SigningKey?,
        to image: BlobDescriptor, in store: any ReferrerStore
    ) async throws -> ImageAttestations {
        let bill = ImageAttachment(SPDXDocument(contents, created: created, version: facts.version))
        let statement = SLSAProvenance.statement(facts, contents, bill: bill.blob)
        let provenance = try ImageAttachment(
            statement, signedWith: key, commit: facts.isDirty ? nil : facts.commit)
        // The provenance last: where it is found, all that it names is there.
        let first = try await bill.attach(to: image, in: store)
        let second = try await provenance.attach(to: image, in: store)
        return ImageAttestations(
            bill: first.blob.digest, provenance: second.blob.digest, signer: key?.publicKey.fingerprint)
    }
}
