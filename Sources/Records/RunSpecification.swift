public import Manifests

/// Everything that an agent needs to execute a run, resolved: no template, no reference and no default is left.
public struct RunSpecification: Sendable, Hashable {
    /// A value, or the name of a secret that only the agent can resolve.
    public enum EnvironmentEntry: Sendable, Hashable {
        case value(String)
        case secret(String)
    }

    public var job: ObjectName
    public var jobVersion: Int
    public var jobDigest: Digest
    public var parameters: [String: JSONValue]
    /// Command and arguments, one vector.
    public var arguments: [String]
    public var environment: [String: EnvironmentEntry]
    public var repetition: Int
    public var outputs: [String]
    /// What it reads of other runs' outputs. Part of the identity.
    public var inputs: [RunInput]

    // Placement: changing what follows never repeats a finished run.
    public var queue: ObjectName
    public var priority: RunSpec.Priority
    public var variables: [String: JSONValue]
    public var retry: RetryPolicy
    public var timeout: Duration?
    /// What it asks of the machine it runs on.
    public var resources = Resources()
    /// The runs that it waits for, those of its inputs among them.
    public var dependencies: [RunDependency]

    public init(
        job: ObjectName, jobVersion: Int, jobDigest: Digest, parameters: [String: JSONValue], arguments: [String],
        environment: [String: EnvironmentEntry], repetition: Int, outputs: [String], queue: ObjectName,
        priority: RunSpec.Priority, variables: [String: JSONValue], retry: RetryPolicy, timeout: Duration?,
        dependencies: [RunDependency] = [], inputs: [RunInput] = []
    ) {
        self.job = job
        self.jobVersion = jobVersion
        self.jobDigest = jobDigest
        self.parameters = parameters
        self.arguments = arguments
        self.environment = environment
        self.repetition = repetition
        self.outputs = outputs
        self.queue = queue
        self.priority = priority
        self.variables = variables
        self.retry = retry
        self.timeout = timeout
        self.dependencies = dependencies.sorted()
        self.inputs = inputs.sorted()
    }

    /// What the run computes, as one digest: job version, resolved parameters, command, arguments, environment names
    /// and values (secrets by name), inputs, and how often it was asked for. Names and placement are not part of it.
    public var identity: Digest { Digest(of: JSONValue.object(computation).canonicalBytes) }

    private var computation: [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "arguments": .array(arguments.map(JSONValue.string)),
            "environment": .object(environment.mapValues(\.canonical)),
            "job": .string(jobDigest.description),
            "parameters": .object(parameters),
            "repeat": .int(Int64(repetition)),
        ]
        // Without inputs the identity is what it was before there were any.
        if !inputs.isEmpty { fields["inputs"] = .array(inputs.sorted().map(\.computation)) }
        return fields
    }

    /// `train@v3`.
    public var jobReference: String { "\(job)@v\(jobVersion)" }

    /// The placement alone: where it differs, a waiting run is updated.
    public var placement: JSONValue {
        var fields: [String: JSONValue] = [
            "outputs": .array(outputs.map(JSONValue.string)),
            "priority": .string(priority.rawValue),
            "queue": .string("\(queue.namespace)/\(queue.name)"),
            "retry": retry.recorded,
            "timeout": timeout.map { .int($0.milliseconds) } ?? .null,
            "variables": .object(variables),
        ]
        if resources != Resources() { fields["resources"] = resources.recorded }
        if !dependencies.isEmpty { fields["dependsOn"] = .array(dependencies.sorted().map(\.recorded)) }
        return .object(fields)
    }
}

extension RunSpecification.EnvironmentEntry {
    /// As an object in both cases, so that no value can pass for a secret's name.
    fileprivate var canonical: JSONValue {
        switch self {
        case .value(let text): .object(["value": .string(text)])
        case .secret(let name): .object(["secret": .string(name)])
        }
    }

    fileprivate init?(_ recorded: JSONValue) {
        if let value = recorded["value"]?.string {
            self = .value(value)
        } else if let name = recorded["secret"]?.string {
            self = .secret(name)
        } else {
            return nil
        }
    }
}

extension RunSpecification {
    /// The form in which the store keeps it.
    public var recorded: JSONValue {
        var fields = computation
        if case .object(let placement) = placement { fields.merge(placement) { first, _ in first } }
        fields["jobName"] = .string("\(job.namespace)/\(job.name)")
        fields["jobVersion"] = .int(Int64(jobVersion))
        if !inputs.isEmpty { fields["inputs"] = .array(inputs.sorted().map(\.recorded)) }
        return .object(fields)
    }

    /// Reads what `recorded` wrote; `nil` where it is something else.
    public init?(recorded: JSONValue) {
        guard let digest = recorded["job"]?.string.flatMap({ Digest($0) }),
            let job = recorded["jobName"]?.string, let version = recorded["jobVersion"]?.int,
            let queue = recorded["queue"]?.string,
            let priority = recorded["priority"]?.string.flatMap(RunSpec.Priority.init(rawValue:)),
            let retry = recorded["retry"].flatMap(RetryPolicy.init(recorded:)),
            case .object(let environment)? = recorded["environment"],
            let parameters = recorded["parameters"]?.object, let variables = recorded["variables"]?.object,
            let arguments = recorded["arguments"]?.strings, let outputs = recorded["outputs"]?.strings,
            let repetition = recorded["repeat"]?.int
        else { return nil }
        let entries = environment.compactMapValues(EnvironmentEntry.init)
        guard entries.count == environment.count,
            let dependencies = [RunDependency](recorded: recorded["dependsOn"], RunDependency.init(recorded:)),
            let inputs = [RunInput](recorded: recorded["inputs"], RunInput.init(recorded:))
        else { return nil }
        self.init(
            job: ObjectName(reference: job), jobVersion: Int(version), jobDigest: digest,
            parameters: parameters, arguments: arguments, environment: entries, repetition: Int(repetition),
            outputs: outputs, queue: ObjectName(reference: queue), priority: priority, variables: variables,
            retry: retry, timeout: recorded["timeout"]?.int.map { .milliseconds($0) }, dependencies: dependencies,
            inputs: inputs)
        guard let asked = recorded["resources"] else { return }
        guard let resources = Resources(recorded: asked) else { return nil }
        self.resources = resources
    }
}

extension Resources {
    fileprivate var recorded: JSONValue {
        var fields: [String: JSONValue] = ["gpu": .int(Int64(gpu))]
        fields["cpu"] = cpu.map { .int($0.millicores) }
        fields["memory"] = memory.map { .int($0.bytes) }
        return .object(fields)
    }

    fileprivate init?(recorded: JSONValue) {
        guard let gpu = recorded["gpu"]?.int else { return nil }
        self.init()
        self.gpu = Int(gpu)
        cpu = recorded["cpu"]?.int.map { CPUQuantity(millicores: $0) }
        memory = recorded["memory"]?.int.map { ByteQuantity(bytes: $0) }
    }
}

extension RetryPolicy {
    fileprivate var recorded: JSONValue {
        .object([
            "factor": .double(backoff.factor),
            "initial": .int(backoff.initial.milliseconds),
            "limit": .int(Int64(limit)),
            "maximum": .int(backoff.maximum.milliseconds),
            "on": .array(on.map { .string($0.rawValue) }),
        ])
    }

    fileprivate init?(recorded: JSONValue) {
        guard let limit = recorded["limit"]?.int, let initial = recorded["initial"]?.int,
            let maximum = recorded["maximum"]?.int, let factor = recorded["factor"]?.double,
            let words = recorded["on"]?.strings
        else { return nil }
        let causes = words.compactMap(Cause.init(rawValue:))
        guard causes.count == words.count else { return nil }
        self.init()
        self.limit = Int(limit)
        self.on = causes
        backoff.initial = .milliseconds(initial)
        backoff.maximum = .milliseconds(maximum)
        backoff.factor = factor
    }
}
