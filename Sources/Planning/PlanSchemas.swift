public import Manifests
import Records

/// The JSON Schemas (draft 2020-12) of what plans look like to programs.
public enum PlanSchemas {
    /// Of what `plan --output json` prints. Later versions may add members, so others are allowed.
    public static var plan: JSONValue {
        let counts = Operation.allCases.map { ($0.rawValue, count) }
        return document(
            "Slipway plan", "What `reconcile plan --output json` prints",
            [
                "formatVersion": ["const": "1"],
                "revision": revision,
                "against": nullable(
                    object("The commit with which files alone were compared", ["ref": text, "commit": commit])),
                "summary": object(
                    "How many objects each operation is for", Dictionary(uniqueKeysWithValues: counts)),
                "actions": list(object("What is done with one object", actionFields)),
                "inFlight": list(
                    object(
                        "Work that is under way already",
                        ["name": text, "namespace": text, "phase": word(RunPhase.allCases), "message": text])),
                "drift": list(
                    object(
                        "What is not as it is recorded, although nothing was committed",
                        [
                            "op": word(DriftOperation.allCases), "kind": text, "namespace": text, "name": text,
                            "reason": word(DriftReason.allCases), "message": text,
                        ])),
                "demand": list(
                    object(
                        "What the runs that start on one queue ask for, all together",
                        [
                            "queue": text, "namespace": text, "runs": count, "gpus": count,
                            "millicores": nullable(count), "memoryBytes": nullable(count),
                        ])),
                "refusals": list(object("Why it may not be applied", ["code": text, "message": text])),
                "warnings": list(object("What is worth a look", ["code": text, "message": text])),
            ])
    }

    /// Of the file that `plan --out` writes.
    public static var savedPlan: JSONValue {
        var action = actionFields
        action["change"] = nullable(digest)
        return document(
            "Slipway saved plan", "What `reconcile plan --out FILE` writes and `reconcile apply FILE` reads",
            [
                "formatVersion": ["const": .string(SavedPlan.formatVersion)],
                "tool": described(text, "The version of reconcile that made it"),
                "repository": described(
                    ["type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})?$"],
                    "The first commit of the repository; empty where a shallow clone does not have it"),
                "revision": object("The commit", ["commit": commit, "dirty": ["type": "boolean"]]),
                "manifests": described(
                    ["type": "array", "items": text, "minItems": 1], "Relative to the repository's root"),
                "input": described(digest, "Of all that the manifests want"),
                "state": nullable(
                    object(
                        "The newest event of the record",
                        ["sequence": count, "hash": ["type": "string", "pattern": "^[0-9a-f]{64}$"]])),
                "policy": object(
                    "What it may delete",
                    ["allowEmpty": ["type": "boolean"], "allowMassDelete": ["type": "boolean"]]),
                "actions": list(object("What is done with one object, and a digest of all that it writes", action)),
            ])
    }

    // MARK: Parts

    private static let text: JSONValue = ["type": "string"]
    private static let count: JSONValue = ["type": "integer", "minimum": 0]
    private static let digest: JSONValue = ["type": "string", "pattern": "^sha256:[0-9a-f]{64}$"]
    private static let commit: JSONValue = ["type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"]

    private static var revision: JSONValue {
        object(
            "The commit, and whether the tree differs from it",
            ["commit": nullable(commit), "dirty": ["type": "boolean"]])
    }

    private static var actionFields: [String: JSONValue] {
        [
            "op": .object(["enum": .array(Operation.allCases.filter { $0 != .unchanged }.map { .string($0.rawValue) })]
            ),
            "kind": word(Kind.allCases), "namespace": text, "name": text, "reason": word(Reason.allCases),
            "message": text,
            "fields": list(
                object(
                    "A field that differs; a value that looks secret is `(masked n)`, equal ones with equal numbers",
                    ["path": text, "before": true, "after": true])),
            "cause": nullable(
                object("The place that makes it necessary", ["file": text, "line": count, "column": count])),
        ]
    }

    private static func word<Word: RawRepresentable<String>>(_ words: [Word]) -> JSONValue {
        .object(["enum": .array(words.map { .string($0.rawValue) })])
    }

    private static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    private static func nullable(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    private static func described(_ schema: JSONValue, _ description: String) -> JSONValue {
        var members = schema.object ?? [:]
        members["description"] = .string(description)
        return .object(members)
    }

    private static func object(_ description: String, _ properties: [String: JSONValue]) -> JSONValue {
        [
            "type": "object", "description": .string(description), "properties": .object(properties),
            "required": .array(properties.keys.sorted().map(JSONValue.string)),
        ]
    }

    private static func document(
        _ title: String, _ description: String, _ properties: [String: JSONValue]
    ) -> JSONValue {
        var members = object(description, properties).object ?? [:]
        members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        members["title"] = .string(title)
        return .object(members)
    }
}
