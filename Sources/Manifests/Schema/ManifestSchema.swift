import YAML

/// A spec whose fields are declared by a table.
public protocol ManifestSpec: Sendable {
    /// Its kind.
    static var kind: Kind { get }
    /// The canonical form: every default filled in, keys sorted, numbers and quantities in their one form. Digests and
    /// comparisons are made of it.
    var canonical: JSONValue { get }
}

/// The part of `ManifestSpec` that only this module needs.
protocol DeclaredSpec: ManifestSpec {
    static var schema: ObjectSchema<Self> { get }
}

extension DeclaredSpec {
    public var canonical: JSONValue { Self.schema.encode(self) }
}

extension JobSpec: DeclaredSpec { public static var kind: Kind { .job } }
extension QueueSpec: DeclaredSpec { public static var kind: Kind { .queue } }
extension AgentPoolSpec: DeclaredSpec { public static var kind: Kind { .agentPool } }
extension RunSpec: DeclaredSpec { public static var kind: Kind { .run } }
extension PolicySpec: DeclaredSpec { public static var kind: Kind { .policy } }

extension JobSpec {
    /// Reads back what a job version keeps of `canonical`: any of its fields. The source is not part of it.
    ///
    /// It goes through the YAML reader, so that one set of rules decides what a definition means. `nil` for a value
    /// that these rules refuse, such as one that another version of Slipway wrote.
    public init?(definition: JSONValue) {
        let text = JSONText(definition, style: .yaml).bytes
        let file = YAMLFile.parse(SourceFile(path: "definition", bytes: text))
        guard !file.diagnostics.contains(where: { $0.severity == .error }), let node = file.documents.first else {
            return nil
        }
        var decoding = Decoding(folder: "", isPartial: true)
        guard let job = Self.schema.decode(node, &decoding), decoding.diagnostics.isEmpty else { return nil }
        self = job
    }
}

/// The JSON Schemas (draft 2020-12) of the kinds, for editors and other tools.
public enum ManifestSchemas {
    /// What `apiVersion` must be.
    public static let apiVersion = "slipway/v1"

    /// The schema of one kind's manifests.
    public static func jsonSchema(of kind: Kind) -> JSONValue {
        var members = document(of: kind)
        members["$schema"] = draft
        members["$defs"] = ["parameter": ParameterSchema.schema.jsonSchema]
        members["title"] = .string(kind.rawValue)
        return .object(members)
    }

    /// One schema for a manifest of any kind.
    public static var jsonSchema: JSONValue {
        var definitions: [String: JSONValue] = ["parameter": ParameterSchema.schema.jsonSchema]
        for kind in Kind.allCases { definitions[kind.rawValue] = .object(document(of: kind)) }
        definitions[DefaultsSpec.kind] = .object(defaultsDocument)
        definitions.merge(defaultsDefinitions) { own, _ in own }
        let kinds = Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind]
        return [
            "$schema": draft, "title": "Slipway manifest", "$defs": .object(definitions),
            "oneOf": .array(kinds.map { ["$ref": .string("#/$defs/\($0)")] }),
        ]
    }

    static let draft: JSONValue = "https://json-schema.org/draft/2020-12/schema"

    private static func document(of kind: Kind) -> [String: JSONValue] {
        let spec =
            switch kind {
            case .job: JobSpec.schema.jsonSchema
            case .queue: QueueSpec.schema.jsonSchema
            case .agentPool: AgentPoolSpec.schema.jsonSchema
            case .run: RunSpec.schema.jsonSchema
            case .policy: PolicySpec.schema.jsonSchema
            }
        return document(of: kind.rawValue, metadata: Metadata.schema.jsonSchema, spec: spec)
    }

    static func document(of kind: String, metadata: JSONValue, spec: JSONValue) -> [String: JSONValue] {
        [
            "type": "object", "additionalProperties": false,
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "properties": [
                "apiVersion": ["const": .string(apiVersion)], "kind": ["const": .string(kind)],
                "metadata": metadata, "spec": spec,
            ],
        ]
    }
}
