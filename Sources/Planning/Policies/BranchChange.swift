public import Manifests

/// What a checkout changes of what is trusted, and who did.
public struct BranchChange: Sendable {
    /// A commit that changes something, or what has not been committed.
    public struct Step: Sendable, Hashable {
        /// The full commit id; `nil` for what has not been committed.
        public var commit: String?
        /// The author's address; empty for what has not been committed.
        public var author: String

        public init(commit: String?, author: String) {
            self.commit = commit
            self.author = author
        }
    }

    /// What the manifests wanted before.
    public var base: DesiredState
    /// What it is compared with, such as `commit 1a2b3c4d5e6f`.
    public var baseName: String
    /// Every file that differs, relative to the repository's root, with the steps that changed it.
    public var paths: [String: [Step]]
    /// Every step since.
    public var steps: [Step]

    public init(base: DesiredState, baseName: String, paths: [String: [Step]], steps: [Step]) {
        self.base = base
        self.baseName = baseName
        self.paths = paths
        self.steps = steps
    }
}
