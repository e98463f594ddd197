public import Manifests
import YAML

extension RegistryClient {
    /// Copies an image out of a layout: what the repository has is not sent, the manifest comes last.
    ///
    /// One HEAD for the manifest and one for each blob, where nothing has changed.
    ///
    /// - Parameters:
    ///   - tag: the name that it gets, beside its digest; whichever had it loses it.
    ///   - others: repositories of the same registry that may have some of its blobs.
    ///   - progress: is told now and then, from any thread.
    /// - Returns: the image's name, with its digest.
    /// - Throws: a `Diagnostic`; then there is no manifest, and the blobs that got there are found again.
    @discardableResult
    public func pushImage(
        _ image: Digest, from layout: ImageLayout, tag: String? = nil, mountingFrom others: [String] = [],
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> ImageReference {
        let reference = try ImageReference(host: host, repository: repository, tag: tag, digest: image)
        let bytes = try await BlockingWork.run { try layout.readBlob(image, limit: ManifestDocument.mostBytes) }
        let document = try ManifestDocument(bytes, mediaType: nil, name: "\(image)")
        guard case .image(let config, let layers) = document.content else {
            throw Diagnostic.imageUnreadable("\(image)", reason: "it is no image")
        }
        // First and alone: what a registry wants to see is then there for all that follow.
        let named = try await find(tag.map { .tag($0) } ?? .digest(image), as: .push)
        var seen: Set<Digest> = []
        let blobs = ([config] + layers).filter { seen.insert($0.digest).inserted }
        for blob in blobs where !layout.hasBlob(blob.digest, size: blob.size) {
            throw Diagnostic.blobMissing(blob.digest, in: layout.path)
        }
        let meter = TransferMeter(blobs: blobs.count, progress)
        for blob in blobs { meter.expect(blob) }
        let sources = others + document.baseRepositories(on: host)
        try await Self.each(blobs) { [self] blob in
            try await push(
                blob, .file(layout.blobPath(blob.digest)), mountingFrom: sources,
                sent: { meter.note(blob, bytes: $0) })
            meter.finish(blob)
        }
        if named?.digest != image {
            _ = try await pushManifest(bytes, mediaType: document.mediaType, tag: tag)
        }
        return reference
    }
}
