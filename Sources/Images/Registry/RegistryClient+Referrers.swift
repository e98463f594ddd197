public import Manifests
import YAML

/// What is said of images, in a registry (distribution specification 1.1, “Listing Referrers”).
extension RegistryClient {
    /// How many pages of a list are read.
    private static let mostPages = 20

    /// The referrers of an image, as the registry lists them, or as clients do where it does not.
    func referrers(of image: Digest) async throws -> (list: ReferrerIndex, source: ReferrerSource) {
        if let listed = try await listedReferrers(of: image) { return (listed, .api) }
        return (try await taggedReferrers(of: image)?.index ?? ReferrerIndex(), .tag)
    }

    /// `nil` where the registry has no such list.
    private func listedReferrers(of image: Digest) async throws -> ReferrerIndex? {
        let first = try address("referrers/\(image)")
        var next: HTTPAddress? = first
        var result = ReferrerIndex()
        var pages = 0
        while let url = next {
            let response = try await send(.pull, accepting: [200, 404, 405]) {
                HTTPRequest(
                    "GET", url, headers: [HTTPHeader("Accept", BlobDescriptor.index)],
                    sink: .memory(limit: ReferrerIndex.mostBytes), redirections: 5)
            }
            let type = response["Content-Type"]?.prefix { $0 != ";" }
            // Some servers answer whatever they are asked with a page of theirs.
            guard response.status == 200, type.map(String.init) == BlobDescriptor.index else {
                if url == first { return nil }
                throw Diagnostic.referrersUnreadable(place, "a later page of the list is missing")
            }
            result.add(contentsOf: try index(response.body))
            pages += 1
            guard pages <= Self.mostPages, result.entries.count <= ReferrerIndex.mostEntries else {
                throw Diagnostic.referrersUnreadable(place, "there are more than \(ReferrerIndex.mostEntries)")
            }
            next = try response["Link"].flatMap { try nextPage($0, after: url) }
        }
        return result
    }

    /// The address in a `Link` header with `rel="next"` (RFC 8288). It has to be the registry's own, since our login
    /// goes there.
    private func nextPage(_ link: String, after url: HTTPAddress) throws -> HTTPAddress? {
        guard link.contains("rel=\"next\"") || link.contains("rel=next"), let start = link.firstIndex(of: "<"),
            let end = link[start...].firstIndex(of: ">")
        else { return nil }
        let target = String(link[link.index(after: start)..<end])
        guard let next = url.resolving(target), next.isSameOrigin(as: url) else {
            throw Diagnostic.referrersUnreadable(place, "the next page of the list is elsewhere")
        }
        return next
    }

    private func index(_ bytes: [UInt8]) throws -> ReferrerIndex {
        do { return try ReferrerIndex(bytes) } catch { throw Diagnostic.referrersUnreadable(place, "\(error)") }
    }

    /// The list that clients keep; `nil` where there is none.
    private func taggedReferrers(of image: Digest) async throws -> (index: ReferrerIndex, mark: String?)? {
        let url = try address("manifests/\(ReferrerIndex.tag(of: image))")
        let response = try await send(.pull, accepting: [200, 404]) {
            HTTPRequest(
                "GET", url, headers: [HTTPHeader("Accept", BlobDescriptor.index)],
                sink: .memory(limit: ReferrerIndex.mostBytes), redirections: 5)
        }
        return response.status == 200 ? (try index(response.body), response["ETag"]) : nil
    }

    /// Puts a manifest with a subject. Where the registry does not keep the list of referrers, it is kept here: read,
    /// added to, put again, and read once more, because another client may have done the same meanwhile.
    func pushReferrer(_ manifest: [UInt8], as referrer: Referrer, to image: Digest) async throws {
        let response = try await putManifest(
            manifest, mediaType: referrer.blob.mediaType, at: referrer.blob.digest.description)
        if response["OCI-Subject"] == image.description { return }
        // Also one that says nothing of it may keep a list, if it is an older one.
        if let listed = try await listedReferrers(of: image), listed.names(referrer.blob.digest) { return }
        var refused: HTTPHeader?
        for attempt in 0..<Self.mostTries * 2 {
            let known = try await taggedReferrers(of: image)
            var index = known?.index ?? ReferrerIndex()
            if index.names(referrer.blob.digest) { return }
            index.add(referrer)
            guard index.entries.count <= ReferrerIndex.mostEntries else {
                throw Diagnostic.referrersUnreadable(place, "there are more than \(ReferrerIndex.mostEntries)")
            }
            // Where a registry looks at this, nobody's entry is lost. One that refuses what it said itself is not asked
            // again.
            let condition =
                known.map { $0.mark.map { HTTPHeader("If-Match", $0) } } ?? HTTPHeader("If-None-Match", "*")
            let answer = try await putManifest(
                index.bytes, mediaType: BlobDescriptor.index, at: ReferrerIndex.tag(of: image),
                headers: condition.flatMap { $0 == refused ? nil : [$0] } ?? [], accepting: [412])
            refused = answer.status == 412 ? condition : nil
            if attempt > 0 { try await pause(.milliseconds(Int.random(in: 10...50) * attempt)) }
        }
        throw Diagnostic.referrerNotListed(place, referrer.blob.digest)
    }
}

extension HTTPAddress {
    /// What a reference in an answer from this address means: a whole address, or a path of this server.
    func resolving(_ reference: String) -> HTTPAddress? {
        guard reference.hasPrefix("/") else { return HTTPAddress(reference) }
        let isWritten = text.hasPrefix("\(scheme)://\(host):")
        return HTTPAddress("\(scheme)://\(host)\(isWritten ? ":\(port)" : "")\(reference)")
    }
}

extension RegistryClient {
    /// The digest of the manifest that has a tag; `nil` where none has.
    func manifest(tagged tag: String) async throws -> Digest? {
        let url = try address("manifests/\(PercentEncoding.escaped(tag))")
        let accept = HTTPHeader("Accept", "\(BlobDescriptor.manifest), \(BlobDescriptor.index)")
        let response = try await send(.pull, accepting: [200, 404]) {
            HTTPRequest("GET", url, headers: [accept], redirections: 5)
        }
        return response.status == 200 ? Digest(of: response.body) : nil
    }
}

extension RegistryArtifacts: ReferrerStore {
    /// The digest of the manifest that has a tag; `nil` where none has.
    public func manifest(tagged tag: String) async throws -> Digest? { try await client.manifest(tagged: tag) }

    public func putReferrer(_ manifest: [UInt8], as referrer: Referrer, to image: BlobDescriptor) async throws {
        try await client.pushReferrer(manifest, as: referrer, to: image.digest)
    }

    public func referrers(of image: Digest) async throws -> (list: [Referrer], source: ReferrerSource) {
        let (index, source) = try await client.referrers(of: image)
        return (index.referrers, source)
    }

    public func file(of blob: BlobDescriptor, scratch: String) async throws -> String {
        let path = "\(scratch)/\(blob.digest.hex)"
        try await BlockingWork.run { try FileAccess.makeFolder(scratch) }
        // Two layers of one digest are one file.
        if let known = try await BlockingWork.run({ try FileAccess.status(path) }), known.size == blob.size {
            return path
        }
        try await client.pull(blob, to: path)
        return path
    }
}
