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
        ofAnyKind(
            "Slipway manifest",
            "One document of a manifest file: a job, a queue, a pool of agents, a run, a policy, or a folder's "
                + "defaults",
            spec: \.rawValue, metadata: "metadata")
    }

    /// One schema for what stands in an overlay: patches of manifests of any kind, which need not be whole and in which
    /// `null` removes, besides whole manifests and a folder's defaults.
    public static var patchSchema: JSONValue {
        ofAnyKind(
            "Slipway patch",
            "One document of an overlay: what it changes of a manifest in an earlier path, a manifest that only the "
                + "overlay has, or a folder's defaults",
            spec: \.partName, metadata: "partialMetadata", required: ["apiVersion", "kind", "metadata"])
    }

    /// - Parameters:
    ///   - spec: the name of the definition of a kind's specs.
    ///   - metadata: that of what manifests say of themselves.
    private static func ofAnyKind(
        _ title: String, _ description: String, spec: (Kind) -> String, metadata: String,
        required: JSONValue? = nil
    ) -> JSONValue {
        let kinds = Kind.allCases.map { (name: $0.rawValue, spec: spec($0), metadata: metadata) }
        let all = kinds + [(name: DefaultsSpec.kind, spec: DefaultsSpec.kind, metadata: "defaultsMetadata")]
        func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }
        var members = envelope(
            kind: ["enum": .array(all.map { .string($0.name) })],
            spec: ["type": "object", "description": "What is wanted; its fields are those of the kind"],
            metadata: reference(metadata).object ?? [:])
        if let required { members["required"] = required }
        members["title"] = .string(title)
        members["description"] = .string(description)
        members["allOf"] = .array(
            all.map { kind in
                var parts = ["spec": reference(kind.spec)]
                if kind.metadata != metadata { parts["metadata"] = reference(kind.metadata) }
                return [
                    "if": ["properties": ["kind": ["const": .string(kind.name)]], "required": ["kind"]],
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

    /// A patch says which object it is of; the rest is as in a spec.
    private static var partialMetadata: JSONValue {
        var part = Metadata.schema.partSchema.object ?? [:]
        var properties = part["properties"]?.object ?? [:]
        let whole = Metadata.schema.jsonSchema
        properties["name"] = whole["properties"]?["name"]
        part["properties"] = .object(properties)
        part["required"] = ["name"]
        return .object(part)
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
        for kind in Kind.allCases {
            all[kind.rawValue] = kind.specSchema
            all[kind.partName] = kind.partSchema
        }
        all["partialMetadata"] = partialMetadata
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
    fileprivate var specSchema: JSONValue { schemas.whole }

    /// The schema of parts of its specs.
    fileprivate var partSchema: JSONValue { schemas.part }

    /// The name of the definition of parts of its specs.
    fileprivate var partName: String { "partial\(rawValue)" }

    private var schemas: (whole: JSONValue, part: JSONValue) {
        func both<Spec>(_ schema: ObjectSchema<Spec>) -> (whole: JSONValue, part: JSONValue) {
            (schema.jsonSchema, schema.partSchema)
        }
        return switch self {
        case .job: both(JobSpec.schema)
        case .queue: both(QueueSpec.schema)
        case .agentPool: both(AgentPoolSpec.schema)
        case .run: both(RunSpec.schema)
        case .policy: both(PolicySpec.schema)
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
