import Foundation
import YAML

/// The order among those who believe that an attempt is theirs, kept beside the attempt's folder.
///
/// The record refuses what an agent writes that has lost its lease; its files are not the record's to refuse. So
/// whoever makes, seals or starts an attempt here shows the token of its lease, and one that is older than the highest
/// ever shown is refused (Kleppmann, “How to do distributed locking”: the resource itself checks the fencing token).
/// They pass one at a time.
public struct AttemptFence: Sendable {
    /// The attempt's folder, absolute.
    private let folder: String
    private let parent: String
    private let name: String

    public init(_ folder: String) {
        self.folder = folder
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        parent = parts.dropLast().joined(separator: "/")
        name = parts.last.map(String.init) ?? ""
    }

    /// Where what is to become the attempt's folder is put together: on the same file system, for each claim its own.
    public func staging(for token: Int64?) -> String { "\(parent)/.\(name)-\(token.map { "\($0)" } ?? "by-hand")" }

    /// Puts what was put together in the place of the attempt's folder. Nothing is started any more in the folder that
    /// was there before, and all of it is removed.
    ///
    /// - Throws: a `Diagnostic` where somebody has started the attempt, or has a later claim; then the folder stays as
    ///   it is.
    public func place(_ staging: String, token: Int64?) async throws {
        let old = staging + ".old"
        try await pass(token) {
            let files = FileManager.default
            do {
                if files.fileExists(atPath: folder) {
                    guard try AttemptFolder(folder).seal(by: token) else { throw Diagnostic.attemptTaken(folder) }
                    if files.fileExists(atPath: old) { try files.removeItem(atPath: old) }
                    try files.moveItem(atPath: folder, toPath: old)
                }
                try files.moveItem(atPath: staging, toPath: folder)
            } catch let error as NSError {
                throw Diagnostic.fenceUnusable(folder, reason: error.localizedDescription)
            }
        }
        removeStagings()
    }

    /// Removes what earlier claims have left half made. It costs room only, and may be in use by one that does not know
    /// yet that it is over; the next claim tries again.
    private func removeStagings() {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for entry in entries where entry.hasPrefix(".\(name)-") {
            try? FileManager.default.removeItem(atPath: "\(parent)/\(entry)")
        }
    }

    /// How long one waits who finds another there, in pauses of some milliseconds: a stay is short, unless somebody was
    /// stopped in it.
    private static let patience = (pauses: 6000, milliseconds: 5)

    /// Does something to the attempt while nobody else does.
    ///
    /// - Parameter token: of the lease that allows it; `nil` for what needs none.
    /// - Throws: `Diagnostic.superseded` where a later one has been here, and what the body throws.
    func pass<Result>(_ token: Int64?, _ body: () async throws -> Result) async throws -> Result {
        let path = "\(parent)/.\(name).fence"
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch let error as NSError {
            throw Diagnostic.fenceUnusable(path, reason: error.localizedDescription)
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Diagnostic.fenceUnusable(path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var pauses = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw Diagnostic.fenceUnusable(path, reason: String(cString: strerror(errno)))
            }
            guard pauses < Self.patience.pauses else {
                throw Diagnostic.fenceUnusable(path, reason: "another process has held it for half a minute")
            }
            pauses += 1
            await pause(milliseconds: Self.patience.milliseconds)
        }
        // A child that is being started holds the descriptor until it executes; unlocking does not wait for it.
        defer { _ = flock(descriptor, LOCK_UN) }
        if let token { try raise(descriptor, path, to: token) }
        return try await body()
    }

    private func raise(_ descriptor: Int32, _ path: String, to token: Int64) throws {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Diagnostic.fenceUnusable(path, reason: String(cString: strerror(errno))) }
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        // Without its line break it was not written to its end, by somebody who then has done nothing.
        let highest = text.hasSuffix("\n") ? Int64(text.dropLast()) : nil
        guard token != highest else { return }
        if let highest, highest > token { throw Diagnostic.superseded(folder, by: highest, token) }
        let line = Array("\(token)\n".utf8)
        // A token only grows, so that a shorter line never replaces a longer one, but for a file that somebody wrote.
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count else {
            throw Diagnostic.fenceUnusable(path, reason: String(cString: strerror(errno)))
        }
    }
}
