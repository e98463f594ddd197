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
    static let layers = [layer, gzipLayer, zstdLayer] + dockerLayers.keys.sorted()
    static let gzipLayer = layer + "+gzip"
    static let zstdLayer = layer + "+zstd"

    // What Docker wrote before there was OCI (distribution, “Image Manifest V 2, Schema 2”).
    static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"
    static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    static let dockerConfig = "application/vnd.docker.container.image.v1+json"
    private static let dockerLayer = "application/vnd.docker.image.rootfs.diff.tar"
    /// What the OCI specification calls the same bytes.
    static let dockerLayers = [
        dockerLayer: layer, dockerLayer + ".gzip": gzipLayer, dockerLayer + ".zstd": zstdLayer,
    ]

    static let indexes = [index, dockerIndex]
    static let manifests = [manifest, dockerManifest]
    static let configs = [config, dockerConfig]
}
