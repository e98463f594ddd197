import Foundation
import YAML

/// The branch that a proposal is for: its policies are applied to the proposal, and not the proposal's own alone.
public struct PolicyReference: Sendable, Hashable, CustomStringConvertible {
    /// Anything that names a commit. It comes from a command line or an environment, so it may be hostile.
    public let name: String
    /// The branch of the remote repository `origin` that it is, where CI said so.
    let branch: String?

    public var description: String { name }

    /// What somebody asked for by its name.
    public init(_ name: String) {
        self.name = name
        branch = nil
    }

    private init(branch: String) {
        name = "origin/\(branch)"
        self.branch = branch
    }

    /// What the environment of a CI job says of the branch that a proposal is for; `nil` where it is no proposal.
    public init?(environment: [String: String]) {
        let branch = Self.variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let branch else { return nil }
        self.init(branch: branch)
    }

    /// Of GitHub Actions, GitLab CI and Jenkins (multibranch). They are set for pull and merge requests only.
    private static let variables = ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET"]

    /// What it may stand for, best first. Git itself prefers tags, and a tag by the name of a branch is easily pushed.
    var candidates: [String] {
        branch.map { ["refs/remotes/origin/\($0)"] } ?? ["refs/remotes/\(name)", "refs/heads/\(name)", name]
    }

    /// Whether Git can take it for nothing but a name.
    var isSafe: Bool {
        !name.isEmpty && name.utf8.count <= 1024 && name.first != "-"
            && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
}

extension Repository {
    /// The full id of a commit that a reference names.
    ///
    /// - Throws: a `Diagnostic` where there is no such commit, also after one try to fetch it.
    func commit(of reference: PolicyReference) async throws -> String {
        guard reference.isSafe else { throw Diagnostic.policyReferenceUnsafe(reference.name) }
        guard isGit else { throw Diagnostic.policyReferenceUnreadable(reference.name, "there is no Git repository") }
        if let found = try await resolve(reference.candidates) { return found }
        if let branch = reference.branch, try await fetch(branch),
            let found = try await resolve(reference.candidates)
        {
            return found
        }
        throw Diagnostic.policyReferenceUnreadable(reference.name, "there is no such commit here")
    }

    private func resolve(_ names: [String]) async throws -> String? {
        for name in names { if let found = try await resolve(name) { return found } }
        return nil
    }

    /// CI systems check out a proposal alone.
    private func fetch(_ branch: String) async throws -> Bool {
        guard try await ask(["check-ref-format", "refs/heads/\(branch)"]).isSuccess else { return false }
        let refspec = "+refs/heads/\(branch):refs/remotes/origin/\(branch)"
        return try await ask(["fetch", "--quiet", "--no-tags", "--end-of-options", "origin", refspec]).isSuccess
    }
}
