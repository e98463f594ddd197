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

/// The archive in a layer's blob, decompressed piece by piece and digested on both sides of that: the blob must be what
/// its descriptor says, and the archive what the configuration says (`diff_ids`).
///
/// A class because a C callback needs a place that stays. It belongs to one task.
final class LayerStream {
    enum Compression { case none, gzip, zstd }

    /// By the first bytes (RFC 1952; RFC 8878, whose files may begin with a frame to skip).
    static func compression(_ start: some Collection<UInt8>) -> Compression {
        if start.starts(with: [0x1F, 0x8B]) { return .gzip }
        if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        let isSkipped = start.count >= 4 && Array(start.prefix(4))[1...] == [0x2A, 0x4D, 0x18]
        return isSkipped && start.first.map { $0 & 0xF0 == 0x50 } ?? false ? .zstd : .none
    }

    private let digest: Digest
    private let layout: ImageLayout
    private let blob: BlobBytes
    private let decoder: OpaquePointer?
    private var hasher: Digest.Hasher? = Digest.Hasher()
    /// Bytes that may still come: a small blob can hold an archive without end.
    private var room: Int64
    private var isOpen = false
    private var isAtEnd = false
    /// What went wrong in the callback, which can tell libarchive no more than that something did.
    private(set) var failure: (any Error)?

    init(_ digest: Digest, in layout: ImageLayout, most room: Int64) throws {
        self.digest = digest
        self.layout = layout
        self.room = room
        blob = try BlobBytes(layout.blobPath(digest))
        guard Self.compression(try blob.start()) != .none else {
            decoder = nil
            return
        }
        guard let decoder = archive_read_new() else { throw Diagnostic.archive("read", reason: "out of memory") }
        archive_read_support_format_raw(decoder)
        archive_read_support_format_empty(decoder)
        archive_read_support_filter_gzip(decoder)
        archive_read_support_filter_zstd(decoder)
        self.decoder = decoder
    }

    deinit { if let decoder { archive_read_free(decoder) } }

    /// The next bytes of the archive, which stay until the next call; none at the end, and `nil` after a failure.
    func next() -> UnsafeRawBufferPointer? {
        do {
            let bytes = try decoder.map(decoded) ?? blob.next()
            room -= Int64(bytes.count)
            guard room >= 0 else { throw Diagnostic.unpackLimit(digest, what: "the allowed number of bytes") }
            // Without compression the two digests are one.
            if decoder != nil { hasher?.update(bytes) }
            return bytes
        } catch {
            failure = failure ?? error
            return nil
        }
    }

    private func decoded(_ decoder: OpaquePointer) throws -> UnsafeRawBufferPointer {
        if isAtEnd { return UnsafeRawBufferPointer(start: nil, count: 0) }
        if !isOpen {
            isOpen = true
            let opened = archive_read_open(
                decoder, Unmanaged.passUnretained(blob).toOpaque(), nil,
                { _, context, block in
                    guard let context, let block else { return -1 }
                    guard let bytes = Unmanaged<BlobBytes>.fromOpaque(context).takeUnretainedValue().nextOrNone() else {
                        return -1
                    }
                    block.pointee = bytes.baseAddress
                    return bytes.count
                }, nil)
            try check(opened, decoder)
            var entry: OpaquePointer?
            let result = archive_read_next_header(decoder, &entry)
            isAtEnd = result == ARCHIVE_EOF
            if isAtEnd { return UnsafeRawBufferPointer(start: nil, count: 0) }
            try check(result, decoder)
        }
        var block: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let result = archive_read_data_block(decoder, &block, &count, &offset)
        isAtEnd = result == ARCHIVE_EOF
        if isAtEnd { return UnsafeRawBufferPointer(start: nil, count: 0) }
        try check(result, decoder)
        return UnsafeRawBufferPointer(start: block, count: count)
    }

    private func check(_ result: Int32, _ decoder: OpaquePointer) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = blob.failure { throw failure }
        // What cannot be decompressed is more often a damaged blob than a bad layer: the digest tells.
        try verifyBlob()
        let reason = archive_error_string(decoder).map { String(cString: $0) } ?? "unknown"
        throw Diagnostic.layerUndecodable(digest, reason: Diagnostic.printable(reason))
    }

    /// Reads what is left, since the digests are of all bytes, and compares them.
    ///
    /// - Throws: a `Diagnostic` where the blob or its archive is not what was said.
    func verify(diffID: Digest) throws {
        while let bytes = next(), !bytes.isEmpty {}
        if let failure { throw failure }
        try verifyBlob()
        let found = decoder == nil ? digest : hasher.take()?.finalize()
        guard let found, found == diffID else {
            throw Diagnostic.layerDiffID(digest, says: diffID, is: found ?? digest)
        }
    }

    /// Whether the blob is what its name says, at whatever point it has been read to.
    func verifyBlob() throws {
        guard try blob.digest() == digest else { throw Diagnostic.blobCorrupt(digest, in: layout.path) }
    }
}

/// The bytes of a blob, block by block, digested as they pass.
private final class BlobBytes {
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    private let file: OpenFile
    private var hasher: Digest.Hasher? = Digest.Hasher()
    private var result: Digest?
    private(set) var failure: (any Error)?

    init(_ path: String) throws { file = try OpenFile(path, O_RDONLY | O_NOFOLLOW) }

    deinit { buffer.deallocate() }

    /// The first four bytes, which are still to come.
    func start() throws -> [UInt8] {
        var start = [UInt8](repeating: 0, count: 4)
        let count = pread(file.descriptor, &start, start.count, 0)
        guard count >= 0 else { throw Diagnostic.fileAccess("read", file.path, errno: errno) }
        return Array(start[..<count])
    }

    func next() throws -> UnsafeRawBufferPointer {
        let count = try file.read(into: buffer)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hasher?.update(bytes)
        return bytes
    }

    func nextOrNone() -> UnsafeRawBufferPointer? {
        do { return try next() } catch {
            failure = error
            return nil
        }
    }

    /// Of all bytes, also those that nobody has asked for.
    func digest() throws -> Digest? {
        if result == nil {
            while try !next().isEmpty {}
            result = hasher.take()?.finalize()
        }
        return result
    }
}
