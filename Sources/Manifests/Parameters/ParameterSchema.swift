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
    private struct Rare: Hashable {
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

        static let none = Rare()
    }

    /// None where nothing of it is said, and one otherwise: a struct cannot hold itself, and a list of it can.
    private var rare: [Rare] = []

    private mutating func say(_ change: (inout Rare) -> Void) {
        var rest = rare.first ?? .none
        change(&rest)
        rare = rest == .none ? [] : [rest]
    }

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
        get { rare.isEmpty ? nil : rare[0].title }
        set { say { $0.title = newValue } }
    }

    public var examples: [JSONValue] {
        get { rare.isEmpty ? [] : rare[0].examples }
        set { say { $0.examples = newValue } }
    }

    public var isDeprecated: Bool {
        get { rare.isEmpty ? false : rare[0].isDeprecated }
        set { say { $0.isDeprecated = newValue } }
    }

    public var const: JSONValue? {
        get { rare.isEmpty ? nil : rare[0].const }
        set { say { $0.const = newValue } }
    }

    public var multipleOf: Double? {
        get { rare.isEmpty ? nil : rare[0].multipleOf }
        set { say { $0.multipleOf = newValue } }
    }

    /// In Unicode scalars, as JSON Schema counts.
    public var minLength: Int? {
        get { rare.isEmpty ? nil : rare[0].minLength }
        set { say { $0.minLength = newValue } }
    }

    public var maxLength: Int? {
        get { rare.isEmpty ? nil : rare[0].maxLength }
        set { say { $0.maxLength = newValue } }
    }

    public var pattern: Pattern? {
        get { rare.isEmpty ? nil : rare[0].pattern }
        set { say { $0.pattern = newValue } }
    }

    public var format: ValueFormat? {
        get { rare.isEmpty ? nil : rare[0].format }
        set { say { $0.format = newValue } }
    }

    public var minItems: Int? {
        get { rare.isEmpty ? nil : rare[0].minItems }
        set { say { $0.minItems = newValue } }
    }

    public var maxItems: Int? {
        get { rare.isEmpty ? nil : rare[0].maxItems }
        set { say { $0.maxItems = newValue } }
    }

    public var uniqueItems: Bool {
        get { rare.isEmpty ? false : rare[0].uniqueItems }
        set { say { $0.uniqueItems = newValue } }
    }

    public var minContains: Int? {
        get { rare.isEmpty ? nil : rare[0].minContains }
        set { say { $0.minContains = newValue } }
    }

    public var maxContains: Int? {
        get { rare.isEmpty ? nil : rare[0].maxContains }
        set { say { $0.maxContains = newValue } }
    }

    public var minProperties: Int? {
        get { rare.isEmpty ? nil : rare[0].minProperties }
        set { say { $0.minProperties = newValue } }
    }

    public var maxProperties: Int? {
        get { rare.isEmpty ? nil : rare[0].maxProperties }
        set { say { $0.maxProperties = newValue } }
    }

    /// The members that a mapping must have.
    public var required: [String] {
        get { rare.isEmpty ? [] : rare[0].required }
        set { say { $0.required = newValue } }
    }

    /// What the members of a mapping must be, by their names.
    public var properties: NamedValues<ParameterSchema> {
        get { rare.isEmpty ? [:] : rare[0].properties }
        set { say { $0.properties = newValue } }
    }

    /// What the members must be whose names match.
    public var patternProperties: [Pattern: ParameterSchema] {
        get { rare.isEmpty ? [:] : rare[0].patternProperties }
        set { say { $0.patternProperties = newValue } }
    }

    var one: [One: ParameterSchema] {
        get { rare.isEmpty ? [:] : rare[0].one }
        set { say { $0.one = newValue } }
    }

    var several: [Several: [ParameterSchema]] {
        get { rare.isEmpty ? [:] : rare[0].several }
        set { say { $0.several = newValue } }
    }

    /// The schema `false`: there may be no such value.
    var isNever: Bool {
        get { rare.isEmpty ? false : rare[0].isNever }
        set { say { $0.isNever = newValue } }
    }
}
