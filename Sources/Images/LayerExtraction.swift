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

/// One layer on its way from a blob into a folder, by libarchive. Layers come from anybody: nothing in one is believed.
///
/// Names are checked here as text, and libarchive refuses on the disk what leads through a symbolic link.
struct LayerExtraction: ~Copyable {
    private let digest: Digest
    private let layout: ImageLayout
    /// Absolute and without links, because libarchive takes a link anywhere in a path as an attack.
    private let root: String
    private let input: OpaquePointer
    private let output: OpaquePointer
    private let source: BlobSource
    private let isUpper: Bool

    /// `isUpper` says whether there are layers below it, so that something may stand in the way.
    init(of digest: Digest, in layout: ImageLayout, to root: String, isUpper: Bool) throws {
        let source = try BlobSource(layout.blobPath(digest))
        guard let input = archive_read_new(), let output = archive_write_disk_new() else {
            throw Diagnostic.archive("read", reason: "out of memory")
        }
        self.digest = digest
        self.layout = layout
        self.root = root
        self.input = input
        self.output = output
        self.source = source
        self.isUpper = isUpper
        archive_read_support_format_tar(input)
        archive_read_support_format_empty(input)
        archive_read_support_filter_gzip(input)
        archive_read_support_filter_zstd(input)
        archive_write_disk_set_options(
            output, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS)
    }

    deinit {
        archive_read_free(input)
        archive_write_free(output)
    }

    /// Unpacks everything, then makes sure that the blob was what its digest says.
    func run(_ budget: inout UnpackLimits) throws {
        let opened = archive_read_open(
            input, Unmanaged.passUnretained(source).toOpaque(), nil,
            { _, context, block in
                guard let context, let block else { return -1 }
                let source = Unmanaged<BlobSource>.fromOpaque(context).takeUnretainedValue()
                block.pointee = UnsafeRawPointer(source.buffer.baseAddress)
                return source.next()
            }, nil)
        try check(opened, input)
        var entry: OpaquePointer?
        while true {
            let result = archive_read_next_header(input, &entry)
            if result == ARCHIVE_EOF { break }
            try check(result, input)
            guard let entry else { break }
            try extract(entry, &budget)
        }
        try check(archive_write_close(output), output)
        try source.drain()
        guard source.digest() == digest else { throw Diagnostic.blobCorrupt(digest, in: layout.path) }
    }

    private func check(_ result: Int32, _ archive: OpaquePointer, path: String? = nil) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = source.failure { throw failure }
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown"
        if archive_errno(archive) == ENOSPC { throw Diagnostic.fileAccess("write", path ?? root, errno: ENOSPC) }
        // What libarchive cannot read is more often a damaged blob than a bad archive: the digest tells.
        if archive == input {
            try source.drain()
            guard source.digest() == digest else { throw Diagnostic.blobCorrupt(digest, in: layout.path) }
        }
        guard let path else { throw Diagnostic.archive("unpack", reason: reason) }
        throw Diagnostic.layerHostile(digest, path: path, reason: "cannot be unpacked: \(reason)")
    }

    private func extract(_ entry: OpaquePointer, _ budget: inout UnpackLimits) throws {
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
        guard let last = parts.last else { return }
        if last.hasPrefix(".wh.") { return try whiteOut(parts) }
        let path = root + "/" + parts.joined(separator: "/")
        archive_entry_set_pathname_utf8(entry, path)
        if let target = archive_entry_hardlink_utf8(entry) {
            let link = try components(String(cString: target))
            archive_entry_set_hardlink_utf8(entry, root + "/" + link.joined(separator: "/"))
        } else {
            try prepare(entry, path: path)
        }
        if isUpper {
            try clearTheWay(path, isFolder: archive_entry_filetype(entry) == 0o040000)
        }
        try check(archive_write_header(output, entry), output, path: path)
        try copyContent(path)
        try check(archive_write_finish_entry(output), output, path: path)
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
        guard parts.count <= 256 else { throw Diagnostic.layerHostile(digest, path: path, reason: "is too deep") }
        return parts
    }

    /// Lets files, folders and links through, and takes from their modes what would give rights (setuid) or lock out
    /// the owner, who must be able to remove it all again.
    private func prepare(_ entry: OpaquePointer, path: String) throws {
        let mode = archive_entry_perm(entry) & 0o777
        switch archive_entry_filetype(entry) {
        case 0o100000: archive_entry_set_perm(entry, mode | 0o600)
        case 0o040000: archive_entry_set_perm(entry, mode | 0o700)
        case 0o120000: break
        default: throw Diagnostic.layerHostile(digest, path: path, reason: "is a device or a pipe")
        }
    }

    /// An upper layer may put a file where a lower one had a folder, and a folder where there was a file. libarchive
    /// replaces only files by files.
    private func clearTheWay(_ path: String, isFolder: Bool) throws {
        var place = root
        for part in path.dropFirst(root.count).split(separator: "/").dropLast() {
            place += "/\(part)"
            switch try FileAccess.status(place)?.kind {
            case .directory: continue
            // What leads through a link is libarchive's to refuse.
            case .symbolicLink, nil: return
            case .file, .other: return try FileAccess.remove(place)
            }
        }
        if !isFolder, try FileAccess.status(path)?.kind == .directory { try FileAccess.remove(path) }
    }

    private func copyContent(_ path: String) throws {
        var block: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        while true {
            let result = archive_read_data_block(input, &block, &count, &offset)
            if result == ARCHIVE_EOF { return }
            try check(result, input)
            guard archive_write_data_block(output, block, count, offset) >= 0 else {
                return try check(ARCHIVE_FATAL, output, path: path)
            }
        }
    }

    /// `.wh.NAME` removes a file of a lower layer, `.wh..wh..opq` all of a folder (OCI image specification, whiteouts).
    private func whiteOut(_ parts: [Substring]) throws {
        guard let name = parts.last?.dropFirst(4) else { return }
        let folder = ([root[...]] + parts.dropLast()).joined(separator: "/")
        guard try leadsThroughNoLink(folder + "/x") else {
            throw Diagnostic.layerHostile(digest, path: parts.joined(separator: "/"), reason: "removes through a link")
        }
        guard try FileAccess.status(folder)?.kind == .directory else { return }
        if name == ".wh..opq" {
            for name in try FileAccess.names(in: folder) {
                try FileAccess.remove("\(folder)/\(String(decoding: name, as: UTF8.self))")
            }
        } else if name != "", name != ".", name != ".." {
            try FileAccess.remove("\(folder)/\(name)")
        }
    }

    /// Whether every folder on the way from the root to a path is a real one.
    private func leadsThroughNoLink(_ path: String) throws -> Bool {
        var folder = root
        for part in path.dropFirst(root.count).split(separator: "/").dropLast() {
            folder += "/\(part)"
            if try FileAccess.status(folder)?.kind == .symbolicLink { return false }
        }
        return true
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
