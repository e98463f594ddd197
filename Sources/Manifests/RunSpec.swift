/// One wanted execution of a job version on a queue.
public struct RunSpec: Sendable, Hashable {
    public enum Priority: String, Sendable, Hashable, CaseIterable, Codable {
        case critical
        case high
        case medium
        case low

        /// The place in a queue ordered by priority: lower is served first.
        public var rank: Int {
            switch self {
            case .critical: 0
            case .high: 1
            case .medium: 2
            case .low: 3
            }
        }
    }

    public var job = JobReference()
    public var queue = ObjectName(name: "")
    public var parameters: [String: JSONValue] = [:]
    public var variables: [String: JSONValue] = [:]
    public var priority: Priority = .medium
    /// Part of the identity: a greater number asks for the same computation once more.
    public var `repeat`: Int = 1

    public init() {}
}

/// A job, floating (`train`) or pinned to one of its versions (`train@v3`).
public struct JobReference: Sendable, Hashable, CustomStringConvertible {
    public var name = ObjectName(name: "")
    /// `nil` follows the job's newest version.
    public var version: Int?

    public init() {}

    public init(name: ObjectName, version: Int? = nil) {
        self.name = name
        self.version = version
    }

    public var description: String { version.map { "\(name)@v\($0)" } ?? "\(name)" }
}
