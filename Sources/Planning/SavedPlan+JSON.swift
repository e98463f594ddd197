public import Manifests
import Records
import YAML

extension SavedPlan {
    /// Grows when an older `reconcile` would misread a file.
    public static let formatVersion = "1"

    /// What its file holds.
    public var json: JSONValue {
        .object([
            "formatVersion": .string(Self.formatVersion),
            "tool": .string(tool),
            "repository": .string(repository),
            "revision": revision.json,
            "manifests": .array(manifests.map(JSONValue.string)),
            "input": .string(input.description),
            "state": state.map { .object(["sequence": .int($0.sequence), "hash": .string($0.hash)]) } ?? .null,
            "policy": .object([
                "allowEmpty": .bool(policy.allowsEmpty), "allowMassDelete": .bool(policy.allowsMassDeletion),
            ]),
            "actions": .array(steps.map(\.json)),
        ])
    }

    /// Reads the bytes of a file that may come from anybody.
    ///
    /// - Parameter tool: the version of this `reconcile`; another one's plans may mean something else.
    /// - Throws: a `Diagnostic` that says what is wrong with it.
    public init(parsing bytes: [UInt8], tool current: String) throws {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch let fault as Diagnostic {
            throw Diagnostic.malformedPlan(fault.message)
        }
        guard let format = document["formatVersion"]?.string else {
            throw Diagnostic.malformedPlan("it has no formatVersion")
        }
        guard format == Self.formatVersion else { throw Diagnostic.otherPlanFormat(format) }
        let tool = try Self.text(document, "tool")
        guard tool == current else { throw Diagnostic.planOfAnotherTool(tool, current: current) }
        guard let actions = document["actions"]?.array else { throw Self.fault("actions") }
        self.init(
            tool: tool, repository: try Self.commit(document["repository"], "repository", mayBeEmpty: true),
            revision: try Self.revision(document["revision"]),
            manifests: try Self.manifests(document["manifests"]),
            input: try Self.digest(document["input"], "input"), state: try Self.state(document["state"]),
            policy: try Self.policy(document["policy"]), steps: try actions.map(Step.init(json:)))
    }

    fileprivate static func fault(_ field: String) -> Diagnostic {
        .malformedPlan("`\(field)` is missing or not what it has to be")
    }

    fileprivate static func text(_ object: JSONValue, _ field: String) throws -> String {
        guard let text = object[field]?.string else { throw fault(field) }
        return text
    }

    fileprivate static func digest(_ value: JSONValue?, _ field: String) throws -> Digest {
        guard let digest = value?.string.flatMap({ Digest($0) }) else { throw fault(field) }
        return digest
    }

    private static func commit(_ value: JSONValue?, _ field: String, mayBeEmpty: Bool = false) throws -> String {
        guard let text = value?.string else { throw fault(field) }
        if mayBeEmpty, text.isEmpty { return text }
        let isHexadecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard [40, 64].contains(text.utf8.count), isHexadecimal else { throw fault(field) }
        return text
    }

    private static func revision(_ value: JSONValue?) throws -> Revision {
        guard let isDirty = value?["dirty"]?.bool else { throw fault("revision") }
        return Revision(commit: try commit(value?["commit"], "revision.commit"), isDirty: isDirty)
    }

    /// Paths that stay within the repository: whoever wrote the file must not choose other files to be read.
    private static func manifests(_ value: JSONValue?) throws -> [String] {
        guard let paths = value?.strings, !paths.isEmpty else { throw fault("manifests") }
        for path in paths {
            let isPlain = path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part != ".." && (part != "." || path == ".") && !part.utf8.contains(0)
            }
            guard isPlain else { throw fault("manifests") }
        }
        return paths
    }

    private static func state(_ value: JSONValue?) throws -> StateHead? {
        guard let value, value != .null else { return nil }
        guard let sequence = value["sequence"]?.int, let hash = value["hash"]?.string else { throw fault("state") }
        return StateHead(sequence: sequence, hash: hash)
    }

    private static func policy(_ value: JSONValue?) throws -> PlanPolicy {
        guard let empty = value?["allowEmpty"]?.bool, let mass = value?["allowMassDelete"]?.bool else {
            throw fault("policy")
        }
        return PlanPolicy(allowsEmpty: empty, allowsMassDeletion: mass)
    }
}

extension SavedPlan.Step {
    var json: JSONValue {
        .object([
            "op": .string(operation.rawValue),
            "kind": .string(key.kind.rawValue),
            "namespace": .string(key.name.namespace),
            "name": .string(key.name.name),
            "reason": .string(reason.rawValue),
            "message": .string(message),
            "fields": .array(fields),
            "cause": cause?.json ?? .null,
            "change": change.map { .string($0.description) } ?? .null,
        ])
    }

    init(json: JSONValue) throws {
        guard let operation = json["op"]?.string.flatMap(Operation.init(rawValue:)),
            let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)),
            let reason = json["reason"]?.string.flatMap(Reason.init(rawValue:)), let fields = json["fields"]?.array
        else { throw SavedPlan.fault("actions") }
        let name = ObjectName(
            namespace: try SavedPlan.text(json, "namespace"), name: try SavedPlan.text(json, "name"))
        var cause: Cause?
        if let value = json["cause"], value != .null {
            guard let file = value["file"]?.string, let line = value["line"]?.int, let column = value["column"]?.int
            else { throw SavedPlan.fault("cause") }
            cause = Cause(file: file, line: Int(line), column: Int(column))
        }
        let change = json["change"].flatMap { $0 == .null ? nil : $0 }
        self.init(
            operation: operation, key: ObjectKey(kind, name), reason: reason,
            message: try SavedPlan.text(json, "message"), fields: fields, cause: cause,
            change: try change.map { try SavedPlan.digest($0, "change") })
    }
}
