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
            "has element 2, which must be at least 1, and is 0"
        ),
        ("{type: array, minItems: 2}", [1], "must have at least 2 elements, and has 1"),
        ("{type: array, maxItems: 1}", [1, 2], "must have at most 1 elements, and has 2"),
        ("{type: object}", ["a": 1], nil), ("{type: object}", [1], "must be a mapping, and is a list"),
        ("{type: number}", nil, "must be a number, and is empty"),
        ("{type: string}", "a\0", "must not contain the character U+0000, which no program can be given"),
    ]

    @Test(arguments: cases)
    func violations(_ schema: String, _ value: JSONValue, _ expected: String?) throws {
        let (decoded, diagnostics) = try decode(schema)
        #expect(diagnostics.isEmpty)
        #expect(try #require(decoded).violations(of: value) == (expected.map { [$0] } ?? []))
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
        ("{type: strin}", "SLW2006", "must be one of"), ("{default: 1}", "SLW2005", "type is missing"),
        ("{type: array, items: {type: string, maximum: 1}}", "SLW2023", "items.maximum applies to"),
        ("{type: number, default: .nan}", "SLW2016", "not a finite number"),
        ("{type: string, minLength: 3, maxLength: 2}", "SLW2023", "minLength is greater than maxLength"),
    ])
    func inconsistencies(_ schema: String, _ code: String, _ part: String) throws {
        let (_, diagnostics) = try decode(schema)
        #expect(diagnostics.map(\.code.rawValue) == [code])
        #expect(diagnostics.first?.message.contains(part) == true, "\(diagnostics.map(\.message))")
    }

    @Test("A description is for people: it is no part of the canonical form")
    func canonical() throws {
        let (first, _) = try decode("{type: number, default: 1.0, description: a}")
        let (second, _) = try decode("{description: b, default: 1, type: number}")
        #expect(first?.canonical.canonicalText == #"{"default":1,"type":"number"}"#)
        #expect(first?.canonical == second?.canonical)
    }
}
