public import Manifests
import Records
import YAML

extension Plan {
    /// The plan for a program, with what it was made from.
    public func json(in context: PlanContext) -> JSONValue {
        var members = json.object ?? [:]
        members["revision"] = context.revision.json
        members["against"] =
            context.base.map { .object(["ref": .string($0.reference), "commit": .string($0.commit)]) } ?? .null
        return .object(members)
    }

    /// The plan for a program. The keys of `summary` are fixed; a plan that may not be applied says why in `refusals`.
    public var json: JSONValue {
        .object([
            "formatVersion": .string("1"),
            "summary": .object(
                Dictionary(
                    uniqueKeysWithValues: Operation.allCases.map { ($0.rawValue, .int(Int64(count($0)))) })),
            "actions": .array(actions.filter { $0.operation != .unchanged }.map(\.json)),
            "inFlight": .array(
                inFlight.map { run in
                    .object([
                        "name": .string(run.name.name),
                        "namespace": .string(run.name.namespace),
                        "phase": .string(run.phase.rawValue),
                        "message": .string(run.message),
                    ])
                }),
            "drift": .array(drift.map(\.json)),
            "demand": .array(demand.map(\.json)),
            "refusals": .array(refusals.map(\.planned)),
            "warnings": .array(warnings.map(\.planned)),
        ])
    }

    /// The counts for GitLab's widget of infrastructure changes (`artifacts:reports:terraform`), which knows these
    /// three words: a run that starts is something created, and what is replaced is deleted and created.
    public var gitlabReport: JSONValue {
        .object([
            "create": .int(Int64(count(.create) + count(.run) + count(.replace))),
            "update": .int(Int64(count(.update))),
            "delete": .int(Int64(count(.delete) + count(.replace))),
        ])
    }
}

extension Drift {
    /// One difference as `plan --output json` prints it.
    public var json: JSONValue {
        .object([
            "op": .string(operation.rawValue),
            "kind": .string(kind),
            "namespace": .string(name.namespace),
            "name": .string(name.name),
            "reason": .string(reason.rawValue),
            "message": .string(message),
        ])
    }
}

extension Action {
    /// One action as `plan --output json` prints it.
    public var json: JSONValue {
        .object([
            "op": .string(operation.rawValue),
            "kind": .string(key.kind.rawValue),
            "namespace": .string(key.name.namespace),
            "name": .string(key.name.name),
            "reason": .string(reason.rawValue),
            "message": .string(message),
            "fields": .array(fields.map(\.json)),
            "cause": cause?.json ?? .null,
        ])
    }
}

extension FieldChange {
    var json: JSONValue {
        .object([
            "path": .string(path.joined(separator: ".")),
            "before": before ?? .null,
            "after": after ?? .null,
        ])
    }
}

extension Cause {
    var json: JSONValue {
        .object(["file": .string(file), "line": .int(Int64(line)), "column": .int(Int64(column))])
    }
}

extension Revision {
    var json: JSONValue { .object(["commit": commit.map(JSONValue.string) ?? .null, "dirty": .bool(isDirty)]) }
}

extension QueueDemand {
    fileprivate var json: JSONValue {
        .object([
            "queue": .string(queue.name),
            "namespace": .string(queue.namespace),
            "runs": .int(Int64(runs)),
            "gpus": .int(gpus),
            "millicores": millicores.map(JSONValue.int) ?? .null,
            "memoryBytes": memory.map(JSONValue.int) ?? .null,
        ])
    }
}

extension Diagnostic {
    fileprivate var planned: JSONValue {
        .object(["code": .string(code.rawValue), "message": .string(message)])
    }
}
