extension Field {
    /// What a published schema says of it. To leave a field empty is to leave it out, so `null` may stand for every
    /// value but that of a field that has to be there.
    var jsonSchema: JSONValue { described(presence == .required ? schema : schema.orNull) }

    /// The same where it is a part that is merged with others: there, `null` takes away.
    var jsonSchemaOfPart: JSONValue { described(partSchema.orNull) }

    private func described(_ schema: JSONValue) -> JSONValue {
        var members = schema.object ?? [:]
        members["title"] = .string(name.description.asTitle)
        members["description"] = .string(documentation)
        if !examples.isEmpty { members["examples"] = .array(examples) }
        return .object(members)
    }
}

extension ObjectSchema {
    var jsonSchema: JSONValue {
        let required = fields.filter { $0.presence == .required }.map { JSONValue.string($0.name.description) }
        var schema = mapping(of: \.jsonSchema)
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema.merging(constraint) { $1 })
    }

    /// What is said of a part that is merged with others: any field may be absent, and no rule between them holds yet.
    var partSchema: JSONValue { .object(mapping(of: \.jsonSchemaOfPart)) }

    private func mapping(of schema: (Field<Owner>) -> JSONValue) -> [String: JSONValue] {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            var schema = schema(field).object ?? [:]
            if field.presence == .optional, schema["properties"] == nil, let value = field.encode(initial) {
                schema["default"] = value
            }
            properties[field.name.description] = .object(schema)
        }
        return [
            "type": "object", "description": .string(documentation), "additionalProperties": false,
            "properties": .object(properties),
        ]
    }
}

/// What a rule between fields is to JSON Schema.
enum Constraint {
    /// At least one of some lists has an element.
    static func holdsOne(of lists: [String]) -> JSONValue {
        ["anyOf": .array(lists.map { has($0, ["type": "array", "minItems": 1]) })]
    }

    /// At least one of some fields has a value.
    static func hasOne(of fields: [String]) -> JSONValue { ["anyOf": .array(fields.map { has($0) })] }

    /// Exactly one of some fields has a value.
    static func hasExactlyOne(of fields: [String]) -> JSONValue { ["oneOf": .array(fields.map { has($0) })] }

    /// A field has a value; what is empty is not there.
    static func has(_ field: String, _ schema: JSONValue = ["not": ["type": "null"]]) -> JSONValue {
        ["required": [.string(field)], "properties": .object([field: schema])]
    }
}

extension JSONValue {
    /// The schema of what may be `null` besides.
    var orNull: JSONValue {
        guard var members = object, !members.isEmpty else { return self }
        switch members["type"] {
        case .string(let type)?: members["type"] = [.string(type), "null"]
        case .array(let types)?: members["type"] = .array(types + ["null"])
        default: return ["anyOf": [self, ["type": "null"]]]
        }
        if case .array(let words)? = members["enum"] { members["enum"] = .array(words + [.null]) }
        return .object(members)
    }
}
