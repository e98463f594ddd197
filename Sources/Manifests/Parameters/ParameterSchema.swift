/// What a value may be: the part of JSON Schema (draft 2020-12) that is enforced for parameters and variables.
///
/// A parameter without a `default` must be given by each run.
public struct ParameterSchema: Sendable, Hashable {
    public enum ValueType: String, Sendable, Hashable, CaseIterable, Codable {
        case string
        case number
        case integer
        case boolean
        case array
        case object
    }

    public var type: ValueType = .string
    public var description: String?
    public var `default`: JSONValue?
    public var `enum`: [JSONValue]?
    public var const: JSONValue?
    public var minimum: Double?
    public var maximum: Double?
    public var exclusiveMinimum: Double?
    public var exclusiveMaximum: Double?
    public var multipleOf: Double?
    /// In Unicode scalars, as JSON Schema counts.
    public var minLength: Int?
    public var maxLength: Int?
    public var pattern: Pattern?
    public var minItems: Int?
    public var maxItems: Int?

    /// A struct cannot hold itself, an array of it can: empty or one.
    private var itemSchemas: [ParameterSchema] = []

    /// What each element of an array must be.
    public var items: ParameterSchema? {
        get { itemSchemas.first }
        set { itemSchemas = newValue.map { [$0] } ?? [] }
    }

    public init() {}

    public init(type: ValueType, default: JSONValue? = nil) {
        self.type = type
        self.default = `default`
    }

    /// Its canonical form. The description is left out: it changes nothing that a run computes.
    public var canonical: JSONValue { Self.schema.encode(self) }
}
