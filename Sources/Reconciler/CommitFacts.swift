import Foundation
import Records
import YAML

/// What Git knows of a commit.
public struct CommitFacts: Sendable, Hashable {
    /// The full id.
    public var id: String
    public var authorName: String
    public var authorAddress: String
    /// When it was written, RFC 3339 with its author's time zone.
    public var writtenAt: String
    /// The first line of its message.
    public var subject: String
    /// Whether a branch, a tag or what is checked out still leads to it; after a force push none may.
    public var isReachable: Bool
}

/// What can be said of a recorded commit here.
public enum CommitKnowledge: Sendable, Hashable {
    case known(CommitFacts)
    /// There is a repository, and it does not have the commit: it was never fetched, or was rewritten and cleaned up.
    case absent
    /// Here is no Git repository to ask.
    case noRepository
    /// No commit is recorded: the manifests were in none.
    case none

    public var facts: CommitFacts? { if case .known(let facts) = self { facts } else { nil } }
}

extension Repository {
    /// What Git knows of a commit.
    ///
    /// - Parameter commit: as it is recorded; what is no object's name is never shown to Git.
    public func knowledge(of commit: String?) async throws -> CommitKnowledge {
        guard let commit else { return .none }
        guard isGit else { return .noRepository }
        guard Self.isObjectName(commit) else { return .absent }
        let format = ["%H", "%an", "%ae", "%aI", "%s"].joined(separator: "%x00")
        let text = try await git(
            [
                "log", "-1", "--no-color", "--no-decorate", "--no-notes", "--no-show-signature", "--format=\(format)",
                "--end-of-options", commit, "--",
            ], mayFail: true)
        let fields = text.trimmingCharacters(in: .newlines).split(separator: "\0", omittingEmptySubsequences: false)
            .map(String.init)
        guard fields.count == 5, fields[0] == commit else { return .absent }
        return .known(
            CommitFacts(
                id: commit, authorName: fields[1], authorAddress: fields[2], writtenAt: fields[3], subject: fields[4],
                isReachable: try await isReachable(commit)))
    }

    private func isReachable(_ commit: String) async throws -> Bool {
        let refs = try await git(
            [
                "for-each-ref", "--count=1", "--contains=\(commit)", "--format=%(refname)", "refs/heads",
                "refs/remotes",
                "refs/tags",
            ], mayFail: true)
        if !refs.isEmpty { return true }
        let base = try await git(["merge-base", "--end-of-options", commit, "HEAD"], mayFail: true)
        return base.trimmingCharacters(in: .newlines) == commit
    }

    /// Where a file of a commit is now, where it was renamed since; `nil` where it was not, or that is not known.
    func newName(of file: String, since commit: String) async throws -> String? {
        guard isGit, Self.isObjectName(commit) else { return nil }
        let text = try await git(
            ["diff", "--name-status", "-z", "-M", "--diff-filter=R", "--end-of-options", commit, "HEAD", "--"],
            mayFail: true)
        let fields = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        for index in stride(from: 0, to: fields.count - 2, by: 3) where fields[index + 1] == file {
            return fields[index + 2]
        }
        return nil
    }
}
