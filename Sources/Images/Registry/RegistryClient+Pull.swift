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
        let url = try address("blobs/\(blob.digest)")
        var download: Download?
        let response = try await send(.pull, accepting: [200, 404]) {
            let fresh = try Download(of: blob, to: path, source: place)
            download = fresh
            return HTTPRequest("GET", url, sink: .stream { try fresh.write($0) }, timeout: nil, redirections: 5)
        }
        guard response.status == 200 else { throw Diagnostic.artifactMissing(blob.digest, in: place) }
        try await BlockingWork.run { [download] in try download?.finish() }
    }
}
