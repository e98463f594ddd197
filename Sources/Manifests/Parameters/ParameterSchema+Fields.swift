import YAML

extension ParameterSchema {
    private static let count = Codec<Int?>.optional(.int(0...1_000_000))
    private static let bound = Codec<Double?>.optional(.number())

    static let schema = ObjectSchema<ParameterSchema>(
        ParameterSchema(), "What a value may be: a part of JSON Schema, draft 2020-12",
        Field("type", \.type, .word(), .required, "The type of the value"),
        Field("description", \.description, .optional(.string()), .documentation, "What it means, for people"),
        Field("default", \.default, .present, "The value where none is given; without it, each run must give one"),
        Field("enum", \.enum, .optional(.array(of: .json, count: 1...1000, unique: true)), "The allowed values"),
        Field("const", \.const, .present, "The only allowed value"),
        Field("minimum", \.minimum, bound, "The least number"),
        Field("maximum", \.maximum, bound, "The greatest number"),
        Field("exclusiveMinimum", \.exclusiveMinimum, bound, "What a number must be greater than"),
        Field("exclusiveMaximum", \.exclusiveMaximum, bound, "What a number must be less than"),
        Field("multipleOf", \.multipleOf, bound, "What a number must be a whole multiple of"),
        Field("minLength", \.minLength, count, "The least number of characters"),
        Field("maxLength", \.maxLength, count, "The greatest number of characters"),
        Field("pattern", \.pattern, .optional(.pattern), "A regular expression that the text must match somewhere"),
        Field("items", \.items, .optional(.parameter), "What each element of a list must be"),
        Field("minItems", \.minItems, count, "The least number of elements"),
        Field("maxItems", \.maxItems, count, "The greatest number of elements"),
        rule: { (schema, node, decoding: inout Decoding) in
            // Without a type there is nothing that the rest could contradict.
            guard let type = node["type"], type.text == schema.type.rawValue else { return }
            for (keyword, problem) in schema.inconsistencies {
                let place = node[keyword] ?? node
                decoding.report(.inconsistentSchema(decoding.path, keyword, problem, at: place.location))
            }
        })

    /// Where JSON Schema documents keep the definition, since it refers to itself.
    static let reference: JSONValue = ["$ref": "#/$defs/parameter"]
}

extension Codec where Value == ParameterSchema {
    static let parameter: Codec = Codec(
        decode: { node, decoding in ParameterSchema.schema.decode(node, &decoding) },
        encode: { ParameterSchema.schema.encode($0) }, schema: ParameterSchema.reference)
}

extension Codec where Value == JSONValue? {
    /// Any value, also `null`; `nil` only where nothing was written.
    static let present: Codec = Codec(
        decode: { node, decoding in Codec<JSONValue>.json.decode(node, &decoding).map { $0.normalized } },
        encode: { $0.flatMap(Codec<JSONValue>.json.encode) }, schema: true)
}

extension Codec where Value == [String: ParameterSchema] {
    /// The declarations of parameters or variables, by name.
    static let parameters = Codec.dictionary(
        of: .parameter,
        keys: (
            "the name of a parameter: letters, digits, `_` and `-`, beginning with a letter or `_`",
            { Syntax.isParameterName($0[...]) }
        ))
}

extension Codec where Value == [String: JSONValue] {
    /// The values of parameters or variables, by name; whether the names exist is checked against the declarations.
    static let values = Codec.dictionary(of: .json, keys: valueNames)

    static let valueNames: (expected: String, isValid: @Sendable (String) -> Bool) = (
        "a name", { !$0.isEmpty && $0.utf8.count <= 255 }
    )
}

extension Codec where Value == Pattern {
    static let pattern: Codec = Codec(
        decode: { node, decoding in
            guard let text = node.string else {
                decoding.report(.wrongType(decoding.path, expected: "a regular expression in quotes", node))
                return nil
            }
            do throws(Pattern.Malformed) {
                return try Pattern(text)
            } catch {
                decoding.report(.badPattern(decoding.path, error, at: node.location(ofScalar: error.offset)))
                return nil
            }
        },
        encode: { .string($0.source) }, schema: ["type": "string", "format": "regex"])
}
