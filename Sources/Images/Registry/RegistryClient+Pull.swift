import Manifests
import YAML

extension RegistryClient {
    /// The bytes of a manifest, which are what their digest says.
    func pullManifest(_ digest: Digest, limit: Int) async throws -> [UInt8] {
        let url = try address("manifests/\(digest)")
        let accept = HTTPHeader("Accept", "\(BlobDescriptor.manifest), \(BlobDescriptor.index)")
        let response = try await send(.pull, accepting: [200, 404]) {
            HTTPRequest("GET", url, headers: [accept], sink: .memory(limit: limit), redirections: 5)
        }
        guard response.status == 200 else { throw Diagnostic.artifactMissing(digest, in: place) }
        guard Digest(of: response.body) == digest else { throw Diagnostic.artifactCorrupt(digest, in: place) }
        return response.body
    }

    /// Copies a blob into a file that is not there yet; it is there whole, and what its digest says, or not at all.
    func pull(_ blob: BlobDescriptor, to path: String) async throws {
        guard try await fetch(blob, to: path) else { throw Diagnostic.artifactMissing(blob.digest, in: place) }
    }

    /// - Parameters:
    ///   - temporary: makes the name that the file has until it is whole.
    ///   - took: is told how many bytes have come.
    /// - Returns: whether the repository has it.
    func fetch(
        _ blob: BlobDescriptor, to path: String, by temporary: () -> String? = { nil },
        took: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws -> Bool {
        let url = try address("blobs/\(blob.digest)")
        var download: Download?
        defer { download?.discard() }
        let response = try await send(.pull, accepting: [200, 404]) {
            download?.discard()
            let fresh = try Download(of: blob, to: path, source: place, temporary: temporary())
            download = fresh
            return HTTPRequest(
                "GET", url,
                sink: .stream { bytes in
                    try fresh.write(bytes)
                    took(fresh.size)
                }, timeout: nil, redirections: 5)
        }
        guard response.status == 200 else { return false }
        try await BlockingWork.run { [download] in try download?.finish() }
        return true
    }
}
