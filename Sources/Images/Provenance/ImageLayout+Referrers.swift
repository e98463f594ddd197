public import Manifests
import YAML

/// What is said of images, in a layout: listed in its index by itself, as tools look for it that read a layout, and in
/// an index with a tag, which goes along when a layout is copied to a registry.
extension ImageLayout {
    /// Lists a manifest whose blob is there among the referrers of an image.
    func addReferrer(_ referrer: Referrer, to image: Digest) throws {
        let tag = ReferrerIndex.tag(of: image)
        let lock = try FileLock.acquireBriefly(indexLockPath)
        var entries = try readIndex()
        let listed = entries.first { $0.name == tag }?.blob
        var index = try listed.map { try referrerIndex($0) } ?? ReferrerIndex()
        if !index.names(referrer.blob.digest) { index.add(referrer) }
        let blob = try writeBlob(index.bytes, mediaType: BlobDescriptor.index)
        guard blob != listed || !entries.contains(where: { $0.blob.digest == referrer.blob.digest }) else { return }
        entries.removeAll { $0.name == tag || ($0.name == nil && $0.blob.digest == referrer.blob.digest) }
        entries.append(Entry(blob: blob, annotations: [Self.nameAnnotation: tag]))
        entries.append(
            Entry(blob: referrer.blob, artifactType: referrer.artifactType, annotations: referrer.annotations))
        try write(entries)
        _ = consume lock
    }

    /// What the tagged index of an image lists: all that was put here by Slipway.
    func taggedReferrers(of image: Digest) throws -> [Referrer] {
        let tag = ReferrerIndex.tag(of: image)
        guard let listed = try readIndex().first(where: { $0.name == tag })?.blob else { return [] }
        return try referrerIndex(listed).referrers
    }

    /// The same, and what another tool listed in the layout's index alone.
    func referrers(of image: Digest) throws -> [Referrer] {
        let tagged = try taggedReferrers(of: image)
        let known = Set(tagged.map(\.blob.digest))
        let others = try readIndex().filter { entry in
            entry.name == nil && entry.blob.mediaType == BlobDescriptor.manifest && !known.contains(entry.blob.digest)
        }.prefix(Self.mostLooks)
        return tagged
            + others.compactMap { entry in
                // What cannot be read is nobody's referrer.
                guard let bytes = try? readBlob(entry.blob.digest), let manifest = try? JSONValue(parsing: bytes),
                    manifest["subject"]?["digest"]?.string == image.description
                else { return nil }
                return Referrer(
                    blob: entry.blob, artifactType: manifest["artifactType"]?.string ?? entry.artifactType,
                    annotations: entry.annotations ?? [:])
            }
    }

    /// How many manifests that no tag names are looked into.
    private static let mostLooks = 10_000

    private func referrerIndex(_ blob: BlobDescriptor) throws -> ReferrerIndex {
        let bytes = try readBlob(blob.digest, limit: ReferrerIndex.mostBytes)
        do { return try ReferrerIndex(bytes) } catch {
            throw Diagnostic.referrersUnreadable("the layout \(path)", "\(error)")
        }
    }
}

extension ArtifactFolder: ReferrerStore {
    /// The store that a layout is.
    public init(_ layout: ImageLayout) { self.init(path: layout.path) }

    public func putReferrer(_ manifest: [UInt8], as referrer: Referrer, to image: BlobDescriptor) async throws {
        try await BlockingWork.run {
            try prepare()
            _ = try layout.writeBlob(manifest, mediaType: referrer.blob.mediaType)
            try layout.addReferrer(referrer, to: image.digest)
        }
    }

    public func referrers(of image: Digest) async throws -> (list: [Referrer], source: ReferrerSource) {
        try await BlockingWork.run { (try layout.referrers(of: image), .layout) }
    }

    public func file(of blob: BlobDescriptor, scratch: String) async throws -> String {
        try await BlockingWork.run {
            let path = layout.blobPath(blob.digest)
            guard layout.hasBlob(blob.digest) else { throw Diagnostic.artifactMissing(blob.digest, in: layout.path) }
            let found = try HandedFiles.content(of: path)
            guard found.digest == blob.digest, found.size == blob.size else {
                throw Diagnostic.artifactCorrupt(blob.digest, in: layout.path)
            }
            return path
        }
    }
}
