public import Manifests

/// How an attempt ended.
public enum AttemptOutcome: Sendable, Hashable {
    case succeeded
    /// The command ended with this status; 128 + n stands for signal n, as shells count.
    case exited(Int32)
    case timedOut
    case cancelled
    /// The image could not be built.
    case buildFailed(String)
    /// The engine would not take it.
    case submissionFailed(String)
    /// It was started, and nobody can know how it ended.
    case lost(String)
    /// The command ended well but did not leave what its job declares.
    case outputMissing(String)
    /// The engine ended it, or gave it up; what it said.
    case engine(EngineFailure, String)

    /// What the retry policy calls it; `nil` where no policy applies.
    public var cause: RetryPolicy.Cause? {
        switch self {
        case .succeeded, .cancelled: nil
        // A broken build or a refused submission fails the same way again: a person has to change something.
        case .buildFailed, .submissionFailed: nil
        case .exited, .outputMissing: .error
        case .timedOut: .timeout
        case .lost: .interruption
        case .engine(let failure, _): failure.cause
        }
    }

    /// The phase of a run that ends so for good.
    public var phase: RunPhase {
        switch self {
        case .succeeded: .succeeded
        case .cancelled: .cancelled
        case .lost: .lost
        case .exited, .timedOut, .buildFailed, .submissionFailed, .outputMissing, .engine: .failed
        }
    }

    /// A word for machines.
    public var reason: String {
        switch self {
        case .succeeded: "Succeeded"
        case .exited: "CommandFailed"
        case .timedOut: "TimedOut"
        case .cancelled: "Cancelled"
        case .buildFailed: "BuildFailed"
        case .submissionFailed: "SubmissionFailed"
        case .lost: "Lost"
        case .outputMissing: "OutputMissing"
        case .engine(let failure, _): failure.rawValue
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .succeeded: "the command ended with status 0"
        case .exited(let code) where code > 128 && code < 160:
            "the command was ended by signal \(code - 128) (status \(code))"
        case .exited(let code): "the command ended with status \(code)"
        case .timedOut: "the command ran longer than its timeout and was ended"
        case .cancelled: "cancelled"
        case .buildFailed(let why), .submissionFailed(let why), .lost(let why), .outputMissing(let why),
            .engine(_, let why):
            why.recordable
        }
    }

    public var exitCode: Int32? {
        switch self {
        case .succeeded: 0
        case .exited(let code): code
        default: nil
        }
    }

    /// Reads what `reason`, `exitCode` and `message` say together.
    public init?(reason: String, exitCode: Int32?, message: String) {
        switch reason {
        case "Succeeded": self = .succeeded
        case "CommandFailed": self = .exited(exitCode ?? 1)
        case "TimedOut": self = .timedOut
        case "Cancelled": self = .cancelled
        case "BuildFailed": self = .buildFailed(message)
        case "SubmissionFailed": self = .submissionFailed(message)
        case "Lost": self = .lost(message)
        case "OutputMissing": self = .outputMissing(message)
        default:
            guard let failure = EngineFailure(rawValue: reason) else { return nil }
            self = .engine(failure, message)
        }
    }
}

/// One submission of a run to an engine.
public struct AttemptRecord: Sendable, Hashable {
    /// What it is for.
    public enum Kind: Sendable, Hashable {
        /// To carry out its run: one of those that the record counts.
        case execution
        /// To see whether what the run gave comes out again: a `Reproduction`, counted apart.
        case reproduction
    }

    public let kind: Kind
    public var run: RunID
    /// 1, 2, … of its kind.
    public var number: Int
    public var agent: String
    public var host: String
    /// Its folder, absolute, on that machine; `nil` for an attempt of before this was recorded.
    public var folder: String?
    /// The id of the disk folder that holds all attempts of its machine. A machine of the same name that sees another
    /// id, or none, does not see the attempt.
    public var location: String?
    public var image: Digest?
    public var createdAt: Timestamp
    /// When the engine had it; `nil` while only the intent is recorded.
    public var submittedAt: Timestamp?
    public var endedAt: Timestamp?
    public var outcome: AttemptOutcome?
    /// When it was seen that nothing of a lost attempt is left.
    public var confirmedAt: Timestamp?
    /// What a success left, by the paths that its job declares.
    public var outputs: [String: OutputDigest] = [:]
    /// What it is submitted to; `nil` for processes of the machine it is on.
    public var engine: EngineBinding?
    /// What was put of it into its pool's store; `nil` where there is none, or nothing was put there.
    public var artifact: AttemptArtifact?

    public init(
        run: RunID, number: Int, agent: String, host: String, createdAt: Timestamp, kind: Kind = .execution
    ) {
        self.kind = kind
        self.run = run
        self.number = number
        self.agent = agent
        self.host = host
        self.createdAt = createdAt
    }

    /// The name under which the engine knows the attempt: derived, so that a second submission meets the first.
    public var engineName: String {
        switch kind {
        case .execution: "\(run)-\(number)"
        case .reproduction: "\(run)-reproduction-\(number)"
        }
    }
}
