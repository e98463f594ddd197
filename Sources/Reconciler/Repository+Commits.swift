import Foundation
import YAML

extension Repository {
    /// The commit that somebody's word for it means: a branch, a tag, an id, `HEAD~2`.
    ///
    /// Nothing is fetched: whoever compares on a fork has no credentials, and shall need none.
    ///
    /// - Throws: a `Diagnostic` for a word that cannot name one commit, and for a commit that is not here.
    func commit(named reference: String) async throws -> String {
        guard isGit else { throw Diagnostic.noGit(root) }
        guard Self.mayNameCommit(reference) else { throw Diagnostic.invalidReference(reference) }
        if let commit = try await resolve(reference) { return commit }
        // This fails where Git refuses the repository as a whole, which is then the reason.
        let isShallow = try await isShallow()
        guard try await resolve("HEAD") != nil else { throw Diagnostic.noCommits(root) }
        throw isShallow ? Diagnostic.shallowReference(reference) : Diagnostic.unknownReference(reference)
    }

    /// The same; `nil` where it names no commit that is here.
    func commitIfThere(named reference: String) async throws -> String? {
        guard isGit, Self.mayNameCommit(reference) else { return nil }
        return try await resolve(reference)
    }

    /// The first commit of the checked out history; `nil` where a shallow clone does not have it, or there is none.
    func firstCommit() async throws -> String? {
        guard isGit, try await !isShallow() else { return nil }
        // Along the first parents there is exactly one, whatever was merged into the history later.
        let text = try await git(["rev-list", "--first-parent", "--max-parents=0", "HEAD"], mayFail: true)
        return text.split(separator: "\n").first.map(String.init)
    }

    /// Whether a commit is here.
    func hasCommit(_ id: String) async throws -> Bool {
        guard isGit, Self.isObjectName(id) else { return false }
        return try await resolve(id) != nil
    }

    func isShallow() async throws -> Bool {
        try await git(["rev-parse", "--is-shallow-repository"]).hasPrefix("true")
    }

    /// The full id of the commit that a name stands for; `nil` where it stands for none here.
    func resolve(_ name: String) async throws -> String? {
        let answer = try await ask(["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"])
        // Older versions of Git print the separator too.
        let id = answer.output.split(separator: "\n").last.map(String.init) ?? ""
        return answer.isSuccess && Self.isObjectName(id) ? id : nil
    }

    /// Whether a text can be a name of one commit: no option, no range, no path within a commit, no search.
    private static func mayNameCommit(_ text: String) -> Bool {
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        return isPrintable && !text.isEmpty && text.utf8.count <= 1024 && !text.hasPrefix("-") && !text.hasPrefix("^")
            && !text.contains("..") && !text.contains(":") && !text.contains("^@") && !text.contains("^!")
            && !text.contains("^{") && !text.contains("^-")
    }
}
