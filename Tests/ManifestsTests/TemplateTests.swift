import Testing

@testable import Manifests

@Suite("Templates")
struct TemplateTests {
    private static let values: [String: JSONValue] = [
        "lr": 0.05, "n": 3.0, "name": "a b; $(rm) ${parameters.lr}", "flag": true, "list": [1, "x"], "none": nil,
        "map": ["b": 1, "a": 2],
    ]

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("--lr=${parameters.lr}", "--lr=0.05"), ("${parameters.n}", "3"),
        ("${parameters.flag}${parameters.none}", "truenull"), ("$${parameters.lr}", "${parameters.lr}"), ("$$", "$$"),
        ("$", "$"), ("$HOME", "$HOME"), ("a$${b}c", "a${b}c"), ("$$${parameters.lr}", "$${parameters.lr}"),
        ("${parameters.name}", "a b; $(rm) ${parameters.lr}"), ("${parameters.list}", #"[1,"x"]"#),
        ("${parameters.map}", #"{"a":2,"b":1}"#), ("é${parameters.lr}é", "é0.05é"),
    ])
    func renders(_ source: String, _ expected: String) throws {
        let template = try Template(parsing: source)
        #expect(template.rendered(parameters: Self.values) == expected)
        #expect(template.source == source)
    }

    @Test func references() throws {
        let template = try Template(parsing: "${parameters.b}${parameters.a}${parameters.b}$${parameters.c}")
        #expect(template.references == ["b", "a"])
        #expect(template.pieces.count == 4)
    }

    @Test(arguments: [
        ("${", Template.Malformed.Reason.unclosed, 0), ("ab${parameters.lr", .unclosed, 2),
        ("é${x}", .unknownReference("x"), 1), ("${HOME}", .unknownReference("HOME"), 0),
        ("${parameters.}", .unknownReference("parameters."), 0), ("${}", .unknownReference(""), 0),
        ("${parameters.a b}", .unknownReference("parameters.a b"), 0),
        ("${parameters.a.b}", .unknownReference("parameters.a.b"), 0),
        ("${parameters.a${parameters.b}}", .unknownReference("parameters.a${parameters.b"), 0),
        ("a\0", .containsNull, 1),
        (String(repeating: "${parameters.a}", count: 65), .tooManyReferences, 64 * 15),
    ])
    func malformed(_ source: String, _ reason: Template.Malformed.Reason, _ offset: Int) {
        #expect(throws: Template.Malformed(reason: reason, offset: offset)) { try Template(parsing: source) }
    }
}
