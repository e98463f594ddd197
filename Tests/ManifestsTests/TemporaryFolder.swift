import Foundation
import Manifests

/// A folder of its own for one test, gone with it.
final class TemporaryFolder: Sendable {
    /// Without symbolic links, as the loader knows it.
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static var isRoot: Bool { getuid() == 0 }

    func make(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }

    func write(_ file: String, _ text: String) throws {
        if let slash = file.lastIndex(of: "/") { try make(String(file[..<slash])) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    func link(_ name: String, to target: String) throws {
        if let slash = name.lastIndex(of: "/") { try make(String(name[..<slash])) }
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func pipe(_ name: String) throws {
        if let slash = name.lastIndex(of: "/") { try make(String(name[..<slash])) }
        mkfifo("\(path)/\(name)", 0o600)
    }

    func close(_ name: String) { chmod("\(path)/\(name)", 0) }
    func open(_ name: String) { chmod("\(path)/\(name)", 0o700) }

    func load(_ paths: String...) async -> LoadedManifests { await load(paths) }

    func load(_ paths: [String]) async -> LoadedManifests {
        await ManifestLoader(repositoryRoot: path).load(paths.map { "\(path)/\($0)" })
    }
}
