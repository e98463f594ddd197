import CArchive
public import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes a tree as a layer whose bytes depend on nothing but the tree: sorted by path, owned by 0:0 without names,
/// modes 0644 and 0755 (0777 for links), all times 0, and pax headers only for what a plain ustar header cannot say.
struct LayerWriter {
    let layout: ImageLayout
    var compression = LayerCompression.none

    /// The prefix is the folder in the image, absolute, under which the tree appears; `/` for none. Its parents are
    /// written too.
    ///
    /// - Returns: the layer, and the digest of its uncompressed archive.
    func write(_ tree: SourceTree, under prefix: String) throws -> (blob: BlobDescriptor, diffID: Digest) {
        let writer = try LayerSink(layout: layout, compression: compression)
        try UTF8Locale.with {
            let archive = try Archive(writer)
            try archive.open()
            var parent = ""
            for part in prefix.split(separator: "/") {
                parent += parent.isEmpty ? "\(part)" : "/\(part)"
                try archive.add(SourceTree.Entry(path: parent, kind: .directory), at: parent)
            }
            for entry in tree.entries {
                try archive.add(entry, at: parent.isEmpty ? entry.path : "\(parent)/\(entry.path)")
                try archive.addContent(of: entry, in: tree.root)
            }
            try archive.close()
        }
        return try writer.finish()
    }
}

/// libarchive's writer, writing into a blob.
private struct Archive: ~Copyable {
    private let handle: OpaquePointer
    private let entry: OpaquePointer
    private let writer: LayerSink
    private let buffer: UnsafeMutableRawBufferPointer

    init(_ writer: LayerSink) throws {
        guard let handle = archive_write_new(), let entry = archive_entry_new() else {
            throw Diagnostic.archive("write", reason: "out of memory")
        }
        self.handle = handle
        self.entry = entry
        self.writer = writer
        buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        archive_write_set_format_pax_restricted(handle)
        archive_write_add_filter_none(handle)
        archive_write_set_bytes_per_block(handle, 128 << 10)
        // No padding after the end: 1 means “the last block as long as it is”.
        archive_write_set_bytes_in_last_block(handle, 1)
    }

    func open() throws {
        // The writer outlives the archive: whoever made this value holds it.
        let context = Unmanaged.passUnretained(writer).toOpaque()
        try check(
            archive_write_open(
                handle, context, nil,
                { _, context, bytes, count in
                    guard let context else { return -1 }
                    let writer = Unmanaged<LayerSink>.fromOpaque(context).takeUnretainedValue()
                    do {
                        try writer.write(UnsafeRawBufferPointer(start: bytes, count: count))
                        return count
                    } catch {
                        writer.failure = error
                        return -1
                    }
                }, nil))
    }

    deinit {
        archive_entry_free(entry)
        archive_write_free(handle)
        buffer.deallocate()
    }

    private func check(_ result: Int32) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = writer.failure { throw failure }
        throw Diagnostic.archive("write", reason: archive_error_string(handle).map { String(cString: $0) } ?? "unknown")
    }

    func add(_ item: SourceTree.Entry, at path: String) throws {
        archive_entry_clear(entry)
        let isDirectory = item.kind == .directory
        try setText(path + (isDirectory ? "/" : ""), archive_entry_set_pathname_utf8)
        archive_entry_set_mtime(entry, 0, 0)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        archive_entry_set_size(entry, item.size)
        switch item.kind {
        case .directory: archive_entry_set_mode(entry, 0o040755)
        case .file: archive_entry_set_mode(entry, 0o100644)
        case .executable: archive_entry_set_mode(entry, 0o100755)
        case .symbolicLink(let target):
            archive_entry_set_mode(entry, 0o120777)
            try setText(target, archive_entry_set_symlink_utf8)
        }
        try check(archive_write_header(handle, entry))
    }

    private func setText(_ text: String, _ set: (OpaquePointer, UnsafePointer<CChar>) -> Void) throws {
        guard UTF8Locale.isAvailable || text.utf8.allSatisfy({ $0 < 0x80 }) else { throw Diagnostic.noUTF8Locale(text) }
        set(entry, text)
    }

    /// Copies a file's bytes, and makes sure that they are still the ones that the tree's digest speaks of.
    func addContent(of item: SourceTree.Entry, in root: String) throws {
        let expected: (size: Int64, content: Digest)
        switch item.kind {
        case .file(let size, let content), .executable(let size, let content): expected = (size, content)
        case .directory, .symbolicLink: return
        }
        let file = try OpenFile("\(root)/\(item.path)", O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        var hasher = Digest.Hasher()
        var size: Int64 = 0
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { break }
            size += Int64(count)
            guard size <= expected.size else { throw Diagnostic.sourceChangedWhileRead(item.path) }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(bytes)
            let written = archive_write_data(handle, bytes.baseAddress, count)
            try check(written == count ? ARCHIVE_OK : ARCHIVE_FATAL)
        }
        guard size == expected.size, hasher.finalize() == expected.content else {
            throw Diagnostic.sourceChangedWhileRead(item.path)
        }
    }

    func close() throws { try check(archive_write_close(handle)) }
}

extension SourceTree {
    /// The digest of the layer that an image of this source has on top.
    ///
    /// - Parameter scratch: a folder of this call's own, in which the layer is made and left.
    public func layer(scratch: String) throws -> Digest {
        let layout = ImageLayout(path: scratch)
        try layout.initialise()
        return try LayerWriter(layout: layout).write(self, under: ImagePaths.source).diffID
    }
}
