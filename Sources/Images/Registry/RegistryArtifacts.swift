public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A store in a repository of an OCI registry.
public struct RegistryArtifacts: ArtifactStore {
    let client: RegistryClient

    public init(_ client: RegistryClient) { self.client = client }

    public func has(_ blob: BlobDescriptor) async throws -> Bool { try await client.hasBlob(blob) }

    public func put(_ blob: BlobDescriptor, from path: String, at offset: Int64) async throws {
        guard try await !client.hasBlob(blob) else { return }
        let size = try await BlockingWork.run { try FileAccess.status(FileAccess.resolvedIfPresent(path))?.size }
        if offset == 0 {
            guard size == blob.size else { throw Diagnostic.sourceChangedWhileRead(path) }
            return try await client.push(blob, .file(path))
        }
        // What is sent is a file from its beginning: of the end of a long one a copy is made.
        let folder = FileManager.default.temporaryDirectory.path
        let copy = "\(folder)/slipway-\(UInt64.random(in: .min ... .max)).part"
        try await BlockingWork.run {
            let download = try Download(of: blob, to: copy, source: path)
            try HandedFiles.read(path, at: offset, count: blob.size) { try download.write($0) }
            try download.finish()
        }
        defer { try? FileAccess.remove(copy) }
        try await client.push(blob, .file(copy))
    }

    public func put(_ bytes: [UInt8], as blob: BlobDescriptor) async throws {
        try await client.push(blob, .bytes(bytes))
    }

    public func putManifest(_ bytes: [UInt8], mediaType: String) async throws -> Digest {
        try await client.pushManifest(bytes, mediaType: mediaType)
    }

    public func manifest(_ digest: Digest) async throws -> [UInt8] {
        try await client.pullManifest(digest, limit: ArtifactManifest.mostBytes)
    }

    public func fetch(_ blob: BlobDescriptor, to path: String) async throws {
        try await client.pull(blob, to: path)
    }
}
