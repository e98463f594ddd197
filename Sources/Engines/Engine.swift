public import Manifests
public import Records

/// What an engine is asked to execute: one attempt of a run.
public struct Submission: Sendable, Hashable {
    /// The name under which the engine knows the attempt, derived from run and attempt: a second submission under
    /// the same name meets the first.
    public var name: String
    /// The attempt's folder, absolute.
    public var folder: String
    /// The folder in which the command starts, absolute: on the machine, or, of a `container` or `root`, in its image.
    public var workingDirectory: String
    /// The command and its arguments. They are passed on as they are and are never part of a shell's text.
    public var arguments: [String]
    /// The whole environment of the command, secrets included where the engine's form asks for their values; it is
    /// given to the process and written nowhere.
    public var environment: [String: String]
    /// The secrets that variables of the command are to hold, by the variables' names.
    public var secrets: [String: String] = [:]
    /// The fencing token of the lease under which it is submitted: an engine that has been asked with a later one
    /// refuses it. `nil` where nobody else can have it.
    public var token: Int64?
    /// The id of the folder that holds all attempts; `nil` where it is not known.
    public var location: String?
    /// The queue's settings and its document for this attempt, with nothing left to put in; `nil` for what needs none.
    public var target: EngineTarget?
    /// The image whose command it is.
    public var image: SubmittedImage?
    /// What the job asks of the machine.
    public var resources = Resources()
    /// For people who look at the engine: what it is that runs there.
    public var labels = SubmissionLabels()
    /// What the command is to leave, by the paths that its job declares.
    public var outputs: [String] = []
    /// The longest that the command may run; Slipway itself ends it then, and an engine may do so a little later.
    public var timeout: Duration?

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

    /// Where the image's files are, if they are unpacked.
    public var root: String { "\(folder)/work" }
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
    /// What it was or would be submitted to; `nil` for processes of the machine.
    public var target: EngineTarget?

    public init(
        name: String, folder: String, host: String, location: String? = nil, token: Int64? = nil,
        target: EngineTarget? = nil
    ) {
        self.name = name
        self.folder = folder
        self.host = host
        self.location = location
        self.token = token
        self.target = target
    }
}

/// Which engine an attempt is for, how it is reached, and the queue's document for it.
public struct EngineTarget: Sendable, Hashable {
    public var kind: EngineKind
    /// The queue's `settings`: an object.
    public var settings: JSONValue
    /// The queue's `config`, with everything put in: an object. Of a reference whose image is not known, `${image}`
    /// still stands there.
    public var document: JSONValue

    public init(kind: EngineKind, settings: JSONValue = .object([:]), document: JSONValue = .object([:])) {
        self.kind = kind
        self.settings = settings
        self.document = document
    }
}

/// An image, as engines that run images are told of it.
public struct SubmittedImage: Sendable, Hashable {
    /// Of its manifest.
    public var digest: Digest
    /// Of its configuration, by which container tools know it too.
    public var config: Digest
    /// The OCI layout on this machine that has it, absolute.
    public var layout: String
    /// Where a registry has it, pinned to its digest (`host/team/train@sha256:…`); `nil` where none has.
    public var reference: String?

    public init(digest: Digest, config: Digest, layout: String, reference: String? = nil) {
        self.digest = digest
        self.config = config
        self.layout = layout
        self.reference = reference
    }
}

/// What an attempt is called where people look at an engine. Texts may hold anything that a name may.
public struct SubmissionLabels: Sendable, Hashable {
    public var run = ""
    public var runID = ""
    /// `train@v3`.
    public var job = ""
    public var attempt = 0
    public var queue = ""
    public var commit: String?

    public init() {}
}

/// How an attempt's files are given to an engine.
public enum AttemptForm: Sendable, Hashable {
    /// The image's files are unpacked into the attempt's folder, and the command runs among them.
    case unpacked
    /// The same, but that they are all that the command sees: `Submission.root` is its `/`, where it finds what
    /// `ContainerPaths` names.
    case root
    /// The image stays whole. Of the attempt's folder the command sees what `ContainerPaths` names.
    /// - Parameter resolvesSecrets: whether the engine wants the values of secrets, or finds them by their names.
    case container(resolvesSecrets: Bool)
}

/// Where a command in a container finds what is in its attempt's folder.
public enum ContainerPaths {
    /// The folder that the others are in.
    public static let root = "/slipway"
    /// Writable: the attempt's `outputs/`.
    public static let outputs = "/slipway/outputs"
    /// Read-only, where the engine can: the attempt's `inputs/`, where the run has inputs.
    public static let inputs = "/slipway/inputs"
    /// Read-only, where the engine can: the attempt's `parameters.json`.
    public static let parameters = "/slipway/parameters.json"
    /// Writable: the attempt's `metrics.jsonl`, which is there, empty.
    public static let metrics = "/slipway/metrics.jsonl"
}

/// What an engine says of an attempt.
public enum Observation: Sendable, Hashable {
    /// It is provably not there: it was never started.
    case absent
    /// It is in the engine's own queue: the engine's word for why, and a sentence.
    case waiting(reason: String, message: String)
    case running(since: Timestamp?)
    /// It ended with an exit status.
    case ended(status: Int32, at: Timestamp?)
    /// The engine ended it, or gave it up; its own words.
    case failed(EngineFailure, String, at: Timestamp?)
    /// It was started, and how it ended cannot be known any more.
    case gone(String)
    /// It may be there, but not where this machine can look.
    case elsewhere(String)
    /// The engine cannot be asked now, or says what nobody understands: nothing is known, and nothing follows from it.
    case unreachable(String)

    /// Whether it may still go on, so that there is something to wait for.
    public var isLive: Bool {
        switch self {
        case .waiting, .running, .unreachable: true
        case .absent, .ended, .failed, .gone, .elsewhere: false
        }
    }

    /// Whether a person would call both the same: when something began or ended does not matter.
    public func isSame(as other: Observation) -> Bool {
        switch (self, other) {
        case (.running, .running): true
        case (.ended(let status, _), .ended(let other, _)): status == other
        case (.failed(let failure, let words, _), .failed(let other, let otherWords, _)):
            failure == other && words == otherWords
        default: self == other
        }
    }
}

/// Something that was looked at before anything is submitted.
public struct PreflightFinding: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable {
        case good
        /// It will work, but perhaps not as it is meant.
        case doubtful
        /// Nothing that is submitted can run.
        case bad
    }

    public var verdict: Verdict
    /// What was looked at, in a few words: `the Docker daemon`, `the partition gpu`.
    public var subject: String
    /// What was found, as a sentence without its full stop.
    public var finding: String
    /// What to do about it.
    public var remedy: String?

    public init(_ verdict: Verdict, _ subject: String, _ finding: String, remedy: String? = nil) {
        self.verdict = verdict
        self.subject = subject
        self.finding = finding
        self.remedy = remedy
    }
}

/// What executes runs.
///
/// Slipway schedules nothing itself: an engine takes a submission and holds it until it ends, whoever submitted it.
public protocol Engine: Sendable {
    var kind: EngineKind { get }

    /// Whether what it takes may wait in a queue of its own.
    func hasQueue(for target: EngineTarget?) -> Bool

    /// How it wants the files of an attempt.
    func form(for target: EngineTarget?) -> AttemptForm

    /// Submits, or adopts what is there under the same name. Returns when the engine has it.
    ///
    /// - Throws: a `Diagnostic` where the engine refuses it, or has been asked with a later token; then nothing was
    ///   started.
    func submit(_ submission: Submission) async throws

    /// What is known of it now.
    func observe(_ reference: SubmissionReference) async -> Observation

    /// What is known of many now, in their order. An engine that can tells of all with one call.
    func observe(_ references: [SubmissionReference]) async -> [Observation]

    /// Waits until it has ended or is gone, or until the deadline; returns what is known then.
    func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation

    /// Waits until something else is known of it than was seen (`Observation.isSame`), or until the deadline; returns
    /// what is known then, also where the waiting task is cancelled. What many wait for costs one call an interval.
    func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation

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
    ///
    /// What has its name and is not Slipway's, or another checkout's, is left alone.
    func cancel(_ reference: SubmissionReference, grace: Duration) async throws

    /// Brings what the engine holds of the command's output (`stdout.log`, `stderr.log`) into the attempt's folder, as
    /// far as it goes now. It is asked for again and again while somebody reads, and once after the end.
    ///
    /// - Throws: a `Diagnostic` where it cannot be had; the attempt is none the worse for it.
    func fetchLogs(of reference: SubmissionReference) async throws

    /// Removes what the engine keeps of an attempt that has ended and whose end is recorded: a container that has
    /// stopped, say. Not to be called before; where it is never called, nothing is wrong but a little room.
    func discard(_ reference: SubmissionReference) async

    /// Looks at what submissions need: the tool, its version, credentials, quotas.
    ///
    /// - Parameter target: with the queue's document as far as it is known without a run.
    func preflight(_ target: EngineTarget?) async -> [PreflightFinding]

    /// Has the engine check a document without submitting it; `nil` where it has no such thing.
    ///
    /// - Returns: what it says against it; empty where it would take it.
    func dryRun(_ submission: Submission) async -> [String]?
}

extension Engine {
    public func hasQueue(for target: EngineTarget?) -> Bool { false }
    public func form(for target: EngineTarget?) -> AttemptForm { .unpacked }

    public func observe(_ references: [SubmissionReference]) async -> [Observation] {
        var found: [Observation] = []
        for reference in references { found.append(await observe(reference)) }
        return found
    }

    /// For an engine without a queue, of which all that can change is that an attempt ends.
    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        if case .running = seen { return await wait(for: reference, until: deadline) }
        let known = await observe(reference)
        return known.isSame(as: seen) ? await wait(for: reference, until: deadline) : known
    }

    public func fetchLogs(of reference: SubmissionReference) async throws {}
    public func discard(_ reference: SubmissionReference) async {}
    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] { [] }
    public func dryRun(_ submission: Submission) async -> [String]? { nil }
}
