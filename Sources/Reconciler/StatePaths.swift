import Foundation
import YAML

/// Where a repository keeps Slipway's state: `.slipway/` beside its root.
public struct StatePaths: Sendable, Hashable {
    /// The absolute path of `.slipway`.
    public let folder: String
    /// The absolute path of the state's database.
    public let database: String

    /// - Parameters:
    ///   - root: the repository's root, absolute.
    ///   - database: where the user wants the database instead of in `.slipway/`; `nil` for there.
    public init(root: String, database: String? = nil) {
        folder = root + "/.slipway"
        self.database = database ?? folder + "/state.db"
    }

    public var lock: String { Self.lock(of: database) }

    /// The lock of a database, which is beside it.
    static func lock(of database: String) -> String { database + ".lock" }

    public var layout: String { folder + "/images" }
    public var cache: String { folder + "/cache" }
    public var runs: String { folder + "/runs" }

    /// Makes the folder, with a `.gitignore` that keeps all of it out of Git.
    public func create() throws {
        let ignore = folder + "/.gitignore"
        guard !FileManager.default.fileExists(atPath: ignore) else { return }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            // Whole or not at all: an empty file, from a full disk, would show the state to Git for ever.
            try Data("*\n".utf8).write(to: URL(fileURLWithPath: ignore), options: .atomic)
        } catch {
            throw Diagnostic.stateFolderUnusable(folder, reason: (error as NSError).localizedDescription)
        }
    }

    public var exists: Bool { FileManager.default.fileExists(atPath: database) }
}
