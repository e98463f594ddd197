import Foundation
public import Records
import Store
import Subprocess
import SystemPackage
import YAML

/// The Git repository that the manifests are in; outside of one, just the current folder.
public struct Repository: Sendable {
    /// The absolute path of its root.
    public let root: String
    /// Whether there is a repository.
    public let isGit: Bool
    /// Files that do not count as changes of the tree, relative to the root: those that a command writes or reads
    /// itself.
    private let ownFiles: [String]

    /// Finds the repository around a folder, by looking for `.git` as Git does.
    ///
    /// - Parameter ownFiles: files that the command itself writes or reads; in the tree they are no change of it.
    public init(around folder: String, ownFiles: [String] = []) {
        var candidate = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        while true {
            if FileManager.default.fileExists(atPath: candidate + "/.git") {
                root = candidate
                isGit = true
                self.ownFiles = ownFiles.compactMap { Self.relative($0, to: candidate) }.filter { $0 != "." }
                return
            }
            guard candidate != "/", !candidate.isEmpty else { break }
            candidate = URL(fileURLWithPath: candidate).deletingLastPathComponent().path
        }
        root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        isGit = false
        self.ownFiles = []
    }

    /// The commit that is checked out, and whether the tree differs from it.
    ///
    /// - Throws: a `Diagnostic` where Git is there and fails. A repository without commits has no revision.
    public func revision() async throws -> Revision {
        guard isGit else { return .none }
        let others = ownFiles.isEmpty ? [] : ["--", ":(top)"] + ownFiles.map { ":(top,exclude,literal)\($0)" }
        async let status = git(["status", "--porcelain=v2", "--branch", "--untracked-files=normal"] + others)
        async let words = git(["log", "-1", "--no-show-signature", "--format=%an <%ae>%x00%s"], mayFail: true)
        let lines = try await status.split(separator: "\n")
        let prefix = "# branch.oid "
        let commit = lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        let said = try await words.trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: "\0", maxSplits: 1).map(String.init)
        return Revision(
            commit: commit == "(initial)" ? nil : commit, isDirty: lines.contains { !$0.hasPrefix("#") },
            author: said.first, subject: said.count > 1 ? said[1] : nil)
    }

    /// The names of its remotes, sorted.
    ///
    /// Read from its configuration as Git shows it, at once: an address is needed before anything else is done.
    ///
    /// - Parameter environment: what Git gets.
    func remotes(_ environment: [String: String]) throws -> [String] {
        try isGit ? GitRemotes.names(in: root, environment: environment) : []
    }

    /// How much of Git's output is read: a status of some hundred thousand changed files.
    private static let outputLimit = 64 << 20

    /// Runs Git in the repository. It never asks anybody for a password.
    func git(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", mayFail: Bool = false
    ) async throws -> String {
        let answer = try await ask(arguments, environment: environment, input: input)
        guard answer.isSuccess || mayFail else { throw Diagnostic.gitFailed(arguments[0], answer.reason) }
        return answer.isSuccess ? answer.output : ""
    }

    /// What Git said, and whether it meant yes.
    struct GitAnswer: Sendable {
        var isSuccess: Bool
        var output: String
        /// The last line on stderr.
        var complaint: String?
        /// How it ended.
        var status: String

        var reason: String { complaint ?? status }
    }

    /// Runs Git in the repository, for a question that it may answer with no.
    ///
    /// - Parameter options: settings that go before those of the repository.
    func ask(
        _ arguments: [String], options: [String] = [], environment: [String: String] = [:], input: String = ""
    ) async throws -> GitAnswer {
        var variables: [Environment.Key: String?] = [
            "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0",
        ]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let settings = (["core.fsmonitor=false"] + options).flatMap { ["-c", $0] }
        let answer: GitAnswer
        do {
            let record = try await run(
                .name("git"), arguments: Arguments(["-C", root] + settings + arguments),
                environment: .inherit.updating(variables), input: .string(input),
                output: .string(limit: Self.outputLimit), error: .string(limit: 1 << 16))
            let status = record.terminationStatus
            answer = GitAnswer(
                isSuccess: status.isSuccess, output: record.standardOutput,
                complaint: record.standardError.split(separator: "\n").last.map(String.init), status: "\(status)")
        } catch {
            try Task.checkCancellation()
            throw Diagnostic.gitFailed(arguments[0], "\(error)")
        }
        // Git ends with the task that asked it; that it was ended then is no fault of its own, and no answer either.
        if !answer.isSuccess { try Task.checkCancellation() }
        return answer
    }
}
