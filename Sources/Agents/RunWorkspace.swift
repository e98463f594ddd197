public import Engines
public import Manifests
public import Records

/// Where attempts are prepared and leave what they made.
public protocol RunWorkspace: Sendable {
    /// What an engine knows an attempt by.
    func reference(to attempt: AttemptRecord, of run: RunRecord) -> SubmissionReference

    /// Makes what the engine is to execute from an image and from what other runs left.
    ///
    /// - Parameters:
    ///   - location: where the pool keeps its images.
    ///   - form: how the engine wants the files.
    /// - Throws: a `Diagnostic` where it cannot be made; then nothing was started.
    func prepare(
        _ attempt: AttemptRecord, of run: RunRecord, image: Digest, keptIn location: ImageLocation,
        inputs: [InputSource],
        as form: AttemptForm
    ) async throws -> Submission

    /// Gathers the declared outputs of an attempt that ended well.
    func collectOutputs(of attempt: AttemptRecord, of run: RunRecord) async throws -> CollectedOutputs

    /// Puts what an attempt left into a store. It has ended, so that nothing of it changes any more; doing it again
    /// puts nothing there twice.
    ///
    /// - Throws: a `Diagnostic` where the store cannot be used, which may pass.
    func keep(_ traces: AttemptTraces, in location: ArtifactLocation) async throws -> KeptTraces
}

/// What there is to be kept of an attempt that has ended.
public struct AttemptTraces: Sendable, Hashable {
    public var attempt: AttemptRecord
    public var run: RunRecord
    /// What a success left, by the paths that its job declares.
    public var outputs: [String: OutputDigest]
    /// The commit that has the source of its job version; `nil` where none is known.
    public var commit: String?

    public init(attempt: AttemptRecord, run: RunRecord, outputs: [String: OutputDigest], commit: String?) {
        self.attempt = attempt
        self.run = run
        self.outputs = outputs
        self.commit = commit
    }
}

/// What a store has of an attempt.
public struct KeptTraces: Sendable, Hashable {
    /// Of the manifest.
    public var digest: Digest
    /// What is not in it, and why; `nil` where all is.
    public var warning: String?

    public init(digest: Digest, warning: String? = nil) {
        self.digest = digest
        self.warning = warning
    }
}

/// What an attempt left of what its job declares.
public struct CollectedOutputs: Sendable, Hashable {
    /// A sentence that names what is missing; `nil` where all is there.
    public var missing: String?
    /// By the paths that the job declares.
    public var digests: [String: OutputDigest]

    public init(missing: String? = nil, digests: [String: OutputDigest] = [:]) {
        self.missing = missing
        self.digests = digests
    }
}
