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

/// A tar file that an image comes in, plain or compressed, read from its beginning as often as needed. Nothing of it is
/// written anywhere by its name.
struct TarFile: Sendable {
    let path: String

    /// The most members, and the most bytes of all together.
    private static let members = 100_000
    private static let bytes = ManifestDocument.mostImageBytes

    /// One member, while it passes.
    struct Member {
        enum Kind { case file, link(String), other }

        /// Without a leading `./`.
        let name: String
        let kind: Kind
        let size: Int64
        fileprivate let handle: OpaquePointer
        fileprivate let path: String

        /// Hands over its bytes in pieces, the holes of a sparse member as the zeros that they stand for.
        func read(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
            var block: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            var position: Int64 = 0
            while true {
                let result = archive_read_data_block(handle, &block, &count, &offset)
                guard result == ARCHIVE_OK || result == ARCHIVE_EOF else { throw TarFile.failure(handle, path) }
                let end = result == ARCHIVE_EOF ? size : offset
                while position < end {
                    let zeros = Self.zeros[..<Int(min(end - position, Int64(Self.zeros.count)))]
                    try zeros.withUnsafeBytes(take)
                    position += Int64(zeros.count)
                }
                if result == ARCHIVE_EOF { return }
                try take(UnsafeRawBufferPointer(start: block, count: count))
                position += Int64(count)
            }
        }

        private static let zeros = [UInt8](repeating: 0, count: 64 << 10)

        /// All of its bytes, where they are no more than a limit.
        func bytes(limit: Int) throws -> [UInt8] {
            guard size <= limit else { throw Diagnostic.fileTooLarge("\(path):\(name)", limit: Int64(limit)) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Int(size))
            try read { bytes.append(contentsOf: $0) }
            return bytes
        }

        /// The first bytes; what follows cannot be read any more.
        func start(_ count: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            let found = archive_read_data(handle, &bytes, count)
            guard found >= 0 else { throw TarFile.failure(handle, path) }
            return Array(bytes[..<found])
        }
    }

    /// Visits all members in their order, until the body has seen enough. This blocks the thread.
    ///
    /// - Throws: a `Diagnostic` for what is no tar file, or a damaged one, or larger than the limits.
    func visit(_ body: (Member) throws -> Bool) throws {
        try UTF8Locale.with {
            let file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
            guard try file.status().kind == .file else { throw Diagnostic.notARegularFile(path) }
            guard let handle = archive_read_new() else { throw Diagnostic.archive("read", reason: "out of memory") }
            defer { archive_read_free(handle) }
            archive_read_support_format_tar(handle)
            archive_read_support_filter_gzip(handle)
            archive_read_support_filter_zstd(handle)
            guard archive_read_open_fd(handle, file.descriptor, 256 << 10) == ARCHIVE_OK else {
                throw Self.failure(handle, path)
            }
            try visit(handle, body)
        }
    }

    private func visit(_ handle: OpaquePointer, _ body: (Member) throws -> Bool) throws {
        var entry: OpaquePointer?
        var count = 0
        var total: Int64 = 0
        while true {
            let result = archive_read_next_header(handle, &entry)
            if result == ARCHIVE_EOF { return }
            guard result == ARCHIVE_OK, let entry else { throw Self.failure(handle, path) }
            count += 1
            let size = archive_entry_size(entry)
            guard count <= Self.members, size >= 0, size <= Self.bytes - total else {
                throw Diagnostic.archiveUnreadable(
                    path, reason: "it has more than \(Self.members) members or \(Self.bytes >> 30) GB")
            }
            total += size
            guard let name = archive_entry_pathname_utf8(entry).map({ String(cString: $0) }) else { continue }
            let member = Member(
                name: Self.normal(name), kind: Self.kind(of: entry), size: size, handle: handle, path: path)
            guard try body(member) else { return }
        }
    }

    private static func kind(of entry: OpaquePointer) -> Member.Kind {
        if let target = archive_entry_hardlink_utf8(entry) { return .link(normal(String(cString: target))) }
        switch archive_entry_filetype(entry) {
        case 0o100000: return .file
        case 0o120000:
            guard let target = archive_entry_symlink_utf8(entry), let name = archive_entry_pathname_utf8(entry) else {
                return .other
            }
            let folder = String(cString: name).split(separator: "/").dropLast().joined(separator: "/")
            return .link(normal(folder + "/" + String(cString: target)))
        default: return .other
        }
    }

    /// A name without `.` and, as far as there is something before it, without `..`. It only has to be found again.
    private static func normal(_ name: String) -> String {
        var parts: [Substring] = []
        for part in name.split(separator: "/") where part != "." {
            if part == "..", parts.last.map({ $0 != ".." }) ?? false { parts.removeLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    fileprivate static func failure(_ handle: OpaquePointer, _ path: String) -> Diagnostic {
        let reason = archive_error_string(handle).map { String(cString: $0) } ?? "unknown"
        return .archiveUnreadable(path, reason: Diagnostic.printable(reason))
    }
}
