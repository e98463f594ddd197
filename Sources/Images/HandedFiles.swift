public import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What is in one file, and how much.
public struct FileContent: Sendable, Hashable {
    public var digest: Digest
    public var size: Int64
}

/// Files and folders that one run leaves and another reads: digested and copied, never linked, so that neither can
/// change what the other has.
public enum HandedFiles {
    /// How much a run may leave: what it makes is larger than its source, and still has an end.
    static let limits = SourceLimits(files: 500_000, bytes: 1 << 44, depth: 128)

    /// Everything below a folder, with no file left out.
    public static func tree(_ folder: String) throws -> SourceTree {
        try SourceTree.read(folder, limits: limits, rules: nil)
    }

    /// Whether there is a folder, following links; `nil` where there is nothing.
    public static func isFolder(_ path: String) throws -> Bool? {
        try FileAccess.status(FileAccess.resolvedIfPresent(path)).map { $0.kind == .directory }
    }

    /// Makes a folder and those around it, where they are not there.
    public static func makeFolder(_ path: String) throws { try FileAccess.makeFolder(path) }

    /// Puts a file or folder in the place of another name of the same file system.
    public static func rename(_ path: String, to target: String) throws {
        try makeFolder(around: target)
        try FileAccess.rename(path, to: target)
    }

    /// Puts a text in the place of that of a file, in one step; who may do what with the file stays the same.
    ///
    /// - Parameter before: the text that the file must have.
    /// - Returns: whether it had that; the file is left alone where it had not.
    @discardableResult
    public static func replaceContent(
        of path: String, with bytes: [UInt8], whereItIs before: [UInt8]? = nil
    ) throws -> Bool {
        let file = try OpenFile(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        let status = try file.status()
        guard status.kind == .file else { throw Diagnostic.notARegularFile(path) }
        if let before, try !holds(file, before) { return false }
        try FileAccess.replace(path, with: bytes, mode: status.mode)
        return true
    }

    private static func holds(_ file: borrowing OpenFile, _ bytes: [UInt8]) throws -> Bool {
        var rest = bytes[...]
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return rest.isEmpty }
            guard rest.starts(with: buffer[..<count]) else { return false }
            rest = rest.dropFirst(count)
        }
    }

    /// Removes a file or folder, without following links; nothing there is fine.
    public static func remove(_ path: String) throws { try FileAccess.remove(path) }

    /// Digests a file. A link is followed: what it leads to is what a reader gets.
    ///
    /// - Throws: a `Diagnostic` for what is no file or cannot be read.
    public static func content(of path: String) throws -> FileContent {
        let file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
        guard try file.status().kind == .file else { throw Diagnostic.notARegularFile(path) }
        return try pass(file, to: nil)
    }

    /// Digests a part of a file that is no link.
    static func content(of path: String, at offset: Int64, count: Int64) throws -> FileContent {
        var hasher = Digest.Hasher()
        try read(path, at: offset, count: count, links: false) { hasher.update($0) }
        return FileContent(digest: hasher.finalize(), size: count)
    }

    /// Hands over a part of a file in pieces.
    ///
    /// - Throws: a `Diagnostic` where the file is shorter.
    static func read(
        _ path: String, at offset: Int64, count: Int64, links: Bool = true,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let file = try OpenFile(path, O_RDONLY | O_NONBLOCK | (links ? 0 : O_NOFOLLOW))
        guard try file.status().kind == .file else { throw Diagnostic.notARegularFile(path) }
        guard lseek(file.descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw Diagnostic.fileAccess("read", path, errno: errno)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var rest = count
        while rest > 0 {
            let most = Int(min(Int64(buffer.count), rest))
            let taken = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<most]))
            guard taken > 0 else { throw Diagnostic.sourceChangedWhileRead(path) }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<taken]))
            rest -= Int64(taken)
        }
    }

    /// Copies a file, making the folders around the copy, and digests what was copied.
    public static func copy(_ path: String, to target: String) throws -> FileContent {
        let file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.kind == .file else { throw Diagnostic.notARegularFile(path) }
        try makeFolder(around: target)
        return try pass(
            file, to: OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: status.isExecutable ? 0o755 : 0o644))
    }

    /// Copies one entry of a tree, with all that is below it.
    ///
    /// - Parameter path: relative to the tree's root; empty for all of it.
    /// - Returns: the first file whose content is not what it was when the tree was read; `nil` where all are.
    /// - Throws: a `Diagnostic` where something cannot be read or written, or there is no such entry.
    public static func copy(_ path: String, of tree: SourceTree, to target: String) throws -> String? {
        if path.isEmpty {
            try FileAccess.makeFolder(target)
        } else {
            guard let entry = tree.entry(at: path) else { throw Diagnostic.sourceMissing("\(tree.root)/\(path)") }
            guard entry.kind == .directory else { return try copy(entry, of: tree, to: target) }
        }
        let prefix = path.isEmpty ? "" : path + "/"
        for entry in tree.entries where entry.path.utf8.starts(with: prefix.utf8) {
            let name = String(decoding: entry.path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
            if let changed = try copy(entry, of: tree, to: "\(target)/\(name)") { return changed }
        }
        return nil
    }

    private static func copy(_ entry: SourceTree.Entry, of tree: SourceTree, to target: String) throws -> String? {
        switch entry.kind {
        case .directory: try FileAccess.makeFolder(target)
        case .file(_, let content), .executable(_, let content):
            guard try copy("\(tree.root)/\(entry.path)", to: target).digest == content else { return entry.path }
        case .symbolicLink(let link):
            try makeFolder(around: target)
            guard symlink(link, target) == 0 else { throw Diagnostic.fileAccess("create", target, errno: errno) }
        }
        return nil
    }

    static func makeFolder(around path: String) throws {
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try FileAccess.makeFolder(String(path[..<slash]))
        }
    }

    private static func pass(_ file: borrowing OpenFile, to copy: consuming OpenFile?) throws -> FileContent {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var hasher = Digest.Hasher()
        var size: Int64 = 0
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { break }
            size += Int64(count)
            try buffer.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                hasher.update(part)
                try copy?.write(part)
            }
        }
        return FileContent(digest: hasher.finalize(), size: size)
    }
}
