public import Manifests
import Records
import YAML

extension Plan {
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
            "refusals": .array(
                refusals.map { refusal in
                    .object(["code": .string(refusal.code.rawValue), "message": .string(refusal.message)])
                }),
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
            "fields": .array(
                fields.map { field in
                    .object([
                        "path": .string(field.path.joined(separator: ".")),
                        "before": field.before ?? .null,
                        "after": field.after ?? .null,
                    ])
                }),
            "cause": cause.map { cause in
                .object([
                    "file": .string(cause.file), "line": .int(Int64(cause.line)), "column": .int(Int64(cause.column)),
                ])
            } ?? .null,
        ])
    }
}
