public import Manifests
public import Records
import YAML

/// What is wanted, with what only the file system knows: the digests of the jobs' sources.
public struct DesiredInput: Sendable {
    public var desired: DesiredState
    /// The digest of each job's source files.
    public var sources: [ObjectName: Digest]

    public init(desired: DesiredState, sources: [ObjectName: Digest]) {
        self.desired = desired
        self.sources = sources
    }
}

/// Compares what is desired with what is recorded and observed.
///
/// A pure function: no clock, no randomness, no input or output; the same arguments give the same plan, byte for
/// byte. Every object that is desired or recorded is in exactly one action.
public func plan(
    _ input: DesiredInput, recorded: RecordedState, observed: ObservedState = ObservedState(),
    policy: PlanPolicy = PlanPolicy()
) -> Plan {
    var planner = Planner(input: input, recorded: recorded)
    return planner.plan(observed: observed, policy: policy)
}

/// The identities of what is wanted: of all the runs that are recorded, a plan looks at these, at those that recorded
/// objects name, and at those that have not ended.
///
/// - Parameter recorded: objects and job versions; its runs do not matter.
public func identities(wantedBy input: DesiredInput, recorded: RecordedState) -> Set<Digest> {
    var planner = Planner(input: input, recorded: recorded)
    for (name, job) in input.desired.jobs.sorted(by: { $0.key < $1.key }) { planner.planJob(name, job) }
    _ = planner.specifyInOrder(input.desired.runs)
    return planner.wanted
}

/// The working memory of one call of `plan`.
struct Planner {
    let input: DesiredInput
    let recorded: RecordedState
    let knowledge: Knowledge
    private var masks = MaskedValues()
    var actions: [Action] = []
    var refusals: [Diagnostic] = []
    var jobs: [ObjectName: ResolvedJob] = [:]
    var specifications: [ObjectName: RunSpecification] = [:]
    /// The identities of those, each worked out once.
    var identities: [ObjectName: Digest] = [:]
    /// Every identity that some run will want once the plan is applied.
    var wanted: Set<Digest> = []
    /// The run that executes an identity, for the others that share it.
    var owners: [Digest: ObjectName] = [:]
    /// The executions that some action cancels already.
    var cancelled: Set<RunID> = []
    /// How many runs each one comes after, one after the other.
    var depths: [ObjectName: Int] = [:]
    /// What made each run's action necessary, for the runs that wait for it; a message where it computes anew.
    var findings: [ObjectName: (message: String?, cause: Cause)] = [:]

    init(input: DesiredInput, recorded: RecordedState, knowledge: Knowledge = .record) {
        self.input = input
        self.recorded = recorded
        self.knowledge = knowledge
    }

    mutating func plan(observed: ObservedState, policy: PlanPolicy) -> Plan {
        let desired = input.desired
        for (name, job) in desired.jobs.sorted(by: { $0.key < $1.key }) { planJob(name, job) }
        for (name, queue) in desired.queues.sorted(by: { $0.key < $1.key }) {
            planObject(ObjectKey(.queue, name), queue.metadata, queue.spec.canonical, queue.origin)
        }
        for (name, pool) in desired.pools.sorted(by: { $0.key < $1.key }) {
            planObject(ObjectKey(.agentPool, name), pool.metadata, pool.spec.canonical, pool.origin)
        }
        for (name, policy) in desired.policies.sorted(by: { $0.key < $1.key }) {
            planObject(ObjectKey(.policy, name), policy.metadata, policy.spec.canonical, policy.origin)
        }
        let runs = specifyInOrder(desired.runs)
        for (key, record) in recorded.objects where !record.isPrunable && !desired.contains(key) {
            if let identity = record.identity { wanted.insert(identity) }
        }
        // An execution goes on under the name that has it already, so those names are looked at first.
        for (name, run) in runs where ownsRecordedExecution(name) { planRun(name, run) }
        for (name, run) in runs where !ownsRecordedExecution(name) { planRun(name, run) }
        planDeletions()
        sortActions()
        return Plan(
            actions: actions, inFlight: inFlight(observed), drift: drift(observed),
            refusals: refusals + guards(policy), warnings: warnings(observed), demand: demand)
    }

    private func ownsRecordedExecution(_ name: ObjectName) -> Bool {
        guard let identity = identities[name] else { return false }
        return recorded.runs[identity]?.name == name
    }

    /// What is recorded and no longer desired.
    private mutating func planDeletions() {
        let gone = recorded.objects.filter { !input.desired.contains($0.key) }
        for (key, record) in gone.sorted(by: { $0.key < $1.key }) {
            let cause = Cause(file: record.file, line: record.line, column: 1)
            guard record.isPrunable else {
                add(.unchanged, key, .pruneProtected, "kept: its annotation forbids pruning", cause: cause)
                continue
            }
            let cancels = record.identity.flatMap { abandoned($0) }
            let note = cancels == nil ? "its manifest is gone" : "its manifest is gone; the run under way is cancelled"
            add(
                .delete, key, .manifestRemoved, note, cause: cause,
                change: RecordChange(object: nil, cancels: cancels))
        }
    }

    private mutating func sortActions() {
        // A deleted object's dependencies are not looked at: nothing is done with what it leaves.
        let depths = depths
        func position(_ key: ObjectKey) -> (Int, Int, ObjectName) {
            (key.kind.order, key.kind == .run ? depths[key.name] ?? 0 : 0, key.name)
        }
        actions.sort { left, right in
            switch (left.operation == .delete, right.operation == .delete) {
            case (false, true): true
            case (true, false): false
            case (false, false): position(left.key) < position(right.key)
            case (true, true): right.key < left.key
            }
        }
    }

    private func guards(_ policy: PlanPolicy) -> [Diagnostic] {
        let deleted = actions.count { $0.operation == .delete }
        let recorded = recorded.objects.count
        if input.desired.isEmpty, deleted > 0 {
            return policy.allowsEmpty ? [] : [.refusedEmpty(recorded: recorded)]
        }
        if deleted * 2 > recorded, !policy.allowsMassDeletion {
            return [.refusedMassDeletion(deleted, of: recorded)]
        }
        return []
    }

    /// What could not be asked after. Nothing follows from it: what was planned is done as if it were as recorded.
    private func warnings(_ observed: ObservedState) -> [Diagnostic] {
        observed.deployments.sorted { $0.key < $1.key }.compactMap { pool, deployment in
            guard case .unknown(let why) = deployment else { return nil }
            return .deploymentUnknown(pool, why)
        }
    }

    private func inFlight(_ observed: ObservedState) -> [InFlight] {
        recorded.runs.values.filter { !$0.phase.isTerminal }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map { run in
            let message =
                switch observed.attempts[run.id] {
                case .running?: "runs already and is adopted"
                case .ended?: "has ended; its result will be read"
                case .gone?: "is gone; it counts as lost"
                case .notStarted?: "was about to be started; it will be"
                case .elsewhere?: "is in the hands of another machine"
                case .unknown?: "cannot be asked after: its engine is silent"
                case nil: run.message
                }
            return InFlight(id: run.id, name: run.name, phase: run.phase, message: message)
        }
    }
}

extension Planner {
    mutating func add(
        _ operation: Operation, _ key: ObjectKey, _ reason: Reason, _ message: String, fields: [FieldChange] = [],
        cause: Cause, change: RecordChange? = nil
    ) {
        if key.kind == .run { findings[key.name] = (nil, cause) }
        actions.append(
            Action(operation, key, reason, message, fields: fields, cause: cause, change: change))
    }

    func draft(
        _ metadata: Metadata, spec: JSONValue, source: Digest? = nil, origin: Origin, identity: Digest? = nil,
        version: Int? = nil
    ) -> ObjectDraft {
        let content = ObjectContent.of(metadata, spec: spec, source: source).canonicalText
        let location = origin.location
        return ObjectDraft(
            digest: Digest(of: content), content: content, file: location.path, line: location.span.start.line,
            isPrunable: metadata.isPrunable, identity: identity, version: version)
    }

    /// How a manifest differs from its record; a value that looks secret is masked from here on.
    mutating func differences(from record: ObjectRecord, to draft: ObjectDraft) -> [FieldChange] {
        guard record.digest != draft.digest else { return [] }
        guard let before = try? JSONValue(parsing: Array(record.content.utf8)),
            let after = try? JSONValue(parsing: Array(draft.content.utf8))
        else {
            // A record that cannot be read is shown as changed as a whole, and is written anew.
            return [FieldChange(path: ["spec"], before: nil, after: nil)]
        }
        return masks.mask(ObjectContent.changes(from: before, to: after))
    }

    func reason(for changes: [FieldChange]) -> Reason {
        changes.allSatisfy { $0.path.first == "metadata" } && !changes.isEmpty ? .metadataChanged : .specChanged
    }

    /// Where the first change was written; for a change without a place, where the object was.
    func place(of changes: [FieldChange], in origin: Origin) -> Cause {
        let path = changes.first { $0.path.first == "spec" || $0.path.first == "metadata" }?.path
        let location = path.map { origin.location(of: $0) } ?? origin.location
        return Cause(file: location.path, line: location.span.start.line, column: location.span.start.column)
    }

    /// `parameters.lr 0.05 → 0.1`, and how many more.
    func summary(of changes: [FieldChange]) -> String {
        let shown = changes.prefix(2).map { change -> String in
            let path = (change.path.first == "spec" ? change.path.dropFirst() : change.path[...]).joined(separator: ".")
            switch (change.before, change.after) {
            case (let before?, let after?): return "\(path) \(before.brief) → \(after.brief)"
            case (nil, let after?): return "\(path) \(after.brief) added"
            case (let before?, nil): return "\(path) \(before.brief) removed"
            case (nil, nil): return "\(path) changed"
            }
        }
        let more = changes.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

extension JSONValue {
    /// Canonical JSON, cut where a line would become too long.
    var brief: String {
        // Quotes would make it look like what somebody wrote.
        if let text = string, MaskedValues.isMask(text) { return text }
        let text = canonicalText
        // To count a text of megabytes, only to cut it, would take as long as reading it.
        return text.prefix(41).count <= 40 ? text : text.prefix(39) + "…"
    }
}

extension DesiredState {
    func contains(_ key: ObjectKey) -> Bool {
        switch key.kind {
        case .job: jobs[key.name] != nil
        case .queue: queues[key.name] != nil
        case .agentPool: pools[key.name] != nil
        case .run: runs[key.name] != nil
        case .policy: policies[key.name] != nil
        }
    }
}
