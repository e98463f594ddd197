public import Manifests
public import Records
import YAML

/// One recorded object with what there is to say of it: what `get`, `status` and `explain` show.
public struct ObjectView: Sendable {
    public var record: ObjectRecord
    /// A run's execution.
    public var execution: RunRecord?
    public var attempts: [AttemptRecord]
    /// The agents of a pool whose agents are processes of their own.
    public var pool: PoolStanding?
    /// The runs that a run waits for.
    public var upstreams: [UpstreamView]
    /// Where a run's inputs come from.
    public var inputs: [InputSource]
    /// The registry's name of a run's image, where it was put into one.
    public var imageReference: ImageReference?
    /// The newest metrics of a run, where they were asked for.
    public var metrics: [String: JSONValue]?
    public var phase: String
    public var reason: String
    public var message: String

    /// As `get --output json` prints it.
    public var json: JSONValue {
        var fields: [String: JSONValue] = [
            "kind": .string(record.key.kind.rawValue),
            "namespace": .string(record.key.name.namespace),
            "name": .string(record.key.name.name),
            "phase": .string(phase),
            "reason": .string(reason),
            "message": .string(message),
            "file": .string(record.file),
            "line": .int(Int64(record.line)),
            "revision": .string(record.revision.description),
            "appliedAt": .string(record.appliedAt.description),
        ]
        if let version = record.version { fields["version"] = .int(Int64(version)) }
        if let execution { fields.merge(execution.viewFields) { own, _ in own } }
        if let pool {
            fields["agents"] = .array(
                pool.present.map { $0.view(missingSince: nil) }
                    + pool.missing.map { $0.agent.view(missingSince: $0.since) })
        }
        if !upstreams.isEmpty { fields["dependsOn"] = .array(upstreams.map(\.json)) }
        if !inputs.isEmpty { fields["inputs"] = .array(inputs.map(\.view)) }
        if let metrics { fields["metrics"] = .object(metrics) }
        if !attempts.isEmpty { fields["attempts"] = .array(attempts.map(\.view)) }
        return .object(fields)
    }
}

extension RunRecord {
    fileprivate var viewFields: [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "id": .string(id.text),
            "identity": .string(identity.description),
            "job": .string(specification.job.description),
            "jobVersion": .int(Int64(specification.jobVersion)),
            "queue": .string(specification.queue.description),
            "parameters": .object(specification.parameters),
            "arguments": .array(specification.arguments.map(JSONValue.string)),
            "attempt": .int(Int64(attempt)),
            "executedAs": .string(name.description),
            "createdAt": .string(createdAt.description),
        ]
        fields["startedAt"] = startedAt.map { .string($0.description) }
        fields["finishedAt"] = finishedAt.map { .string($0.description) }
        fields["notBefore"] = notBefore.map { .string($0.description) }
        fields["image"] = image.map { .string($0.description) }
        return fields
    }
}

extension AgentRecord {
    fileprivate func view(missingSince: Timestamp?) -> JSONValue {
        var fields: [String: JSONValue] = [
            "id": .string(id),
            "host": .string(host),
            "process": .int(Int64(process)),
            "state": .string(missingSince == nil ? state.rawValue : "missing"),
            "startedAt": .string(startedAt.description),
            "heartbeatAt": .string(heartbeatAt.description),
        ]
        fields["missingSince"] = missingSince.map { .string($0.description) }
        return .object(fields)
    }
}

extension AttemptRecord {
    /// As `get`, `history` and `explain` print it.
    var view: JSONValue {
        var fields: [String: JSONValue] = [
            "number": .int(Int64(number)),
            "agent": .string(agent),
            "host": .string(host),
            "createdAt": .string(createdAt.description),
        ]
        fields["image"] = image.map { .string($0.description) }
        fields["submittedAt"] = submittedAt.map { .string($0.description) }
        fields["endedAt"] = endedAt.map { .string($0.description) }
        fields["reason"] = outcome.map { .string($0.reason) }
        fields["message"] = outcome.map { .string($0.message) }
        fields["exitCode"] = outcome?.exitCode.map { .int(Int64($0)) }
        fields["artifact"] = artifact?.recorded
        fields["engine"] = engine?.recorded
        if !outputs.isEmpty { fields["outputs"] = .object(outputs.mapValues(\.recorded)) }
        return .object(fields)
    }
}

/// A run that another waits for, and how it is.
public struct UpstreamView: Sendable, Hashable {
    public var run: ObjectName
    public var condition: DependencyCondition
    /// `nil` where it is not recorded.
    public var phase: RunPhase?

    init(_ dependency: RunDependency, phase: RunPhase?) {
        run = dependency.run
        condition = dependency.condition
        self.phase = phase
    }

    /// The phase in a word.
    public var state: String { phase?.rawValue ?? "not recorded" }

    fileprivate var json: JSONValue {
        .object([
            "run": .string(run.description), "condition": .string(condition.rawValue), "phase": .string(state),
        ])
    }
}

extension InputSource {
    fileprivate var view: JSONValue {
        var fields: [String: JSONValue] = [
            "from": .string(input.run.description), "path": .string(input.path), "as": .string(input.target),
        ]
        fields["output"] = output?.digest.recorded
        return .object(fields)
    }
}
