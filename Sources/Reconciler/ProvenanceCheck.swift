import Foundation
import Images
import Manifests
import YAML

/// Whether what an image's provenance says of a commit is true of the repository that is here.
struct ProvenanceCheck {
    let repository: Repository
    /// A folder of this call's own.
    let scratch: String

    func checks(of image: VerifiedImage) async throws -> [VerificationCheck] {
        guard let claims = image.claims else { return skipped("no provenance is believed") }
        guard let commit = claims.commit else { return skipped("the provenance names no commit") }
        guard Repository.isObjectName(commit) else {
            return failed("“\(String(commit.prefix(80)))” is no commit")
        }
        guard repository.isGit else { return skipped("there is no repository around \(repository.root)") }
        guard try await repository.hasCommit(commit) else {
            let isShallow = try await repository.isShallow()
            return isShallow
                ? skipped("commit \(commit) is not in this shallow clone (git fetch --unshallow)")
                : failed("commit \(commit) is not in the repository \(repository.root)")
        }
        var checks = [VerificationCheck(.commit, .ok, "\(commit) is in this repository")]
        guard let source = claims.source, let path = claims.sourcePath.flatMap(Self.path) else {
            return checks + [
                VerificationCheck(.source, .notChecked, "the provenance does not say which folder it was built from"),
                VerificationCheck(.content, .notChecked, "the source is not known"),
            ]
        }
        checks += try await repository.withFiles(of: commit) { folder in
            try await compare(path.isEmpty ? folder : "\(folder)/\(path)", shown: path, with: source, claims, image)
        }
        return checks
    }

    private func compare(
        _ folder: String, shown path: String, with source: Digest, _ claims: ProvenanceClaims, _ image: VerifiedImage
    ) async throws -> [VerificationCheck] {
        let name = path.isEmpty ? "the repository" : path
        let unknown = VerificationCheck(.content, .notChecked, "the source is not the one that was built")
        let tree: SourceTree
        do { tree = try await BlockingWork.run { try SourceTree.read(folder) } } catch let fault as Diagnostic {
            return [VerificationCheck(.source, .failed, "\(name) of that commit: \(fault.message)"), unknown]
        }
        guard tree.digest == source else {
            let why = claims.hadChanges ? ": it was built from a tree with changes that no commit has" : ""
            return [
                VerificationCheck(.source, .failed, "\(name) of that commit is \(tree.digest), not \(source)\(why)"),
                unknown,
            ]
        }
        let same = VerificationCheck(.source, .ok, "\(name) of that commit is \(source)")
        guard !claims.isOfDockerfile else {
            let why = "a Dockerfile made the image, and may do anything with that folder"
            return [same, VerificationCheck(.content, .notChecked, why)]
        }
        guard let top = image.topLayer else {
            return [same, VerificationCheck(.content, .notChecked, "the image's configuration names no layers")]
        }
        let scratch = "\(scratch)/content"
        let layer = try await BlockingWork.run { try tree.layer(scratch: scratch) }
        return layer == top
            ? [same, VerificationCheck(.content, .ok, "the image's top layer is that folder, byte for byte")]
            : [
                same,
                VerificationCheck(.content, .failed, "the image's top layer is \(top); that folder makes \(layer)"),
            ]
    }

    /// A path below the root; what leads elsewhere is none.
    private static func path(_ text: String) -> String? {
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !parts.contains(".."), !parts.contains(".git"), !text.contains("\0") else {
            return nil
        }
        return parts.joined(separator: "/")
    }

    private func skipped(_ why: String) -> [VerificationCheck] { all(.notChecked, why) }
    private func failed(_ why: String) -> [VerificationCheck] {
        [VerificationCheck(.commit, .failed, why)]
            + all(.notChecked, "the commit is not known").filter { $0.subject != .commit }
    }

    private func all(_ outcome: VerificationCheck.Outcome, _ why: String) -> [VerificationCheck] {
        [.commit, .source, .content].map { VerificationCheck($0, outcome, why) }
    }
}
