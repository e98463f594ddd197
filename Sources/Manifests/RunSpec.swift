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
    public var parameters: NamedValues<JSONValue> = [:]
    public var variables: NamedValues<JSONValue> = [:]
    public var priority: Priority = .medium

    /// What few runs say.
    private struct Rare: SeldomSaid {
        var `repeat`: Int = 1
        var dependsOn: [RunSpec.Dependency] = []
        var inputs: [RunSpec.Input] = []
        var matrix: RunMatrix?

        static let unsaid = Rare()
    }

    private var rare = Seldom<Rare>()

    public init() {}

    /// Part of the identity: a greater number asks for the same computation once more.
    public var `repeat`: Int {
        get { rare.said.first?.repeat ?? 1 }
        set { rare.say { $0.repeat = newValue } }
    }

    /// The runs that it waits for. Placement: what it computes does not depend on them.
    public var dependsOn: [RunSpec.Dependency] {
        get { rare.said.first?.dependsOn ?? [] }
        set { rare.say { $0.dependsOn = newValue } }
    }

    /// What other runs left and this one reads. Part of the identity; each waits for its run's success.
    public var inputs: [RunSpec.Input] {
        get { rare.said.first?.inputs ?? [] }
        set { rare.say { $0.inputs = newValue } }
    }

    /// The sets of parameters that it is executed with, each as a run of its own. It is there only until these runs
    /// have taken the place of the one that has it.
    var matrix: RunMatrix? {
        get { rare.said.first?.matrix }
        set { rare.say { $0.matrix = newValue } }
    }

    /// Another run, and how far it has to have come.
    public struct Dependency: Sendable, Hashable {
        public var run = ObjectName(name: "")
        public var condition: DependencyCondition = .succeeded

        public init() {}
    }

    /// An output of another run.
    public struct Input: Sendable, Hashable {
        public var from = ObjectName(name: "")
        /// In the other run's outputs, in the form of `OutputPath`.
        public var path: String = ""
        /// Where it is found below the folder of inputs (`as` in the manifest), in the same form.
        public var target: String = ""

        public init() {}
    }

    /// Every run that it waits for: those it names, and those whose outputs it reads, which have to succeed.
    public var upstreams: [ObjectName: DependencyCondition] {
        var found: [ObjectName: DependencyCondition] = [:]
        for dependency in dependsOn { found[dependency.run] = dependency.condition }
        for input in inputs { found[input.from] = .succeeded }
        return found
    }
}

/// How far a run has to have come before another may begin.
public enum DependencyCondition: String, Sendable, Hashable, CaseIterable, Codable {
    case succeeded
    /// It has ended, well or not.
    case finished
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
