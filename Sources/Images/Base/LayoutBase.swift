import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A base image in an OCI layout that somebody else keeps: `oci:PATH`. It is only read.
struct LayoutBase: BaseImageSource {
    private let place: LocalPlace

    init(_ place: LocalPlace) throws {
        self.place = place
        guard try FileAccess.status("\(place.path)/oci-layout")?.kind == .file else {
            throw Diagnostic.notALayout(place.path)
        }
    }

    var name: String { place.name }

    func candidates() async throws -> [ManifestDocument.Entry] {
        try await BlockingWork.run { [place] in
            let bytes = try FileAccess.read("\(place.path)/index.json", limit: ManifestDocument.mostBytes)
            return try place.chosen(from: try place.entries(bytes))
        }
    }

    func config(_ blob: BlobDescriptor) async throws -> [UInt8] { try await manifest(blob.digest) }

    func manifest(_ digest: Digest) async throws -> [UInt8] {
        try await BlockingWork.run { [place] in
            guard try FileAccess.status(path(digest)) != nil else {
                throw Diagnostic.baseBlobMissing(digest, of: place.name)
            }
            let bytes = try FileAccess.read(path(digest), limit: ManifestDocument.mostBytes)
            guard Digest(of: bytes) == digest else { throw Diagnostic.baseBlobCorrupt(digest, of: place.name) }
            return bytes
        }
    }

    func copy(
        _ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void
    ) async throws {
        for blob in blobs {
            try Task.checkCancellation()
            try await BlockingWork.run { try copy(blob, to: layout) }
        }
    }

    private func copy(_ blob: BlobDescriptor, to layout: ImageLayout) throws {
        guard try FileAccess.status(path(blob.digest)) != nil else {
            throw Diagnostic.baseBlobMissing(blob.digest, of: name)
        }
        let file = try OpenFile(path(blob.digest), O_RDONLY | O_NONBLOCK)
        guard try file.status().kind == .file else { throw Diagnostic.notARegularFile(path(blob.digest)) }
        let copy = try BlobCopy(of: blob, to: layout, name: name)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { break }
            try copy.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        try copy.finish()
    }

    private func path(_ digest: Digest) -> String { "\(place.path)/blobs/sha256/\(digest.hex)" }
}
