import Manifests
import YAML

/// How a blob gets into a repository (distribution specification, “Pushing blobs”).
extension RegistryClient {
    /// How much is sent in one piece. Larger blobs go in chunks, so that a connection that breaks costs one of them.
    /// Not every registry takes chunks: most blobs do without.
    struct UploadSizes: Sendable, Hashable {
        var mostInOnePiece: Int64 = 64 << 20
        var chunk: Int64 = 32 << 20
    }

    /// Whether the repository has a blob.
    func hasBlob(_ blob: BlobDescriptor) async throws -> Bool {
        let url = try address("blobs/\(blob.digest)")
        let response = try await send(.push, accepting: [200, 404]) { HTTPRequest("HEAD", url, redirections: 5) }
        guard response.status == 200 else { return false }
        return response["Content-Length"].flatMap { Int64($0) }.map { $0 == blob.size } ?? true
    }

    /// Puts a blob into the repository, unless it is there.
    ///
    /// - Parameters:
    ///   - others: repositories of the same registry that may have it, from which it then takes no bytes.
    ///   - sent: is told how many bytes are over there.
    func push(
        _ blob: BlobDescriptor, _ body: HTTPRequest.Body, mountingFrom others: [String] = [],
        sent: @Sendable (Int64) -> Void = { _ in }
    ) async throws {
        guard try await !hasBlob(blob) else { return }
        for other in others where other != repository {
            if try await mount(blob, from: other) { return }
        }
        var tries = 0
        var isInChunks = blob.size > uploadSizes.mostInOnePiece
        while true {
            tries += 1
            let end =
                isInChunks
                ? try await sendInChunks(blob, body, sent) : try await sendInOnePiece(blob, body)
            switch end {
            case .done:
                sent(blob.size)
                return
            case .chunksRefused: isInChunks = false
            case .passing(let wait, let fault):
                guard tries < Self.mostTries else { throw fault }
                try await rest(after: tries, asked: wait)
                // The last answer may be what got lost.
                if try await hasBlob(blob) { return }
            }
        }
    }

    /// How one try to upload ended.
    private enum UploadEnd {
        case done
        case chunksRefused
        /// It may well go better in a new upload.
        case passing(Duration?, Diagnostic)
    }

    /// Takes a blob from another repository; `false` where the registry will not, for whatever reason: then it is sent.
    private func mount(_ blob: BlobDescriptor, from other: String) async throws -> Bool {
        let url = try address("blobs/uploads/?mount=\(blob.digest)&from=\(other)")
        do {
            let response = try await send(.mount(from: other), accepting: [201, 202, 400, 401, 403, 404, 405]) {
                HTTPRequest("POST", url)
            }
            return response.status == 201
        } catch let fault as Diagnostic where fault.code == .registryLogin {
            return false
        }
    }

    /// An upload that has begun: where its bytes go, and how many a chunk has to have at least.
    private struct Session {
        var target: HTTPAddress
        var leastChunk: Int64
    }

    private func begin() async throws -> Session {
        let start = try address("blobs/uploads/")
        let begun = try await send(.push, accepting: [202]) { HTTPRequest("POST", start) }
        let least = begun["OCI-Chunk-Min-Length"].flatMap { Int64($0) } ?? 0
        return Session(
            target: try target(begun, relativeTo: start), leastChunk: min(max(0, least), 1 << 30))
    }

    private func sendInOnePiece(_ blob: BlobDescriptor, _ body: HTTPRequest.Body) async throws -> UploadEnd {
        try await finish(blob, at: try await begin().target, body)
    }

    /// Closes an upload; `body` is what was not sent before.
    private func finish(
        _ blob: BlobDescriptor, at target: HTTPAddress, _ body: HTTPRequest.Body
    ) async throws -> UploadEnd {
        let separator = target.text.contains("?") ? "&" : "?"
        guard let url = HTTPAddress("\(target.text)\(separator)digest=\(blob.digest)") else {
            throw Diagnostic.registryAnswer(place, "no place to upload to")
        }
        let request = HTTPRequest("PUT", url, headers: [Self.octets], body: body, timeout: nil)
        do {
            let response = try await attempt(.push, request)
            if response.status == 201 { return .done }
            if response.status == 400, String(decoding: response.body, as: UTF8.self).contains("DIGEST_INVALID") {
                throw Diagnostic.uploadDiffers(blob.digest, place)
            }
            let fault = Diagnostic.registryRefused(place, request, response)
            // 404: the registry has forgotten the upload.
            guard response.isPassing || response.status == 404 else { throw fault }
            return .passing(response.retryAfter, fault)
        } catch let failure as HTTPFailure {
            let fault = Diagnostic.registryUnreachable(place, failure)
            guard failure.isPassing else { throw fault }
            return .passing(nil, fault)
        }
    }

    /// Sends chunk by chunk. After one that broke, the registry is asked how much it has, and it goes on from there.
    private func sendInChunks(
        _ blob: BlobDescriptor, _ body: HTTPRequest.Body, _ sent: @Sendable (Int64) -> Void
    ) async throws -> UploadEnd {
        let session = try await begin()
        let chunk = max(uploadSizes.chunk, session.leastChunk)
        var (target, offset, tries) = (session.target, Int64(0), 0)
        while offset < blob.size {
            let count = min(chunk, blob.size - offset)
            switch try await sendChunk(body, at: target, offset, count) {
            case .sent(let next, let there):
                (target, offset, tries) = (next, there, 0)
                sent(offset)
            case .refused(let fault):
                // Nothing came of the very first: it is the chunk that is not liked.
                guard offset == 0 else { throw fault }
                return .chunksRefused
            case .broken(let wait, let fault):
                tries += 1
                guard tries < Self.mostTries else { return .passing(wait, fault) }
                try await rest(after: tries, asked: wait)
                guard let (next, there) = try await progress(of: target), there <= blob.size else {
                    return .passing(nil, fault)
                }
                (target, offset) = (next, there)
            case .forgotten(let fault): return .passing(nil, fault)
            }
        }
        return try await finish(blob, at: target, .none)
    }

    /// What became of one chunk.
    private enum ChunkEnd {
        /// Where the next goes, and how much is there.
        case sent(HTTPAddress, Int64)
        /// The registry does not want it so.
        case refused(Diagnostic)
        /// Some of it may be there.
        case broken(Duration?, Diagnostic)
        /// The registry knows nothing of the upload any more.
        case forgotten(Diagnostic)
    }

    private func sendChunk(
        _ body: HTTPRequest.Body, at target: HTTPAddress, _ offset: Int64, _ count: Int64
    ) async throws -> ChunkEnd {
        let range = HTTPHeader("Content-Range", "\(offset)-\(offset + count - 1)")
        let request = HTTPRequest(
            "PATCH", target, headers: [Self.octets, range], body: body.part(from: offset, count: count), timeout: nil)
        do {
            let response = try await attempt(.push, request)
            if response.status == 202 {
                let there = response.received(after: offset, sent: count)
                guard there > offset, there <= offset + count else {
                    return .broken(nil, .registryAnswer(place, "another number of bytes than it was sent"))
                }
                return .sent(try self.target(response, relativeTo: target), there)
            }
            let fault = Diagnostic.registryRefused(place, request, response)
            switch response.status {
            case 404: return .forgotten(fault)
            case 401, 403: throw fault
            case 416: return .broken(nil, fault)
            default: return response.isPassing ? .broken(response.retryAfter, fault) : .refused(fault)
            }
        } catch let failure as HTTPFailure {
            let fault = Diagnostic.registryUnreachable(place, failure)
            guard failure.isPassing else { throw fault }
            return .broken(nil, fault)
        }
    }

    /// How much of an upload the registry has; `nil` where it has forgotten it.
    private func progress(of target: HTTPAddress) async throws -> (HTTPAddress, Int64)? {
        let response = try await send(.push, accepting: [200, 202, 204, 400, 404, 405]) { HTTPRequest("GET", target) }
        guard response.isSuccess else { return nil }
        let next = response["Location"] == nil ? target : try self.target(response, relativeTo: target)
        return (next, response.received(after: 0, sent: 0))
    }

    /// `Location` may be whole or a path, with a query of its own or without.
    private func target(_ response: HTTPResponse, relativeTo start: HTTPAddress) throws -> HTTPAddress {
        guard let location = response["Location"], let target = HTTPAddress(location, relativeTo: start) else {
            throw Diagnostic.registryAnswer(place, "no place to upload to")
        }
        guard try allows(target) else { throw Diagnostic.registryInsecure(place, target) }
        return target
    }

    private static let octets = HTTPHeader("Content-Type", "application/octet-stream")

    /// Puts a manifest under its own digest, and under a tag, where one is given. All that it names has to be there.
    func pushManifest(_ bytes: [UInt8], mediaType: String, tag: String? = nil) async throws -> Digest {
        let digest = Digest(of: bytes)
        _ = try await putManifest(bytes, mediaType: mediaType, at: tag ?? digest.description)
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

extension HTTPResponse {
    /// How many bytes of an upload are there by its `Range`, of which `0-0` stands for none; where there is no such
    /// header, all that was sent.
    fileprivate func received(after offset: Int64, sent: Int64) -> Int64 {
        guard let range = self["Range"] else { return offset + sent }
        let ends = range.replacing("bytes=", with: "").split(separator: "-")
        guard ends.count == 2, let last = Int64(ends[1]), last >= 0, last < .max else { return offset + sent }
        return last == 0 ? 0 : last + 1
    }
}
