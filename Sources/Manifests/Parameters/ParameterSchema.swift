/// What a value may be, as JSON Schema (draft 2020-12) says it for parameters and variables.
///
/// All that restricts values is here except references: a schema says all where it stands. `format` is enforced.
/// A parameter without a `default` must be given by each run.
///
/// A repository has tens of thousands, and nearly all say a few things: what is rare takes no room where it is not
/// said.
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
    public var description: String?
    public var `default`: JSONValue?
    public var `enum`: [JSONValue]?
    public var minimum: Double?
    public var maximum: Double?
    public var exclusiveMinimum: Double?
    public var exclusiveMaximum: Double?

    /// What is seldom said.
    private struct Rare: SeldomSaid {
        var title: String?
        var examples: [JSONValue] = []
        var isDeprecated: Bool = false
        var const: JSONValue?
        var multipleOf: Double?
        var minLength: Int?
        var maxLength: Int?
        var pattern: Pattern?
        var format: ValueFormat?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems: Bool = false
        var minContains: Int?
        var maxContains: Int?
        var minProperties: Int?
        var maxProperties: Int?
        var required: [String] = []
        var properties: NamedValues<ParameterSchema> = [:]
        var patternProperties: [Pattern: ParameterSchema] = [:]
        var one: [One: ParameterSchema] = [:]
        var several: [Several: [ParameterSchema]] = [:]
        var isNever: Bool = false

        static let unsaid = Rare()
    }

    private var rare = Seldom<Rare>()

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

extension ParameterSchema {
    public var title: String? {
        get { rare.said.isEmpty ? nil : rare.said[0].title }
        set { rare.say { $0.title = newValue } }
    }

    public var examples: [JSONValue] {
        get { rare.said.isEmpty ? [] : rare.said[0].examples }
        set { rare.say { $0.examples = newValue } }
    }

    public var isDeprecated: Bool {
        get { rare.said.isEmpty ? false : rare.said[0].isDeprecated }
        set { rare.say { $0.isDeprecated = newValue } }
    }

    public var const: JSONValue? {
        get { rare.said.isEmpty ? nil : rare.said[0].const }
        set { rare.say { $0.const = newValue } }
    }

    public var multipleOf: Double? {
        get { rare.said.isEmpty ? nil : rare.said[0].multipleOf }
        set { rare.say { $0.multipleOf = newValue } }
    }

    /// In Unicode scalars, as JSON Schema counts.
    public var minLength: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].minLength }
        set { rare.say { $0.minLength = newValue } }
    }

    public var maxLength: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].maxLength }
        set { rare.say { $0.maxLength = newValue } }
    }

    public var pattern: Pattern? {
        get { rare.said.isEmpty ? nil : rare.said[0].pattern }
        set { rare.say { $0.pattern = newValue } }
    }

    public var format: ValueFormat? {
        get { rare.said.isEmpty ? nil : rare.said[0].format }
        set { rare.say { $0.format = newValue } }
    }

    public var minItems: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].minItems }
        set { rare.say { $0.minItems = newValue } }
    }

    public var maxItems: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].maxItems }
        set { rare.say { $0.maxItems = newValue } }
    }

    public var uniqueItems: Bool {
        get { rare.said.isEmpty ? false : rare.said[0].uniqueItems }
        set { rare.say { $0.uniqueItems = newValue } }
    }

    public var minContains: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].minContains }
        set { rare.say { $0.minContains = newValue } }
    }

    public var maxContains: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].maxContains }
        set { rare.say { $0.maxContains = newValue } }
    }

    public var minProperties: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].minProperties }
        set { rare.say { $0.minProperties = newValue } }
    }

    public var maxProperties: Int? {
        get { rare.said.isEmpty ? nil : rare.said[0].maxProperties }
        set { rare.say { $0.maxProperties = newValue } }
    }

    /// The members that a mapping must have.
    public var required: [String] {
        get { rare.said.isEmpty ? [] : rare.said[0].required }
        set { rare.say { $0.required = newValue } }
    }

    /// What the members of a mapping must be, by their names.
    public var properties: NamedValues<ParameterSchema> {
        get { rare.said.isEmpty ? [:] : rare.said[0].properties }
        set { rare.say { $0.properties = newValue } }
    }

    /// What the members must be whose names match.
    public var patternProperties: [Pattern: ParameterSchema] {
        get { rare.said.isEmpty ? [:] : rare.said[0].patternProperties }
        set { rare.say { $0.patternProperties = newValue } }
    }

    var one: [One: ParameterSchema] {
        get { rare.said.isEmpty ? [:] : rare.said[0].one }
        set { rare.say { $0.one = newValue } }
    }

    var several: [Several: [ParameterSchema]] {
        get { rare.said.isEmpty ? [:] : rare.said[0].several }
        set { rare.say { $0.several = newValue } }
    }

    /// The schema `false`: there may be no such value.
    var isNever: Bool {
        get { rare.said.isEmpty ? false : rare.said[0].isNever }
        set { rare.say { $0.isNever = newValue } }
    }
}
