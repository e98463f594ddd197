import YAML

extension DefaultsSpec {
    static let schema = ObjectSchema<DefaultsSpec>(
        DefaultsSpec(), "What the manifests of this folder and below have where they write nothing themselves",
        Field("namespace", \.namespace, .optional(.name), "The namespace of those that name none"),
        Field(
            "labels", \.labels, .dictionary(of: .labelValue, keys: .labelKey), .documentation,
            "Labels of all; one that a manifest writes itself wins"),
        Field(
            "annotations", \.annotations, .dictionary(of: Metadata.annotation, keys: .labelKey),
            .documentation, "Annotations of all; one that a manifest writes itself wins"),
        Field("jobs", \.jobs, .fragment(), .documentation, "Fields of the specs of Jobs"),
        Field("queues", \.queues, .fragment(), .documentation, "Fields of the specs of Queues"),
        Field("agentPools", \.agentPools, .fragment(), .documentation, "Fields of the specs of AgentPools"),
        Field("runs", \.runs, .fragment(), .documentation, "Fields of the specs of Runs"))

    /// All that it says of itself: it is no object that could be asked for, and there is one in a folder.
    static let metadataSchema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "How people call it"))
}

extension Codec {
    /// Any fields of a spec. What only holds of a whole one is judged where it is whole.
    fileprivate static func fragment<Spec: DeclaredSpec>() -> Codec where Value == DefaultsSpec.Fragment<Spec>? {
        Codec(
            decode: { node, decoding in
                let isFragment = decoding.isFragment
                decoding.isFragment = true
                defer { decoding.isFragment = isFragment }
                return .some(Spec.schema.decode(node, &decoding).map { DefaultsSpec.Fragment(spec: $0) })
            },
            encode: { $0.map { Spec.schema.encode($0.spec) } }, schema: Spec.schema.jsonSchema.withoutRequired,
            order: Spec.schema.order)
    }
}

extension JSONValue {
    /// A JSON Schema that lets every field be absent, however deep.
    var withoutRequired: JSONValue {
        guard case .object(var schema) = self else { return self }
        if case .array? = schema["required"] { schema["required"] = nil }
        if schema["$ref"] == ParameterSchema.reference["$ref"] { return ParameterSchema.partialReference }
        for keyword in ["items", "additionalProperties"] { schema[keyword] = schema[keyword]?.withoutRequired }
        for keyword in ["oneOf", "anyOf", "allOf"] {
            if case .array(let schemas)? = schema[keyword] {
                schema[keyword] = .array(schemas.map(\.withoutRequired))
            }
        }
        if case .object(let properties)? = schema["properties"] {
            schema["properties"] = .object(properties.mapValues(\.withoutRequired))
        }
        return .object(schema)
    }
}

extension ParameterSchema {
    /// The definition of a parameter of which any field may be absent.
    static let partialReference: JSONValue = ["$ref": "#/$defs/partialParameter"]
}
