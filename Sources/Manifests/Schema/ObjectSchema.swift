import YAML

/// Whether a field must be written.
enum Presence: Sendable {
    /// It must be there.
    case required
    /// It may be left out; the owner's own initial value stands for it.
    case optional
    /// As `optional`, and it explains without changing what is computed: it stays out of the canonical form.
    case documentation
}

/// One field of a mapping, declared once: its name, where it is kept, how it is written, and what it is for.
///
/// A class, so that reading a table's entry does not copy its parts.
final class Field<Owner: Sendable>: Sendable {
    let name: StaticString
    let presence: Presence
    let documentation: String
    let decode: @Sendable (Node, inout Owner, inout Decoding) -> Void
    let encode: @Sendable (Owner) -> JSONValue?
    let schema: JSONValue
    /// Whether `null` is a value of this field rather than its absence: so for values of no declared type.
    let takesNull: Bool

    init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ codec: Codec<Value>,
        _ presence: Presence, _ documentation: String
    ) {
        self.name = name
        self.presence = presence
        self.documentation = documentation
        decode = { node, owner, decoding in
            if let value = codec.decode(node, &decoding) { owner[keyPath: path] = value }
        }
        encode = { codec.encode($0[keyPath: path]) }
        schema = codec.schema
        takesNull = codec.schema == true
    }

    convenience init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ codec: Codec<Value>,
        _ documentation: String
    ) {
        self.init(name, path, codec, .optional, documentation)
    }

    /// Fields of the same owner that are written inside a mapping of their own, such as `builder: {type: oci}`.
    init(_ name: StaticString, group schema: ObjectSchema<Owner>) {
        self.name = name
        presence = .optional
        documentation = schema.documentation
        decode = { node, owner, decoding in schema.decode(node, into: &owner, &decoding) }
        encode = { schema.encode($0) }
        self.schema = schema.jsonSchema
        takesNull = false
    }
}

/// The fields of a mapping. Decoding, error messages, canonical JSON and JSON Schema all come from this table.
struct ObjectSchema<Owner: Sendable>: Sendable {
    /// What holds for several fields together; it is asked once the fields have been read.
    typealias Rule = @Sendable (Owner, Node, inout Decoding) -> Void

    let documentation: String
    /// Its fields carry the defaults.
    let initial: Owner
    let fields: [Field<Owner>]
    private let names: [StaticString]
    private let rule: Rule?

    init(_ initial: Owner, _ documentation: String, _ fields: Field<Owner>..., rule: Rule? = nil) {
        precondition(fields.count <= UInt64.bitWidth)
        self.initial = initial
        self.documentation = documentation
        self.fields = fields
        names = fields.map(\.name)
        self.rule = rule
    }

    func decode(_ node: Node, _ decoding: inout Decoding) -> Owner? {
        var owner = initial
        return decode(node, into: &owner, &decoding) ? owner : nil
    }

    /// Reads the fields that are there into the owner, reporting all that is wrong with them.
    ///
    /// - Returns: whether it is a mapping at all.
    @discardableResult
    func decode(_ node: Node, into owner: inout Owner, _ decoding: inout Decoding) -> Bool {
        guard node.kind == .mapping else {
            decoding.report(.wrongType(decoding.path, expected: "a mapping", node, fields: fields.map(\.name)))
            return false
        }
        var seen: UInt64 = 0
        for (key, child) in node.entries where !decoding.isFull {
            guard let index = names.firstIndex(where: { key.textEquals($0) }) else {
                decoding.report(.unknownField(key, in: decoding.path, known: fields.map(\.name.description)))
                continue
            }
            // To leave a field empty is to leave it out; only a value that may be `null` sees it.
            if child.isNull, !fields[index].takesNull { continue }
            seen |= 1 << UInt64(index)
            decoding.inside(.field(names[index])) { fields[index].decode(child, &owner, &$0) }
        }
        if !decoding.isPartial, !decoding.isFragment {
            for (index, field) in fields.enumerated() where field.presence == .required && seen & (1 << index) == 0 {
                decoding.report(.missingField(decoding.path(to: field.name), at: node.startLocation))
            }
        }
        if !decoding.isFragment { rule?(owner, node, &decoding) }
        return true
    }

    /// The canonical form: every field that has a value, whether written or by default.
    func encode(_ owner: Owner) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for field in fields where field.presence != .documentation {
            if let value = field.encode(owner) { members[field.name.description] = value }
        }
        return .object(members)
    }

    var jsonSchema: JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            var schema = field.schema.object ?? [:]
            schema["description"] = .string(field.documentation)
            if field.presence == .optional, schema["properties"] == nil, let value = field.encode(initial) {
                schema["default"] = value
            }
            properties[field.name.description] = .object(schema)
        }
        let required = fields.filter { $0.presence == .required }.map { JSONValue.string($0.name.description) }
        var schema: [String: JSONValue] = [
            "type": "object", "description": .string(documentation), "additionalProperties": false,
            "properties": .object(properties),
        ]
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }
}

extension Node {
    /// Where it starts, without its extent: for what is missing in it.
    var startLocation: SourceLocation {
        var location = location
        location.span.end = location.span.start
        return location
    }
}
