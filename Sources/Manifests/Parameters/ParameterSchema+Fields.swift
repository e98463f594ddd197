import YAML

extension ParameterSchema {
    private static let count = Codec<Int?>.optional(.int(0...1_000_000))
    private static let bound = Codec<Double?>.optional(.number())
    private static let one = Codec<ParameterSchema?>.optional(.subschema)
    private static let several = Codec<[ParameterSchema]?>.optional(.array(of: .subschema, count: 1...mostBranches))

    /// The most schemas in one list.
    private static let mostBranches = 100
    /// How deep schemas may be nested.
    static let depthLimit = 16

    static let schema = ObjectSchema<ParameterSchema>(
        ParameterSchema(), "What a value may be, as JSON Schema (draft 2020-12) says it",
        Field("type", \.types, .types, "The type of the value, or a list of types; any where it is left out"),
        Field("title", \.title, .optional(.string()), .documentation, "A short name, for people"),
        Field("description", \.description, .optional(.string()), .documentation, "What it means, for people"),
        Field("examples", \.examples, .array(of: .json, count: 0...100), .documentation, "Values that it may have"),
        Field("deprecated", \.isDeprecated, .bool, .documentation, "Whether it should not be used any more"),
        Field("default", \.default, .present, "The value where none is given; without it, each run must give one"),
        Field("enum", \.enum, .optional(.array(of: .value, count: 1...1000, unique: true)), "The allowed values"),
        Field("const", \.const, .present, "The only allowed value"),
        Field("minimum", \.minimum, bound, "The least number"),
        Field("maximum", \.maximum, bound, "The greatest number"),
        Field("exclusiveMinimum", \.exclusiveMinimum, bound, "What a number must be greater than"),
        Field("exclusiveMaximum", \.exclusiveMaximum, bound, "What a number must be less than"),
        Field("multipleOf", \.multipleOf, bound, "What a number must be a whole multiple of"),
        Field("minLength", \.minLength, count, "The least number of characters"),
        Field("maxLength", \.maxLength, count, "The greatest number of characters"),
        Field("pattern", \.pattern, .optional(.pattern), "A regular expression that the text must match somewhere"),
        Field("format", \.format, .optional(.word()), "The form of the text, enforced"),
        Field("items", \.one[.items], one, "What each element of a list must be"),
        Field("prefixItems", \.several[.prefixItems], several, "What the first elements must be, one after the other"),
        Field("minItems", \.minItems, count, "The least number of elements"),
        Field("maxItems", \.maxItems, count, "The greatest number of elements"),
        Field("uniqueItems", \.uniqueItems, .flag, "Whether no element may be there twice"),
        Field("contains", \.one[.contains], one, "What at least one element must be"),
        Field("minContains", \.minContains, count, "How many elements must be what `contains` says"),
        Field("maxContains", \.maxContains, count, "How many elements may be what `contains` says"),
        Field("properties", \.properties, .members, "What the members of a mapping must be, by their names"),
        Field("required", \.required, .memberNames, "The members that a mapping must have"),
        Field(
            "additionalProperties", \.one[.additionalProperties], one,
            "What members must be that no other keyword speaks of; `false` for none"),
        Field(
            "patternProperties", \.patternProperties, .patternMembers,
            "What members must be, by regular expressions for their names"),
        Field("propertyNames", \.one[.propertyNames], one, "What the names of members must be"),
        Field("minProperties", \.minProperties, count, "The least number of members"),
        Field("maxProperties", \.maxProperties, count, "The greatest number of members"),
        Field("allOf", \.several[.allOf], several, "Schemas that must all hold"),
        Field("anyOf", \.several[.anyOf], several, "Schemas of which at least one must hold"),
        Field("oneOf", \.several[.oneOf], several, "Schemas of which exactly one must hold"),
        Field("not", \.one[.not], one, "What the value must not be"),
        Field("if", \.one[.if], one, "What decides between `then` and `else`"),
        Field("then", \.one[.then], one, "What must hold where `if` holds"),
        Field("else", \.one[.else], one, "What must hold where `if` does not hold"),
        foreign: [
            "$ref": "references are not followed, to other files least of all: write the schema out, or repeat it by "
                + "an anchor of YAML, `&name` and `*name`",
            "$defs": "references are not followed, so nothing could use them: write the schemas where they are meant",
            "definitions": "references are not followed, so nothing could use them: write the schemas where they are "
                + "meant",
            "$schema": "leave it out: it is draft 2020-12 always", "$id": "leave it out: nothing can refer to it",
            "$comment": "write a comment of YAML, `# …`",
            "nullable": "write `type: [string, \"null\"]`, with the type that it has",
            "unevaluatedProperties": "use `additionalProperties`, in each of the schemas",
            "unevaluatedItems": "use `items`", "additionalItems": "use `items`, beside `prefixItems`",
            "dependentRequired": "use `if`, `then` and `required`", "dependentSchemas": "use `if` and `then`",
            "dependencies": "use `if`, `then` and `required`",
            "optional": "give it a `default`: a parameter without one must be given by each run",
        ],
        rule: { (schema, node, decoding: inout Decoding) in
            // What was recorded has been looked at when it was recorded, by the rules of that time.
            guard !decoding.isPartial, !decoding.isFull else { return }
            for fault in schema.inconsistencies {
                let place = node[fault.keyword] ?? node
                decoding.report(
                    .inconsistentSchema(decoding.path, fault, at: place.location(at: fault.place)))
            }
        })

    /// Where JSON Schema documents keep the definition, since it refers to itself.
    static let reference: JSONValue = ["$ref": "#/$defs/parameter", "type": "object"]
    /// The same for a part of one.
    static let partReference: JSONValue = ["$ref": "#/$defs/partialParameter", "type": "object"]
}

extension Codec where Value == ParameterSchema {
    /// The declaration of a parameter or variable.
    static let parameter: Codec = Codec(
        decode: { node, decoding in
            let before = decoding.diagnostics.count
            guard let schema = ParameterSchema.schema.decode(node, &decoding) else { return nil }
            if !decoding.isPartial, !decoding.isFragment, decoding.diagnostics.count == before, schema.saysNoType {
                decoding.report(.untypedParameter(decoding.path, at: node.startLocation))
            }
            return schema
        },
        encode: { ParameterSchema.schema.encode($0) }, schema: ParameterSchema.reference,
        partSchema: ParameterSchema.partReference)

    /// A schema inside another: a mapping, or `true` for anything and `false` for nothing.
    static let subschema: Codec = Codec(
        decode: { node, decoding in
            if node.kind == .scalar, case .bool(let isAny)? = node.scalar { return isAny ? ParameterSchema() : .never }
            guard decoding.schemaDepth < ParameterSchema.depthLimit else {
                decoding.report(.schemaTooDeep(decoding.path, ParameterSchema.depthLimit, at: node.startLocation))
                return nil
            }
            decoding.schemaDepth += 1
            defer { decoding.schemaDepth -= 1 }
            return ParameterSchema.schema.decode(node, &decoding)
        },
        encode: { schema in
            if schema.isNever { return false }
            let form = ParameterSchema.schema.encode(schema)
            return form == .object([:]) ? true : form
        },
        schema: ["anyOf": [["type": "boolean"], ParameterSchema.reference]],
        partSchema: ["anyOf": [["type": "boolean"], ParameterSchema.partReference]])
}

extension Codec where Value == [ParameterSchema.ValueType] {
    /// One type, or a list of types. `null` in a list needs no quotes: it can mean nothing else.
    static let types: Codec = {
        let word = Codec<ParameterSchema.ValueType>.word()
        let element = Codec<ParameterSchema.ValueType>(
            decode: { node, decoding in node.isNull ? .null : word.decode(node, &decoding) }, encode: word.encode,
            schema: ["enum": .array(ParameterSchema.ValueType.allCases.map { .string($0.rawValue) } + [.null])])
        let list = Codec.array(of: element, count: 1...ParameterSchema.ValueType.allCases.count, unique: true)
        // With and without quotes it is the same type.
        let isTwice: JSONValue = ["allOf": [["contains": ["const": "null"]], ["contains": ["const": nil]]]]
        let forms = (list.schema.object ?? [:]).merging(["not": isTwice]) { $1 }
        // Nearly all say one, and so share the list of it.
        let single = Dictionary(uniqueKeysWithValues: ParameterSchema.ValueType.allCases.map { ($0, [$0]) })
        return Codec(
            decode: { node, decoding in
                if node.kind == .sequence { return list.decode(node, &decoding) }
                return word.decode(node, &decoding).map { single[$0] ?? [$0] }
            },
            encode: { types in
                guard types.count > 1 else { return types.first.flatMap(word.encode) }
                return list.encode(ParameterSchema.ValueType.allCases.filter(types.contains))
            },
            schema: ["anyOf": [word.schema, .object(forms)]])
    }()
}

extension Codec where Value == JSONValue {
    /// Any value, with its numbers in their one form.
    static let value: Codec = Codec(
        decode: { node, decoding in Codec.json.decode(node, &decoding)?.normalized }, encode: { $0.normalized },
        schema: true)
}

extension Codec where Value == JSONValue? {
    /// Any value, also `null`; `nil` only where nothing was written.
    static let present: Codec = Codec(
        decode: { node, decoding in Codec<JSONValue>.value.decode(node, &decoding).map { .some($0) } },
        encode: { $0.flatMap(Codec<JSONValue>.value.encode) }, schema: true)
}

extension Codec where Value == Bool {
    /// What is false unless it is written, and then left out.
    static let flag: Codec = Codec(decode: Codec.bool.decode, encode: { $0 ? true : nil }, schema: Codec.bool.schema)
}

extension Codec where Value == [String] {
    /// Names of members, in any order; left out where there are none.
    static let memberNames: Codec = {
        let name = Codec<String>.string("the name of a member", most: 255, isEmptyAllowed: true)
        let list = Codec.array(of: name, unique: true)
        return Codec(
            decode: list.decode, encode: { $0.isEmpty ? nil : list.encode($0.sorted()) }, schema: list.schema)
    }()
}

extension Codec where Value == NamedValues<ParameterSchema> {
    /// The declarations of parameters or variables, by name.
    static let parameters = Codec.mapping(of: .parameter, keys: .parameterName)

    /// The members of a mapping, by name; left out where there are none.
    static let members: Codec = {
        let all = Codec.mapping(of: .subschema, keys: .memberName)
        return Codec(
            decode: all.decode, encode: { $0.isEmpty ? nil : all.encode($0) }, schema: all.schema,
            partSchema: all.partSchema)
    }()
}

extension Codec where Value == [Pattern: ParameterSchema] {
    /// The members of a mapping, by patterns for their names; left out where there are none.
    static let patternMembers: Codec = {
        let all = Codec<NamedValues<ParameterSchema>>.members
        return Codec(
            decode: { node, decoding in
                guard let byText = all.decode(node, &decoding) else { return nil }
                var found: Value = [:]
                for (key, _) in node.entries {
                    guard let schema = byText[key.text],
                        let pattern = decoding.inside(.key(key), { Codec<Pattern>.pattern.decode(key, &$0) })
                    else { continue }
                    found[pattern] = schema
                }
                return found
            },
            encode: { all.encode(NamedValues($0.map { (key: $0.key.source, value: $0.value) })) },
            schema: all.schema, partSchema: all.partSchema)
    }()
}

extension Codec where Value == NamedValues<JSONValue> {
    /// The values of parameters or variables, by name; whether the names exist is checked against the declarations.
    static let values = Codec.mapping(of: .json, keys: .valueName)
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
        encode: { .string($0.source) }, schema: TextForm.pattern.schema())
}
