/// Where a run is, in the words that `get` prints.
public enum RunPhase: String, Sendable, Hashable, CaseIterable, Codable {
    /// Not in a queue yet: waits for something that its reason names (a back-off, other runs).
    case pending
    case queued
    case building
    case submitting
    /// In the engine's own queue.
    case waiting
    case running
    case succeeded
    case failed
    case cancelled
    /// Cut off, and nobody can know how it ended.
    case lost

    /// Nothing will happen to it any more unless somebody asks.
    public var isTerminal: Bool {
        switch self {
        case .succeeded, .failed, .cancelled, .lost: true
        case .pending, .queued, .building, .submitting, .waiting, .running: false
        }
    }

    /// An agent has it in hand.
    public var isActive: Bool {
        switch self {
        case .building, .submitting, .waiting, .running: true
        case .pending, .queued, .succeeded, .failed, .cancelled, .lost: false
        }
    }
}
