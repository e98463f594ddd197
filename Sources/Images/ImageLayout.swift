public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A folder of images (OCI image specification, image layout), which `skopeo` and `umoci` read as `oci:PATH:TAG`.
///
/// Any number of processes may use one at once: a blob appears whole or not at all, and the index is changed under a
/// lock.
public struct ImageLayout: Sendable, Hashable {
    /// An absolute path.
    public let path: String

    public init(path: String) { self.path = path }

    var stagingFolder: String { "\(path)/staging" }

    /// Makes the layout where there is none, and removes what a process that was killed left half-written.
    ///
    /// - Throws: a `Diagnostic` where the folder cannot be made, or is the layout of another version.
    public func initialise() throws {
        let marker = "\(path)/oci-layout"
        if try FileAccess.status(marker) != nil {
            let text = try FileAccess.read(marker, limit: 4096)
            guard let found = try? JSONDecoder().decode([String: String].self, from: Data(text)),
                found["imageLayoutVersion"] == "1.0.0"
            else { throw Diagnostic.notALayout(path) }
        }
        try FileAccess.makeFolder("\(path)/blobs/sha256")
        try FileAccess.makeFolder(stagingFolder)
        try FileAccess.removeStale(in: stagingFolder)
        if try FileAccess.status(indexPath) == nil { try writeFirstIndex() }
        if try FileAccess.status(marker) == nil {
            let version = JSONValue.object(["imageLayoutVersion": .string("1.0.0")])
            try FileAccess.replace(marker, with: version.canonicalBytes)
        }
    }

    func blobPath(_ digest: Digest) -> String { "\(path)/blobs/sha256/\(digest.hex)" }

    /// Whether a blob is there, and, where a size is given, of that size.
    public func hasBlob(_ digest: Digest, size: Int64? = nil) -> Bool {
        // What cannot be examined cannot be read either: it counts as not there, and reading it says why.
        guard let status = try? FileAccess.status(blobPath(digest)), status.kind == .file else { return false }
        return size.map { $0 == status.size } ?? true
    }

    /// Writes a blob under the name of its digest; writing it again changes nothing.
    public func writeBlob(_ bytes: [UInt8], mediaType: String) throws -> BlobDescriptor {
        let writer = try BlobWriter(layout: self)
        try bytes.withUnsafeBytes { try writer.write($0) }
        return try writer.finish(mediaType: mediaType)
    }

    /// The bytes of a small blob, after making sure that they are what the digest says.
    public func readBlob(_ digest: Digest, limit: Int = 4 << 20) throws -> [UInt8] {
        guard hasBlob(digest) else { throw Diagnostic.blobMissing(digest, in: path) }
        let bytes = try FileAccess.read(blobPath(digest), limit: limit)
        guard Digest(of: bytes) == digest else { throw Diagnostic.blobCorrupt(digest, in: path) }
        return bytes
    }

    /// Reads the manifest of an image.
    public func manifest(_ digest: Digest) throws -> ImageManifest {
        let manifest: ImageManifest = try decode(digest, what: "image manifest")
        guard manifest.schemaVersion == 2 else {
            throw Diagnostic.documentInvalid(digest, what: "image manifest", reason: "its schemaVersion is not 2")
        }
        guard manifest.layers.count <= 512 else { throw Diagnostic.imageTooLarge(digest, what: "512 layers") }
        return manifest
    }

    /// Reads how an image is to be run.
    public func config(_ image: Digest) throws -> ImageConfig {
        let document: ImageConfigDocument = try decode(
            try manifest(image).config.digest, what: "image configuration")
        return document.config ?? ImageConfig()
    }

    /// Reads how an image is to be run, and what the uncompressed archives of its layers are.
    func configuration(of image: Digest, _ manifest: ImageManifest) throws -> (ImageConfig, diffIDs: [Digest]) {
        let document: ImageConfigDocument = try decode(manifest.config.digest, what: "image configuration")
        let diffIDs = document.rootfs?.diffIDs?.map(\.digest) ?? []
        guard diffIDs.count == manifest.layers.count else {
            throw Diagnostic.documentInvalid(
                manifest.config.digest, what: "image configuration",
                reason: "it speaks of \(diffIDs.count) layers, and the manifest of \(manifest.layers.count)")
        }
        return (document.config ?? ImageConfig(), diffIDs)
    }

    /// The platform that an image says it is for; `nil` where it says none.
    public func platform(_ image: Digest) throws -> Platform? {
        let document: ImageConfigDocument = try decode(
            try manifest(image).config.digest, what: "image configuration")
        guard let os = document.os, let architecture = document.architecture else { return nil }
        return Platform(os: os, architecture: architecture)
    }

    private func decode<Document: Decodable>(_ digest: Digest, what: String) throws -> Document {
        let bytes = try readBlob(digest)
        do {
            return try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw Diagnostic.documentInvalid(digest, what: what, reason: "\(error)")
        }
    }

    /// Whether an image and all its parts are there, each of the size that the manifest gives.
    ///
    /// Layers are not read, so this takes well under a millisecond; `unpack` verifies their digests.
    public func contains(_ image: Digest) -> Bool {
        guard let manifest = try? manifest(image) else { return false }
        return ([manifest.config] + manifest.layers).allSatisfy { hasBlob($0.digest, size: $0.size) }
    }
}
