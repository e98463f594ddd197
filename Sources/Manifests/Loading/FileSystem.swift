#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the system said when a file could not be used.
struct FileProblem: Error, Hashable {
    var code: Int32

    static var last: FileProblem { FileProblem(code: errno) }

    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    var isLoop: Bool { code == ELOOP }

    /// In words; the C library's own depend on the locale and are not safe across threads.
    var reason: String {
        switch code {
        case EACCES, EPERM: "permission denied"
        case ENOENT: "it does not exist"
        case ENOTDIR: "a part of its path is not a folder"
        case ELOOP: "its symbolic links form a loop"
        case ENAMETOOLONG: "its path is too long"
        case EMFILE, ENFILE: "too many files are open"
        case EISDIR: "it is a folder"
        case EIO: "the disk reports an error"
        default: "system error \(code)"
        }
    }
}

/// The few questions that loading asks of the file system. They go to the system directly: Foundation's file manager
/// costs more per file than parsing it.
enum FileSystem {
    enum FileType {
        case file
        case folder
        case link
        case other
    }

    /// One name in a folder. `name` is `nil` where it is not UTF-8; `shown` is then an approximation.
    struct Entry {
        var name: String?
        var shown: String
        var type: FileType?
    }

    /// The path without symbolic links, `.` and `..`.
    static func realPath(_ path: String) throws(FileProblem) -> String {
        guard let resolved = realpath(path, nil) else { throw .last }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    /// What a path is; with `followsLinks`, a symbolic link is what it leads to.
    static func type(of path: String, followsLinks: Bool) throws(FileProblem) -> FileType {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { throw .last }
        return type(ofMode: UInt32(status.st_mode))
    }

    /// The numbers are fixed by POSIX practice and ambiguous as imported names.
    private static func type(ofMode mode: UInt32) -> FileType {
        switch mode & 0o170000 {
        case 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .link
        default: .other
        }
    }

    /// The names in a folder, in no order, without `.` and `..`; at most `most + 1` of them.
    static func entries(of path: String, most: Int) throws(FileProblem) -> [Entry] {
        guard let stream = opendir(path) else { throw .last }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while entries.count <= most {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .last }
                break
            }
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard bytes != Array(".".utf8), bytes != Array("..".utf8) else { continue }
            let type: FileType? =
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): .file
                case Int(DT_DIR): .folder
                case Int(DT_LNK): .link
                case Int(DT_UNKNOWN): nil
                default: .other
                }
            entries.append(
                Entry(
                    name: String(validating: bytes, as: UTF8.self), shown: String(decoding: bytes, as: UTF8.self),
                    type: type))
        }
        return entries
    }

    enum ReadFailure: Error, Hashable {
        case tooLarge
        case notRegular
        case failed(FileProblem)
    }

    /// The bytes of a regular file that is no link, at most `most`.
    static func read(_ path: String, most: Int) throws(ReadFailure) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .failed(.last) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .failed(.last) }
        guard type(ofMode: UInt32(status.st_mode)) == .file else { throw .notRegular }
        guard status.st_size <= most else { throw .tooLarge }
        // One byte more than the size, so that the end is met without a second round.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while true {
            let taken = bytes.withUnsafeMutableBytes { buffer in
                Self.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            }
            if taken < 0 { throw .failed(.last) }
            if taken == 0 { break }
            count += taken
            // A file that grows while it is read.
            if count == bytes.count {
                guard count <= most else { throw .tooLarge }
                bytes.append(contentsOf: repeatElement(0, count: min(count, most + 1 - count)))
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
