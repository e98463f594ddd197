import YAML

/// What is wrong with some of the documents beyond what reading each has found: what a kind refuses, what a manifest
/// names that is not there, and values that its job or queue does not take.
///
/// The documents of a large repository are checked in several parts at the same time, so nothing of one part may
/// depend on another.
struct DocumentChecks {
    private let names: Assembly
    private(set) var diagnostics: [Diagnostic] = []
    private var suggestions: [ObjectKey: String?] = [:]
    private var valueSuggestions = 0
    /// Each suggestion looks at many names, so a flood of mistakes must not ask for as many.
    private let suggestionLimit: Int
    /// Values of a matrix of which has been said what is wrong with them: each may be in many runs.
    private var refusedValues: Set<RefusedValue> = []
    /// The steps that all values together may take against their schemas: those of honest manifests take few each, and
    /// those of hostile ones must not take the longest time each.
    private var valueWork: Int

    private static let mostSuggestions = 200
    private static let mostValueWork = 20_000_000

    /// - Parameter parts: how many parts share what all documents together may take.
    init(_ names: Assembly, parts: Int) {
        self.names = names
        suggestionLimit = max(1, Self.mostSuggestions / parts)
        valueWork = Self.mostValueWork / parts
    }

    mutating func check(_ document: DecodedDocument) {
        switch document.manifest {
        case .job(let job)?:
            diagnostics += Availability.refusals(job) + BuildChecks.contradictions(in: job)
        case .queue(let queue)?: diagnostics += QueueChecks.refusals(queue) + ResourceChecks.refusals(queue)
        case .pool(let pool)?:
            diagnostics += Availability.refusals(pool) + DeploymentChecks.refusals(pool)
            if document.isSound { check(pool) }
        case .run(let run)?: if document.isSound { check(run, document.membership) }
        case .policy?, nil: break
        }
    }

    // MARK: References

    private mutating func check(_ pool: Manifest<AgentPoolSpec>) {
        for (index, name) in pool.spec.queues.enumerated() {
            checkExists(ObjectKey(.queue, name), at: pool.origin.location(of: ["spec", "queues"], index))
        }
    }

    private mutating func check(_ run: Manifest<RunSpec>, _ membership: DecodedDocument.Membership?) {
        let jobKey = ObjectKey(.job, run.spec.job.name)
        let queueKey = ObjectKey(.queue, run.spec.queue)
        // The other runs of a matrix have the same references.
        if membership?.isFirst ?? true { checkReferences(of: run, jobKey, queueKey) }
        if let job = names.desired.jobs[jobKey.name], !names.unsound.contains(jobKey) {
            // What a pinned version accepts is known to the record only; the plan checks it.
            if run.spec.job.version == nil {
                checkValues(
                    Values(noun: "parameter", given: run.spec.parameters, declared: job.spec.parameters, owner: jobKey),
                    of: run, membership, declaredIn: job.origin)
                checkArguments(of: run, job)
            }
        }
        if let queue = names.desired.queues[queueKey.name], !names.unsound.contains(queueKey) {
            checkValues(
                Values(noun: "variable", given: run.spec.variables, declared: queue.spec.variables, owner: queueKey),
                of: run, membership, declaredIn: queue.origin)
            // What a pinned version computes with is known to the record only; a submission is looked at again.
            if run.spec.job.version == nil, names.desired.jobs[jobKey.name] != nil {
                diagnostics += QueueChecks.refusals(
                    of: run, parameters: names.desired.resolvedParameters(of: run), on: queue)
            }
        }
    }

    private mutating func checkReferences(
        of run: Manifest<RunSpec>, _ jobKey: ObjectKey, _ queueKey: ObjectKey
    ) {
        checkExists(jobKey, at: run.origin.location(of: ["spec", "job"]))
        checkExists(queueKey, at: run.origin.location(of: ["spec", "queue"]))
        for (index, dependency) in run.spec.dependsOn.enumerated() {
            checkExists(
                ObjectKey(.run, dependency.run), at: run.origin.location(of: ["spec", "dependsOn"], index, ["run"]))
        }
        for (index, input) in run.spec.inputs.enumerated() {
            func place() -> SourceLocation { run.origin.location(of: ["spec", "inputs"], index, ["from"]) }
            checkExists(ObjectKey(.run, input.from), at: place())
            guard let runs = names.matrices[input.from] else { continue }
            diagnostics.append(.inputFromMatrix(input.from, runs: runs, at: place()))
        }
    }

    private mutating func checkExists(_ key: ObjectKey, at location: @autoclosure () -> SourceLocation) {
        guard names.origin(of: key) == nil, !(key.kind == .run && names.matrices.mayHave(key.name)) else { return }
        diagnostics.append(.unknownObject(key, suggestion: suggestion(for: key), at: location()))
    }

    private mutating func suggestion(for key: ObjectKey) -> String? {
        if let known = suggestions[key] { return known }
        guard suggestions.count < suggestionLimit else { return nil }
        let (own, others) = names.all(of: key.kind).sorted()
            .reduce(into: (own: [String](), others: [String]())) { found, candidate in
                if candidate.namespace == key.name.namespace {
                    found.own.append(candidate.name)
                } else if candidate.name == key.name.name {
                    // The right name in another namespace is what was forgotten more often than misspelled.
                    found.others.append(candidate.full)
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
        var given: NamedValues<JSONValue>
        var declared: NamedValues<ParameterSchema>
        var owner: ObjectKey
    }

    /// A value that runs of a matrix have: one of the matrix's, or one that all have in common.
    private struct RefusedValue: Hashable {
        var matrix: ObjectName
        var noun: String
        var name: String
        var offset: Int?
    }

    private mutating func checkValues(
        _ values: Values, of run: Manifest<RunSpec>, _ membership: DecodedDocument.Membership?,
        declaredIn owner: Origin
    ) {
        let field = values.noun + "s"
        /// Where they are written: only messages ask.
        func list() -> Node? { run.origin.document["spec"]?[field] }
        /// Whether it is said of this value for the first time.
        func isNews(_ name: String) -> Bool {
            guard let membership else { return true }
            let value = RefusedValue(
                matrix: membership.matrix, noun: values.noun, name: name, offset: membership.values[name])
            return refusedValues.insert(value).inserted
        }
        for (name, value) in values.given {
            guard let schema = values.declared[name] else {
                guard isNews(name) else { continue }
                let place = list()?.key(name)?.location ?? run.origin.location
                let known = Array(values.declared.keys)
                diagnostics.append(
                    .unknownValue(
                        values.noun, name, of: values.owner, suggestion: suggestion(for: name, among: known),
                        known: known, declared: owner.location(of: ["spec", field]), at: place))
                continue
            }
            var check = SchemaCheck(work: min(SchemaCheck.workLimit, valueWork))
            let violations = check.violations(of: value, schema)
            valueWork -= min(SchemaCheck.workLimit, valueWork) - check.work
            guard !violations.isEmpty, isNews(name) else { continue }
            for violation in violations {
                let node = list()?[name]?.node(of: violation)
                let declaration = owner.document["spec"]?[field]?[name]
                diagnostics.append(
                    .valueRefused(
                        values.noun, name, violation,
                        declared: declaration?.location(at: violation.bound)
                            ?? owner.location(of: ["spec", field, name]),
                        at: node?.location ?? run.origin.location(of: ["spec", field, name]), value: node))
            }
        }
        for (name, schema) in values.declared
        where schema.default == nil && values.given[name] == nil {
            let place = (list() ?? run.origin.document["spec"] ?? run.origin.document).startLocation
            diagnostics.append(
                .missingValue(
                    values.noun, name, of: values.owner, declared: owner.location(of: ["spec", field, name]),
                    at: place))
        }
    }

    private mutating func suggestion(for name: String, among known: [String]) -> String? {
        valueSuggestions += 1
        return valueSuggestions <= suggestionLimit ? Suggestion.closest(to: name, among: known) : nil
    }

    /// The longest argument or variable that Linux hands to a program (MAX_ARG_STRLEN, 32 pages).
    private static let argumentLimit = 131_071

    /// Long values can be multiplied by a template; only then is it worth rendering them.
    private mutating func checkArguments(of run: Manifest<RunSpec>, _ job: Manifest<JobSpec>) {
        let isLong =
            run.spec.parameters.values.contains(where: \.mayBeLong)
            || job.spec.parameters.values.contains { $0.default?.mayBeLong ?? false }
        guard isLong else { return }
        let parameters = names.desired.resolvedParameters(of: run)
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
}

extension Node {
    /// The part of a value that a violation is about, as far as it was written.
    fileprivate func node(of violation: Violation) -> Node {
        var node = self
        for (index, step) in violation.path.enumerated() {
            if violation.isName, index == violation.path.count - 1, let key = node.key(step.text) { return key }
            guard let next = node.step(step.text) else { break }
            node = next
        }
        return node
    }
}

extension JSONValue {
    fileprivate var mayBeLong: Bool {
        switch self {
        case .array, .object: true
        case .string(let text): text.utf8.count > 1024
        case .null, .bool, .int, .double: false
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
