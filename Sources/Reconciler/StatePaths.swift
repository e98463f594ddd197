import Foundation
public import Store
import YAML

/// Where a repository keeps Slipway's state: `.slipway/` beside its root.
public struct StatePaths: Sendable, Hashable {
    /// The absolute path of `.slipway`.
    public let folder: String
    /// The recorded state.
    public let state: StateAddress

    /// - Parameters:
    ///   - root: the repository's root, absolute.
    ///   - state: where the user wants the state instead of in `.slipway/`; `nil` for there.
    public init(root: String, state: StateAddress? = nil) {
        folder = root + "/.slipway"
        self.state = state ?? .sqlite(path: folder + "/state.db")
    }

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
}
