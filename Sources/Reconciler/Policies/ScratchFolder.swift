import Foundation
import YAML

/// A folder that only this user can look into, for as long as something takes.
struct ScratchFolder: Sendable {
    let path: String

    init(_ unique: String) throws {
        path = NSTemporaryDirectory() + "slipway-policy-\(getpid())-\(unique)"
        try make(path)
    }

    func make(_ folder: String) throws {
        do {
            // One that somebody else has put there is not taken.
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Diagnostic.stateFolderUnusable(path, reason: (error as NSError).localizedDescription)
        }
    }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        } catch {
            throw Diagnostic.stateFolderUnusable(path, reason: (error as NSError).localizedDescription)
        }
        return "\(path)/\(name)"
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
