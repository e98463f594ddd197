public import Images
import Manifests
public import Records
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where the outputs of one attempt can be read: in the folder in which it left them, or in the store that they were
/// put into.
public struct OutputSource: Sendable {
    /// The attempt's folder, absolute. It need not be on this machine.
    private let folder: String
    private let artifact: AttemptArtifact?
    private let stores: ArtifactStores

    public init(folder: String, artifact: AttemptArtifact?, stores: ArtifactStores) {
        self.folder = folder
        self.artifact = artifact
        self.stores = stores
    }

    /// The path that an output has in the attempt's own folder.
    public func ownPath(of output: String) -> String { "\(folder)/outputs/\(output)" }

    /// The path of an output on this machine. Where there is no store, or nobody could vouch for the output, it is the
    /// attempt's own, whatever is there.
    ///
    /// - Parameters:
    ///   - output: as its job declares it.
    ///   - scratch: where to put what comes from the store: an absolute path at which nothing is, in a folder that
    ///     there is.
    /// - Throws: a `Diagnostic` where it is not in the store, or that cannot be read.
    public func path(of output: String, _ recorded: OutputDigest, scratch: String) async throws -> String {
        let own = ownPath(of: output)
        guard let location = artifact?.location, let digest = artifact?.digest, recorded.digest != nil,
            try await BlockingWork.run({ try !Self.isSound(own, recorded) })
        else { return own }
        let store = try stores.open(location)
        guard let part = try await store.attempt(digest).part("outputs/\(output)") else {
            throw Diagnostic.outputNotInStore(output, store: "\(location)@\(digest)")
        }
        try await store.fetch(part, to: scratch, scratch: "\(scratch).archive")
        guard try await BlockingWork.run({ try Self.isSound(scratch, recorded) }) else {
            throw Diagnostic.outputNotInStore(output, store: "\(location)@\(digest)")
        }
        return scratch
    }

    /// Whether a path has what was recorded. What cannot be read is as good as not there.
    private static func isSound(_ path: String, _ recorded: OutputDigest) throws -> Bool {
        switch recorded {
        case .file(let digest, _):
            guard try HandedFiles.isFolder(path) == false else { return false }
            return (try? HandedFiles.content(of: path).digest) == digest
        case .folder(let digest, _):
            guard try HandedFiles.isFolder(path) == true else { return false }
            return (try? HandedFiles.tree(path).digest) == digest
        case .unreadable: return false
        }
    }
}
