import Foundation

extension Sandbox {
    /// A clone of this repository, as somebody else would make it.
    func clone(_ options: String...) async throws -> Sandbox {
        let clone = try await Sandbox()
        try clone.remove(".git")
        _ = try await git(["clone", "--quiet"] + options + ["file://\(repository)", clone.repository])
        return clone
    }

    @discardableResult
    func git(_ arguments: [String]) async throws -> Outcome { try await run("/usr/bin/git", arguments) }
}
