public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a store has of one attempt, or beside an image: an OCI image manifest with an artifact type, a blob for each
/// part (OCI image specification 1.1, “Guidelines for Artifact Usage”).
public struct ArtifactManifest: Sendable, Hashable {
    /// One file or folder.
    public struct Part: Sendable, Hashable {
        public var blob: BlobDescriptor
        /// Where it was in the attempt's folder: `stdout.log`, `outputs/model.json`.
        public var title: String
        /// How many bytes before its beginning were left out.
        public var skipped: Int64

        public init(blob: BlobDescriptor, title: String, skipped: Int64 = 0) {
            self.blob = blob
            self.title = title
            self.skipped = skipped
        }

        /// Whether it is an archive of a folder.
        public var isFolder: Bool { blob.mediaType == BlobDescriptor.layer }
    }

    /// The type of what an attempt leaves.
    public static let artifactType = "application/vnd.slipway.attempt.v1"
    /// Everything of an attempt is named in its manifest, and every registry takes so much.
    static let mostBytes = 4 << 20

    public var parts: [Part]
    public var annotations: [String: String]
    public var type: String
    /// The manifest that it is about; `nil` for what stands by itself.
    public var subject: BlobDescriptor?

    public init(
        parts: [Part], annotations: [String: String], type: String = Self.artifactType, subject: BlobDescriptor? = nil
    ) {
        self.parts = parts
        self.annotations = annotations
        self.type = type
        self.subject = subject
    }

    public func part(_ title: String) -> Part? { parts.first { $0.title.utf8.elementsEqual(title.utf8) } }

    /// The configuration of what has none: `{}` (OCI image specification 1.1, “empty descriptor”).
    static let emptyConfiguration: [UInt8] = [0x7B, 0x7D]
    static let empty = BlobDescriptor(
        mediaType: "application/vnd.oci.empty.v1+json", digest: Digest(of: emptyConfiguration), size: 2)

    private static let title = "org.opencontainers.image.title"
    private static let skipped = "slipway.skipped"

    /// The bytes by whose digest it is known.
    public var bytes: [UInt8] {
        let layers = parts.map { part -> JSONValue in
            var annotations = [Self.title: JSONValue.string(part.title)]
            if part.skipped > 0 { annotations[Self.skipped] = .string(String(part.skipped)) }
            var fields = part.blob.json.object ?? [:]
            fields["annotations"] = .object(annotations)
            return .object(fields)
        }
        var fields: [String: JSONValue] = [
            "schemaVersion": .int(2), "mediaType": .string(BlobDescriptor.manifest),
            "artifactType": .string(type), "config": Self.empty.json,
            // A manifest without a layer is refused by some registries: then it says so with the empty one.
            "layers": .array(layers.isEmpty ? [Self.empty.json] : layers),
            "annotations": .object(annotations.mapValues(JSONValue.string)),
        ]
        fields["subject"] = subject?.json
        return JSONValue.object(fields).canonicalBytes
    }

    private struct Document: Decodable {
        struct Layer: Decodable {
            var blob: BlobDescriptor
            var annotations: [String: String]?

            private enum Key: String, CodingKey { case annotations }

            init(from decoder: any Decoder) throws {
                blob = try BlobDescriptor(from: decoder)
                annotations = try decoder.container(keyedBy: Key.self)
                    .decodeIfPresent([String: String].self, forKey: .annotations)
            }
        }

        var schemaVersion: Int
        var artifactType: String?
        var layers: [Layer]
        var annotations: [String: String]?
        var subject: BlobDescriptor?
    }

    /// Reads one that came out of a store.
    ///
    /// - Parameter type: what it is to be.
    /// - Throws: a `Diagnostic` where it is something else.
    public init(_ bytes: [UInt8], digest: Digest, type: String = Self.artifactType) throws {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw Diagnostic.artifactUnreadable(digest, reason: "\(error)")
        }
        guard document.schemaVersion == 2, document.artifactType == type else {
            throw Diagnostic.artifactUnreadable(digest, reason: "its type is not \(type)")
        }
        self.type = type
        subject = document.subject
        parts = try document.layers.compactMap { layer in
            guard let title = layer.annotations?[Self.title] else { return nil }
            guard layer.blob.size >= 0 else { throw Diagnostic.artifactUnreadable(digest, reason: "a size is below 0") }
            let skipped = layer.annotations?[Self.skipped].flatMap { Int64($0) } ?? 0
            return Part(blob: layer.blob, title: title, skipped: skipped)
        }
        annotations = document.annotations ?? [:]
    }
}
