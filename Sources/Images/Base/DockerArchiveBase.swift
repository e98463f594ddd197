import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A base image as `docker save` writes it: `docker-archive:PATH`. Such an archive has no manifest as registries have
/// them, so one is made, from nothing but the layers and the configuration: the same archive always gives the same.
struct DockerArchiveBase: BaseImageSource {
    private let place: LocalPlace
    private let file: TarFile
    private let manifest: [UInt8]
    private let config: [UInt8]
    /// Which member a layer is.
    private let members: [String: BlobDescriptor]

    private struct Item: Decodable {
        var config: String
        var tags: [String]?
        var layers: [String]

        private enum CodingKeys: String, CodingKey {
            case config = "Config"
            case tags = "RepoTags"
            case layers = "Layers"
        }
    }

    /// What one look at the archive tells of a member.
    private struct Seen {
        var size: Int64
        var start: [UInt8]
    }

    /// Reads the archive: once where its layers are not compressed, as is usual. This blocks the thread.
    init(_ place: LocalPlace) throws {
        self.place = place
        let file = TarFile(path: place.path)
        self.file = file
        var seen: [String: Seen] = [:]
        var links: [String: String] = [:]
        var list: [UInt8]?
        try file.visit { member in
            switch member.kind {
            case .other: break
            case .link(let target): links[member.name] = target
            case .file where member.name == "manifest.json":
                list = try member.bytes(limit: ManifestDocument.mostBytes)
            case .file: seen[member.name] = Seen(size: member.size, start: try member.start(4))
            }
            return true
        }
        guard let list else { throw Diagnostic.archiveIncomplete(place.path, lacks: "manifest.json") }
        guard let items = try? JSONDecoder().decode([Item].self, from: Data(list)) else {
            throw Diagnostic.baseInvalid(place.name, reason: "its manifest.json is not as `docker save` writes it")
        }
        let item = try Self.chosen(from: items, place)
        let config = try Self.bytes(of: item.config, in: file, place)
        self.config = config
        let names = try item.layers.map { name in
            // Of layers that are the same, Docker writes one, and links to it.
            let target = links[name] ?? name
            guard seen[target] != nil else { throw Diagnostic.archiveIncomplete(place.path, lacks: name) }
            return target
        }
        let written = (try? JSONValue(parsing: config))?["rootfs"]?["diff_ids"]?.strings
        let diffIDs = (written ?? []).compactMap { Digest($0) }
        guard diffIDs.count == names.count else {
            throw Diagnostic.baseInvalid(
                place.name, reason: "it has \(names.count) layers, and its configuration names \(diffIDs.count)")
        }
        let compressed = Set(names.filter { Self.mediaType(seen[$0]?.start ?? []) != BlobDescriptor.layer })
        let digests = try Self.digests(of: compressed, in: file)
        var members: [String: BlobDescriptor] = [:]
        var layers: [BlobDescriptor] = []
        for (name, diffID) in zip(names, diffIDs) {
            guard let look = seen[name] else { continue }
            let blob = BlobDescriptor(
                mediaType: Self.mediaType(look.start), digest: digests[name] ?? diffID, size: look.size)
            members[name] = blob
            layers.append(blob)
        }
        self.members = members
        let configBlob = BlobDescriptor(
            mediaType: BlobDescriptor.config, digest: Digest(of: config), size: Int64(config.count))
        manifest = ImageDocuments.manifest(config: configBlob, layers: layers, annotations: [:])
    }

    private static func chosen(from items: [Item], _ place: LocalPlace) throws -> Item {
        let names = items.flatMap { $0.tags ?? [] }
        guard let wanted = place.image.name else {
            guard items.count == 1 else { throw Diagnostic.baseUnnamed(place.name, there: names) }
            return items[0]
        }
        // `docker save` shortens names, and people do: `python:3.11` is `docker.io/library/python:3.11`.
        let full = try? ImageReference(wanted).description
        let found = items.first { item in
            item.tags?.contains { $0 == wanted || (full != nil && (try? ImageReference($0).description) == full) }
                ?? false
        }
        guard let found else { throw Diagnostic.baseNameUnknown(place.name, there: names) }
        return found
    }

    private static func bytes(of name: String, in file: TarFile, _ place: LocalPlace) throws -> [UInt8] {
        var bytes: [UInt8]?
        try file.visit { member in
            guard member.name == name, case .file = member.kind else { return true }
            bytes = try member.bytes(limit: ManifestDocument.mostBytes)
            return false
        }
        guard let bytes else { throw Diagnostic.archiveIncomplete(place.path, lacks: name) }
        return bytes
    }

    private static func mediaType(_ start: [UInt8]) -> String {
        switch LayerStream.compression(start) {
        case .none: BlobDescriptor.layer
        case .gzip: BlobDescriptor.gzipLayer
        case .zstd: BlobDescriptor.zstdLayer
        }
    }

    private static func digests(of names: Set<String>, in file: TarFile) throws -> [String: Digest] {
        guard !names.isEmpty else { return [:] }
        var digests: [String: Digest] = [:]
        try file.visit { member in
            guard names.contains(member.name), case .file = member.kind else { return true }
            var hasher = Digest.Hasher()
            try member.read { hasher.update($0) }
            digests[member.name] = hasher.finalize()
            return digests.count < names.count
        }
        return digests
    }

    var name: String { place.name }

    func candidates() async throws -> [ManifestDocument.Entry] {
        [
            ManifestDocument.Entry(
                blob: BlobDescriptor(
                    mediaType: BlobDescriptor.manifest, digest: Digest(of: manifest), size: Int64(manifest.count)))
        ]
    }

    func manifest(_ digest: Digest) async throws -> [UInt8] {
        guard digest == Digest(of: manifest) else { throw Diagnostic.baseBlobMissing(digest, of: name) }
        return manifest
    }

    func config(_ blob: BlobDescriptor) async throws -> [UInt8] {
        guard blob.digest == Digest(of: config) else { throw Diagnostic.baseBlobMissing(blob.digest, of: name) }
        return config
    }

    func copy(
        _ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void
    ) async throws {
        let wanted = Set(blobs.map(\.digest))
        try await BlockingWork.run { [file, members, name] in
            var rest = wanted
            try file.visit { member in
                guard case .file = member.kind, let blob = members[member.name], rest.remove(blob.digest) != nil else {
                    return true
                }
                let copy = try BlobCopy(of: blob, to: layout, name: name)
                try member.read { try copy.write($0) }
                try copy.finish()
                return !rest.isEmpty
            }
        }
    }
}
