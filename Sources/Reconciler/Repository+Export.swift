import Foundation
import Images
import YAML

extension Repository {
    /// Whether a text is the full name of a Git object, and nothing that Git could take for an option.
    static func isObjectName(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// A path below a folder, relative to it; `nil` where it is not below.
    static func relative(_ path: String, to root: String) -> String? {
        let absolute = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        if absolute == root { return "." }
        return absolute.hasPrefix(root + "/") ? String(absolute.dropFirst(root.utf8.count + 1)) : nil
    }

    /// Sees to it that a commit is here, fetching once where it is not. Returns whether it is.
    func obtain(_ commit: String) async throws -> Bool {
        if try await has(commit) { return true }
        _ = try await git(["fetch", "--quiet", "--all"], mayFail: true)
        return try await has(commit)
    }

    private func has(_ commit: String) async throws -> Bool {
        try await !git(["cat-file", "-t", commit], mayFail: true).isEmpty
    }

    /// The file that says that an export is whole, and by its time when it was wanted last.
    static let exportMark = "/.git-export"

    /// Whether an export is there, whole; where it is, it was wanted now, and no housekeeping takes it away for a day.
    static func keepExport(_ folder: String) -> Bool {
        // Housekeeping looks at the time, and takes an export out of its place, under the same lock.
        let lock = try? FileLock.acquireBriefly(sweepLock(around: folder), isShared: true)
        let isThere = utimensat(AT_FDCWD, folder + exportMark, nil, 0) == 0
        _ = consume lock
        return isThere
    }

    /// Beside the folder of all exports: in it there are only such.
    static func sweepLock(around folder: String) -> String {
        folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)] + ".lock"
    }

    /// Writes the files of a commit into a folder, through an index of its own: neither the checkout nor its index is
    /// touched. What was left there by a try that was cut off is made anew.
    func export(_ commit: String, to folder: String, unique: String) async throws {
        let finished = folder + Self.exportMark
        if Self.keepExport(folder) { return }
        let draft = "\(folder).\(unique)"
        do {
            try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
            defer {
                try? FileManager.default.removeItem(atPath: draft + ".index")
                try? FileManager.default.removeItem(atPath: draft)
            }
            try await checkOut(commit, into: draft, index: draft + ".index")
            try Data(commit.utf8).write(to: URL(fileURLWithPath: draft + Self.exportMark))
            try Self.put(draft, inPlaceOf: folder, finishedBy: finished)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic.stateFolderUnusable(folder, reason: (error as NSError).localizedDescription)
        }
    }

    /// Writes the files of a commit into a folder that is there, by way of an index file of its own.
    private func checkOut(_ commit: String, into folder: String, index: String) async throws {
        let environment = ["GIT_INDEX_FILE": index]
        _ = try await git(["read-tree", commit], environment: environment)
        _ = try await git(["checkout-index", "--all", "--force", "--prefix=\(folder)/"], environment: environment)
    }

    /// Lets a body read the files of a commit, in a folder that is gone afterwards and that nobody else can read.
    func withFiles<T>(of commit: String, _ body: (_ folder: String) async throws -> T) async throws -> T {
        let place = FileManager.default.temporaryDirectory.path
        var template = Array("\(place)/slipway-commit-\(String(repeating: "X", count: 6))".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Diagnostic.temporaryFolderUnusable(place, reason: String(cString: strerror(errno)))
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().path + "/files"
        guard mkdir(folder, 0o700) == 0 else {
            throw Diagnostic.temporaryFolderUnusable(folder, reason: String(cString: strerror(errno)))
        }
        try await checkOut(commit, into: folder, index: path + "/index")
        return try await body(folder)
    }

    /// Gives a finished draft its name, unless another process has done so: what it made is being read, and is as good.
    private static func put(_ draft: String, inPlaceOf folder: String, finishedBy mark: String) throws {
        var reason = EEXIST
        for _ in 0..<10 where reason == ENOTEMPTY || reason == EEXIST {
            // A folder is never put in the place of one that has something in it (rename(2)).
            if rename(draft, folder) == 0 { return }
            reason = errno
            if FileManager.default.fileExists(atPath: mark) { return }
            try? FileManager.default.removeItem(atPath: folder)
        }
        throw Diagnostic.stateFolderUnusable(folder, reason: String(cString: strerror(reason)))
    }
}
