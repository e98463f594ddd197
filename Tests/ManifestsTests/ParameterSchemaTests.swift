import Testing
import YAML

@testable import Manifests

@Suite("Parameter schemas")
struct ParameterSchemaTests {
    private func decode(_ text: String) throws -> (ParameterSchema?, [Diagnostic]) {
        let file = YAMLFile.parse(SourceFile(path: "x", text: text))
        var decoding = Decoding(folder: "")
        let schema = ParameterSchema.schema.decode(try #require(file.documents.first), &decoding)
        return (schema, decoding.diagnostics)
    }

    private static let cases: [(String, JSONValue, String?)] = [
        ("{type: number, exclusiveMinimum: 0, maximum: 1}", 0.5, nil),
        ("{type: number, exclusiveMinimum: 0}", 0, "must be greater than 0, and is 0"),
        ("{type: number, minimum: 0, maximum: 1}", 1, nil), ("{type: number, minimum: 0, maximum: 1}", 0, nil),
        ("{type: number, minimum: 0}", -0.5, "must be at least 0, and is -0.5"),
        ("{type: string, minLength: 1, maxLength: 1}", "a", nil), ("{type: array, minItems: 1, maxItems: 1}", [1], nil),
        ("{type: number, maximum: 1}", 1.5, "must be at most 1, and is 1.5"),
        ("{type: number, exclusiveMaximum: 1}", 1, "must be less than 1, and is 1"),
        ("{type: number, multipleOf: 0.1}", 0.3, nil),
        ("{type: integer, multipleOf: 4}", 6, "must be a multiple of 4, and is 6"),
        ("{type: integer}", 2.0, nil), ("{type: integer}", 2.5, "must be a whole number, and is 2.5"),
        ("{type: integer}", "2", "must be a whole number, and is “2”"),
        ("{type: string}", 2, "must be text, and is 2"),
        ("{type: boolean}", "true", "must be `true` or `false`, and is “true”"),
        ("{type: string, enum: [a, b]}", "c", "must be one of “a”, “b”, and is “c”"),
        ("{type: integer, enum: [1, 2]}", 2.0, nil),
        ("{type: string, const: a}", "b", "must be “a”, and is “b”"),
        ("{type: string, minLength: 2}", "é", "must have at least 2 characters, and has 1"),
        ("{type: string, maxLength: 2}", "abc", "must have at most 2 characters, and has 3"),
        ("{type: string, pattern: '^[a-z]+$'}", "a1", "must match `^[a-z]+$`, and is “a1”"),
        (
            "{type: array, items: {type: integer, minimum: 1}}", [1, 0],
            "[1] must be at least 1, and is 0"
        ),
        ("{type: array, minItems: 2}", [1], "must have at least 2 elements, and has 1"),
        ("{type: array, maxItems: 1}", [1, 2], "must have at most 1 element, and has 2"),
        ("{type: object}", ["a": 1], nil), ("{type: object}", [1], "must be a mapping, and is a list"),
        ("{type: number}", nil, "must be a number, and is empty"),
        ("{}", ["a": [1, nil]], nil), ("{type: [string, null]}", nil, nil), ("{type: [string, \"null\"]}", "a", nil),
        ("{type: [string, null]}", 1, "must be text or empty, and is 1"),
        ("{type: number}", true, "must be a number, and is true"),
        ("{const: null}", nil, nil), ("{const: null}", 0, "must be empty, and is 0"),
        ("{const: 1}", true, "must be 1, and is true"),
        ("{enum: [[1.0], {a: 2}]}", [1], nil), ("{minimum: 3}", "text is no number", nil),
        // Lists.
        ("{prefixItems: [{type: string}, {type: integer}]}", ["a", 1, nil], nil),
        ("{prefixItems: [{type: string}, {type: integer}]}", [1], "[0] must be text, and is 1"),
        ("{prefixItems: [true], items: false}", [1, 2], "must have at most 1 element, and has 2"),
        ("{prefixItems: [true], items: {type: string}}", [1, 2], "[1] must be text, and is 2"),
        (
            "{uniqueItems: true}", [1, "1", 1.0],
            "[2] must be another than all before it, and is the same as the element [0]"
        ),
        ("{uniqueItems: false}", [1, 1], nil), ("{contains: {type: string}}", [1, "a"], nil),
        ("{contains: {type: string}}", [1], "must have at least 1 element that `contains` describes, and has 0"),
        ("{contains: {type: string}, minContains: 0}", [1], nil),
        (
            "{contains: {type: string}, minContains: 2}", ["a"],
            "must have at least 2 elements that `contains` describes, and has 1"
        ),
        (
            "{contains: {type: string}, maxContains: 1}", ["a", "b"],
            "must have at most 1 element that `contains` describes, and has 2"
        ),
        // Mappings.
        ("{properties: {lr: {maximum: 1}}}", ["lr": 2], "lr must be at most 1, and is 2"),
        (
            "{properties: {a: {items: {properties: {b: {type: string}}}}}}", ["a": [["b": "x"], ["b": 1]]],
            "a[1].b must be text, and is 1"
        ),
        ("{required: [lr, m]}", ["m": 1], "must have the member `lr`, and has not"),
        (
            "{properties: {lr: true, momentum: true}, additionalProperties: false}", ["momentun": 1],
            "momentun is no known member: there may be only `lr` and `momentum`"
        ),
        (
            "{properties: {lr: true}, additionalProperties: {type: string}}", ["lr": 1, "x": 1],
            "x must be text, and is 1"
        ),
        ("{patternProperties: {'^x-': {type: string}}, additionalProperties: false}", ["x-a": "b"], nil),
        ("{patternProperties: {'^x-': {type: string}}}", ["x-a": 1, "y": 1], "x-a must be text, and is 1"),
        ("{propertyNames: {pattern: '^[a-z]+$'}}", ["A": 1], "A has a name that must match `^[a-z]+$`, and is “A”"),
        ("{minProperties: 2}", ["a": 1], "must have at least 2 members, and has 1"),
        ("{maxProperties: 1}", ["a": 1, "b": 1], "must have at most 1 member, and has 2"),
        ("{properties: {a: false}}", ["a": 1], "a must not be there"),
        // Several schemas.
        ("{allOf: [{minimum: 1}, {maximum: 3}]}", 5, "must be at most 3, and is 5"),
        ("{anyOf: [{type: integer}, {type: string}]}", [], "must be a whole number or text, and is a list"),
        (
            "{anyOf: [{type: integer, maximum: 3}, {type: string}]}", 5,
            "must be at most 3, and is 5 (the first of 2 forms in `anyOf`, the nearest)"
        ),
        (
            "{oneOf: [{properties: {kind: {const: sgd}, lr: {maximum: 1}}}, "
                + "{properties: {kind: {const: adam}, lr: {maximum: 0.1}}}]}",
            ["kind": "adam", "lr": 0.5],
            "lr must be at most 0.1, and is 0.5 (the second of 2 forms in `oneOf`, the nearest)"
        ),
        (
            "{oneOf: [{minimum: 1}, {maximum: 3}, {const: 9}]}", 2,
            "must fit exactly one of the 3 forms in `oneOf`, and fits the first and the second"
        ),
        ("{not: {const: a}}", "a", "must not be “a”, and is “a”"),
        ("{not: {type: string}}", "a", "must not be text, and is “a”"),
        ("{not: {minimum: 2}}", 3, "must not be what `not` describes, and is 3"), ("{not: {type: string}}", 1, nil),
        (
            "{if: {properties: {gpu: {const: true}}, required: [gpu]}, then: {required: [count]}}", ["gpu": true],
            "must have the member `count`, and has not"
        ),
        ("{if: {type: string}, then: {minLength: 2}, else: {minimum: 2}}", 1, "must be at least 2, and is 1"),
        (
            "{type: string, format: cron}", "0 25 * * *",
            "must be a schedule such as `0 3 * * mon-fri`, and is “0 25 * * *”: the hour `25` is not between 0 and 23"
        ),
        ("{type: string, format: date}", "2026-02-29", "must be a date such as 2026-01-31, and is “2026-02-29”"),
        ("{type: string}", "a\0", "must not contain the character U+0000, which no program can be given"),
    ]

    @Test(arguments: cases)
    func violations(_ schema: String, _ value: JSONValue, _ expected: String?) throws {
        let (decoded, diagnostics) = try decode(schema)
        #expect(diagnostics.isEmpty)
        let found = try #require(decoded).violations(of: value).map { violation in
            let place = violation.place(in: "")
            return place.isEmpty ? violation.problem : "\(place) \(violation.problem)"
        }
        #expect(found == (expected.map { [$0] } ?? []))
    }

    @Test(arguments: [
        ("{type: number, default: 2, maximum: 1}", "SLW2023", "default must be at most 1"),
        ("{type: number, minimum: 2, maximum: 1}", "SLW2023", "minimum is greater than the maximum"),
        ("{type: number, exclusiveMinimum: 1, maximum: 1}", "SLW2023", "exclusiveMinimum leaves no number"),
        ("{type: integer, multipleOf: 0}", "SLW2023", "multipleOf must be greater than 0"),
        ("{type: string, minimum: 1}", "SLW2023", "minimum applies to `number` and `integer` only"),
        ("{type: integer, enum: [a]}", "SLW2023", "enum lists “a”, which is not a whole number"),
        ("{type: string, default: null}", "SLW2023", "default must be text, and is empty"),
        ("{type: string, pattern: '(a'}", "SLW2024", "is never closed"),
        ("{type: strin}", "SLW2006", "must be one of"),
        ("{type: array, items: {type: string, maximum: 1}}", "SLW2023", "items.maximum applies to"),
        (
            "{type: object, required: [b], properties: {a: true}, additionalProperties: false}", "SLW2023",
            "required names `b`, and additionalProperties forbids it"
        ),
        (
            "{type: object, required: [a], properties: {a: false}}", "SLW2023",
            "required names `a`, which must not be there"
        ),
        ("{type: object, required: [a, b], maxProperties: 1}", "SLW2023", "required names more members than"),
        ("{type: string, not: {}}", "SLW2023", "not rules every value out"),
        ("{type: string, allOf: [{type: integer}]}", "SLW2023", "allOf leaves nothing: this one never holds for text"),
        (
            "{type: string, anyOf: [{type: integer}, {const: a}]}", "SLW2023",
            "anyOf has a form that is a whole number, and the type is text"
        ),
        ("{type: integer, minimum: 1.2, maximum: 1.8}", "SLW2023", "minimum leaves no whole number"),
        ("{type: integer, enum: [1, 2], minimum: 3}", "SLW2023", "enum lists no value that the rest allows"),
        (
            "{type: integer, const: 2, minimum: 3}", "SLW2023",
            "const is 2, which the rest does not allow: it must be at least 3"
        ),
        ("{type: integer, examples: [1, a]}", "SLW2023", "examples has [1], which must be a whole number, and is “a”"),
        (
            "{type: object, properties: {a: {type: string}}, default: {a: 1}}", "SLW2023",
            "default has a, which must be text, and is 1"
        ),
        ("{type: array, minContains: 1}", "SLW2023", "minContains says nothing without `contains`"),
        ("{type: string, then: {const: a}}", "SLW2023", "then says nothing without `if`"),
        ("{type: string, format: data}", "SLW2006", "format must be one of"),
        ("{type: [string, text]}", "SLW2006", "type[1] must be one of"),
        ("{type: [string, string]}", "SLW2013", "twice"),
        ("{type: string, anyOf: []}", "SLW2012", "at least 1 item"),
        ("{type: string, $ref: 'https://example.com/x'}", "SLW2003", "no field `$ref`"),
        ("{type: string, nullable: true}", "SLW2003", "no field `nullable`"),
        ("{type: object, patternProperties: {'(a': true}}", "SLW2024", "is never closed"),
        ("{type: number, default: .nan}", "SLW2016", "not a finite number"),
        ("{type: string, minLength: 3, maxLength: 2}", "SLW2023", "minLength is greater than maxLength"),
    ])
    func inconsistencies(_ schema: String, _ code: String, _ part: String) throws {
        let (_, diagnostics) = try decode(schema)
        #expect(diagnostics.map(\.code.rawValue) == [code])
        #expect(diagnostics.first?.message.contains(part) == true, "\(diagnostics.map(\.message))")
    }

    @Test(
        "What is in the canonical form of a job's version stays as it was, and what is new is there where it is written"
    )
    func canonicalForms() throws {
        let forms = [
            (
                "{type: array, items: {type: string, pattern: a}, minItems: 1}",
                #"{"items":{"pattern":"a","type":"string"},"minItems":1,"type":"array"}"#
            ),
            ("{type: [null, string], uniqueItems: false}", #"{"type":["string","null"]}"#),
            ("{type: [string]}", #"{"type":"string"}"#),
            (
                "{required: [b, a], properties: {a: true, b: {}}, additionalProperties: false}",
                #"{"additionalProperties":false,"properties":{"a":true,"b":true},"required":["a","b"]}"#
            ),
            (
                "{title: t, examples: [1], deprecated: true, patternProperties: {a: {const: 1.0}}}",
                #"{"patternProperties":{"a":{"const":1}}}"#
            ),
        ]
        for (text, form) in forms { #expect(try decode(text).0?.canonical.canonicalText == form) }
    }

    @Test("A declaration that says no type is accepted, and the person is told what that means")
    func untyped() {
        let loaded = Sample.load(Sample.job.replacing("{type: string}", with: "{minLength: 1, default: x}"))
        #expect(loaded.diagnostics.map(\.code.rawValue) == ["SLW2160"])
        #expect(!loaded.hasErrors)
    }

    @Test("A description is for people: it is no part of the canonical form")
    func canonical() throws {
        let (first, _) = try decode("{type: number, default: 1.0, description: a}")
        let (second, _) = try decode("{description: b, default: 1, type: number}")
        #expect(first?.canonical.canonicalText == #"{"default":1,"type":"number"}"#)
        #expect(first?.canonical == second?.canonical)
    }
}
