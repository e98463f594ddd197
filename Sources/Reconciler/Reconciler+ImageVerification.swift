import Agents
import Foundation
public import Images
import Manifests
import Records
import Store
import YAML

/// Whose signatures somebody believes.
public enum ImageTrust: Sendable, Hashable {
    case nobody
    /// One public key, in a file.
    case key(String)
    /// A file of allowed signers, as OpenSSH has it.
    case allowedSigners(String)
}

extension Reconciler {
    /// Looks whether an image is whole, and whether what is said of it is true, as far as this machine can tell.
    ///
    /// - Parameter reference: a job, a digest, a layout's image or a registry's; see `ImagePlace`.
    /// - Returns: the image with each thing that was checked; what is wrong with it is no error of this call.
    /// - Throws: a `Diagnostic` where there is no such image, or a store or a key cannot be used.
    public func verifyImage(_ reference: String, trusting trust: ImageTrust) async throws -> VerifiedImage {
        let place = try ImagePlace(reference)
        let signers: AllowedSigners? =
            switch trust {
            case .nobody: nil
            case .key(let path): try AllowedSigners(keyFile: path)
            case .allowedSigners(let path): try AllowedSigners(file: path, now: "\(setting.time.now())")
            }
        let (store, image) = try await find(place, as: reference)
        let folder = try ScratchFolder(setting.unique())
        defer { folder.remove() }
        var verified = try await ImageVerification(store: store, scratch: folder.path, signers: signers).run(image)
        verified.checks += try await ProvenanceCheck(repository: repository, scratch: folder.path).checks(of: verified)
        return verified
    }

    /// The store that has an image, and the image's digest.
    private func find(_ place: ImagePlace, as reference: String) async throws -> (any ReferrerStore, Digest) {
        let own = ImageLayout(path: paths.layout)
        switch place {
        case .digest(let digest):
            guard own.hasBlob(digest) else { throw Diagnostic.imageUnknown(reference, in: own.path) }
            return (ArtifactFolder(own), digest)
        case .layout(let folder, let name):
            let layout = ImageLayout(path: URL(fileURLWithPath: folder).path)
            switch name {
            case .digest(let digest): return (ArtifactFolder(layout), digest)
            case .tag(let tag):
                guard let digest = try layout.image(named: tag) else {
                    throw Diagnostic.imageUnknown(reference, in: layout.path)
                }
                return (ArtifactFolder(layout), digest)
            }
        case .registry(let host, let repository, let name):
            let registry = try ArtifactStores(root: self.repository.root, environment: setting.environment)
                .registry(host, repository)
            switch name {
            case .digest(let digest): return (registry, digest)
            case .tag(let tag):
                guard let digest = try await registry.manifest(tagged: tag) else {
                    throw Diagnostic.imageUnknown(reference, in: "\(host)/\(repository)")
                }
                return (registry, digest)
            }
        case .job(let job): return (ArtifactFolder(own), try await image(of: job, in: own))
        }
    }

    /// The image of a job's version as it is recorded; of a job that is not recorded, the one that was built last.
    private func image(of job: JobReference, in layout: ImageLayout) async throws -> Digest {
        if let store = try surroundings.openIfThere(.readOnly) {
            let recorded = try await store.read { snapshot -> Digest? in
                let versions = try snapshot.jobVersions()[job.name] ?? []
                let version = versions.filter { job.version == nil || $0.number == job.version }
                    .max { $0.number < $1.number }
                return try version.flatMap { try snapshot.image(ofJob: $0.digest) }
            }
            if let recorded { return recorded }
        }
        if job.version == nil, let image = try layout.image(named: "\(job.name.namespace).\(job.name.name)") {
            return image
        }
        throw Diagnostic.imageUnknown("\(job)", in: layout.path)
    }
}
