public import Manifests
import YAML

/// Where blobs and manifests are kept by digest, for whoever knows the digest to read them from anywhere.
///
/// Everything in it is named by its content: to put a thing there again changes nothing, and what comes out is compared
/// with its name before anybody sees it.
public protocol ArtifactStore: Sendable {
    /// Whether a blob of this size is there.
    func has(_ blob: BlobDescriptor) async throws -> Bool

    /// Puts the part of a file that is a blob into the store, unless it is there.
    ///
    /// - Parameter offset: where the blob begins in the file, in bytes.
    /// - Throws: a `Diagnostic` where the file is not what the descriptor says, and where the store cannot be used.
    func put(_ blob: BlobDescriptor, from path: String, at offset: Int64) async throws

    /// Puts a small blob into the store.
    func put(_ bytes: [UInt8], as blob: BlobDescriptor) async throws

    /// Puts a manifest into the store, of which all parts have to be there.
    func putManifest(_ bytes: [UInt8], mediaType: String) async throws -> Digest

    /// Reads a manifest.
    func manifest(_ digest: Digest) async throws -> [UInt8]

    /// Copies a blob into a file that is not there yet; it is there whole or not at all.
    func fetch(_ blob: BlobDescriptor, to path: String) async throws
}

/// Opens the stores that pools name.
public struct ArtifactStores: Sendable {
    /// The repository's root, from which relative folders count.
    private let root: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - root: absolute.
    ///   - environment: this process's, for where a registry's credentials and certificates are.
    public init(root: String, environment: [String: String]) {
        self.root = root
        self.environment = environment
    }

    public func open(_ location: ArtifactLocation) throws -> any ArtifactStore {
        switch location {
        case .folder(let path):
            ArtifactFolder(path: path.hasPrefix("/") ? path : "\(root)/\(path)", isOfRepository: !path.hasPrefix("/"))
        case .registry(let host, let repository): try registry(host, repository)
        }
    }

    /// One repository of a registry.
    public func registry(_ host: String, _ repository: String) throws -> RegistryArtifacts {
        RegistryArtifacts(try Registries(environment: environment).repository(repository, on: host))
    }
}
