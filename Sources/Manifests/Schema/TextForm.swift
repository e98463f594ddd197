import YAML

/// A form of text that fields share: how messages call it, what mends a text of another form, and how JSON Schema says
/// it.
///
/// The decoder asks hand-written questions (`Syntax`) because it asks them millions of times; `patterns` say the same
/// for editors and other checkers, and a test holds the two against each other through an independent validator.
struct TextForm: Sendable {
    /// Its key in the `$defs` of the published schemas.
    let name: String
    /// What stands after “must be” in messages.
    let expected: String
    let remedy: String?
    /// The remedy for a number that would be right in quotes.
    let quoting: String?
    /// Regular expressions, all of which match somewhere in the text. They are what ECMA-262, Python and RE2 read in
    /// the same way: no look-around, no `\d`, `\w` and `.`, code points by `\xHH`.
    let patterns: [String]
    /// What matches nowhere in the text.
    let exclusions: [String]
    /// In Unicode code points, as JSON Schema counts.
    let length: ClosedRange<Int>?
    let examples: [JSONValue]
    /// What was meant by a text that is nearly right.
    let near: (@Sendable (String) -> String?)?
    /// The rule that a text breaks, in words that follow “it”.
    let why: (@Sendable (String) -> String?)?
    /// Whether a text is of this form; forms that are read into something else are checked by reading them.
    let isValid: @Sendable (String) -> Bool

    /// - Parameter isOneLine: no text with a line break is of this form. It is said apart from the patterns, because
    ///   `$` stands before a last line break, too, where Python reads it.
    init(
        _ name: String, _ expected: String, remedy: String? = nil, quoting: String? = nil, _ patterns: String...,
        exclusions: [String] = [], length: ClosedRange<Int>? = nil, isOneLine: Bool = true, examples: [JSONValue],
        near: (@Sendable (String) -> String?)? = nil, why: (@Sendable (String) -> String?)? = nil,
        isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.name = name
        self.expected = expected
        self.remedy = remedy
        self.quoting = quoting
        self.patterns = patterns
        self.exclusions = (isOneLine ? [#"\n"#] : []) + exclusions
        self.length = length
        self.examples = examples
        self.near = near
        self.why = why
        self.isValid = isValid
    }

    /// How a schema refers to it. The types stand there and not in the definition, since where the form is that of an
    /// optional field, `null` is one of them.
    func schema(_ types: JSONValue = "string", _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(more.merging(["$ref": .string("#/$defs/\(name)"), "type": types]) { $1 })
    }

    /// What stands in `$defs`. Editors show `patternErrorMessage` instead of a regular expression; to all others it is
    /// an annotation that they do not know.
    var definition: JSONValue {
        var members: [String: JSONValue] = [
            "title": .string(name.asTitle),
            "description": .string(expected.asSentence + (remedy.map { ": \($0)" } ?? "")),
            "examples": .array(examples),
        ]
        let message = JSONValue.string("must be \(expected)")
        if let length {
            if length.lowerBound > 0 { members["minLength"] = .int(Int64(length.lowerBound)) }
            members["maxLength"] = .int(Int64(length.upperBound))
        }
        if let pattern = patterns.first {
            members["pattern"] = .string(pattern)
            members["patternErrorMessage"] = message
        }
        if patterns.count > 1 {
            members["allOf"] = .array(
                patterns.dropFirst().map { ["pattern": .string($0), "patternErrorMessage": message] })
        }
        if !exclusions.isEmpty {
            members["not"] = ["type": "string", "pattern": .string(exclusions.joined(separator: "|"))]
        }
        return .object(members)
    }
}

extension Codec {
    /// A value that is written as text of a form.
    ///
    /// - Parameters:
    ///   - schema: where it says more than a reference to the form.
    ///   - parse: gives `nil` for text of another form.
    static func text(
        _ form: TextForm, schema: JSONValue? = nil, parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> Codec {
        .text(
            expected: form.expected, schema: schema ?? form.schema(), remedy: form.remedy,
            quoting: form.quoting, near: form.near,
            why: form.why, parse: parse, text: text)
    }
}

extension Codec where Value == String {
    /// Text that is kept as it is written.
    static func form(_ form: TextForm) -> Codec {
        .text(form, parse: { form.isValid($0) ? $0 : nil }, text: { $0 })
    }
}

extension String {
    /// `leaseDuration` as `Lease duration`.
    var asTitle: String {
        var words: [String] = []
        for character in self {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        let title = words.map { Self.initialisms[$0.lowercased()] ?? $0.lowercased() }.joined(separator: " ")
        return title.asSentence
    }

    private static let initialisms = ["api": "API", "cpu": "CPU", "gpg": "GPG", "gpu": "GPU", "ssh": "SSH"]

    var asSentence: String { prefix(1).uppercased() + dropFirst() }

    /// Whether it has at most so many Unicode code points, which is how JSON Schema counts a text's length.
    func hasAtMost(_ limit: Int) -> Bool { utf8.count <= limit || unicodeScalars.count <= limit }
}
