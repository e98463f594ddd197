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
}

extension Codec {
    /// A value that is written as text of some form.
    ///
    /// `expected` stands after “must be” in messages; `parse` gives `nil` for text of another form; a value that is
    /// not `quoted` may also be a plain number.
    static func text(
        expected: String, schema: JSONValue = ["type": "string"], remedy: String? = nil,
        quoted: Bool = true, parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> Codec {
        Codec(
            decode: { node, decoding in
                guard let string = quoted ? node.string : node.textOfScalar else {
                    decoding.report(.wrongType(decoding.path, expected: expected, node, remedy: remedy))
                    return nil
                }
                guard let value = parse(string) else {
                    decoding.report(.badText(decoding.path, expected: expected, node, remedy: remedy))
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
            encode: { $0.flatMap(codec.encode) }, schema: codec.schema)
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
        return Codec(
            decode: { node, decoding in
                guard node.kind == .sequence else {
                    decoding.report(.wrongType(decoding.path, expected: "a list", node))
                    return nil
                }
                guard count.contains(node.count) else {
                    decoding.report(.wrongCount(decoding.path, node.count, allowed: count, at: node.location))
                    return nil
                }
                var elements: [Element] = []
                var seen: Set<Element> = []
                for (index, child) in node.elements.enumerated() where !decoding.isFull {
                    guard let element = decoding.inside(.index(index), { codec.decode(child, &$0) }) else { continue }
                    if unique, !seen.insert(element).inserted {
                        decoding.report(.repeatedElement(decoding.path, child))
                        continue
                    }
                    elements.append(element)
                }
                return elements
            },
            encode: { .array($0.compactMap(codec.encode)) }, schema: .object(schema))
    }

    /// A mapping from names of one form to values; `keys` says which form, in words and as a rule.
    static func dictionary<Element>(
        of codec: Codec<Element>, keys: (expected: String, isValid: @Sendable (String) -> Bool)
    ) -> Codec where Value == [String: Element] {
        let most = 1000
        return Codec(
            decode: { [isValid = keys.isValid, expected = keys.expected] node, decoding in
                guard node.kind == .mapping else {
                    decoding.report(.wrongType(decoding.path, expected: "a mapping", node))
                    return nil
                }
                let count = node.count
                guard count <= most else {
                    decoding.report(.wrongCount(decoding.path, count, allowed: 0...most, at: node.location))
                    return nil
                }
                var members: [String: Element] = [:]
                members.reserveCapacity(count)
                for (key, child) in node.entries where !decoding.isFull {
                    // In a fragment it takes away what another gives.
                    if decoding.isFragment, child.isNull { continue }
                    let name = key.text
                    guard isValid(name) else {
                        decoding.report(.badKey(decoding.path, expected: expected, key))
                        continue
                    }
                    if let value = decoding.inside(.key(key), { codec.decode(child, &$0) }) { members[name] = value }
                }
                return members
            },
            encode: { .object($0.compactMapValues(codec.encode)) },
            schema: ["type": "object", "additionalProperties": codec.schema])
    }

    /// A mapping whose fields are declared by a table.
    static func object(_ schema: ObjectSchema<Value>) -> Codec {
        Codec(
            decode: { node, decoding in schema.decode(node, &decoding) }, encode: { schema.encode($0) },
            schema: schema.jsonSchema)
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
