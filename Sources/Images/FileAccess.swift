import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An open file that closes itself. `O_CLOEXEC` always: a lock or a half-written layer must not live on in a child.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: Int32
    let path: String

    init(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws {
        var result: Int32
        repeat { result = open(path, flags | O_CLOEXEC, mode) } while result < 0 && errno == EINTR
        guard result >= 0 else { throw Diagnostic.fileAccess("open", path, errno: errno) }
        descriptor = result
        self.path = path
    }

    deinit { close(descriptor) }

    /// Reads up to the buffer's size; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
            let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 { return count }
            guard errno == EINTR else { throw Diagnostic.fileAccess("read", path, errno: errno) }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Darwin)
            let count = Darwin.write(descriptor, part.baseAddress, part.count)
            #elseif canImport(Musl)
            let count = Musl.write(descriptor, part.baseAddress, part.count)
            #else
            let count = Glibc.write(descriptor, part.baseAddress, part.count)
            #endif
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Diagnostic.fileAccess("write", path, errno: errno)
            }
        }
    }

    func synchronise() throws {
        guard fsync(descriptor) == 0 else { throw Diagnostic.fileAccess("flush", path, errno: errno) }
    }

    func status() throws -> FileStatus {
        var result = stat()
        guard fstat(descriptor, &result) == 0 else { throw Diagnostic.fileAccess("examine", path, errno: errno) }
        return FileStatus(result)
    }
}

/// What the file system says of one name, without following a link.
struct FileStatus {
    enum Kind { case file, directory, symbolicLink, other }

    let kind: Kind
    let size: Int64
    /// Who may do what with it.
    let mode: mode_t
    let modified: Int

    var isExecutable: Bool { mode & 0o100 != 0 }

    init(_ status: stat) {
        switch status.st_mode & mode_t(0o170000) {
        case 0o100000: kind = .file
        case 0o040000: kind = .directory
        case 0o120000: kind = .symbolicLink
        default: kind = .other
        }
        size = Int64(status.st_size)
        mode = status.st_mode & 0o7777
        #if canImport(Darwin)
        modified = Int(status.st_mtimespec.tv_sec)
        #else
        modified = Int(status.st_mtim.tv_sec)
        #endif
    }
}

/// The few things done to files here, each with an error that names the file and the reason.
enum FileAccess {
    /// `nil` where there is nothing.
    static func status(_ path: String) throws -> FileStatus? {
        var result = stat()
        if lstat(path, &result) == 0 { return FileStatus(result) }
        guard errno == ENOENT || errno == ENOTDIR else { throw Diagnostic.fileAccess("examine", path, errno: errno) }
        return nil
    }

    /// The names in a folder as bytes, in no order.
    static func names(in folder: String) throws -> [[UInt8]] {
        guard let stream = opendir(folder) else { throw Diagnostic.fileAccess("list", folder, errno: errno) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { name in
                    UnsafeRawBufferPointer(start: name, count: strlen(name)).map { $0 }
                }
            }
            if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
        }
        guard errno == 0 else { throw Diagnostic.fileAccess("list", folder, errno: errno) }
        return names
    }

    static func linkTarget(_ path: String) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
        }
        guard count >= 0 else { throw Diagnostic.fileAccess("read", path, errno: errno) }
        return Array(buffer[..<count])
    }

    /// Reads a whole file, at most `limit` bytes of it; a larger one is an error.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.kind == .file else { throw Diagnostic.notARegularFile(path) }
        guard status.size <= limit else { throw Diagnostic.fileTooLarge(path, limit: Int64(limit)) }
        var bytes = [UInt8](repeating: 0, count: Int(status.size) + 1)
        var filled = 0
        while true {
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: .init(rebasing: $0[filled...])) }
            filled += count
            if count == 0 { return Array(bytes[..<filled]) }
            guard filled <= limit else { throw Diagnostic.fileTooLarge(path, limit: Int64(limit)) }
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 65_536)) }
        }
    }

    /// Puts bytes in the place of a file in one step: a reader sees the old ones or the new ones, also after a crash.
    ///
    /// - Parameter mode: who may do what with it; by default what new files have.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t? = nil) throws {
        let temporary = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
        do {
            do {
                let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
                if let mode, fchmod(file.descriptor, mode) != 0 {
                    throw Diagnostic.fileAccess("write", temporary, errno: errno)
                }
                try bytes.withUnsafeBytes { try file.write($0) }
                try file.synchronise()
            }
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    static func rename(_ old: String, to new: String) throws {
        #if canImport(Darwin)
        let result = Darwin.rename(old, new)
        #elseif canImport(Musl)
        let result = Musl.rename(old, new)
        #else
        let result = Glibc.rename(old, new)
        #endif
        guard result == 0 else { throw Diagnostic.fileAccess("replace", new, errno: errno) }
        // The name is durable only when the folder is.
        let folder = new.lastIndex(of: "/").map { String(new[..<$0]) } ?? "."
        try OpenFile(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY).synchronise()
    }

    static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw Diagnostic.fileAccess("create", path, errno: errno) }
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw Diagnostic.fileAccess("create", path, errno: ENOENT)
        }
        // Bounded by the number of slashes in a path that the operator chose.
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw Diagnostic.fileAccess("create", path, errno: errno)
        }
    }

    /// Removes a file or a whole tree without following links; nothing there is fine.
    static func remove(_ path: String) throws {
        guard let status = try status(path) else { return }
        if status.kind != .directory {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw Diagnostic.fileAccess("remove", path, errno: errno)
            }
            return
        }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw Diagnostic.notRemoved(path, reason: "\(error)")
        }
    }

    /// Removes what a process that was killed left half-made in a folder of temporary things: whatever is older than a
    /// day, which no build takes.
    static func removeStale(in folder: String) throws {
        let now = Int(time(nil))
        for name in try names(in: folder) {
            let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
            guard let status = try status(path), now - status.modified > 86_400 else { continue }
            try remove(path)
        }
    }

    /// Follows links where there is something at the end of them; otherwise the path as it was.
    static func resolvedIfPresent(_ path: String) throws -> String {
        guard let pointer = realpath(path, nil) else {
            guard errno == ENOENT else { throw Diagnostic.fileAccess("find", path, errno: errno) }
            return path
        }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// The path without links, `.` and `..`.
    static func resolved(_ path: String) throws -> String {
        guard let pointer = realpath(path, nil) else { throw Diagnostic.fileAccess("find", path, errno: errno) }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
