import Manifests
import YAML

/// A base image in a tar file of an OCI layout: `oci-archive:PATH`.
struct LayoutArchiveBase: BaseImageSource {
    private let place: LocalPlace
    private let file: TarFile
    private let index: [UInt8]
    /// The blobs that are small enough to be documents, as far as there is room for them.
    private let small: [Digest: [UInt8]]

    /// Most documents are some thousand bytes.
    private static let smallBlob = 1 << 20
    private static let smallBlobs = 32 << 20

    /// Reads the archive once. This blocks the thread.
    init(_ place: LocalPlace) throws {
        self.place = place
        file = TarFile(path: place.path)
        var index: [UInt8]?
        var small: [Digest: [UInt8]] = [:]
        var room = Self.smallBlobs
        try file.visit { member in
            guard case .file = member.kind else { return true }
            if member.name == "index.json" {
                index = try member.bytes(limit: ManifestDocument.mostBytes)
            } else if let digest = Self.blob(member), member.size <= min(Self.smallBlob, room) {
                let bytes = try member.bytes(limit: Self.smallBlob)
                room -= bytes.count
                small[digest] = bytes
            }
            return true
        }
        guard let index else { throw Diagnostic.archiveIncomplete(place.path, lacks: "index.json") }
        self.index = index
        self.small = small
    }

    private static func blob(_ member: TarFile.Member) -> Digest? {
        let folder = "blobs/sha256/"
        return member.name.hasPrefix(folder) ? Digest(hex: member.name.dropFirst(folder.utf8.count)) : nil
    }

    var name: String { place.name }

    func candidates() async throws -> [ManifestDocument.Entry] { try place.chosen(from: try place.entries(index)) }

    func config(_ blob: BlobDescriptor) async throws -> [UInt8] { try await manifest(blob.digest) }

    func manifest(_ digest: Digest) async throws -> [UInt8] {
        var bytes = small[digest]
        if bytes == nil {
            bytes = try await BlockingWork.run { [file] in
                var found: [UInt8]?
                try file.visit { member in
                    guard Self.blob(member) == digest else { return true }
                    found = try member.bytes(limit: ManifestDocument.mostBytes)
                    return false
                }
                return found
            }
        }
        guard let bytes else { throw Diagnostic.baseBlobMissing(digest, of: name) }
        guard Digest(of: bytes) == digest else { throw Diagnostic.baseBlobCorrupt(digest, of: name) }
        return bytes
    }

    func copy(
        _ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void
    ) async throws {
        let wanted = Dictionary(blobs.map { ($0.digest, $0) }) { first, _ in first }
        try await BlockingWork.run { [file, name] in
            var rest = wanted
            try file.visit { member in
                guard let digest = Self.blob(member), let blob = rest.removeValue(forKey: digest) else { return true }
                let copy = try BlobCopy(of: blob, to: layout, name: name)
                try member.read { try copy.write($0) }
                try copy.finish()
                return !rest.isEmpty
            }
        }
    }
}
