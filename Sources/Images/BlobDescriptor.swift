public import Manifests

/// What a blob is and how to know it again (OCI image specification, descriptor).
public struct BlobDescriptor: Sendable, Hashable, Codable {
    public var mediaType: String
    public var digest: Digest
    /// In bytes.
    public var size: Int64

    public init(mediaType: String, digest: Digest, size: Int64) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
    }

    static let index = "application/vnd.oci.image.index.v1+json"
    static let manifest = "application/vnd.oci.image.manifest.v1+json"
    static let config = "application/vnd.oci.image.config.v1+json"
    /// Not compressed, on purpose: the bytes that a compressor writes depend on its version, and an image must have the
    /// same digest on every machine. A registry client may compress what it sends.
    static let layer = "application/vnd.oci.image.layer.v1.tar"
    /// What `unpack` reads; libarchive finds out which compression it is.
    static let layers = [layer, layer + "+gzip", layer + "+zstd"]
}
