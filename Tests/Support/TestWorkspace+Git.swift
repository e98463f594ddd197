import Foundation
public import Store

extension TestWorkspace {
    /// Runs Git in a folder of the workspace and returns what it printed.
    @discardableResult
    public func git(_ arguments: [String], in folder: String = ".", mayFail: Bool = false) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = ["-C", folder.hasPrefix("/") ? folder : "\(path)/\(folder)"] + arguments
        process.environment = Self.gitEnvironment
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let fault = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 || mayFail else {
            throw GitTrouble(said: String(decoding: fault, as: UTF8.self), arguments: arguments)
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// Git's own, whatever the account has configured.
    public static let gitEnvironment = [
        "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
    ]

    /// A branch for a state: a bare repository `remote.git`, and a clone through which it is seen.
    ///
    /// - Parameter clone: the clone's folder; each has a working copy of its own.
    public func gitPlace(clone: String = "clone") throws -> GitPlace {
        if !exists("remote.git") { try git(["init", "--quiet", "--bare", "-b", "main", "remote.git"]) }
        if !exists(clone) { try git(["clone", "--quiet", "remote.git", clone]) }
        return GitPlace(
            repository: "\(path)/\(clone)", remote: "origin", ref: GitPlace.standardRef,
            folder: "\(path)/\(clone)/.slipway/git/state", environment: Self.gitEnvironment)
    }
}

/// What Git said that did not do what a test asked of it.
public struct GitTrouble: Error, CustomStringConvertible {
    public let said: String
    public let arguments: [String]

    public var description: String { "git \(arguments.joined(separator: " ")): \(said)" }
}
