import YAML

extension RunSpec {
    static let schema = ObjectSchema<RunSpec>(
        RunSpec(), "One wanted execution of a job version on a queue",
        Field(
            "job", \.job, .job, .required, "A job: `train` follows its newest version, `train@v3` is pinned",
            examples: ["train", "train@v3"]),
        Field("queue", \.queue, .reference, .required, "The queue it waits in", examples: ["local"]),
        Field("parameters", \.parameters, .values, "Values for the job's parameters", examples: [["lr": 0.05]]),
        Field(
            "matrix", \.matrix, .matrix,
            "Sets of parameters, each a run of its own, named after this one and its values: a list of the sets, or "
                + "lists of values of which all combinations are taken, with `include` and `exclude`",
            examples: [
                [["seed": 1, "size": "small"], ["seed": 2, "size": "large"]],
                ["seed": [1, 2], "size": ["small", "large"], "exclude": [["seed": 2, "size": "large"]]],
            ]),
        Field("variables", \.variables, .values, "Values for the queue's variables", examples: [["cores": 2]]),
        Field("priority", \.priority, .word(), "Its place in a queue ordered by priority"),
        Field("repeat", \.repeat, .int(1...1_000_000), "A greater number asks for the same computation once more"),
        Field(
            "dependsOn", \.dependsOn, .unordered(.object(Dependency.schema), most: mostUpstreams),
            "The runs that it waits for", examples: [[["run": "prepare", "condition": "finished"]]]),
        Field(
            "inputs", \.inputs, .unordered(.input, most: mostUpstreams),
            "Outputs of other runs, found in the folder that SLIPWAY_INPUTS names; it waits for those runs' success",
            examples: [[["from": "prepare", "path": "data.csv"]]]))

    private static let mostUpstreams = 100
}

extension RunSpec.Dependency {
    static let schema = ObjectSchema<RunSpec.Dependency>(
        RunSpec.Dependency(), "A run that has to have ended first",
        Field("run", \.run, .reference, .required, "Its name, or namespace/name", examples: ["prepare"]),
        Field("condition", \.condition, .word(), "How it has to have ended: well, or at all"))
}

extension RunSpec.Input {
    fileprivate static let schema = ObjectSchema<RunSpec.Input>(
        RunSpec.Input(), "An output of another run",
        Field(
            "from", \.from, .reference, .required, "The run that leaves it: its name, or namespace/name",
            examples: ["prepare"]),
        Field(
            "path", \.path, .outputPath, .required, "A declared output of that run, or a file below one",
            examples: ["data.csv"]),
        Field(
            "as", \.target, .inputTarget, "Its path in the folder of inputs; the last part of `path` by default",
            examples: ["training.csv"]))
}

extension Codec where Value == RunSpec.Input {
    /// The canonical form always says `as`, so that to write the default changes nothing.
    static let input: Codec = Codec(
        decode: { node, decoding in
            guard var input = RunSpec.Input.schema.decode(node, &decoding) else { return nil }
            if input.target.isEmpty { input.target = OutputPath.lastPart(of: input.path) }
            return input
        },
        encode: { RunSpec.Input.schema.encode($0) }, schema: RunSpec.Input.schema.jsonSchema,
        partSchema: RunSpec.Input.schema.partSchema, order: RunSpec.Input.schema.order)
}

extension Codec where Value == String {
    /// The path of an output, with or without the leading `outputs/`.
    static let outputPath = below("an output of the run, such as `data.csv`", OutputPath.output)

    /// A path below the folder of inputs.
    static let inputTarget = below("a path below the folder of inputs", OutputPath.tidied)

    private static func below(_ expected: String, _ form: @escaping @Sendable (String) -> String) -> Codec {
        let text = Codec.text(
            expected: expected, schema: TextForm.relativePath.schema(), remedy: TextForm.relativePath.remedy,
            parse: { Syntax.isPathBelow($0[...]) ? form($0) : nil }, text: { $0 })
        // An empty path stands for one that was not written; it has no form of its own.
        return Codec(decode: text.decode, encode: { $0.isEmpty ? nil : .string($0) }, schema: text.schema)
    }
}

extension Codec {
    /// A list whose order means nothing: canonically sorted, and left out where it is empty, so that a manifest without
    /// it is the same as before there was such a field.
    static func unordered<Element: Hashable>(
        _ codec: Codec<Element>, most: Int
    ) -> Codec where Value == [Element] {
        let list = Codec.array(of: codec, count: 0...most)
        return Codec(
            decode: list.decode,
            encode: { elements in
                guard !elements.isEmpty else { return nil }
                let forms = elements.compactMap(codec.encode).map { (text: $0.canonicalText, value: $0) }
                return .array(forms.sorted { $0.text < $1.text }.map(\.value))
            },
            schema: list.schema, partSchema: list.partSchema, order: list.order)
    }
}
