import CArchive
import Manifests
import YAML

/// Where the archive of a layer goes: into a blob, compressed on the way where that is wanted. It is digested before
/// that too, since an image's configuration names the archives themselves (`diff_ids`).
///
/// What a compressor makes depends on nothing but the archive and the library's version: no name, no time, one thread
/// and a fixed level.
///
/// A class because libarchive's C callback needs a place that stays. It belongs to one task.
final class LayerSink {
    private let blob: BlobWriter
    private let compression: LayerCompression
    private var compressor: OpaquePointer?
    private var hasher: Digest.Hasher? = Digest.Hasher()
    /// What went wrong in a callback, which can tell libarchive no more than that something did.
    var failure: (any Error)?

    init(layout: ImageLayout, compression: LayerCompression) throws {
        blob = try BlobWriter(layout: layout)
        self.compression = compression
    }

    deinit { if let compressor { archive_write_free(compressor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard compression != .none else { return try blob.write(bytes) }
        hasher?.update(bytes)
        let compressor = try opened()
        guard archive_write_data(compressor, bytes.baseAddress, bytes.count) == bytes.count else {
            throw fault(compressor)
        }
    }

    /// The layer, which is in the layout then, and the digest of its archive.
    func finish() throws -> (blob: BlobDescriptor, diffID: Digest) {
        guard compression != .none else {
            let layer = try blob.finish(mediaType: BlobDescriptor.layer)
            return (layer, layer.digest)
        }
        let compressor = try opened()
        guard archive_write_close(compressor) == ARCHIVE_OK else { throw fault(compressor) }
        guard let diffID = hasher.take()?.finalize() else {
            throw Diagnostic.archive("finish", reason: "finished twice")
        }
        let mediaType = compression == .gzip ? BlobDescriptor.gzipLayer : BlobDescriptor.zstdLayer
        return (try blob.finish(mediaType: mediaType), diffID)
    }

    private func opened() throws -> OpaquePointer {
        if let compressor { return compressor }
        guard let new = archive_write_new(), let entry = archive_entry_new() else {
            throw Diagnostic.archive("compress", reason: "out of memory")
        }
        compressor = new
        defer { archive_entry_free(entry) }
        archive_write_set_format_raw(new)
        archive_write_set_bytes_per_block(new, 128 << 10)
        // No padding after the end.
        archive_write_set_bytes_in_last_block(new, 1)
        switch compression {
        case .none: break
        case .gzip:
            archive_write_add_filter_gzip(new)
            try check(archive_write_set_filter_option(new, "gzip", "compression-level", "6"), new)
            try check(archive_write_set_filter_option(new, "gzip", "timestamp", nil), new)
        case .zstd:
            archive_write_add_filter_zstd(new)
            try check(archive_write_set_filter_option(new, "zstd", "compression-level", "3"), new)
        }
        let opened = archive_write_open(
            new, Unmanaged.passUnretained(blob).toOpaque(), nil,
            { _, context, bytes, count in
                guard let context else { return -1 }
                let blob = Unmanaged<BlobWriter>.fromOpaque(context).takeUnretainedValue()
                do {
                    try blob.write(UnsafeRawBufferPointer(start: bytes, count: count))
                    return count
                } catch {
                    blob.failure = error
                    return -1
                }
            }, nil)
        try check(opened, new)
        archive_entry_set_filetype(entry, 0o100000)
        try check(archive_write_header(new, entry), new)
        return new
    }

    private func check(_ result: Int32, _ compressor: OpaquePointer) throws {
        guard result == ARCHIVE_OK else { throw fault(compressor) }
    }

    private func fault(_ compressor: OpaquePointer) -> any Error {
        blob.failure
            ?? Diagnostic.archive(
                "compress", reason: archive_error_string(compressor).map { String(cString: $0) } ?? "unknown")
    }
}
