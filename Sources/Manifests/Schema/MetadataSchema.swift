import YAML

extension Metadata {
    static let schema = ObjectSchema<Metadata>(
        Metadata(), "What a manifest says of itself besides its spec",
        Field("name", \.name, .name, .required, "Unique per kind and namespace"),
        Field("namespace", \.namespace, .name, "Where the name is unique, and where references are meant"),
        Field("labels", \.labels, .dictionary(of: .labelValue, keys: labelKeys, why: fault), "For people and queries"),
        Field(
            "annotations", \.annotations, .dictionary(of: annotation, keys: labelKeys, why: fault),
            "For people and tools; `\(pruneAnnotation): \"false\"` keeps an object when its manifest disappears, "
                + "`\(unusedAnnotation): \"true\"` says that nothing need use it"),
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

    private static let annotation = Codec.string("text of at most 64 KiB", most: 65_536, isEmptyAllowed: true)

    private static let fault: @Sendable (String) -> String? = { LabelSyntax.fault(ofKey: $0) }

    private static let labelKeys: (expected: String, isValid: @Sendable (String) -> Bool) = (
        "a key such as `team` or `example.com/team`", { Syntax.isLabelKey($0[...]) }
    )
}
