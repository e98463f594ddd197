extension Repository {
    /// Whether a commit is another or comes before it, as far as this clone knows.
    func isAncestor(_ commit: String, of other: String) async -> Bool {
        guard isGit, Self.isObjectName(commit), Self.isObjectName(other) else { return false }
        let base = try? await git(["merge-base", commit, other], mayFail: true)
        return base?.split(separator: "\n").first.map(String.init) == commit
    }
}
