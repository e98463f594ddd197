public import Images
import Manifests
import Planning
import Records
import Store
import YAML

extension Reconciler {
    /// Compares the images of two job versions, or two images of the layout.
    ///
    /// - Parameters:
    ///   - before: `train@v1`, `train` for its newest version, `namespace/train@v1`, or the digest of an image.
    ///   - after: the same.
    /// - Throws: a `Diagnostic` where one is not recorded, was never built, or is not in the layout.
    public func imageDiff(_ before: String, _ after: String) async throws -> ImageDiff {
        let store = try surroundings.openIfThere(.readOnly)
        let (old, new) = (try await image(before, in: store), try await image(after, in: store))
        let layout = ImageLayout(path: paths.layout)
        for (image, word) in [(old, before), (new, after)] where !layout.contains(image.digest) {
            throw Diagnostic.imageNotInLayout(image.digest, word)
        }
        var diff = try await BlockingWork.run {
            try layout.diff(old.digest, new.digest, frozen: (old.frozen, new.frozen))
        }
        // What a run adds to its image is part of the version too.
        if let old = old.content, let new = new.content {
            diff.settings += old.changes(to: new).map { change in
                ImageDiff.Entry(
                    name: change.path.joined(separator: "."), before: change.before?.shown, after: change.after?.shown)
            }
        }
        return diff
    }

    /// The image that a word names, with the packages that are recorded of it.
    private func image(_ word: String, in store: StateStore?) async throws -> NamedImage {
        guard let store else {
            if let digest = Digest(word) { return NamedImage(digest: digest) }
            throw Diagnostic.noState(paths.state)
        }
        return try await store.read { snapshot in
            if let digest = Digest(word) {
                return NamedImage(digest: digest, frozen: try snapshot.frozenPackages(of: digest))
            }
            let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let name = ObjectName(reference: String(parts[0]))
            let all = try snapshot.jobVersions()
            guard let versions = all[name], let newest = versions.last else {
                let names = all.keys.map(\.description).sorted()
                throw Diagnostic.unknownObject(
                    "Job/\(name)", suggestion: Suggestion.closest(to: "\(name)", among: names))
            }
            var version = newest
            if parts.count > 1, parts[1] != "latest" {
                guard parts[1].hasPrefix("v"), let number = Int(parts[1].dropFirst()),
                    let found = versions.first(where: { $0.number == number })
                else { throw Diagnostic.noSuchVersion(word, newest: newest.reference) }
                version = found
            }
            guard let digest = try snapshot.image(ofJob: version.digest) else {
                throw Diagnostic.versionNotBuilt(version.reference)
            }
            return NamedImage(
                digest: digest, frozen: try snapshot.frozenPackages(of: digest), content: version.content)
        }
    }
}

/// An image as somebody named it.
private struct NamedImage: Sendable {
    var digest: Digest
    /// The packages that are recorded of it.
    var frozen: [String] = []
    /// Of the version that was named; `nil` where it was named by its digest.
    var content: JobVersionContent?
}

extension JSONValue {
    fileprivate var shown: String { string ?? canonicalText }
}
