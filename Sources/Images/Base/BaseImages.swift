import Manifests
import YAML

/// The image that a base image's name leads to: found out before anything large is read, since it decides whether an
/// image is there already.
struct LocatedBase: Sendable {
    /// What the name led to: the manifest, or an index that has it.
    var root: Digest
    var manifest: Digest
    /// Under the names that the OCI image specification has for their kinds.
    var layers: [BlobDescriptor]
    /// The digests of the layers' uncompressed archives.
    var diffIDs: [Digest]
    /// The configuration blob.
    var config: JSONValue
    /// The documents that were read on the way, by digest.
    fileprivate var documents: [Digest: [UInt8]]

    /// `NAME=value`, in the order in which they are written there.
    var environment: [(name: String, value: String)] {
        (config["config"]?["Env"]?.strings ?? []).compactMap { variable in
            guard let equals = variable.firstIndex(of: "="), equals > variable.startIndex else { return nil }
            return (String(variable[..<equals]), String(variable[variable.index(after: equals)...]))
        }
    }

    /// The `major.minor` of the Python that the image says that it brings.
    var pythonVersion: String? {
        environment.last { $0.name == ImagePaths.pythonVersionVariable }.flatMap { ImagePaths.minorVersion($0.value) }
    }
}

/// Finds a base image and brings it into the layout, which is its cache too: what is there by its digest is not asked
/// for again.
struct BaseImages: Sendable {
    let source: any BaseImageSource
    let layout: ImageLayout
    let platform: Platform

    /// How many indexes may lead to an image, one from the other.
    private static let mostIndexes = 4

    // MARK: Finding

    /// - Parameter pinned: the manifest or index that is meant, where that is known already.
    /// - Throws: a `Diagnostic` where the name leads to nothing, to nothing for the platform, or to what is no image.
    func locate(pinned: Digest?) async throws -> LocatedBase {
        var documents: [Digest: [UInt8]] = [:]
        var candidates: [ManifestDocument.Entry]
        if let pinned {
            let blob = BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: pinned, size: 0)
            candidates = [ManifestDocument.Entry(blob: blob)]
        } else {
            candidates = try await source.candidates()
        }
        var root: Digest?
        for depth in 0...Self.mostIndexes {
            // Where a name leads to one thing alone, that is it; its own configuration says what it is for.
            let only = depth == 0 && candidates.count == 1 ? candidates[0].blob : nil
            guard let digest = (only ?? ManifestDocument.choose(platform, from: candidates))?.digest else {
                throw Diagnostic.basePlatform(
                    source.name, platform, there: candidates.compactMap { $0.platform?.description })
            }
            let bytes = try await verified(digest) { try await source.manifest(digest) }
            documents[digest] = bytes
            switch try ManifestDocument(bytes, mediaType: nil, name: source.name).content {
            case .image(let config, let layers):
                return try await located(root ?? digest, digest, config, layers, documents)
            case .index(let entries):
                root = root ?? digest
                candidates = entries
            }
        }
        throw Diagnostic.baseInvalid(source.name, reason: "its indexes lead to one another without end")
    }

    private func located(
        _ root: Digest, _ digest: Digest, _ blob: BlobDescriptor, _ layers: [BlobDescriptor],
        _ documents: [Digest: [UInt8]]
    ) async throws -> LocatedBase {
        // Not every tool takes Docker's names in an OCI manifest; the bytes are the same.
        let layers = layers.map { layer in
            BlobDescriptor(
                mediaType: BlobDescriptor.dockerLayers[layer.mediaType] ?? layer.mediaType, digest: layer.digest,
                size: layer.size)
        }
        let bytes = try await verified(blob.digest) { try await source.config(blob) }
        guard let config = try? JSONValue(parsing: bytes), config.object != nil else {
            throw Diagnostic.documentInvalid(
                blob.digest, what: "image configuration", reason: "it is no JSON object")
        }
        var documents = documents
        documents[blob.digest] = bytes
        return LocatedBase(
            root: root, manifest: digest, layers: layers, diffIDs: try diffIDs(config, layers), config: config,
            documents: documents)
    }

    /// The digests of the uncompressed layers that a configuration names, after a look at what it is for.
    private func diffIDs(_ config: JSONValue, _ layers: [BlobDescriptor]) throws -> [Digest] {
        let (os, architecture) = (config["os"]?.string ?? "", config["architecture"]?.string ?? "")
        guard os == platform.os, architecture == platform.architecture else {
            throw Diagnostic.basePlatform(source.name, platform, there: ["\(os)/\(architecture)"])
        }
        let diffIDs = (config["rootfs"]?["diff_ids"]?.strings ?? []).compactMap { Digest($0) }
        guard diffIDs.count == layers.count else {
            throw Diagnostic.baseInvalid(
                source.name,
                reason: "it has \(layers.count) layers, and its configuration names \(diffIDs.count) SHA-256 digests")
        }
        // Where nothing is compressed the two must be one; of the others, unpacking tells.
        for (layer, diffID) in zip(layers, diffIDs) where layer.mediaType == BlobDescriptor.layer {
            guard layer.digest == diffID else {
                throw Diagnostic.layerDiffID(layer.digest, says: diffID, is: layer.digest)
            }
        }
        return diffIDs
    }

    private func verified(_ digest: Digest, _ read: () async throws -> [UInt8]) async throws -> [UInt8] {
        // One that is damaged in the layout is read again, and then replaced.
        if let bytes = try? layout.readBlob(digest, limit: ManifestDocument.mostBytes) { return bytes }
        let bytes = try await read()
        guard Digest(of: bytes) == digest else { throw Diagnostic.baseBlobCorrupt(digest, of: source.name) }
        return bytes
    }

    // MARK: Bringing

    /// Copies what is not in the layout yet, the layers as they are, byte for byte.
    ///
    /// - Throws: a `Diagnostic` for a blob that is not there or not what its digest says.
    func bring(_ base: LocatedBase, log: @escaping @Sendable (String) -> Void) async throws {
        var seen: Set<Digest> = []
        let missing = base.layers.filter {
            seen.insert($0.digest).inserted && !layout.keepBlob($0.digest, size: $0.size)
        }
        if !missing.isEmpty {
            let bytes = missing.reduce(0) { $0 + $1.size }
            log("bringing \(missing.count) of \(base.layers.count) layers of \(source.name), \(bytes) bytes")
            try await source.copy(missing, to: layout, log: log)
        }
        for layer in missing where !layout.hasBlob(layer.digest, size: layer.size) {
            throw Diagnostic.baseBlobMissing(layer.digest, of: source.name)
        }
        // The documents come last: where the manifest is, everything is.
        for (_, bytes) in base.documents.sorted(by: { $0.key < $1.key }) {
            _ = try layout.writeBlob(bytes, mediaType: BlobDescriptor.manifest)
        }
    }
}
