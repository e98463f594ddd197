public import Records

/// What a plan was made from, for its views.
public struct PlanContext: Sendable, Hashable {
    /// The commit with which files alone were compared, and as what somebody named it.
    public struct Base: Sendable, Hashable {
        public var reference: String
        /// The full commit id.
        public var commit: String

        public init(reference: String, commit: String) {
            self.reference = reference
            self.commit = commit
        }
    }

    public var revision: Revision
    /// `nil` where the plan compares with what is recorded.
    public var base: Base?

    public init(revision: Revision, base: Base? = nil) {
        self.revision = revision
        self.base = base
    }
}
