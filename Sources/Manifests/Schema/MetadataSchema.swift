import YAML

extension Metadata {
    static let schema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "Unique per kind and namespace"),
        Field("namespace", \.namespace, .name, "Where the name is unique, and where references are meant"),
        Field("labels", \.labels, .dictionary(of: .labelValue, keys: labelKeys), "For people and queries"),
        Field(
            "annotations", \.annotations, .dictionary(of: annotation, keys: labelKeys),
            "For people and tools; `\(pruneAnnotation): \"false\"` keeps an object when its manifest disappears"),
        rule: { (metadata, node, decoding: inout Decoding) in
            guard let value = metadata.annotations[pruneAnnotation], value != "true", value != "false" else { return }
            let place = node["annotations"]?[pruneAnnotation] ?? node
            decoding.report(.badPruneAnnotation(value, at: place.location))
        })

    static let annotation = Codec.string("text of at most 64 KiB", most: 65_536, isEmptyAllowed: true)

    static let labelKeys: (expected: String, isValid: @Sendable (String) -> Bool) = (
        "a key such as `team` or `example.com/team`", { Syntax.isLabelKey($0[...]) }
    )
}
