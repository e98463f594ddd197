public import Manifests
public import Records
public import YAML

/// Why reality is not as it is recorded, although nothing was committed: a closed list.
public enum DriftReason: String, Sendable, Hashable, CaseIterable {
    /// An agent is recorded as at work, and its process or its heartbeat is gone.
    case agentGone
    /// A run is recorded as under way, and its engine knows of no end and has it no more.
    case runGone
    /// A run's command was ended by a signal that nobody here asked for.
    case runKilled
    /// A run is recorded as running, and its engine never started it.
    case runNotStarted
    /// An image is recorded as built here, and is not whole in the layout.
    case imageMissing
    /// A pool's agents are a cluster's Deployment, and nothing of its name is there.
    case deploymentMissing
    /// It is there, and is not as the pool says.
    case deploymentChanged
    /// The record itself was changed by somebody else's hand.
    case stateEdited
}

/// What an apply does about drift: a closed list.
public enum DriftOperation: String, Sendable, Hashable, CaseIterable {
    /// Takes over what was left, and goes on with it.
    case adopt
    /// Records how it ended, and tries again where the retry policy says so.
    case settle
    /// Takes the record back, so that it is made again when it is needed.
    case forget
    /// Makes it as it is recorded.
    case repair
    /// Nothing: a person has to look.
    case report

    /// The mark before the name.
    public var symbol: String {
        switch self {
        case .adopt: "↻"
        case .settle: "!"
        case .forget: "-"
        case .repair: "~"
        case .report: "?"
        }
    }
}

/// One thing that differs between what is recorded and what is there.
public struct Drift: Sendable, Hashable {
    public var operation: DriftOperation
    /// The object's kind; `State` for the record itself.
    public var kind: String
    public var name: ObjectName
    public var reason: DriftReason
    /// What is seen, and what an apply will do.
    public var message: String
    /// The image whose record an apply takes back.
    public var forgets: ObservedState.MissingImage?

    public init(
        _ operation: DriftOperation, _ kind: String, _ name: ObjectName, _ reason: DriftReason, _ message: String
    ) {
        self.operation = operation
        self.kind = kind
        self.name = name
        self.reason = reason
        self.message = message
    }

    /// What stands for the record itself.
    public static let state = "State"

    /// The object, what is seen, and why that is drift, in one line.
    var line: String { "\(kind)/\(name)  \(message.printable) [\(reason.rawValue)]" }
}

extension ObservedState {
    /// An agent that is recorded as at work and is not.
    public struct GoneAgent: Sendable, Hashable {
        public enum Evidence: String, Sendable, Hashable {
            /// Its process is provably not there any more.
            case process
            /// Nothing was heard of it for longer than its leases last.
            case silence
        }

        public var id: String
        public var pool: ObjectName
        public var host: String
        /// When it was last heard of.
        public var since: Timestamp
        public var evidence: Evidence
        /// How many runs it has in hand by the record.
        public var runs: Int
        public var placement: AgentPoolSpec.Placement

        public init(
            id: String, pool: ObjectName, host: String, since: Timestamp, evidence: Evidence, runs: Int,
            placement: AgentPoolSpec.Placement = .remote
        ) {
            self.id = id
            self.pool = pool
            self.placement = placement
            self.host = host
            self.since = since
            self.evidence = evidence
            self.runs = runs
        }
    }

    /// What a cluster says of the Deployment that a pool's agents are.
    public enum Deployment: Sendable, Hashable {
        case asRecorded
        case missing(name: String)
        /// With the paths of what differs.
        case changed(name: String, [String])
        /// It cannot be asked, or somebody else has the name; why is one of a plan's warnings.
        case unknown(Diagnostic)
    }

    /// An image that is recorded as built and is not there.
    public struct MissingImage: Sendable, Hashable {
        public var job: ObjectName
        public var version: Int
        public var versionDigest: Digest
        public var image: Digest
        /// The registry that was to have it, where it was put into one.
        public var registry: ImageReference?

        public init(
            job: ObjectName, version: Int, versionDigest: Digest, image: Digest, registry: ImageReference? = nil
        ) {
            self.registry = registry
            self.job = job
            self.version = version
            self.versionDigest = versionDigest
            self.image = image
        }
    }
}

extension Planner {
    /// What is there in another way than it is recorded, and what an apply will do about each.
    func drift(_ observed: ObservedState) -> [Drift] {
        var found: [Drift] = []
        if let suspicion = observed.suspicion {
            found.append(
                Drift(
                    .report, Drift.state, ObjectName(name: "events"), .stateEdited,
                    "\(suspicion); apply repairs nothing: see `reconcile history --verify`"))
        }
        found += observed.goneAgents.sorted { ($0.pool, $0.id) < ($1.pool, $1.id) }.map(drift)
        found += observed.missingImages.sorted { ($0.job, $0.version) < ($1.job, $1.version) }.map { missing in
            let elsewhere = missing.registry.map { ", nor in \($0.name)" } ?? ""
            var drift = Drift(
                .forget, Kind.job.rawValue, missing.job, .imageMissing,
                "the image \(missing.image.short) of v\(missing.version) is recorded as built, and is not whole in the "
                    + "layout\(elsewhere); it is built again when a run needs it"
            )
            drift.forgets = missing
            return drift
        }
        found += observed.deployments.sorted { $0.key < $1.key }.compactMap(drift)
        let runs = recorded.runs.values.filter { observed.attempts[$0.id] != nil }
        found += runs.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.compactMap { drift($0, observed) }
        return found
    }

    private func drift(_ agent: ObservedState.GoneAgent) -> Drift {
        let sign = agent.evidence == .process ? "its process is gone" : "nothing is heard of it"
        let hand = agent.runs == 1 ? "its run is" : "its \(agent.runs) runs are"
        let next =
            switch (agent.evidence, agent.runs) {
            case (.process, 0): "apply takes leave of it"
            case (.process, _): "apply takes leave of it, and \(hand) taken over"
            case (.silence, 0) where agent.placement == .kubernetes: "its Deployment has to start another"
            case (.silence, 0): "start another with `reconcile agent --pool \(agent.pool)`"
            case (.silence, _): "\(hand) taken over once the lease has run out"
            }
        let isAdopted = agent.evidence == .process || agent.runs > 0
        return Drift(
            isAdopted ? .adopt : .report, Kind.agentPool.rawValue, agent.pool, .agentGone,
            "agent \(agent.id) on \(agent.host): \(sign), last heard of at \(agent.since); \(next)")
    }

    /// A pool that moves or goes has its Deployment seen to by that.
    private func drift(_ pool: ObjectName, _ deployment: ObservedState.Deployment) -> Drift? {
        guard input.desired.pools[pool]?.spec.placement == .kubernetes else { return nil }
        func repaired(_ reason: DriftReason, _ what: String) -> Drift {
            Drift(.repair, Kind.agentPool.rawValue, pool, reason, what)
        }
        switch deployment {
        case .asRecorded, .unknown: return nil
        case .missing(let name):
            return repaired(.deploymentMissing, "its Deployment \(name) is not there; apply makes it")
        case .changed(let name, let fields):
            let list = fields.joined(separator: ", ")
            return repaired(
                .deploymentChanged, "its Deployment \(name) is not as it is recorded: \(list); apply makes it so")
        }
    }

    private func drift(_ run: RunRecord, _ observed: ObservedState) -> Drift? {
        let attempt = "attempt \(run.attempt)"
        func settled(_ reason: DriftReason, _ outcome: AttemptOutcome, _ what: String) -> Drift {
            let used = run.attempt - run.attemptsForgiven
            let retry = run.specification.retry
            let isRetried = used <= retry.limit && outcome.cause.map(retry.on.contains) == true
            let next = "apply records it as \(outcome.phase.rawValue)\(isRetried ? ", and tries it again" : "")"
            return Drift(.settle, Kind.run.rawValue, run.name, reason, "\(what); \(next)")
        }
        switch observed.attempts[run.id] {
        case .gone?:
            return settled(
                .runGone, .lost(""), "\(attempt) is recorded as \(run.phase.rawValue), and how it ended is not known")
        case .ended? where run.cancelledBy == nil:
            guard let signal = observed.signals[run.id] else { return nil }
            return settled(
                .runKilled, .exited(128 + signal), "\(attempt) was ended by signal \(signal), which nobody asked for")
        case .notStarted? where run.phase == .running || run.phase == .waiting:
            return settled(
                .runNotStarted, .lost(""), "\(attempt) is recorded as \(run.phase.rawValue), and nothing of it is there"
            )
        default: return nil
        }
    }
}
