import YAML

/// One way in which a value is written: how it is read from a manifest, what its canonical JSON is, and which JSON
/// Schema describes it. Declared once for each value, so that the three cannot disagree.
struct Codec<Value: Sendable>: Sendable {
    /// Reads a value; where it cannot, says why through the decoding and returns `nil`.
    let decode: @Sendable (Node, inout Decoding) -> Value?
    /// Its canonical JSON; `nil` for a value that is not there.
    let encode: @Sendable (Value) -> JSONValue?
    /// JSON Schema, draft 2020-12.
    let schema: JSONValue
    /// The same of a part that is to be merged with others, as in defaults: what only holds of a whole is left out.
    let partSchema: JSONValue
    /// What it demands and no schema can say, such as the bounds of a duration: for people.
    let note: String?
    /// In which order its fields are written; as somebody wrote them where nothing is said.
    let order: FieldOrder

    init(
        decode: @escaping @Sendable (Node, inout Decoding) -> Value?,
        encode: @escaping @Sendable (Value) -> JSONValue?, schema: JSONValue, partSchema: JSONValue? = nil,
        note: String? = nil, order: FieldOrder = .asWritten
    ) {
        self.decode = decode
        self.encode = encode
        self.schema = schema
        self.partSchema = partSchema ?? schema
        self.note = note
        self.order = order
    }
}

extension Codec {
    /// A value that is written as text of some form.
    ///
    /// `expected` stands after “must be” in messages; `parse` gives `nil` for text of another form. `near` gives what
    /// was meant by a text that is nearly right, `why` the rule that a text breaks, in words that follow “it”, and
    /// `quoting` is the remedy for a number that would be right in quotes.
    static func text(
        expected: String, schema: JSONValue, remedy: String? = nil, quoting: String? = nil,
        near: (@Sendable (String) -> String?)? = nil, why: (@Sendable (String) -> String?)? = nil,
        parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> Codec {
        Codec(
            decode: { node, decoding in
                guard let string = node.string else {
                    let isMeant = node.textOfScalar.map { parse($0) != nil } ?? false
                    let wrong = Diagnostic.wrongType(
                        decoding.path, expected: expected, node,
                        remedy: isMeant ? quoting ?? Words.quoting(node) : remedy,
                        fixes: isMeant ? .quoting(node) : [])
                    decoding.report(isMeant ? wrong : wrong.meaning(node.textOfScalar.flatMap { near?($0) }, node))
                    return nil
                }
                guard let value = parse(string) else {
                    let bad = Diagnostic.badText(
                        decoding.path, expected: expected, node, why: why?(string), remedy: remedy)
                    decoding.report(bad.meaning(near?(string), node))
                    return nil
                }
                return value
            },
            encode: { .string(text($0)) }, schema: schema)
    }

    /// A value that may be left out or written as `null`, which are the same.
    static func optional<Wrapped>(_ codec: Codec<Wrapped>) -> Codec where Value == Wrapped? {
        Codec(
            decode: { node, decoding in node.isNull ? .some(nil) : codec.decode(node, &decoding).map { .some($0) } },
            encode: { $0.flatMap(codec.encode) }, schema: codec.schema, partSchema: codec.partSchema,
            note: codec.note, order: codec.order)
    }

    /// A list.
    static func array<Element: Hashable>(
        of codec: Codec<Element>, count: ClosedRange<Int> = 0...1000, unique: Bool = false
    ) -> Codec where Value == [Element] {
        var schema: [String: JSONValue] = [
            "type": "array", "items": codec.schema, "maxItems": .int(Int64(count.upperBound)),
        ]
        if count.lowerBound > 0 { schema["minItems"] = .int(Int64(count.lowerBound)) }
        if unique { schema["uniqueItems"] = true }
        let partSchema = schema.merging(["items": codec.partSchema]) { $1 }
        return Codec(
            decode: { node, decoding in
                guard node.kind == .sequence else {
                    let list = node.string.flatMap(Meant.list).map { "write it as a list: `\($0)`" }
                    decoding.report(.wrongType(decoding.path, expected: "a list", node, remedy: list))
                    return nil
                }
                guard count.contains(node.count) else {
                    decoding.report(.wrongCount(decoding.path, node.count, allowed: count, at: node.location))
                    return nil
                }
                var elements: [Element] = []
                elements.reserveCapacity(node.count)
                var seen: [Element: Node] = [:]
                for (index, child) in node.elements.enumerated() where !decoding.isFull {
                    guard let element = decoding.inside(.index(index), { codec.decode(child, &$0) }) else { continue }
                    if unique {
                        if let first = seen[element] {
                            decoding.report(.repeatedElement(decoding.path, child, after: first))
                            continue
                        }
                        seen[element] = child
                    }
                    elements.append(element)
                }
                return elements
            },
            encode: { .array($0.compactMap(codec.encode)) }, schema: .object(schema),
            partSchema: .object(partSchema), order: FieldOrder(elements: codec.order))
    }

    /// A mapping from names of one form to values.
    ///
    /// - Parameter known: what JSON Schema says of the values under some of the keys besides.
    static func mapping<Element>(
        of codec: Codec<Element>, keys: TextForm, known: [String: JSONValue] = [:]
    ) -> Codec where Value == NamedValues<Element> {
        let most = 1000
        var schema: [String: JSONValue] = [
            "type": "object", "additionalProperties": codec.schema, "propertyNames": keys.schema(),
            "maxProperties": .int(Int64(most)),
        ]
        if !known.isEmpty { schema["properties"] = .object(known) }
        var partSchema = schema
        partSchema["additionalProperties"] = codec.partSchema.orNull
        if !known.isEmpty { partSchema["properties"] = .object(known.mapValues(\.orNull)) }
        return Codec(
            decode: { node, decoding in
                guard node.kind == .mapping else {
                    let isList = node.kind == .sequence
                    decoding.report(
                        .wrongType(
                            decoding.path, expected: "a mapping", node,
                            remedy: isList ? "write `name: value` for each, without “-” before it" : nil))
                    return nil
                }
                let count = node.count
                guard count <= most else {
                    decoding.report(.wrongCount(decoding.path, count, allowed: 0...most, at: node.location))
                    return nil
                }
                var members = NamedValues<Element>.Gathering(capacity: count)
                for (key, child) in node.entries where !decoding.isFull {
                    let name = key.text
                    guard keys.isValid(name) else {
                        decoding.report(.badKey(decoding.path, expected: keys.expected, key, why: keys.why?(name)))
                        continue
                    }
                    // In a fragment it takes away what another gives.
                    if decoding.isFragment, child.isNull { continue }
                    guard let value = decoding.inside(.key(key), { codec.decode(child, &$0) }) else { continue }
                    members.append(value, named: name)
                }
                let (values, repeated) = members.finish()
                for name in repeated {
                    let key = node.entries.map(\.key).last { $0.text.hasBytes(of: name) }
                    decoding.report(.equivalentKeys(name, at: (key ?? node).location))
                }
                return values
            },
            encode: { .object($0.compactMapValues(codec.encode).dictionary) },
            schema: .object(schema), partSchema: .object(partSchema), order: FieldOrder(elements: codec.order))
    }

    /// A mapping whose fields are declared by a table.
    static func object(_ schema: ObjectSchema<Value>) -> Codec {
        Codec(
            decode: { node, decoding in schema.decode(node, &decoding) }, encode: { schema.encode($0) },
            schema: schema.jsonSchema, partSchema: schema.partSchema, order: schema.order)
    }

    /// One of a closed set of words.
    static func word() -> Codec where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        let words = Value.allCases.map(\.rawValue)
        return Codec(
            decode: { node, decoding in
                guard let text = node.textOfScalar, let value = Value(rawValue: text) else {
                    decoding.report(.unknownWord(decoding.path, node, allowed: words))
                    return nil
                }
                return value
            },
            encode: { .string($0.rawValue) },
            schema: ["type": "string", "enum": .array(words.map(JSONValue.string))])
    }
}

extension Node {
    /// A scalar as it was written; `nil` for collections and for nothing at all.
    var textOfScalar: String? { kind == .scalar && !isNull ? text : nil }
}
