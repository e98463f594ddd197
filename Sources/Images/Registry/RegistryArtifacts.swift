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
        try await client.push(blob, .part(of: path, from: offset, count: blob.size))
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
