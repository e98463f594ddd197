public import Manifests

/// Why an engine ended an attempt, or would not go on with it, in words that are the same for all engines. The
/// engine's own words stand beside it.
public enum EngineFailure: String, Sendable, Hashable, CaseIterable {
    /// It took more memory than it was given.
    case outOfMemory = "OutOfMemory"
    /// Others were let before it.
    case preempted = "Preempted"
    /// The machine that it ran on failed, was drained or was taken away.
    case nodeLost = "NodeLost"
    /// Its image could not be got.
    case imagePull = "ImagePullFailed"
    /// It ran longer than the engine allows.
    case timeLimit = "EngineTimeLimit"
    /// It was ended by somebody who is not Slipway.
    case endedByOthers = "EndedInEngine"
    /// The engine gave it up for a reason of its own.
    case refused = "EngineRefused"

    /// What the retry policy calls it.
    public var cause: RetryPolicy.Cause? {
        switch self {
        case .outOfMemory, .imagePull, .endedByOthers: .error
        case .preempted, .nodeLost: .interruption
        case .timeLimit: .timeout
        // Asked again, it says the same.
        case .refused: nil
        }
    }
}

/// How far an attempt is that its engine has taken.
public enum EngineProgress: Sendable, Hashable {
    /// It is in the engine's own queue: the engine's word, and a sentence.
    case waiting(reason: String, message: String)
    /// - Parameter since: as the engine says; `nil` where it does not.
    case running(since: Timestamp?)
    /// The engine cannot be asked. What it has goes on, as far as anybody knows.
    case unreachable(String)

    /// The word for machines of a run whose engine cannot be asked.
    public static let unreachableReason = "EngineUnreachable"
}
