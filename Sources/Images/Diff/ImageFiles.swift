import CArchive
public import Manifests
import YAML

/// One file or link of an image.
public struct ImageFile: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable { case file, folder, link }

    public var kind: Kind
    /// The permission bits.
    public var mode: UInt32
    /// In bytes; 0 for what is no file.
    public var size: Int64
    /// Of a file's content.
    public var digest: Digest?
    /// Of a symbolic link: where it leads.
    public var target: String?
}

/// The files of an image, as its layers put them there one after the other, without unpacking any.
///
/// Contents pass by and are digested; what is kept is a path and a digest for each file.
struct ImageFiles {
    private(set) var files: [String: ImageFile] = [:]

    /// Puts a layer on top.
    ///
    /// - Throws: a `Diagnostic` for what `ImageLayout.unpack` refuses too.
    mutating func add(
        _ layer: BlobDescriptor, diffID: Digest, of image: Digest, in layout: ImageLayout,
        _ budget: inout UnpackLimits
    ) throws {
        try layout.demand(layer, of: image)
        let below = files
        let read = try UTF8Locale.with { try Self.read(layer.digest, diffID, in: layout, below: below, &budget) }
        // What a layer takes away is of those below it, wherever in the layer it says so.
        var parents: Set<Substring> = []
        for path in read.files.keys { parents.formUnion(Self.parents(of: path)) }
        files = files.filter { path, file in
            if read.removed.contains(path) || read.files[path] != nil { return false }
            if file.kind != .folder, parents.contains(path[...]) { return false }
            return Self.parents(of: path).allSatisfy { parent in
                let parent = String(parent)
                if read.removed.contains(parent) || read.emptied.contains(parent) { return false }
                return read.files[parent].map { $0.kind == .folder } ?? true
            } && !read.emptied.contains("")
        }
        files.merge(read.files) { _, upper in upper }
    }

    private struct Layer {
        var files: [String: ImageFile] = [:]
        /// Paths that it takes away, with all below them.
        var removed: Set<String> = []
        /// Folders of which it takes away all that is in them.
        var emptied: Set<String> = []
    }

    private static func read(
        _ digest: Digest, _ diffID: Digest, in layout: ImageLayout, below: [String: ImageFile],
        _ budget: inout UnpackLimits
    ) throws -> Layer {
        let reader = try LayerReader(of: digest, in: layout, most: budget.archiveBytes)
        try reader.open()
        var layer = Layer()
        while let entry = try reader.next() {
            let parts = try reader.admit(entry, &budget)
            guard let last = parts.last else { continue }
            let path = parts.joined(separator: "/")
            if last.hasPrefix(".wh.") {
                let folder = parts.dropLast().joined(separator: "/")
                if last == ".wh..wh..opq" {
                    layer.emptied.insert(folder)
                } else {
                    layer.removed.insert(folder.isEmpty ? "\(last.dropFirst(4))" : "\(folder)/\(last.dropFirst(4))")
                }
            } else if let link = try reader.hardLink(entry) {
                let target = link.joined(separator: "/")
                guard let file = layer.files[target] ?? below[target], file.kind == .file else {
                    throw Diagnostic.layerHostile(digest, path: path, reason: "is a link to what is not there")
                }
                layer.files[path] = file
            } else if let file = try file(entry, reader, parts) {
                layer.files[path] = file
            }
        }
        try reader.demandSound(diffID: diffID)
        return layer
    }

    private static func file(
        _ entry: OpaquePointer, _ reader: borrowing LayerReader, _ parts: [Substring]
    ) throws -> ImageFile? {
        let mode = UInt32(archive_entry_perm(entry)) & 0o7777
        switch archive_entry_filetype(entry) {
        case 0o040000: return ImageFile(kind: .folder, mode: mode, size: 0)
        case 0o120000:
            let target = archive_entry_symlink_utf8(entry).map { String(cString: $0) }
            return ImageFile(kind: .link, mode: mode, size: 0, target: target ?? "")
        case 0o100000:
            let (digest, size) = try content(reader)
            return ImageFile(kind: .file, mode: mode, size: size, digest: digest)
        // As in unpacking: those of a distribution's own /dev are left out.
        case _ where parts.count > 1 && parts.first == "dev": return nil
        default:
            throw Diagnostic.layerHostile(
                reader.digest, path: parts.joined(separator: "/"), reason: "is a device or a pipe")
        }
    }

    /// Digests what an entry holds; holes of a sparse file are zeros.
    private static func content(_ reader: borrowing LayerReader) throws -> (Digest, Int64) {
        var hasher = Digest.Hasher()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var size: Int64 = 0
        while true {
            let count = archive_read_data(reader.handle, buffer.baseAddress, buffer.count)
            guard count > 0 else {
                if count < 0 { try reader.check(Int32(clamping: count)) }
                return (hasher.finalize(), size)
            }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
        }
    }

    /// The folders around a path, outermost last.
    private static func parents(of path: String) -> [Substring] {
        var found: [Substring] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            found.append(rest)
        }
        return found
    }
}
