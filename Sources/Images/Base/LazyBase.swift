import Manifests

/// A source that is opened when something is asked of it: what is in the layout already needs no archive to be read,
/// and is there when the place that it came from has gone.
actor LazyBase: BaseImageSource {
    nonisolated let name: String
    private let open: @Sendable () async throws -> any BaseImageSource
    private var opened: (any BaseImageSource)?

    init(_ name: String, _ open: @escaping @Sendable () async throws -> any BaseImageSource) {
        self.name = name
        self.open = open
    }

    private func source() async throws -> any BaseImageSource {
        if let opened { return opened }
        let source = try await open()
        opened = source
        return source
    }

    func candidates() async throws -> [ManifestDocument.Entry] { try await source().candidates() }

    func manifest(_ digest: Digest) async throws -> [UInt8] { try await source().manifest(digest) }

    func config(_ blob: BlobDescriptor) async throws -> [UInt8] { try await source().config(blob) }

    func copy(
        _ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void
    ) async throws {
        try await source().copy(blobs, to: layout, log: log)
    }
}
