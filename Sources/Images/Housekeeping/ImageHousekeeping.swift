public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Finds and removes what no image that is needed has, in a layout and in the folder in which builds remember.
///
/// Builds go on meanwhile: nothing is removed that was written, or counted on by a build, after the given moment, and
/// that is looked at again when it is removed (see `ImageLayout.keep`). Cut off anywhere, what is left is as good as
/// before: documents go before what they are made of.
public struct ImageHousekeeping: Sendable {
    private let layout: ImageLayout
    private let cacheFolder: String
    /// Seconds since 1970: what is younger stays.
    private let moment: Int

    private static let kinds = ["images", "packages"]

    /// - Parameter moment: seconds since 1970; what was used since then stays.
    public init(layout: ImageLayout, cacheFolder: String, unusedSince moment: Int) {
        self.layout = layout
        self.cacheFolder = cacheFolder
        self.moment = moment
    }

    /// What is not needed, in the order in which it is to be removed.
    ///
    /// - Parameters:
    ///   - images: the images that are needed, besides all that the layout lists.
    ///   - dropped: why an image that could be needed is not, for people.
    public func stale(needed images: Set<Digest>, dropped: [Digest: String] = [:]) throws -> [StaleThing] {
        guard try FileAccess.status("\(layout.path)/oci-layout") != nil else { return try remains() }
        // The blobs before the marks: one that comes meanwhile is no candidate.
        let candidates = try blobs()
        var marks = LayoutMarks(layout)
        marks.mark(try layout.listed())
        marks.mark(images)
        for (list, image) in try layout.attachmentLists() where marks.needed.contains(image) { marks.mark([list]) }
        let documents = marks.markReferrers(among: candidates)
        let doomed = candidates.filter { !marks.needed.contains($0.digest) }
        let ordered = doomed.filter { documents.contains($0.digest) } + doomed.filter { !documents.contains($0.digest) }
        let blobs = ordered.map { blob in
            StaleThing(
                .blob, layout.blobPath(blob.digest), bytes: blob.size,
                reason: dropped[blob.digest] ?? "no image that is needed has it")
        }
        return try records(without: Set(doomed.map(\.digest))) + blobs + (try remains())
    }

    /// Removes one of them.
    ///
    /// - Returns: `false` where it is in use by now, and stays.
    public func remove(_ thing: StaleThing) throws -> Bool {
        switch thing.kind {
        case .blob:
            guard let name = thing.path.split(separator: "/").last, let digest = Digest(hex: name) else { return false }
            guard try layout.removeBlob(digest, unlessUsedSince: moment) else { return false }
            try layout.unlist(digest)
            return true
        case .record:
            // Whoever builds this very thing holds the lock until its record is whole.
            let lockPath = thing.path.dropLast("json".count) + "lock"
            guard let lock = try FileLock.attempt(String(lockPath)) else { return false }
            try FileAccess.remove(thing.path)
            _ = consume lock
            return true
        case .remains:
            guard let status = try FileAccess.status(thing.path), status.modified < moment else { return false }
            try FileAccess.remove(thing.path)
            return true
        case .export, .work:
            try FileAccess.remove(thing.path)
            return true
        }
    }

    /// The blobs that have not been used for long enough, sorted.
    private func blobs() throws -> [(digest: Digest, size: Int64)] {
        let folder = "\(layout.path)/blobs/sha256"
        return try FileAccess.names(in: folder).compactMap { name -> (digest: Digest, size: Int64)? in
            guard let name = String(validating: name, as: UTF8.self), let digest = Digest(hex: name),
                let status = try FileAccess.status("\(folder)/\(name)"), status.kind == .file,
                status.modified < moment
            else { return nil }
            return (digest, status.size)
        }.sorted { $0.digest < $1.digest }
    }

    /// What builds remember of what is not there, or is about to go.
    private func records(without doomed: Set<Digest>) throws -> [StaleThing] {
        try Self.kinds.flatMap { kind -> [StaleThing] in
            let folder = "\(cacheFolder)/\(kind)"
            guard try FileAccess.status(folder) != nil else { return [] }
            return try names(in: folder).filter { $0.hasSuffix(".json") }.compactMap { name in
                let path = "\(folder)/\(name)"
                guard let status = try FileAccess.status(path), status.modified < moment,
                    let subject = subject(of: path, kind), doomed.contains(subject) || !layout.hasBlob(subject)
                else { return nil }
                return StaleThing(
                    .record, path, bytes: status.size,
                    reason: "the \(kind == "images" ? "image" : "layer") that it speaks of is not needed any more")
            }
        }
    }

    /// The blob that a record speaks of; `nil` where it cannot be read: then the next build replaces it.
    private func subject(of path: String, _ kind: String) -> Digest? {
        guard let bytes = try? FileAccess.read(path, limit: 16 << 20) else { return nil }
        return kind == "images"
            ? (try? JSONDecoder().decode(BuiltImage.self, from: Data(bytes)))?.manifestDigest
            : (try? JSONDecoder().decode(PythonPackages.Layer.self, from: Data(bytes)))?.blob.digest
    }

    /// What processes that were killed left half made.
    private func remains() throws -> [StaleThing] {
        try [layout.stagingFolder, "\(cacheFolder)/scratch"].flatMap { folder -> [StaleThing] in
            guard try FileAccess.status(folder) != nil else { return [] }
            return try names(in: folder).compactMap { name in
                let path = "\(folder)/\(name)"
                guard let status = try FileAccess.status(path), status.modified < moment else { return nil }
                return StaleThing(
                    .remains, path, bytes: try DiskUsage.bytes(of: path), reason: "a build that was killed left it")
            }
        }
    }

    private func names(in folder: String) throws -> [String] {
        try FileAccess.names(in: folder).compactMap { String(validating: $0, as: UTF8.self) }.sorted()
    }
}
