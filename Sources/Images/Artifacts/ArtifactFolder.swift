public import Manifests
import YAML

/// A store in a folder, which any number of machines may share: an OCI image layout whose index names nothing of an
/// attempt, because that is found by digest. Nothing in it is ever changed or locked; a blob appears whole by a rename.
public struct ArtifactFolder: ArtifactStore {
    let layout: ImageLayout
    /// Whether it is below the root of a repository, whose Git must not see it.
    private let isOfRepository: Bool

    /// - Parameter path: absolute. The folder is made when something is put into it.
    public init(path: String, isOfRepository: Bool = false) {
        layout = ImageLayout(path: path)
        self.isOfRepository = isOfRepository
    }

    public func has(_ blob: BlobDescriptor) async throws -> Bool { layout.hasBlob(blob.digest, size: blob.size) }

    public func put(_ blob: BlobDescriptor, from path: String, at offset: Int64) async throws {
        try await BlockingWork.run {
            if layout.hasBlob(blob.digest, size: blob.size) { return }
            try prepare()
            let writer = try BlobWriter(layout: layout)
            try HandedFiles.read(path, at: offset, count: blob.size) { try writer.write($0) }
            try writer.finish(as: blob, otherwise: .sourceChangedWhileRead(path))
        }
    }

    public func put(_ bytes: [UInt8], as blob: BlobDescriptor) async throws {
        try await BlockingWork.run {
            if layout.hasBlob(blob.digest, size: blob.size) { return }
            try prepare()
            _ = try layout.writeBlob(bytes, mediaType: blob.mediaType)
        }
    }

    public func putManifest(_ bytes: [UInt8], mediaType: String) async throws -> Digest {
        try await BlockingWork.run {
            let digest = Digest(of: bytes)
            if layout.hasBlob(digest, size: Int64(bytes.count)) { return digest }
            try prepare()
            return try layout.writeBlob(bytes, mediaType: mediaType).digest
        }
    }

    public func manifest(_ digest: Digest) async throws -> [UInt8] {
        try await BlockingWork.run {
            guard layout.hasBlob(digest) else { throw Diagnostic.artifactMissing(digest, in: layout.path) }
            return try layout.readBlob(digest, limit: ArtifactManifest.mostBytes)
        }
    }

    public func fetch(_ blob: BlobDescriptor, to path: String) async throws {
        try await BlockingWork.run {
            guard layout.hasBlob(blob.digest) else { throw Diagnostic.artifactMissing(blob.digest, in: layout.path) }
            guard layout.hasBlob(blob.digest, size: blob.size) else {
                throw Diagnostic.artifactCorrupt(blob.digest, in: layout.path)
            }
            let download = try Download(of: blob, to: path, source: layout.path)
            try HandedFiles.read(layout.blobPath(blob.digest), at: 0, count: blob.size) { try download.write($0) }
            try download.finish()
        }
    }

    /// Makes what an OCI image layout has, where it is not there. Two machines that do it at once write the same.
    func prepare() throws {
        guard try FileAccess.status("\(layout.path)/oci-layout") == nil else {
            try FileAccess.makeFolder(layout.stagingFolder)
            return
        }
        try FileAccess.makeFolder("\(layout.path)/blobs/sha256")
        try FileAccess.makeFolder(layout.stagingFolder)
        if isOfRepository { try FileAccess.replace("\(layout.path)/.gitignore", with: Array("*\n".utf8)) }
        let index = JSONValue.object([
            "schemaVersion": .int(2), "mediaType": .string(BlobDescriptor.index), "manifests": .array([]),
        ])
        try FileAccess.replace(layout.indexPath, with: index.canonicalBytes)
        let version = JSONValue.object(["imageLayoutVersion": .string("1.0.0")])
        try FileAccess.replace("\(layout.path)/oci-layout", with: version.canonicalBytes)
    }
}
