public import Manifests

/// Where an agent's attempts are.
public struct AgentPlace: Sendable, Hashable {
    public var host: String
    /// Which process table its process numbers are of: the machine's boot and the process namespace. Empty where that
    /// is not known; then no process is ever taken for gone.
    public var machine: String
    /// The folder of all attempts, absolute.
    public var runs: String
    /// The id of that folder.
    public var location: String

    public init(host: String, machine: String = "", runs: String = "", location: String = "") {
        self.host = host
        self.machine = machine
        self.runs = runs
        self.location = location
    }
}

/// A worker that takes runs from queues.
public struct AgentRecord: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case active
        /// Takes no more runs, and sees to the end of those in hand.
        case draining
        case stopped
        /// Its process is gone, and it did not say so.
        case lost

        /// Nobody has said goodbye of it.
        public var isAtWork: Bool { self == .active || self == .draining }
    }

    /// Unique for all time: pool, place in the pool and a random part.
    public var id: String
    public var pool: ObjectName
    /// Inside an apply, or a process of its own.
    public var placement: AgentPoolSpec.Placement
    public var place: AgentPlace
    public var process: Int32
    public var state: State
    public var startedAt: Timestamp
    public var heartbeatAt: Timestamp

    public init(
        id: String, pool: ObjectName, placement: AgentPoolSpec.Placement = .local, place: AgentPlace, process: Int32,
        state: State = .active, startedAt: Timestamp, heartbeatAt: Timestamp
    ) {
        self.id = id
        self.pool = pool
        self.placement = placement
        self.place = place
        self.process = process
        self.state = state
        self.startedAt = startedAt
        self.heartbeatAt = heartbeatAt
    }

    public var host: String { place.host }

    /// Since when nothing has been heard of it, where that is longer than its leases last.
    public func silentSince(at now: Timestamp, leaseDuration: Duration) -> Timestamp? {
        state.isAtWork && heartbeatAt + leaseDuration <= now ? heartbeatAt : nil
    }
}
