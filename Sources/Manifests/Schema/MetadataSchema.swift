import YAML

extension Metadata {
    static let schema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "Unique per kind and namespace", examples: ["train-penguins"]),
        Field("namespace", \.namespace, .name, "Where the name is unique, and where references are meant"),
        Field(
            "labels", \.labels, .dictionary(of: .labelValue, keys: .labelKey), "For people and queries",
            examples: [["team": "vision"]]),
        Field(
            "annotations", \.annotations,
            .dictionary(of: annotation, keys: .labelKey, known: [pruneAnnotation: pruneSchema]),
            "For people and tools; `\(pruneAnnotation): \"false\"` keeps an object when its manifest disappears",
            examples: [[pruneAnnotation: "false"]]),
        rule: { (metadata, node, decoding: inout Decoding) in
            guard let value = metadata.annotations[pruneAnnotation], value != "true", value != "false" else { return }
            let place = node["annotations"]?[pruneAnnotation] ?? node
            decoding.report(.badPruneAnnotation(value, at: place.location))
        })

    private static let annotation = Codec.string("text of at most 64 KiB", most: 65_536, isEmptyAllowed: true)

    private static let pruneSchema: JSONValue = [
        "enum": ["true", "false"], "title": "Prune",
        "description": "Whether the object goes when its manifest disappears",
    ]
}
