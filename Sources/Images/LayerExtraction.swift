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

/// One layer on its way from a blob into a folder, by libarchive.
///
/// Names are checked as text when they are read, and libarchive refuses on the disk what leads through a symbolic link.
struct LayerExtraction: ~Copyable {
    private let reader: LayerReader
    private let digest: Digest
    /// Absolute and without links, because libarchive takes a link anywhere in a path as an attack.
    private let root: String
    private let output: OpaquePointer
    private let isUpper: Bool

    /// `isUpper` says whether there are layers below it, so that something may stand in the way.
    init(of digest: Digest, in layout: ImageLayout, to root: String, isUpper: Bool) throws {
        guard let output = archive_write_disk_new() else {
            throw Diagnostic.archive("read", reason: "out of memory")
        }
        do {
            reader = try LayerReader(of: digest, in: layout)
        } catch {
            archive_write_free(output)
            throw error
        }
        self.digest = digest
        self.root = root
        self.output = output
        self.isUpper = isUpper
        archive_write_disk_set_options(
            output, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS)
    }

    deinit { archive_write_free(output) }

    /// Unpacks everything, then makes sure that the blob was what its digest says.
    func run(_ budget: inout UnpackLimits) throws {
        try reader.open()
        while let entry = try reader.next() { try extract(entry, &budget) }
        try check(archive_write_close(output))
        try reader.demandSound()
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
        let path = root + "/" + parts.joined(separator: "/")
        archive_entry_set_pathname_utf8(entry, path)
        if let link = try reader.hardLink(entry) {
            archive_entry_set_hardlink_utf8(entry, root + "/" + link.joined(separator: "/"))
        } else {
            try prepare(entry, path: path)
        }
        if isUpper {
            try clearTheWay(path, isFolder: archive_entry_filetype(entry) == 0o040000)
        }
        try check(archive_write_header(output, entry), path: path)
        try copyContent(path)
        try check(archive_write_finish_entry(output), path: path)
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
            let result = archive_read_data_block(reader.handle, &block, &count, &offset)
            if result == ARCHIVE_EOF { return }
            try reader.check(result)
            guard archive_write_data_block(output, block, count, offset) >= 0 else {
                return try check(ARCHIVE_FATAL, path: path)
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
