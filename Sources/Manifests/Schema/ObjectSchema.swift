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
    /// Values as a manifest may write them.
    let examples: [JSONValue]
    let decode: @Sendable (Node, inout Owner, inout Decoding) -> Void
    let encode: @Sendable (Owner) -> JSONValue?
    let schema: JSONValue
    let partSchema: JSONValue
    /// In which order the fields of its value are written.
    let order: FieldOrder
    /// Whether `null` is a value of this field rather than its absence: so for values of no declared type.
    let takesNull: Bool

    init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ codec: Codec<Value>,
        _ presence: Presence, _ documentation: String, examples: [JSONValue] = []
    ) {
        self.name = name
        self.presence = presence
        self.documentation = documentation + (codec.note.map { "; \($0)" } ?? "")
        self.examples = examples
        decode = { node, owner, decoding in
            if let value = codec.decode(node, &decoding) { owner[keyPath: path] = value }
        }
        encode = { codec.encode($0[keyPath: path]) }
        schema = codec.schema
        partSchema = codec.partSchema
        order = codec.order
        takesNull = codec.schema == true
    }

    convenience init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ codec: Codec<Value>,
        _ documentation: String, examples: [JSONValue] = []
    ) {
        self.init(name, path, codec, .optional, documentation, examples: examples)
    }

    /// Fields of the same owner that are written inside a mapping of their own, such as `builder: {type: oci}`.
    init(_ name: StaticString, group schema: ObjectSchema<Owner>) {
        self.name = name
        presence = .optional
        documentation = schema.documentation
        examples = []
        decode = { node, owner, decoding in schema.decode(node, into: &owner, &decoding) }
        encode = { schema.encode($0) }
        self.schema = schema.jsonSchema
        partSchema = schema.partSchema
        order = schema.order
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
    /// Fields that others have and this has not, with what to do instead.
    private let foreign: [String: String]
    private let names: [StaticString]
    private let rule: Rule?
    /// The part of the rule that JSON Schema can say.
    let constraint: [String: JSONValue]

    init(
        _ initial: Owner, _ documentation: String, _ fields: Field<Owner>..., constraint: [String: JSONValue] = [:],
        foreign: [String: String] = [:],
        rule: Rule? = nil
    ) {
        precondition(fields.count <= UInt64.bitWidth)
        self.initial = initial
        self.documentation = documentation
        self.fields = fields
        self.foreign = foreign
        names = fields.map(\.name)
        self.rule = rule
        self.constraint = constraint
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
            guard let index = key.index(in: names) else {
                let known = fields.map(\.name.description)
                decoding.report(
                    .unknownField(key, of: node, in: decoding.path, known: known, instead: foreign[key.text]))
                // The field that was meant is there under a wrong name: nobody need hear that it is missing.
                if let meant = Suggestion.closest(to: key.text, among: known), let index = known.firstIndex(of: meant) {
                    seen |= 1 << UInt64(index)
                }
                continue
            }
            // To leave a field empty is to leave it out; only a value that may be `null` sees it.
            if child.isNull, !fields[index].takesNull { continue }
            seen |= 1 << UInt64(index)
            decoding.inside(.field(names[index])) { fields[index].decode(child, &owner, &$0) }
        }
        // Where so much is wrong that the rest was left unread, it is not known what is there.
        guard !decoding.isFull else { return true }
        if !decoding.isPartial, !decoding.isFragment {
            for (index, field) in fields.enumerated() where field.presence == .required && seen & (1 << index) == 0 {
                let path = decoding.path(to: field.name)
                let written = node.key(field.name.description)
                decoding.report(
                    written.map { .emptyField(path, at: $0.location) } ?? .missingField(path, at: node.startLocation))
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

    /// The order in which fields are written: that of the table.
    var order: FieldOrder { FieldOrder(fields: fields.map { ($0.name.description, $0.order) }) }
}

extension Node {
    /// Where it starts, without its extent: for what is missing in it.
    var startLocation: SourceLocation {
        var location = location
        location.span.end = location.span.start
        return location
    }
}
