import YAML

/// Puts decoded manifests together and finds what is wrong between them. Order of input does not matter for what is
/// found, except that of two manifests with one name the later is the duplicate.
struct Assembly {
    private(set) var desired = DesiredState()
    private(set) var diagnostics: [Diagnostic] = []
    /// Those whose content has mistakes of its own: their names count, their content is not judged further.
    private var unsound: Set<ObjectKey> = []
    /// Where each name was first declared; the place is computed only for a message.
    private var origins: [ObjectKey: Origin] = [:]
    private var suggestions: [ObjectKey: String?] = [:]
    private var valueSuggestions = 0

    /// Each suggestion looks at many names, so a flood of mistakes must not ask for as many.
    private static let suggestionLimit = 200

    init(_ documents: some Collection<DecodedDocument>) {
        for document in documents {
            diagnostics += document.diagnostics
            if let manifest = document.manifest { add(manifest, isSound: document.isSound) }
        }
        for document in documents where document.isSound {
            switch document.manifest {
            case .pool(let pool)?: check(pool)
            case .run(let run)?: check(run)
            case .job?, .queue?, .policy?, nil: break
            }
        }
        diagnostics += DependencyChecks(desired, unsound: unsound).diagnostics
        diagnostics += BuildChecks.unbuildable(desired, unsound: unsound)
        diagnostics += BuildChecks.unreachable(desired, unsound: unsound)
        checkServed()
    }

    private mutating func add(_ manifest: AnyManifest, isSound: Bool) {
        switch manifest {
        case .job(let job):
            if claim(.job, job.metadata, job.origin, isSound) { desired.jobs[job.metadata.objectName] = job }
            diagnostics += Availability.refusals(job) + BuildChecks.contradictions(in: job)
        case .queue(let queue):
            if claim(.queue, queue.metadata, queue.origin, isSound) {
                desired.queues[queue.metadata.objectName] = queue
            }
            diagnostics += QueueChecks.refusals(queue)
        case .pool(let pool):
            if claim(.agentPool, pool.metadata, pool.origin, isSound) { desired.pools[pool.metadata.objectName] = pool }
            diagnostics += Availability.refusals(pool) + DeploymentChecks.refusals(pool)
        case .run(let run):
            if claim(.run, run.metadata, run.origin, isSound) { desired.runs[run.metadata.objectName] = run }
        case .policy(let policy):
            if claim(.policy, policy.metadata, policy.origin, isSound) {
                desired.policies[policy.metadata.objectName] = policy
            }
        }
    }

    /// Registers a name; says whether it is the first of its kind.
    private mutating func claim(_ kind: Kind, _ metadata: Metadata, _ origin: Origin, _ isSound: Bool) -> Bool {
        let key = ObjectKey(kind, metadata.objectName)
        if let first = origins[key] {
            let name = ["metadata", "name"]
            diagnostics.append(.duplicate(key, at: origin.location(of: name), first: first.location(of: name)))
            return false
        }
        origins[key] = origin
        if !isSound { unsound.insert(key) }
        return true
    }

    // MARK: References

    private mutating func check(_ pool: Manifest<AgentPoolSpec>) {
        guard let list = pool.origin.document["spec"]?["queues"] else { return }
        // A sound manifest's queues are its list's elements, one for one.
        for (name, node) in zip(pool.spec.queues, list.elements) {
            checkExists(ObjectKey(.queue, name), at: node.location)
        }
    }

    private mutating func check(_ run: Manifest<RunSpec>) {
        let jobKey = ObjectKey(.job, run.spec.job.name)
        let queueKey = ObjectKey(.queue, run.spec.queue)
        checkExists(jobKey, at: run.origin.location(of: ["spec", "job"]))
        checkExists(queueKey, at: run.origin.location(of: ["spec", "queue"]))
        for (dependency, node) in zip(run.spec.dependsOn, run.nodes(of: "dependsOn")) {
            checkExists(ObjectKey(.run, dependency.run), at: (node["run"] ?? node).location)
        }
        for (input, node) in zip(run.spec.inputs, run.nodes(of: "inputs")) {
            checkExists(ObjectKey(.run, input.from), at: (node["from"] ?? node).location)
        }
        if let job = desired.jobs[jobKey.name], !unsound.contains(jobKey) {
            // What a pinned version accepts is known to the record only; the plan checks it.
            if run.spec.job.version == nil {
                checkValues(
                    Values(noun: "parameter", given: run.spec.parameters, declared: job.spec.parameters, owner: jobKey),
                    of: run, declaredIn: job.origin)
                checkArguments(of: run, job)
            }
        }
        if let queue = desired.queues[queueKey.name], !unsound.contains(queueKey) {
            checkValues(
                Values(noun: "variable", given: run.spec.variables, declared: queue.spec.variables, owner: queueKey),
                of: run, declaredIn: queue.origin)
            // What a pinned version computes with is known to the record only; a submission is looked at again.
            if run.spec.job.version == nil, desired.jobs[jobKey.name] != nil {
                diagnostics += QueueChecks.refusals(
                    of: run, parameters: desired.resolvedParameters(of: run), on: queue)
            }
        }
    }

    private mutating func checkExists(_ key: ObjectKey, at location: @autoclosure () -> SourceLocation) {
        guard origins[key] == nil else { return }
        diagnostics.append(.unknownObject(key, suggestion: suggestion(for: key), at: location()))
    }

    private mutating func suggestion(for key: ObjectKey) -> String? {
        if let known = suggestions[key] { return known }
        guard suggestions.count < Self.suggestionLimit else { return nil }
        let (own, others) = origins.keys.filter { $0.kind == key.kind }.sorted()
            .reduce(into: (own: [String](), others: [String]())) { found, candidate in
                if candidate.name.namespace == key.name.namespace {
                    found.own.append(candidate.name.name)
                } else if candidate.name.name == key.name.name {
                    // The right name in another namespace is what was forgotten more often than misspelled.
                    found.others.append(candidate.name.full)
                }
            }
        let isDefault = key.name.namespace == ObjectName.defaultNamespace
        let closest = Suggestion.closest(to: key.name.name, among: own)
            .map { isDefault ? $0 : "\(key.name.namespace)/\($0)" }
        suggestions[key] = .some(others.first ?? closest)
        return others.first ?? closest
    }

    // MARK: Values

    /// Values that a run gives, and what declares them.
    private struct Values {
        var noun: String
        var given: [String: JSONValue]
        var declared: [String: ParameterSchema]
        var owner: ObjectKey
    }

    private mutating func checkValues(_ values: Values, of run: Manifest<RunSpec>, declaredIn owner: Origin) {
        let field = values.noun + "s"
        let list = run.origin.document["spec"]?[field]
        for (name, value) in values.given.sorted(by: { $0.key < $1.key }) {
            guard let schema = values.declared[name] else {
                let place = list?.key(name)?.location ?? run.origin.location
                let known = values.declared.keys.sorted()
                diagnostics.append(
                    .unknownValue(
                        values.noun, name, of: values.owner, suggestion: suggestion(for: name, among: known),
                        known: known, declared: owner.location(of: ["spec", field]), at: place))
                continue
            }
            let violations = schema.violations(of: value)
            guard !violations.isEmpty else { continue }
            let place = run.origin.location(of: ["spec", field, name])
            let declared = owner.location(of: ["spec", field, name])
            diagnostics += violations.map {
                .valueRefused(
                    values.noun, name, $0, declared: declared, at: place, remedy: schema.quoting(of: value))
            }
        }
        for (name, schema) in values.declared.sorted(by: { $0.key < $1.key })
        where schema.default == nil && values.given[name] == nil {
            let place = (list ?? run.origin.document["spec"] ?? run.origin.document).startLocation
            diagnostics.append(
                .missingValue(
                    values.noun, name, of: values.owner, declared: owner.location(of: ["spec", field, name]),
                    at: place))
        }
    }

    private mutating func suggestion(for name: String, among known: [String]) -> String? {
        valueSuggestions += 1
        return valueSuggestions <= Self.suggestionLimit ? Suggestion.closest(to: name, among: known) : nil
    }

    /// The longest argument or variable that Linux hands to a program (MAX_ARG_STRLEN, 32 pages).
    private static let argumentLimit = 131_071

    /// Long values can be multiplied by a template; only then is it worth rendering them.
    private mutating func checkArguments(of run: Manifest<RunSpec>, _ job: Manifest<JobSpec>) {
        let parameters = desired.resolvedParameters(of: run)
        let isLong = parameters.values.contains { value in
            if case .string(let text) = value { text.utf8.count > 1024 } else { value.isCollection }
        }
        guard isLong else { return }
        var templates = job.spec.command + job.spec.args
        for case .value(let template) in job.spec.env.values { templates.append(template) }
        let lengths = parameters.mapValues { value in
            if case .string(let text) = value { text.utf8.count } else { value.canonicalBytes.count }
        }
        let longest = templates.map { $0.length(parameterLengths: lengths) }.max() ?? 0
        guard longest > Self.argumentLimit else { return }
        diagnostics.append(
            .argumentTooLong(
                longest, most: Self.argumentLimit, of: ObjectKey(.job, job.metadata.objectName),
                at: run.origin.location(of: ["spec", "parameters"])))
    }

    /// A queue with runs that no pool serves would let them wait for ever.
    private mutating func checkServed() {
        let served = Set(desired.pools.values.flatMap(\.spec.queues))
        var waiting: [ObjectName: Int] = [:]
        for run in desired.runs.values { waiting[run.spec.queue, default: 0] += 1 }
        // A pool with mistakes may serve any queue.
        guard !unsound.contains(where: { $0.kind == .agentPool }) else { return }
        for (name, queue) in desired.queues.sorted(by: { $0.key < $1.key }) where !served.contains(name) {
            guard let runs = waiting[name] else { continue }
            diagnostics.append(.unservedQueue(name, runs: runs, at: queue.origin.location(of: ["metadata", "name"])))
        }
    }
}

extension ParameterSchema {
    /// What to do where only the quotes around a value are wrong.
    fileprivate func quoting(of value: JSONValue) -> String? {
        switch (type, value) {
        case (.number, .string(let text)), (.integer, .string(let text)):
            Double(text) != nil ? "take the quotes away: they make a text of it" : nil
        case (.boolean, .string(let text)):
            ["true", "false"].contains(text) ? "take the quotes away: they make a text of it" : nil
        case (.string, .int), (.string, .double), (.string, .bool): "put it into quotes, which make a text of it"
        default: nil
        }
    }
}

extension JSONValue {
    fileprivate var isCollection: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .int, .double, .string: false
        }
    }
}

extension Template {
    /// How long it renders, in bytes, without rendering it.
    fileprivate func length(parameterLengths: [String: Int]) -> Int {
        pieces.reduce(0) { total, piece in
            switch piece {
            case .text(let text): total + text.utf8.count
            case .parameter(let name): total + (parameterLengths[name] ?? 0)
            }
        }
    }
}
