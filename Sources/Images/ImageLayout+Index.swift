public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The list of named images (OCI image specification, `index.json`).
extension ImageLayout {
    static let nameAnnotation = "org.opencontainers.image.ref.name"
    /// One entry takes about 250 bytes.
    private static let indexLimit = 64 << 20

    var indexPath: String { "\(path)/index.json" }
    var indexLockPath: String { "\(path)/index.lock" }

    private struct Index: Decodable {
        var schemaVersion: Int
        var manifests: [Entry]
    }

    /// What the index lists.
    struct Entry: Decodable {
        var blob: BlobDescriptor
        /// Of what is no image.
        var artifactType: String?
        var annotations: [String: String]?

        private enum Key: String, CodingKey { case annotations, artifactType }

        init(blob: BlobDescriptor, artifactType: String? = nil, annotations: [String: String]?) {
            self.blob = blob
            self.artifactType = artifactType
            self.annotations = annotations
        }

        init(from decoder: any Decoder) throws {
            blob = try BlobDescriptor(from: decoder)
            let container = try decoder.container(keyedBy: Key.self)
            annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
            artifactType = try container.decodeIfPresent(String.self, forKey: .artifactType)
        }

        var name: String? { annotations?[ImageLayout.nameAnnotation] }

        /// Whether it is there for the sake of another image: what is attached to that, or the list of such.
        var isOfAnother: Bool { artifactType != nil || subject != nil }

        /// The image whose attachments it lists (OCI distribution specification, “Referrers Tag Schema”).
        var subject: Digest? {
            name.flatMap { $0.hasPrefix("sha256-") ? Digest(hex: $0.dropFirst(7)) : nil }
        }

        var json: JSONValue {
            guard case .object(var object) = blob.json else { return blob.json }
            object["artifactType"] = artifactType.map(JSONValue.string)
            if let annotations { object["annotations"] = .object(annotations.mapValues(JSONValue.string)) }
            return .object(object)
        }
    }

    /// Gives an image a name, taking it from whichever had it. Doing it again changes nothing.
    ///
    /// - Throws: a `Diagnostic` for a name that no tool would take, and for an image that is not in the layout.
    public func tag(_ name: String, _ image: Digest) throws {
        guard Self.isTag(name) else { throw Diagnostic.tagInvalid(name) }
        guard let status = try FileAccess.status(blobPath(image)) else {
            throw Diagnostic.blobMissing(image, in: path)
        }
        // Reading first keeps the usual case, an image that was there already, free of locks and writes.
        if try readIndex().contains(where: { $0.name == name && $0.blob.digest == image }) { return }
        let lock = try FileLock.acquireBriefly(indexLockPath)
        var entries = try readIndex().filter { $0.name != name }
        let blob = BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: image, size: status.size)
        entries.append(Entry(blob: blob, annotations: [Self.nameAnnotation: name]))
        try write(entries)
        _ = consume lock
    }

    /// The lists of what is attached to images, with those.
    func attachmentLists() throws -> [(list: Digest, image: Digest)] {
        try readIndex().compactMap { entry in entry.subject.map { (entry.blob.digest, $0) } }
    }

    /// Takes what is gone out of the list.
    func unlist(_ digest: Digest) throws {
        guard try readIndex().contains(where: { $0.blob.digest == digest }) else { return }
        let lock = try FileLock.acquireBriefly(indexLockPath)
        try write(try readIndex().filter { $0.blob.digest != digest })
        _ = consume lock
    }

    /// The image that has a name; `nil` when none has.
    public func image(named name: String) throws -> Digest? {
        try readIndex().first { $0.name == name }?.blob.digest
    }

    /// Every image that is listed, by a name or without one. What is said of one is not: it goes with its image.
    func listed() throws -> [Digest] { try readIndex().filter { !$0.isOfAnother }.map(\.blob.digest) }

    /// All names, sorted.
    public func tags() throws -> [String] { try readIndex().compactMap(\.name).sorted() }

    func writeFirstIndex() throws {
        let lock = try FileLock.acquireBriefly(indexLockPath)
        if try FileAccess.status(indexPath) == nil { try write([]) }
        _ = consume lock
    }

    func readIndex() throws -> [Entry] {
        // A layout whose index is gone still has its images: they only have no names any more.
        guard try FileAccess.status(indexPath) != nil else { return [] }
        let bytes = try FileAccess.read(indexPath, limit: Self.indexLimit)
        do {
            return try JSONDecoder().decode(Index.self, from: Data(bytes)).manifests
        } catch {
            throw Diagnostic.indexInvalid(path, reason: "\(error)")
        }
    }

    func write(_ entries: [Entry]) throws {
        let sorted = entries.sorted { ($0.name ?? "", $0.blob.digest) < ($1.name ?? "", $1.blob.digest) }
        let index = JSONValue.object([
            "schemaVersion": .int(2),
            "mediaType": .string(BlobDescriptor.index),
            "manifests": .array(sorted.map(\.json)),
        ])
        try FileAccess.replace(indexPath, with: index.canonicalBytes)
    }

    private static func isTag(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != 0x2E, first != 0x2D, first != 0x5F else { return false }
        return name.utf8.count <= 128
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}
