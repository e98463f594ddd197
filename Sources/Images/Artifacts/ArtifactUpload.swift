public import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What is to be put into a store of one folder: some files as they are, others by a digest that was promised.
///
/// Files are read twice, for the digest and for the bytes, and never held in memory.
public struct ArtifactUpload: Sendable {
    /// One thing in the folder.
    public enum Content: Sendable, Hashable {
        /// A file that grew while the attempt ran. Of one that is longer than `most`, the end is kept; one that is not
        /// there or empty is left out.
        case log(most: Int64)
        /// A file with this digest.
        case file(Digest)
        /// A folder whose files have this digest together.
        case folder(Digest)
    }

    /// Absolute. What is in it, and what a link in it leads to, has to be below it.
    private let folder: String
    /// An absolute path that is this upload's own while it lasts, for archives.
    private let scratch: String

    public init(of folder: String, scratch: String) {
        self.folder = folder
        self.scratch = scratch
    }

    /// Puts everything into the store, the manifest last.
    ///
    /// - Parameter contents: in the order in which the manifest names them.
    /// - Returns: the digest of the manifest.
    /// - Throws: a `Diagnostic`; then there is no manifest, and what was put there before is found again.
    public func run(
        _ contents: [(title: String, content: Content)], annotations: [String: String], into store: any ArtifactStore
    ) async throws -> Digest {
        var parts: [ArtifactManifest.Part] = []
        for (title, content) in contents {
            switch content {
            case .log(let most): if let part = try await putLog(title, most, into: store) { parts.append(part) }
            case .file(let digest): parts.append(try await putFile(title, digest, into: store))
            case .folder(let digest): parts.append(try await putFolder(title, digest, into: store))
            }
        }
        try await store.put(ArtifactManifest.emptyConfiguration, as: ArtifactManifest.empty)
        let manifest = ArtifactManifest(parts: parts, annotations: annotations)
        return try await store.putManifest(manifest.bytes, mediaType: BlobDescriptor.manifest)
    }

    private func putLog(
        _ title: String, _ most: Int64, into store: any ArtifactStore
    ) async throws -> ArtifactManifest.Part? {
        let path = "\(folder)/\(title)"
        let found = try await BlockingWork.run { () -> (content: FileContent, skipped: Int64)? in
            // A command may have put anything in its place: a link would make a reader of logs read something else.
            guard let status = try FileAccess.status(path), status.kind == .file, status.size > 0 else { return nil }
            let skipped = max(0, status.size - most)
            return (try HandedFiles.content(of: path, at: skipped, count: status.size - skipped), skipped)
        }
        guard let found else { return nil }
        let type = title.hasSuffix(".jsonl") ? "application/jsonl" : "text/plain"
        let blob = BlobDescriptor(mediaType: type, digest: found.content.digest, size: found.content.size)
        try await store.put(blob, from: path, at: found.skipped)
        return ArtifactManifest.Part(blob: blob, title: title, skipped: found.skipped)
    }

    private func putFile(
        _ title: String, _ digest: Digest, into store: any ArtifactStore
    ) async throws -> ArtifactManifest.Part {
        let path = "\(folder)/\(title)"
        let content = try await BlockingWork.run {
            try demandBelow(title)
            return try HandedFiles.content(of: path)
        }
        guard content.digest == digest else { throw Diagnostic.sourceChangedWhileRead(title) }
        let blob = BlobDescriptor(mediaType: "application/octet-stream", digest: digest, size: content.size)
        try await store.put(blob, from: path, at: 0)
        return ArtifactManifest.Part(blob: blob, title: title)
    }

    private func putFolder(
        _ title: String, _ digest: Digest, into store: any ArtifactStore
    ) async throws -> ArtifactManifest.Part {
        let layout = ImageLayout(path: scratch)
        let blob = try await BlockingWork.run {
            try demandBelow(title)
            let tree = try HandedFiles.tree("\(folder)/\(title)")
            guard tree.digest == digest else { throw Diagnostic.sourceChangedWhileRead(title) }
            try FileAccess.remove(scratch)
            try layout.initialise()
            return try LayerWriter(layout: layout).write(tree, under: "/").blob
        }
        try await store.put(blob, from: layout.blobPath(blob.digest), at: 0)
        try await BlockingWork.run { try FileAccess.remove(scratch) }
        return ArtifactManifest.Part(blob: blob, title: title)
    }

    /// A link in the outputs may lead to any file of the machine; only what the attempt itself made leaves it.
    private func demandBelow(_ title: String) throws {
        let root = try FileAccess.resolved(folder)
        let target = try FileAccess.resolved("\(folder)/\(title)")
        guard target.hasPrefix(root + "/") else { throw Diagnostic.outputLeaves(title, target: target) }
    }
}

extension ArtifactStore {
    /// What a store has of an attempt.
    public func attempt(_ digest: Digest) async throws -> ArtifactManifest {
        try ArtifactManifest(try await manifest(digest), digest: digest)
    }

    /// Makes a file or folder of a part, where there is nothing yet.
    ///
    /// - Parameter scratch: an absolute path that is this call's own while it lasts.
    public func fetch(_ part: ArtifactManifest.Part, to path: String, scratch: String) async throws {
        guard part.isFolder else {
            try await BlockingWork.run { try HandedFiles.makeFolder(around: path) }
            return try await fetch(part.blob, to: path)
        }
        let layout = ImageLayout(path: scratch)
        try await BlockingWork.run {
            try FileAccess.remove(scratch)
            try layout.initialise()
        }
        try await fetch(part.blob, to: layout.blobPath(part.blob.digest))
        try await BlockingWork.run {
            try FileAccess.makeFolder(path)
            guard try FileAccess.names(in: path).isEmpty else { throw Diagnostic.unpackTargetNotFresh(path) }
            let root = try FileAccess.resolved(path)
            try UTF8Locale.with {
                var budget = UnpackLimits(entries: HandedFiles.limits.files * 2, bytes: HandedFiles.limits.bytes)
                // Not compressed, so that it is its own archive.
                let extraction = try LayerExtraction(
                    of: part.blob.digest, diffID: part.blob.digest, in: layout, to: root, isUpper: false,
                    within: budget)
                try extraction.run(&budget)
            }
            try FileAccess.remove(scratch)
        }
    }
}
