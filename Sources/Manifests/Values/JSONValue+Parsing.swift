extension JSONValue {
    /// Reads one JSON document (RFC 8259). Of a name that is written twice in an object the last value counts.
    ///
    /// - Throws: a `Diagnostic` that says what is wrong with the text.
    public init(parsing bytes: [UInt8]) throws { self = try JSONReader.read(bytes) }

    /// The same, but a name that is written twice is an error: of a text that is signed or that strangers wrote, two
    /// readers must not see two different things.
    public init(parsingStrictly bytes: [UInt8]) throws { self = try JSONReader.read(bytes, isStrict: true) }
}

extension JSONValue:
    ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Of a key that is written twice the last value counts, as in JSON parsers.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
