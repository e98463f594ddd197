public import Manifests
public import Records
public import YAML

/// What a plan may do without being asked twice.
public struct PlanPolicy: Sendable, Hashable {
    /// Whether an empty set of manifests may delete everything.
    public var allowsEmpty: Bool
    /// Whether more than half of what is recorded may be deleted.
    public var allowsMassDeletion: Bool

    public init(allowsEmpty: Bool = false, allowsMassDeletion: Bool = false) {
        self.allowsEmpty = allowsEmpty
        self.allowsMassDeletion = allowsMassDeletion
    }
}

/// What engines and the image layout say of work under way, seen when the plan was made.
public struct ObservedState: Sendable, Hashable {
    /// What an engine says of the newest attempt of a run that is recorded as active.
    public enum Attempt: String, Sendable, Hashable {
        case running
        case ended
        case gone
        case notStarted
        case elsewhere
        /// Its engine cannot be asked.
        case unknown
    }

    public var attempts: [RunID: Attempt]
    /// The signal that ended the command of an attempt that has ended so.
    public var signals: [RunID: Int32] = [:]
    public var goneAgents: [GoneAgent] = []
    public var missingImages: [MissingImage] = []
    /// The Deployments of pools whose clusters were asked.
    public var deployments: [ObjectName: Deployment] = [:]
    /// What is wrong with the record itself, in one clause; `nil` where nothing was seen.
    public var suspicion: String?

    public init(attempts: [RunID: Attempt] = [:]) { self.attempts = attempts }
}

/// Work that is under way already, and what an apply will do about it.
public struct InFlight: Sendable, Hashable {
    public var id: RunID
    public var name: ObjectName
    public var phase: RunPhase
    public var message: String
}

/// The ordered list of what has to be done, each with its reason.
public struct Plan: Sendable, Hashable {
    /// In the order in which they are carried out: creations with what they need first, deletions last and backward.
    public var actions: [Action]
    public var inFlight: [InFlight]
    /// What is there in another way than it is recorded, although nothing was committed.
    public var drift: [Drift]
    /// Why the plan may not be applied; empty where it may.
    public var refusals: [Diagnostic]
    public var warnings: [Diagnostic]
    /// What the runs that it starts ask for, by queue.
    public var demand: [QueueDemand]

    public init(
        actions: [Action], inFlight: [InFlight] = [], drift: [Drift] = [], refusals: [Diagnostic] = [],
        warnings: [Diagnostic] = [], demand: [QueueDemand] = []
    ) {
        self.actions = actions
        self.inFlight = inFlight
        self.drift = drift
        self.refusals = refusals
        self.warnings = warnings
        self.demand = demand
    }

    public func count(_ operation: Operation) -> Int { actions.count { $0.operation == operation } }

    /// Whether applying it would do anything. A run that is satisfied only gets its name written beside what has
    /// been computed already.
    public var hasChanges: Bool {
        actions.contains { action in
            switch action.operation {
            case .unchanged: false
            case .satisfied: action.change?.cancels != nil
            case .create, .update, .replace, .delete, .run: true
            }
        }
    }

    /// Whether anything has to be written, be it only a name.
    public var hasRecordChanges: Bool { actions.contains { $0.change != nil } }
}
