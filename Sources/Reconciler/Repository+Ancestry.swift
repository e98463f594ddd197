extension Repository {
    /// Whether a commit is another or comes before it, as far as this clone knows.
    func isAncestor(_ commit: String, of other: String) async -> Bool {
        guard isGit, Self.isObjectName(commit), Self.isObjectName(other) else { return false }
        return (try? await ask(["merge-base", "--is-ancestor", commit, other]))?.isSuccess ?? false
    }
}
