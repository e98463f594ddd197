import YAML

extension DefaultsSpec {
    static let schema = ObjectSchema<DefaultsSpec>(
        DefaultsSpec(), "What the manifests of this folder and of those below have where they write nothing themselves",
        Field(
            "namespace", \.namespace, .optional(.name), "The namespace of those that name none", examples: ["vision"]),
        Field(
            "labels", \.labels, .mapping(of: .labelValue, keys: .labelKey), .documentation,
            "Labels of all; one that a manifest writes itself wins", examples: [["team": "vision"]]),
        Field(
            "annotations", \.annotations, .mapping(of: Metadata.annotation, keys: .labelKey),
            .documentation, "Annotations of all; one that a manifest writes itself wins",
            examples: [[Metadata.pruneAnnotation: "false"]]),
        Field("jobs", \.jobs, .fragment(), .documentation, "Fields of the specs of Jobs"),
        Field("queues", \.queues, .fragment(), .documentation, "Fields of the specs of Queues"),
        Field("agentPools", \.agentPools, .fragment(), .documentation, "Fields of the specs of AgentPools"),
        Field("runs", \.runs, .fragment(), .documentation, "Fields of the specs of Runs"))

    /// All that it says of itself: it is no object that could be asked for, and there is one in a folder.
    static let metadataSchema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "How people call it", examples: ["base"]))
}

extension Codec {
    /// Any fields of a spec.
    fileprivate static func fragment<Spec: DeclaredSpec>() -> Codec where Value == DefaultsSpec.Fragment<Spec>? {
        Codec(
            decode: { node, decoding in
                .some(Spec.schema.decode(node, &decoding).map { DefaultsSpec.Fragment(spec: $0) })
            },
            encode: { $0.map { Spec.schema.encode($0.spec) } }, schema: Spec.schema.partSchema,
            order: Spec.schema.order)
    }
}
