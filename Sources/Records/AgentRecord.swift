public import Manifests

/// A worker that takes runs from queues.
public struct AgentRecord: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case active
        case stopped
        /// Its process is gone, and it did not say so.
        case lost
    }

    /// Unique for all time: pool, place in the pool and a random part.
    public var id: String
    public var pool: ObjectName
    public var host: String
    public var process: Int32
    public var state: State
    public var startedAt: Timestamp
    public var heartbeatAt: Timestamp

    public init(
        id: String, pool: ObjectName, host: String, process: Int32, state: State = .active, startedAt: Timestamp,
        heartbeatAt: Timestamp
    ) {
        self.id = id
        self.pool = pool
        self.host = host
        self.process = process
        self.state = state
        self.startedAt = startedAt
        self.heartbeatAt = heartbeatAt
    }
}
