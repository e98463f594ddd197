public import Engines
public import Manifests
public import Records

/// Where attempts are prepared and leave what they made.
public protocol RunWorkspace: Sendable {
    /// What an engine knows an attempt by.
    func reference(to attempt: AttemptRecord, of run: RunRecord) -> SubmissionReference

    /// Makes what the engine is to execute from an image.
    ///
    /// - Throws: a `Diagnostic` where it cannot be made; then nothing was started.
    func prepare(_ attempt: AttemptRecord, of run: RunRecord, image: Digest) async throws -> Submission

    /// Gathers the declared outputs of an attempt that ended well.
    ///
    /// - Returns: a sentence that names what is missing; `nil` where all is there.
    func collectOutputs(of attempt: AttemptRecord, of run: RunRecord) throws -> String?
}
