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
    private let source: LayerStream
    /// libarchive's, for what reads contents.
    let handle: OpaquePointer

    /// The longest path (PATH_MAX of Linux).
    private static let longestPath = 4096

    /// - Parameter room: the most bytes that the uncompressed archive may have.
    init(of digest: Digest, in layout: ImageLayout, most room: Int64) throws {
        let source = try LayerStream(digest, in: layout, most: room)
        guard let handle = archive_read_new() else { throw Diagnostic.archive("read", reason: "out of memory") }
        self.source = source
        self.digest = digest
        self.handle = handle
        archive_read_support_format_tar(handle)
        archive_read_support_format_empty(handle)
    }

    deinit { archive_read_free(handle) }

    func open() throws {
        try check(
            archive_read_open(
                handle, Unmanaged.passUnretained(source).toOpaque(), nil,
                { _, context, block in
                    guard let context, let block else { return -1 }
                    guard let bytes = Unmanaged<LayerStream>.fromOpaque(context).takeUnretainedValue().next() else {
                        return -1
                    }
                    block.pointee = bytes.baseAddress
                    return bytes.count
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
        try source.verifyBlob()
        throw Diagnostic.archive("unpack", reason: reason)
    }

    /// What went wrong in reading the blob.
    var failure: (any Error)? { source.failure }

    /// Makes sure that the blob was what its digest says, all of it, and its archive what the image says of that.
    func demandSound(diffID: Digest) throws { try source.verify(diffID: diffID) }

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
