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

/// The files of a wheel, one after the other, by libarchive. Nothing in it is believed: sizes count as they come.
struct WheelArchive: ~Copyable {
    struct Entry {
        var path: String
        var kind: FileStatus.Kind
        var isExecutable: Bool
    }

    private let wheel: Wheel
    private let input: OpaquePointer

    init(_ wheel: Wheel) throws {
        guard let input = archive_read_new() else { throw Diagnostic.archive("read", reason: "out of memory") }
        archive_read_support_format_zip(input)
        guard archive_read_open_filename(input, wheel.path, 128 << 10) == ARCHIVE_OK else {
            let damage = Self.damage(input, wheel)
            archive_read_free(input)
            throw damage
        }
        self.wheel = wheel
        self.input = input
    }

    deinit { archive_read_free(input) }

    private func check(_ result: Int32) throws {
        guard result == ARCHIVE_OK else { throw Self.damage(input, wheel) }
    }

    private static func damage(_ input: OpaquePointer, _ wheel: Wheel) -> Diagnostic {
        .wheelDamaged(wheel.name.pin, reason: archive_error_string(input).map { String(cString: $0) } ?? "unknown")
    }

    /// `nil` after the last one.
    func next() throws -> Entry? {
        try UTF8Locale.with {
            var entry: OpaquePointer?
            let result = archive_read_next_header(input, &entry)
            if result == ARCHIVE_EOF { return nil }
            try check(result)
            guard let entry, let name = archive_entry_pathname_utf8(entry) else {
                throw Diagnostic.wheelRefused(wheel.name.pin, "a file of it has a name that is not UTF-8")
            }
            let kind: FileStatus.Kind =
                switch UInt32(archive_entry_filetype(entry)) {
                case 0o100000: .file
                case 0o040000: .directory
                case 0o120000: .symbolicLink
                default: .other
                }
            return Entry(
                path: String(cString: name), kind: kind, isExecutable: archive_entry_perm(entry) & 0o111 != 0)
        }
    }

    /// Writes the file at which it stands to a place where there is none, and digests it.
    func write(to path: String, isExecutable: Bool, budget: inout UnpackLimits) throws -> FileContent {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: isExecutable ? 0o755 : 0o644)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var hasher = Digest.Hasher()
        var size: Int64 = 0
        while true {
            let count = archive_read_data(input, buffer.baseAddress, buffer.count)
            if count == 0 { return FileContent(digest: hasher.finalize(), size: size) }
            guard count > 0 else {
                try check(Int32(clamping: count))
                continue
            }
            size += Int64(count)
            budget.bytes -= Int64(count)
            guard budget.bytes >= 0 else { throw Diagnostic.wheelTooLarge(wheel.name.pin, "bytes") }
            let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(part)
            try file.write(part)
        }
    }
}
