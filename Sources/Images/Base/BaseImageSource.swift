import Manifests

/// Where a base image is read from: a folder, an archive, a registry.
protocol BaseImageSource: Sendable {
    /// For messages and the record: what was asked for, as it is written.
    var name: String { get }

    /// What the name leads to now: a manifest, or an index of several. More than one where the place has several of one
    /// name, of which the platform then decides.
    ///
    /// - Throws: a `Diagnostic` where there is no such image, or the place cannot be read or reached.
    func candidates() async throws -> [ManifestDocument.Entry]

    /// The bytes of a manifest or an index.
    func manifest(_ digest: Digest) async throws -> [UInt8]

    /// The bytes of a configuration.
    func config(_ blob: BlobDescriptor) async throws -> [UInt8]

    /// Copies blobs into a layout. Each is there whole, and what its descriptor says, or not at all.
    func copy(_ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void) async throws
}
