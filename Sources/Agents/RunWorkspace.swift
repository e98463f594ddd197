public import Engines
public import Manifests
public import Records

/// Where attempts are prepared and leave what they made.
public protocol RunWorkspace: Sendable {
    /// What an engine knows an attempt by.
    func reference(to attempt: AttemptRecord, of run: RunRecord) -> SubmissionReference

    /// Makes what the engine is to execute from an image and from what other runs left.
    ///
    /// - Throws: a `Diagnostic` where it cannot be made; then nothing was started.
    func prepare(
        _ attempt: AttemptRecord, of run: RunRecord, image: Digest, inputs: [InputSource]
    ) async throws -> Submission

    /// Gathers the declared outputs of an attempt that ended well.
    func collectOutputs(of attempt: AttemptRecord, of run: RunRecord) async throws -> CollectedOutputs
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
