public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An image that is whole in a layout.
public struct PulledImage: Sendable, Hashable {
    /// Its manifest, with the bytes and so the digest that the registry has; Docker's stay Docker's.
    public var manifest: BlobDescriptor
    /// What the reference led to: the manifest itself, or the list that it was chosen from.
    public var resolved: Digest
    /// What it was made for, as its configuration says.
    public var platform: Platform
}

extension RegistryClient {
    /// How many blobs are under way at once.
    static let mostAtOnce = 4
    /// How many lists may lead to an image, one from the other.
    private static let mostLists = 3

    /// What a tag or a digest leads to; `nil` where the repository has no such thing.
    ///
    /// One HEAD, where the registry says all that is needed; otherwise the manifest is read and digested.
    public func find(_ selector: ImageReference.Selector) async throws -> BlobDescriptor? {
        try await find(selector, as: .pull)
    }

    func find(_ selector: ImageReference.Selector, as scope: Scope) async throws -> BlobDescriptor? {
        let url = try address("manifests/\(selector)")
        let response = try await send(scope, accepting: [200, 404, 405]) {
            HTTPRequest("HEAD", url, headers: [Self.acceptedManifests], redirections: 5)
        }
        guard response.status != 404 else { return nil }
        if response.status == 200, let digest = response["Docker-Content-Digest"].flatMap({ Digest($0) }),
            let size = response["Content-Length"].flatMap({ Int64($0) }), let type = response.mediaType
        {
            if case .digest(let wanted) = selector, wanted != digest {
                throw Diagnostic.artifactCorrupt(wanted, in: place)
            }
            return BlobDescriptor(mediaType: type, digest: digest, size: size)
        }
        return try await read(selector)?.blob
    }

    /// What a tag or a digest leads to.
    ///
    /// - Throws: a `Diagnostic`, also where the repository has no such thing.
    public func resolve(_ selector: ImageReference.Selector) async throws -> BlobDescriptor {
        guard let found = try await find(selector) else { throw Diagnostic.imageMissing(name(selector)) }
        return found
    }

    /// Copies an image into a layout: what is there already stays, the manifest comes last.
    ///
    /// - Parameters:
    ///   - platform: which of a list is meant; an image for another is refused.
    ///   - progress: is told now and then, from any thread.
    /// - Throws: a `Diagnostic`; then the layout has no manifest of it, and the whole blobs that came are found again.
    public func pullImage(
        _ selector: ImageReference.Selector, platform: Platform = .host, into layout: ImageLayout,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> PulledImage {
        try await BlockingWork.run { try layout.initialise() }
        if case .digest(let digest) = selector, let image = try known(digest, in: layout) { return image }
        let found = try await image(selector, platform)
        let name = name(selector)
        guard case .image(let config, let layers) = found.document.content else {
            throw Diagnostic.imageUnreadable(name, reason: "it is no image")
        }
        var seen: Set<Digest> = []
        let blobs = ([config] + layers).filter { seen.insert($0.digest).inserted }
        let meter = TransferMeter(blobs: blobs.count, progress)
        let missing = blobs.filter { !layout.keepBlob($0.digest, size: $0.size) }
        for blob in missing { meter.expect(blob) }
        for blob in blobs where !missing.contains(blob) { meter.finish(blob) }
        // The configuration first: it says whether the rest is wanted at all.
        if missing.first == config { try await fetch(config, into: layout, meter) }
        let made = try Self.platform(of: config, in: layout)
        guard made == platform else { throw Diagnostic.imageForOther(name, platform, has: ["\(made)"]) }
        try await Self.each(missing.filter { $0 != config }) { [self] in try await fetch($0, into: layout, meter) }
        let bytes = found.bytes
        _ = try await BlockingWork.run { try layout.writeBlob(bytes, mediaType: found.blob.mediaType) }
        return PulledImage(manifest: found.blob, resolved: found.resolved, platform: made)
    }

    /// An image that is in the layout already is not asked for: its digest says that it is the same.
    private func known(_ digest: Digest, in layout: ImageLayout) throws -> PulledImage? {
        guard layout.contains(digest) else { return nil }
        let bytes = try layout.readBlob(digest, limit: ManifestDocument.mostBytes)
        let type = (try? JSONDecoder().decode(Typed.self, from: Data(bytes)))?.mediaType ?? BlobDescriptor.manifest
        let blob = BlobDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
        let made = try Self.platform(of: try layout.manifest(digest).config, in: layout)
        return PulledImage(manifest: blob, resolved: digest, platform: made)
    }

    private struct Typed: Decodable { var mediaType: String? }

    private struct FoundManifest {
        var blob: BlobDescriptor
        var bytes: [UInt8]
        var document: ManifestDocument
        var resolved: Digest
    }

    /// Follows lists to the image for a platform.
    private func image(_ selector: ImageReference.Selector, _ platform: Platform) async throws -> FoundManifest {
        var next = selector
        var resolved: Digest?
        for _ in 0...Self.mostLists {
            guard let (blob, bytes) = try await read(next) else { throw Diagnostic.imageMissing(name(next)) }
            let document = try ManifestDocument(bytes, mediaType: blob.mediaType, name: name(next))
            guard case .index(let entries) = document.content else {
                return FoundManifest(
                    blob: blob, bytes: bytes, document: document, resolved: resolved ?? blob.digest)
            }
            resolved = resolved ?? blob.digest
            guard let chosen = ManifestDocument.choose(platform, from: entries) else {
                let has = Set(entries.compactMap(\.platform).map(\.description)).sorted()
                throw Diagnostic.imageForOther(name(selector), platform, has: has)
            }
            next = .digest(chosen.digest)
        }
        throw Diagnostic.imageBeyond(name(selector), what: "\(Self.mostLists) lists that lead to one another")
    }

    /// Reads a manifest, and makes sure that it is what its digest says.
    func read(
        _ selector: ImageReference.Selector
    ) async throws -> (blob: BlobDescriptor, bytes: [UInt8])? {
        let url = try address("manifests/\(selector)")
        let response = try await send(.pull, accepting: [200, 404]) {
            HTTPRequest(
                "GET", url, headers: [Self.acceptedManifests], sink: .memory(limit: ManifestDocument.mostBytes),
                redirections: 5)
        }
        guard response.status == 200 else { return nil }
        let digest = Digest(of: response.body)
        if case .digest(let wanted) = selector, wanted != digest {
            throw Diagnostic.artifactCorrupt(wanted, in: place)
        }
        let type = response.mediaType.flatMap { $0.contains("manifest") || $0.contains("index") ? $0 : nil }
        let written = (try? JSONDecoder().decode(Typed.self, from: Data(response.body)))?.mediaType
        let blob = BlobDescriptor(
            mediaType: type ?? written ?? BlobDescriptor.manifest, digest: digest, size: Int64(response.body.count))
        return (blob, response.body)
    }

    func fetch(_ blob: BlobDescriptor, into layout: ImageLayout, _ meter: TransferMeter) async throws {
        let isThere = try await fetch(
            blob, to: layout.blobPath(blob.digest),
            by: { "\(layout.stagingFolder)/\(UInt64.random(in: .min ... .max)).tmp" },
            took: { meter.note(blob, bytes: $0) })
        guard isThere else { throw Diagnostic.imageBlobMissing(blob.digest, in: place) }
        meter.finish(blob)
    }

    private static func platform(of config: BlobDescriptor, in layout: ImageLayout) throws -> Platform {
        let bytes = try layout.readBlob(config.digest, limit: ManifestDocument.mostBytes)
        let document: ImageConfigDocument
        do {
            document = try JSONDecoder().decode(ImageConfigDocument.self, from: Data(bytes))
        } catch {
            throw Diagnostic.imageUnreadable("\(config.digest)", reason: "its configuration cannot be read: \(error)")
        }
        return Platform(os: document.os ?? "linux", architecture: document.architecture ?? "unknown")
    }

    /// Does something for each blob, for several at once.
    static func each(
        _ blobs: [BlobDescriptor], _ body: @escaping @Sendable (BlobDescriptor) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var rest = blobs[...]
            for _ in 0..<mostAtOnce {
                guard let blob = rest.popFirst() else { break }
                group.addTask { try await body(blob) }
            }
            while try await group.next() != nil {
                guard let blob = rest.popFirst() else { continue }
                group.addTask { try await body(blob) }
            }
        }
    }

    private static let acceptedManifests = HTTPHeader(
        "Accept", (BlobDescriptor.manifests + BlobDescriptor.indexes).joined(separator: ", "))

    /// For messages.
    func name(_ selector: ImageReference.Selector) -> String {
        switch selector {
        case .tag(let tag): "\(place):\(tag)"
        case .digest(let digest): "\(place)@\(digest)"
        }
    }
}

extension HTTPResponse {
    /// Without parameters.
    fileprivate var mediaType: String? {
        self["Content-Type"].map { type in
            String(type.prefix { $0 != ";" && $0 != " " }).lowercased()
        }
    }
}
