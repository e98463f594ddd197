public import Manifests
public import Records

/// The newest event of a record: two records with the same one are the same.
public struct StateHead: Sendable, Hashable {
    public var sequence: Int64
    public var hash: String

    public init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// A plan that is kept, to be applied later as it is or not at all.
///
/// It holds what it takes to see whether the same would be done again, and no value that `MaskedValues` hides: what an
/// action writes is there as a digest only, because it is worked out anew when the plan is applied.
public struct SavedPlan: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var operation: Operation
        public var key: ObjectKey
        public var reason: Reason
        public var message: String
        /// As `Action.json` has them.
        public var fields: [JSONValue]
        public var cause: Cause?
        /// Of all that the action writes; `nil` where it writes nothing.
        public var change: Digest?
    }

    /// The version of `reconcile` that made it.
    public var tool: String
    /// The first commit of the repository; empty where a shallow clone does not reach that far.
    public var repository: String
    public var revision: Revision
    /// Files and folders of manifests, relative to the repository's root.
    public var manifests: [String]
    /// Of all that the manifests want, the sources of jobs among it.
    public var input: Digest
    /// `nil` where nothing had been recorded yet.
    public var state: StateHead?
    public var policy: PlanPolicy
    /// All that is to be done, in this order; what stays as it is is not there.
    public var steps: [Step]

    public init(
        _ plan: Plan, of input: DesiredInput, tool: String, repository: String, revision: Revision,
        manifests: [String], state: StateHead?, policy: PlanPolicy
    ) {
        self.tool = tool
        self.repository = repository
        self.revision = revision
        self.manifests = manifests
        self.input = input.digest
        self.state = state
        self.policy = policy
        steps = plan.actions.filter { $0.operation != .unchanged }.map(Step.init)
    }

    init(
        tool: String, repository: String, revision: Revision, manifests: [String], input: Digest, state: StateHead?,
        policy: PlanPolicy, steps: [Step]
    ) {
        self.tool = tool
        self.repository = repository
        self.revision = revision
        self.manifests = manifests
        self.input = input
        self.state = state
        self.policy = policy
        self.steps = steps
    }
}

extension SavedPlan.Step {
    init(_ action: Action) {
        self.init(
            operation: action.operation, key: action.key, reason: action.reason, message: action.message,
            fields: action.fields.map(\.json), cause: action.cause,
            change: action.change.map { Digest(of: $0.canonical.canonicalBytes) })
    }

    /// Whether carrying out either would do the same. The message may tell of a phase that has passed.
    func does(_ other: SavedPlan.Step) -> Bool {
        key == other.key && operation == other.operation && reason == other.reason && change == other.change
    }
}

extension DesiredInput {
    /// Of everything that is wanted: labels, annotations, specs and sources. Where it was written does not matter.
    public var digest: Digest {
        var objects: [String: JSONValue] = [:]
        func add(_ kind: Kind, _ metadata: Metadata, _ spec: JSONValue, _ source: Digest? = nil) {
            let name = metadata.objectName
            objects["\(kind.rawValue)/\(name.namespace)/\(name.name)"] = ObjectContent.of(
                metadata, spec: spec, source: source)
        }
        for (name, job) in desired.jobs { add(.job, job.metadata, job.spec.canonical, sources[name]) }
        for queue in desired.queues.values { add(.queue, queue.metadata, queue.spec.canonical) }
        for pool in desired.pools.values { add(.agentPool, pool.metadata, pool.spec.canonical) }
        for run in desired.runs.values { add(.run, run.metadata, run.spec.canonical) }
        return Digest(of: JSONValue.object(objects).canonicalBytes)
    }
}

extension RecordChange {
    /// All that is written, in one form.
    fileprivate var canonical: JSONValue {
        var fields: [String: JSONValue] = [:]
        if let object {
            fields["object"] = .object([
                "digest": .string(object.digest.description), "file": .string(object.file),
                "identity": object.identity.map { .string($0.description) } ?? .null,
                "line": .int(Int64(object.line)), "prunable": .bool(object.isPrunable),
                "version": object.version.map { .int(Int64($0)) } ?? .null,
            ])
        }
        if let newVersion {
            fields["newVersion"] = .object([
                "digest": .string(newVersion.digest.description), "number": .int(Int64(newVersion.number)),
            ])
        }
        if let execution { fields["execution"] = execution.canonical }
        if let cancels { fields["cancels"] = .string(cancels.text) }
        return .object(fields)
    }
}

extension RecordChange.Execution {
    fileprivate var canonical: JSONValue {
        switch self {
        case .start(let specification): .object(["start": specification.recorded])
        case .requeue(let id, let specification):
            .object(["requeue": .string(id.text), "specification": specification.recorded])
        case .place(let id, let specification):
            .object(["place": .string(id.text), "specification": specification.recorded])
        }
    }
}
