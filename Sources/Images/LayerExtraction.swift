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
/// Where a path leads is found out here, below the image's own root (`LayerPaths`), and libarchive refuses on the disk
/// what leads through a symbolic link all the same.
struct LayerExtraction: ~Copyable {
    private let diffID: Digest
    private let reader: LayerReader
    /// Absolute and without links, because libarchive takes a link anywhere in a path as an attack.
    private let root: String
    private let output: OpaquePointer
    private let isUpper: Bool
    private let paths: LayerPaths

    /// - Parameters:
    ///   - diffID: what the image says of the layer's uncompressed archive.
    ///   - isUpper: whether there are layers below it, so that something may stand in the way.
    init(
        of digest: Digest, diffID: Digest, in layout: ImageLayout, to root: String, isUpper: Bool,
        within budget: UnpackLimits
    ) throws {
        guard let output = archive_write_disk_new() else {
            throw Diagnostic.archive("read", reason: "out of memory")
        }
        do {
            reader = try LayerReader(of: digest, in: layout, most: budget.archiveBytes)
        } catch {
            archive_write_free(output)
            throw error
        }
        self.diffID = diffID
        self.root = root
        self.output = output
        self.isUpper = isUpper
        paths = LayerPaths(root: root, layer: digest)
        archive_write_disk_set_options(
            output, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS)
    }

    deinit { archive_write_free(output) }

    private var digest: Digest { reader.digest }

    /// Unpacks everything, then makes sure that the blob was what its digest says.
    func run(_ budget: inout UnpackLimits) throws {
        try reader.open()
        while let entry = try reader.next() { try extract(entry, &budget) }
        try check(archive_write_close(output))
        try reader.demandSound(diffID: diffID)
    }

    private func check(_ result: Int32, path: String? = nil) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = reader.failure { throw failure }
        let reason = archive_error_string(output).map { String(cString: $0) } ?? "unknown"
        if archive_errno(output) == ENOSPC { throw Diagnostic.fileAccess("write", path ?? root, errno: ENOSPC) }
        guard let path else { throw Diagnostic.archive("unpack", reason: reason) }
        throw Diagnostic.layerHostile(digest, path: path, reason: "cannot be unpacked: \(reason)")
    }

    private func extract(_ entry: OpaquePointer, _ budget: inout UnpackLimits) throws {
        let parts = try reader.admit(entry, &budget)
        guard let last = parts.last else { return }
        if last.hasPrefix(".wh.") { return try whiteOut(parts) }
        if isDevice(entry) {
            // Those that a distribution's archive brings for its own /dev: whoever runs the image has one.
            if parts.count > 1, parts.first == "dev" { return }
            throw Diagnostic.layerHostile(digest, path: parts.joined(separator: "/"), reason: "is a device or a pipe")
        }
        let path = try paths.place(of: parts)
        archive_entry_set_pathname_utf8(entry, path)
        if let link = try reader.hardLink(entry) {
            archive_entry_set_hardlink_utf8(entry, try paths.place(of: link))
        } else {
            prepare(entry)
        }
        let kind = archive_entry_filetype(entry)
        if isUpper {
            try clearTheWay(path, isFolder: kind == Self.folder)
            paths.touch(path)
        }
        if kind == Self.link { paths.forget() } else { paths.forget(below: parts) }
        try check(archive_write_header(output, entry), path: path)
        try copyContent(path)
        try check(archive_write_finish_entry(output), path: path)
    }

    private static let file: mode_t = 0o100000
    private static let folder: mode_t = 0o040000
    private static let link: mode_t = 0o120000

    /// Whether it is no file, folder or link. A hard link says nothing of what it leads to.
    private func isDevice(_ entry: OpaquePointer) -> Bool {
        archive_entry_hardlink_utf8(entry) == nil
            && ![Self.file, Self.folder, Self.link].contains(archive_entry_filetype(entry))
    }

    /// Takes from modes what would give rights (setuid) or lock out the owner, who must be able to remove it all again.
    private func prepare(_ entry: OpaquePointer) {
        let mode = archive_entry_perm(entry) & 0o777
        switch archive_entry_filetype(entry) {
        case Self.file: archive_entry_set_perm(entry, mode | 0o600)
        case Self.folder: archive_entry_set_perm(entry, mode | 0o700)
        default: break
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
        guard !isFolder, try FileAccess.status(path)?.kind == .directory else { return }
        paths.forget()
        try FileAccess.remove(path)
    }

    private func copyContent(_ path: String) throws {
        var block: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        while true {
            let result = archive_read_data_block(reader.handle, &block, &count, &offset)
            if result == ARCHIVE_EOF { return }
            try reader.check(result)
            guard archive_write_data_block(output, block, count, offset) >= 0 else {
                return try check(ARCHIVE_FATAL, path: path)
            }
        }
    }

    /// `.wh.NAME` removes what lower layers have of a name, `.wh..wh..opq` what they have in a folder (OCI image
    /// specification, whiteouts). What the layer itself has brought stays, whichever came first.
    private func whiteOut(_ parts: [Substring]) throws {
        let place = try paths.place(of: parts)
        guard isUpper, let name = parts.last?.dropFirst(4), let slash = place.lastIndex(of: "/") else { return }
        let folder = String(place[..<slash])
        guard try FileAccess.status(folder)?.kind == .directory else { return }
        paths.forget()
        if name == ".wh..opq" {
            try removeContents(of: folder)
        } else if name != "", name != ".", name != ".." {
            try removeLower("\(folder)/\(name)")
        }
    }

    private func removeContents(of folder: String) throws {
        for name in try FileAccess.names(in: folder) {
            try removeLower("\(folder)/\(String(decoding: name, as: UTF8.self))")
        }
    }

    private func removeLower(_ path: String) throws {
        guard paths.isTouched(path) else { return try FileAccess.remove(path) }
        // As deep as the paths of a layer may be.
        if try FileAccess.status(path)?.kind == .directory { try removeContents(of: path) }
    }
}
