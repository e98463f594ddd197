public import Manifests
public import Records

/// What an engine is asked to execute: one attempt of a run.
public struct Submission: Sendable, Hashable {
    /// The name under which the engine knows the attempt, derived from run and attempt: a second submission under
    /// the same name meets the first.
    public var name: String
    /// The attempt's folder, absolute.
    public var folder: String
    /// The folder in which the command starts, absolute.
    public var workingDirectory: String
    /// The command and its arguments. They are passed on as they are and are never part of a shell's text.
    public var arguments: [String]
    /// The whole environment of the command, secrets included; it is given to the process and written nowhere.
    public var environment: [String: String]
    /// The fencing token of the lease under which it is submitted: an engine that has been asked with a later one
    /// refuses it. `nil` where nobody else can have it.
    public var token: Int64?

    public init(
        name: String, folder: String, workingDirectory: String, arguments: [String], environment: [String: String],
        token: Int64? = nil
    ) {
        self.name = name
        self.folder = folder
        self.workingDirectory = workingDirectory
        self.arguments = arguments
        self.environment = environment
        self.token = token
    }
}

/// What an engine knows an attempt by, without what was submitted.
public struct SubmissionReference: Sendable, Hashable {
    public var name: String
    /// The attempt's folder, absolute.
    public var folder: String
    /// The machine that submitted it.
    public var host: String
    /// The id of the folder that holds all attempts there; `nil` where it is not known.
    public var location: String?
    /// The fencing token of the lease under which it is asked for; `nil` where there is none.
    public var token: Int64?

    public init(name: String, folder: String, host: String, location: String? = nil, token: Int64? = nil) {
        self.name = name
        self.folder = folder
        self.host = host
        self.location = location
        self.token = token
    }
}

/// What an engine says of an attempt.
public enum Observation: Sendable, Hashable {
    /// It is provably not there: it was never started.
    case absent
    case running(since: Timestamp?)
    /// It ended with an exit status.
    case ended(status: Int32, at: Timestamp?)
    /// It was started, and how it ended cannot be known any more.
    case gone(String)
    /// It may be there, but not where this machine can look.
    case elsewhere(String)
}

/// What executes runs.
///
/// Slipway schedules nothing itself: an engine takes a submission and holds it until it ends, whoever submitted it.
public protocol Engine: Sendable {
    var kind: EngineKind { get }

    /// Submits, or adopts what is there under the same name. Returns when the engine has it.
    ///
    /// - Throws: a `Diagnostic` where the engine refuses it, or has been asked with a later token; then nothing was
    ///   started.
    func submit(_ submission: Submission) async throws

    /// What is known of it now.
    func observe(_ reference: SubmissionReference) async -> Observation

    /// Waits until it has ended or is gone, or until the deadline; returns what is known then.
    func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation

    /// Sees to it that what was never started never will be: a submission that is still on its way meets the seal.
    ///
    /// A seal does not bind a later claim: to whoever asks with a later token, what an earlier one sealed is absent,
    /// and can be submitted.
    ///
    /// - Returns: `.absent` where it is sealed; otherwise what is known of it, for it was started after all.
    /// - Throws: `Diagnostic.superseded` where the engine has been asked with a later token, and a `Diagnostic` where
    ///   the seal cannot be set; then it may still be started.
    func seal(_ reference: SubmissionReference) async throws -> Observation

    /// Ends it and everything that it started: asks, waits as long as `grace`, then forces. Returns when it is
    /// confirmed to be over.
    func cancel(_ reference: SubmissionReference, grace: Duration) async throws
}
