/// What a value may be, as JSON Schema (draft 2020-12) says it for parameters and variables.
///
/// All that restricts values is here except references: a schema says all where it stands. `format` is enforced.
/// A parameter without a `default` must be given by each run.
public struct ParameterSchema: Sendable, Hashable {
    public enum ValueType: String, Sendable, Hashable, CaseIterable, Codable {
        case string
        case number
        case integer
        case boolean
        case array
        case object
        case null
    }

    /// A keyword that holds one schema.
    enum One: String, Sendable, Hashable, CaseIterable {
        case items
        case contains
        case additionalProperties
        case propertyNames
        case not
        case `if`
        case then
        case `else`
    }

    /// A keyword that holds a list of schemas.
    enum Several: String, Sendable, Hashable, CaseIterable {
        case prefixItems
        case allOf
        case anyOf
        case oneOf
    }

    /// The types that the value may have; empty for any.
    public var types: [ValueType] = []
    public var title: String?
    public var description: String?
    public var examples: [JSONValue] = []
    public var isDeprecated = false
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
    public var format: ValueFormat?
    public var minItems: Int?
    public var maxItems: Int?
    public var uniqueItems = false
    public var minContains: Int?
    public var maxContains: Int?
    public var minProperties: Int?
    public var maxProperties: Int?
    /// The members that a mapping must have.
    public var required: [String] = []
    /// What the members of a mapping must be, by their names.
    public var properties: [String: ParameterSchema] = [:]
    /// What the members must be whose names match.
    public var patternProperties: [Pattern: ParameterSchema] = [:]

    // A struct cannot hold itself; a dictionary of it can, and costs nothing where it is empty.
    var one: [One: ParameterSchema] = [:]
    var several: [Several: [ParameterSchema]] = [:]

    /// The schema `false`: there may be no such value.
    var isNever = false

    public init() {}

    public init(type: ValueType, default: JSONValue? = nil) {
        types = [type]
        self.default = `default`
    }

    /// What allows nothing.
    static let never: ParameterSchema = {
        var schema = ParameterSchema()
        schema.isNever = true
        return schema
    }()

    /// Its canonical form. What only explains is left out: it changes nothing that a run computes.
    public var canonical: JSONValue { Self.schema.encode(self) }
}
