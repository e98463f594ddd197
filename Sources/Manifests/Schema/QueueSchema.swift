import YAML

extension QueueSpec {
    static let schema = ObjectSchema<QueueSpec>(
        QueueSpec(), "An ordered line of runs for one compute resource",
        Field("resource", \.resource, .word(), .required, "What executes the runs", examples: ["local-process"]),
        Field(
            "settings", \.settings, .optional(.configuration),
            "How the engine is reached and used, and what its submissions may do", examples: [["partition": "gpu"]]),
        Field(
            "config", \.config, .configuration, "The engine's own submission document",
            examples: [["cpus-per-task": "{{cores}}"]]),
        Field(
            "variables", \.variables, .parameters, "What a run may set in it, within which bounds",
            examples: [["cores": ["type": "integer", "default": 1, "minimum": 1, "maximum": 8]]]),
        Field("ordering", \.ordering, .word(), "Which waiting run is next"),
        Field(
            "concurrency", \.concurrency, .optional(.int(1...100_000)),
            "The most runs of this queue at once; no limit where it is left out", examples: [8]),
        Field("suspend", \.suspend, .bool, "Whether runs only wait"))
}

extension Codec where Value == JSONValue {
    /// A mapping of anything.
    static let configuration: Codec = Codec(
        decode: { node, decoding in
            guard node.kind == .mapping else {
                decoding.report(.wrongType(decoding.path, expected: "a mapping", node))
                return nil
            }
            return Codec<JSONValue>.json.decode(node, &decoding)
        },
        encode: { $0.normalized }, schema: ["type": "object"])
}
