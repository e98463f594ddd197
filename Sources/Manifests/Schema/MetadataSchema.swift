import YAML

extension Metadata {
    static let schema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "Unique per kind and namespace", examples: ["train-penguins"]),
        Field("namespace", \.namespace, .name, "Where the name is unique, and where references are meant"),
        Field(
            "labels", \.labels, .mapping(of: .labelValue, keys: .labelKey), "For people and queries",
            examples: [["team": "vision"]]),
        Field(
            "annotations", \.annotations,
            .mapping(
                of: annotation, keys: .labelKey,
                known: [
                    pruneAnnotation: truth("Prune", "Whether the object goes when its manifest disappears"),
                    unusedAnnotation: truth("Unused", "Whether nothing need use the object"),
                ]),
            "For people and tools; `\(pruneAnnotation): \"false\"` keeps an object when its manifest disappears, "
                + "`\(unusedAnnotation): \"true\"` says that nothing need use it",
            examples: [[pruneAnnotation: "false"]]),
        rule: { (metadata, node, decoding: inout Decoding) in
            guard !metadata.annotations.isEmpty, let annotations = node["annotations"] else { return }
            for (key, value) in annotations.entries where key.withText({ $0.starts(with: own) }) {
                let isTruth = value.textEquals("true") || value.textEquals("false")
                switch key.text {
                case pruneAnnotation:
                    if !isTruth { decoding.report(.badPruneAnnotation(value.text, at: value.location)) }
                case unusedAnnotation:
                    if !isTruth { decoding.report(.badUnusedAnnotation(value.text, at: value.location)) }
                default: decoding.report(.unknownAnnotation(key, known: [pruneAnnotation, unusedAnnotation]))
                }
            }
        })

    /// What annotations of Slipway itself begin with.
    private static let own = "slipway/".utf8

    static let annotation = Codec.string("text of at most 64 KiB", most: 65_536, isEmptyAllowed: true)

    private static func truth(_ title: String, _ description: String) -> JSONValue {
        ["enum": ["true", "false"], "title": .string(title), "description": .string(description)]
    }
}
