/// The JSON Schemas (draft 2020-12) of the kinds, for editors and other tools.
public enum ManifestSchemas {
    /// What `apiVersion` must be.
    public static let apiVersion = "slipway/v1"

    /// The schema of one kind's manifests.
    public static func jsonSchema(of kind: Kind) -> JSONValue {
        var members = envelope(kind: ["const": .string(kind.rawValue)], spec: kind.specSchema)
        members["title"] = .string(kind.rawValue)
        members["description"] = kind.specSchema["description"]
        members["examples"] = .array(kind.example.value.map { [$0] } ?? [])
        return published(members)
    }

    /// One schema for a manifest of any kind.
    ///
    /// The kind decides which spec is looked at, by `if` and `then`: of a choice (`oneOf`) editors and checkers cannot
    /// know which alternative was meant, and tell of all.
    public static var jsonSchema: JSONValue {
        let names = Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind]
        var members = envelope(
            kind: ["enum": .array(names.map(JSONValue.string))],
            spec: ["type": "object", "description": "What is wanted; its fields are those of the kind"])
        members["title"] = "Slipway manifest"
        members["description"] =
            "One document of a manifest file: a job, a queue, a pool of agents, a run, a policy, or a folder's defaults"
        members["allOf"] = .array(
            names.map { name in
                var parts: [String: JSONValue] = ["spec": ["$ref": .string("#/$defs/\(name)")]]
                if name == DefaultsSpec.kind { parts["metadata"] = defaultsMetadata }
                return [
                    "if": ["properties": ["kind": ["const": .string(name)]], "required": ["kind"]],
                    "then": ["properties": .object(parts)],
                ]
            })
        return published(members)
    }

    /// The schema of a folder's defaults.
    public static var defaultsSchema: JSONValue {
        let spec = DefaultsSpec.schema.partSchema
        var members = envelope(
            kind: ["const": .string(DefaultsSpec.kind)], spec: spec, metadata: defaultsMetadata.object ?? [:])
        members["title"] = .string(DefaultsSpec.kind)
        members["description"] = spec["description"]
        members["examples"] = .array(KindExample.defaults.value.map { [$0] } ?? [])
        return published(members)
    }

    private static let defaultsMetadata: JSONValue = ["$ref": "#/$defs/defaultsMetadata"]

    private static func envelope(
        kind: [String: JSONValue], spec: JSONValue, metadata: [String: JSONValue] = ["$ref": "#/$defs/metadata"]
    ) -> [String: JSONValue] {
        let version: JSONValue = [
            "const": .string(apiVersion), "title": "API version", "description": "The version of this format",
        ]
        let kind = kind.merging(["title": "Kind", "description": "What the manifest declares"]) { $1 }
        var spec = spec.object ?? [:]
        spec["title"] = "Spec"
        return [
            "type": "object", "additionalProperties": false,
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "properties": [
                "apiVersion": version, "kind": .object(kind),
                "metadata": .object(
                    metadata.merging(["title": "Metadata", "description": "What it is called"]) { $1 }),
                "spec": .object(spec),
            ],
        ]
    }

    // MARK: Definitions

    /// With the definitions that it refers to, itself or through one of them.
    private static func published(_ schema: [String: JSONValue]) -> JSONValue {
        var used: [String: JSONValue] = [:]
        var pending = JSONValue.object(schema).references
        while let name = pending.popFirst() {
            guard used[name] == nil, let definition = definitions[name] else { continue }
            used[name] = definition
            pending.formUnion(definition.references)
        }
        var members = schema
        members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        members["$defs"] = .object(used)
        return .object(members)
    }

    /// What schemas may refer to, by name. Types of what may be `null` in some places stand at the references.
    private static let definitions: [String: JSONValue] = {
        var all: [String: JSONValue] = ["metadata": Metadata.schema.jsonSchema]
        for form in TextForm.all { all[form.name] = form.definition }
        for kind in Kind.allCases { all[kind.rawValue] = kind.specSchema }
        var parameter = ParameterSchema.schema.jsonSchema.object ?? [:]
        parameter["type"] = nil
        all["parameter"] = .object(parameter)
        var partialParameter = ParameterSchema.schema.partSchema.object ?? [:]
        partialParameter["type"] = nil
        all["partialParameter"] = .object(partialParameter)
        all["defaultsMetadata"] = DefaultsSpec.metadataSchema.jsonSchema
        all[DefaultsSpec.kind] = DefaultsSpec.schema.partSchema
        return all
    }()
}

extension Kind {
    /// The schema of its specs.
    fileprivate var specSchema: JSONValue {
        switch self {
        case .job: JobSpec.schema.jsonSchema
        case .queue: QueueSpec.schema.jsonSchema
        case .agentPool: AgentPoolSpec.schema.jsonSchema
        case .run: RunSpec.schema.jsonSchema
        case .policy: PolicySpec.schema.jsonSchema
        }
    }
}

extension JSONValue {
    /// The names of the definitions that a schema refers to.
    fileprivate var references: Set<String> {
        switch self {
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.references) }
        case .object(let members):
            let own = members["$ref"]?.string.flatMap { $0.hasPrefix("#/$defs/") ? String($0.dropFirst(8)) : nil }
            return members.values.reduce(into: Set([own].compactMap { $0 })) { $0.formUnion($1.references) }
        default: return []
        }
    }
}
