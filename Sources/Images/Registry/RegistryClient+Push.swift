import Manifests
import YAML

extension RegistryClient {
    /// Whether the repository has a blob.
    func hasBlob(_ blob: BlobDescriptor) async throws -> Bool {
        let url = try address("blobs/\(blob.digest)")
        let response = try await send(.push, accepting: [200, 404]) { HTTPRequest("HEAD", url, redirections: 5) }
        guard response.status == 200 else { return false }
        return response["Content-Length"].flatMap { Int64($0) }.map { $0 == blob.size } ?? true
    }

    /// Uploads a blob in one piece, unless it is there.
    func push(_ blob: BlobDescriptor, _ body: HTTPRequest.Body) async throws {
        guard try await !hasBlob(blob) else { return }
        let start = try address("blobs/uploads/")
        let begun = try await send(.push, accepting: [202]) { HTTPRequest("POST", start) }
        guard let location = begun["Location"], let target = uploadAddress(location, relativeTo: start, blob.digest)
        else { throw Diagnostic.registryAnswer(place, "no place to upload to") }
        // Not encrypted only where the registry itself is not; a bearer of data is not led out of that.
        guard target.isEncrypted || target.isLoopback || isInsecure else {
            throw Diagnostic.registryInsecure(place, target)
        }
        _ = try await send(.push, accepting: [201]) {
            HTTPRequest(
                "PUT", target, headers: [HTTPHeader("Content-Type", "application/octet-stream")], body: body,
                timeout: nil)
        }
    }

    /// `Location` may be whole or a path, with a query of its own or without.
    private func uploadAddress(_ location: String, relativeTo start: HTTPAddress, _ digest: Digest) -> HTTPAddress? {
        start.resolving(location + (location.contains("?") ? "&" : "?") + "digest=\(digest)")
    }

    /// Puts a manifest under its own digest. All that it names has to be there.
    func pushManifest(_ bytes: [UInt8], mediaType: String) async throws -> Digest {
        let digest = Digest(of: bytes)
        _ = try await putManifest(bytes, mediaType: mediaType, at: digest.description)
        return digest
    }

    /// Puts a manifest under a digest or a tag.
    ///
    /// - Parameters:
    ///   - headers: more of the request.
    ///   - accepted: statuses that are answers too, beside those of success.
    func putManifest(
        _ bytes: [UInt8], mediaType: String, at reference: String, headers: [HTTPHeader] = [],
        accepting accepted: Set<Int> = []
    ) async throws -> HTTPResponse {
        let url = try address("manifests/\(reference)")
        let response = try await send(.push, accepting: accepted.union([200, 201, 202])) {
            HTTPRequest("PUT", url, headers: [HTTPHeader("Content-Type", mediaType)] + headers, body: .bytes(bytes))
        }
        if let named = response["Docker-Content-Digest"], named != Digest(of: bytes).description, response.isSuccess {
            throw Diagnostic.registryAnswer(place, "another digest than that of what it was sent")
        }
        return response
    }
}
