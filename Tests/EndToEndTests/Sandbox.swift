import Foundation
import Support

/// A Git repository of its own for one test, in a folder that is gone with it.
///
/// What a job and a test say to each other (ledgers, gates) lies in the folder beside the repository.
final class Sandbox: Sendable {
    /// The folder around the repository, without symbolic links.
    let path: String
    var repository: String { path + "/repository" }

    init() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("repository"), withIntermediateDirectories: true)
        path = folder.resolvingSymlinksInPath().path
        try await git("init", "--quiet", "--initial-branch=main")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    // MARK: - Programs

    @discardableResult
    func git(_ arguments: String...) async throws -> Outcome { try await run("/usr/bin/git", arguments) }

    /// Commits all that is there.
    func commit(_ message: String = "A change") async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", message)
    }

    func reconcile(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await run(BuiltProgram.path, arguments, environment)
    }

    func reconcile(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await run(BuiltProgram.path, arguments, environment)
    }

    /// Starts `reconcile` and lets it go on.
    func start(_ arguments: String..., environment: [String: String] = [:]) async throws -> RunningProgram {
        try await start(BuiltProgram.path, arguments, environment)
    }

    func python(_ script: String, _ arguments: String...) async throws -> Outcome {
        try await run("/usr/bin/env", ["python3", "-c", script] + arguments)
    }

    func startPython(
        _ script: String, _ arguments: [String], _ environment: [String: String]
    ) async throws -> RunningProgram {
        try await start("/usr/bin/env", ["python3", "-c", script] + arguments, environment)
    }

    func run(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await start(program, arguments, environment).end()
    }

    private func start(
        _ program: String, _ arguments: [String], _ environment: [String: String]
    ) async throws -> RunningProgram {
        try await RunningProgram.start(
            program, arguments, environment: BuiltProgram.environment.merging(environment) { _, own in own },
            in: repository)
    }
}

// MARK: - Files

extension Sandbox {
    /// Writes a file of the repository.
    func write(_ file: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(repository)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Copies a folder from elsewhere. Where it is a link, what it leads to is copied: a link that is only copied
    /// would let a test write into the original.
    func copy(_ folder: String, to name: String) throws {
        let original = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        try FileManager.default.copyItem(atPath: original, toPath: "\(repository)/\(name)")
    }

    /// Replaces a text that is there exactly once.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = try read(file)
        guard text.components(separatedBy: old).count == 2 else { throw NotThere(text: old, file: file) }
        try write(file, text.replacingOccurrences(of: old, with: new))
    }

    struct NotThere: Error {
        let text: String
        let file: String
    }

    func read(_ file: String) throws -> String {
        try String(contentsOfFile: "\(repository)/\(file)", encoding: .utf8)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(repository)/\(file)") }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(repository)/\(file)") }

    func link(_ file: String, to target: String) throws {
        let url = URL(fileURLWithPath: "\(repository)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }

    /// Every file and folder below a folder of the repository, sorted.
    func files(below folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: "\(repository)/\(folder)")?.compactMap { $0 as? String } ?? []).sorted()
    }
}
