/// One way in which a value is not what its schema says.
public struct Violation: Sendable, Hashable {
    /// A step from a value to one inside it.
    public enum Step: Sendable, Hashable {
        case member(String)
        /// Counted from 0.
        case element(Int)

        /// As a step of a path in a document.
        var text: String {
            switch self {
            case .member(let name): name
            case .element(let index): String(index)
            }
        }
    }

    /// What can be done to the text of the value.
    public enum Change: Sendable, Hashable {
        case putIntoQuotes
        case takeOutOfQuotes
        case replace(JSONValue)
        /// Of the member's name.
        case rename(String)
    }

    /// Where it is in the value.
    public var path: [Step] = []
    /// Whether the name of the last member is at fault rather than its value.
    public var isName = false
    /// In words that follow the value's name: “must be at most 1, and is 2”.
    public var problem: String
    /// The keywords, names and places in lists that lead to the bound in the schema.
    public var bound: [String] = []
    public var change: Change?
    /// How far from its schema a value with this fault is; for finding the nearest of several schemas.
    var weight = 1

    /// How the part of the value at fault is called, if the whole is called `root`: `optimizer.lr`, `layers[2]`.
    public func place(in root: String) -> String {
        path.prefix(20).reduce(into: root) { text, step in
            switch step {
            case .member(let name): text += (text.isEmpty ? "" : ".") + name.shortened(60)
            case .element(let index): text += "[\(index)]"
            }
        }
    }
}

extension Violation.Change {
    var inWords: String {
        switch self {
        case .putIntoQuotes: "put it into quotes"
        case .takeOutOfQuotes: "write it without quotes"
        case .replace(let value): "did you mean \(value.inWords)?"
        case .rename(let name): "did you mean `\(name)`?"
        }
    }
}

extension JSONValue {
    /// For “and is …”: short, and told apart from a text that looks the same.
    var inWords: String {
        switch self {
        case .null: "empty"
        case .bool, .int, .double: canonicalText
        case .string(let text): "“\(text.shortened(60))”"
        case .array: "a list"
        case .object: "a mapping"
        }
    }

    /// Whether a text in it holds U+0000, which can be part of no argument and of no environment variable.
    var containsNull: Bool {
        switch self {
        case .null, .bool, .int, .double: false
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: \.containsNull)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.containsNull }
        }
    }

    /// How many values it is made of, itself included.
    var size: Int {
        switch self {
        case .null, .bool, .int, .double: 1
        case .string(let text): 1 + text.utf8.count / 64
        case .array(let elements): elements.reduce(1) { $0 + $1.size }
        case .object(let members): members.values.reduce(1) { $0 + $1.size }
        }
    }
}

extension ParameterSchema.ValueType {
    var inWords: String {
        switch self {
        case .string: "text"
        case .number: "a number"
        case .integer: "a whole number"
        case .boolean: "`true` or `false`"
        case .array: "a list"
        case .object: "a mapping"
        case .null: "empty"
        }
    }

    func holds(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.number, .int), (.number, .double), (.integer, .int), (.boolean, .bool),
            (.array, .array), (.object, .object), (.null, .null):
            true
        case (.integer, .double(let number)): number.rounded() == number && number.isFinite
        default: false
        }
    }
}

extension [ParameterSchema.ValueType] {
    var inWords: String { map(\.inWords).joined(separator: " or ") }
}
