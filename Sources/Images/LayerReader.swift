import CArchive
import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One layer, read from its blob by libarchive, entry after entry.
///
/// Layers come from anybody: nothing in one is believed.
struct LayerReader: ~Copyable {
    let digest: Digest
    private let layout: ImageLayout
    private let source: BlobSource
    /// libarchive's, for what reads contents.
    let handle: OpaquePointer

    /// The longest path (PATH_MAX of Linux).
    private static let longestPath = 4096

    init(of digest: Digest, in layout: ImageLayout) throws {
        let source = try BlobSource(layout.blobPath(digest))
        guard let handle = archive_read_new() else { throw Diagnostic.archive("read", reason: "out of memory") }
        self.source = source
        self.digest = digest
        self.layout = layout
        self.handle = handle
        archive_read_support_format_tar(handle)
        archive_read_support_format_empty(handle)
        archive_read_support_filter_gzip(handle)
        archive_read_support_filter_zstd(handle)
    }

    deinit { archive_read_free(handle) }

    func open() throws {
        try check(
            archive_read_open(
                handle, Unmanaged.passUnretained(source).toOpaque(), nil,
                { _, context, block in
                    guard let context, let block else { return -1 }
                    let source = Unmanaged<BlobSource>.fromOpaque(context).takeUnretainedValue()
                    block.pointee = UnsafeRawPointer(source.buffer.baseAddress)
                    return source.next()
                }, nil))
    }

    /// The next entry; `nil` at the end.
    func next() throws -> OpaquePointer? {
        var entry: OpaquePointer?
        let result = archive_read_next_header(handle, &entry)
        if result == ARCHIVE_EOF { return nil }
        try check(result)
        return entry
    }

    func check(_ result: Int32) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = source.failure { throw failure }
        let reason = archive_error_string(handle).map { String(cString: $0) } ?? "unknown"
        // What libarchive cannot read is more often a damaged blob than a bad archive: the digest tells.
        try demandSound()
        throw Diagnostic.archive("unpack", reason: reason)
    }

    /// What went wrong in reading the blob.
    var failure: (any Error)? { source.failure }

    /// Makes sure that the blob was what its digest says, all of it.
    func demandSound() throws {
        try source.drain()
        guard source.digest() == digest else { throw Diagnostic.blobCorrupt(digest, in: layout.path) }
    }

    /// Takes an entry from a budget.
    ///
    /// - Returns: the names of its path within the image.
    func admit(_ entry: OpaquePointer, _ budget: inout UnpackLimits) throws -> [Substring] {
        guard let name = archive_entry_pathname_utf8(entry) else {
            throw Diagnostic.layerHostile(digest, path: "?", reason: "has a name that is not UTF-8")
        }
        let parts = try components(String(cString: name))
        budget.entries -= 1
        guard budget.entries >= 0 else { throw Diagnostic.unpackLimit(digest, what: "the allowed number of files") }
        // The size that the header gives, which libarchive never goes beyond: so a sparse file, which takes no room on
        // the disk but much to read back, counts in full.
        let size = archive_entry_size(entry)
        guard size >= 0, size <= budget.bytes else {
            throw Diagnostic.unpackLimit(digest, what: "the allowed number of bytes")
        }
        budget.bytes -= size
        return parts
    }

    /// The names of the path that an entry is a hard link to; `nil` where it is none.
    func hardLink(_ entry: OpaquePointer) throws -> [Substring]? {
        try archive_entry_hardlink_utf8(entry).map { try components(String(cString: $0)) }
    }

    /// The names of a path within the image. A leading `./` is usual; a leading `/` or a `..` is an attack.
    private func components(_ path: String) throws -> [Substring] {
        guard !path.hasPrefix("/") else {
            throw Diagnostic.layerHostile(digest, path: path, reason: "is an absolute path")
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else {
            throw Diagnostic.layerHostile(digest, path: path, reason: "leads out of the image with “..”")
        }
        guard parts.count <= 256, path.utf8.count <= Self.longestPath else {
            throw Diagnostic.layerHostile(digest, path: path, reason: "is too deep")
        }
        return parts
    }
}

/// The bytes of a blob, block by block, digested as they pass. A class because a C callback needs a place that stays.
private final class BlobSource {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    private let file: OpenFile
    private var hasher: Digest.Hasher? = Digest.Hasher()
    private var result: Digest?
    private(set) var failure: (any Error)?

    init(_ path: String) throws { file = try OpenFile(path, O_RDONLY | O_NOFOLLOW) }

    deinit { buffer.deallocate() }

    /// Fills the buffer: the number of bytes, 0 at the end, -1 after a failure.
    func next() -> Int {
        do {
            let count = try file.read(into: buffer)
            hasher?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return count
        } catch {
            failure = error
            return -1
        }
    }

    /// Reads what libarchive left, since the digest is of all bytes.
    func drain() throws {
        while next() > 0 {}
        if let failure { throw failure }
    }

    func digest() -> Digest? {
        if result == nil { result = hasher.take()?.finalize() }
        return result
    }
}
