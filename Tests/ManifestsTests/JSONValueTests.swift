import Testing
import YAML

@testable import Manifests

@Suite("JSON values")
struct JSONValueTests {
    private static let canonicalForms: [(JSONValue, String)] = [
        (.null, "null"), (true, "true"), (1, "1"), (1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e300, "1e+300"),
        (1e-7, "1e-07"), (.double(9_007_199_254_740_992), "9007199254740992"), (.int(.min), "-9223372036854775808"),
        (.double(.infinity), "null"), (.double(.nan), "null"),
        ("a\"\\/\n\u{1}é\u{7F}", "\"a\\\"\\\\/\\n\\u0001é\u{7F}\""),
        ([], "[]"), ([1, [2]], "[1,[2]]"), ([:], "{}"),
        (["b": 1, "a": ["d": 2, "c": 3]], #"{"a":{"c":3,"d":2},"b":1}"#),
        // By UTF-8 bytes, not by Swift's order of characters: U+FF5E is less than U+1F600 only as bytes or scalars.
        (["\u{1F600}": 1, "\u{FF5E}": 2, "Z": 3, "a": 4], "{\"Z\":3,\"a\":4,\"\u{FF5E}\":2,\"\u{1F600}\":1}"),
    ]

    @Test(arguments: canonicalForms)
    func canonical(_ value: JSONValue, _ text: String) {
        #expect(value.canonicalText == text)
        #expect(value.canonicalBytes == Array(text.utf8))
    }

    @Test func pretty() {
        let value: JSONValue = ["b": [1, "x"], "a": [:], "c": []]
        #expect(value.pretty == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    \"x\"\n  ],\n  \"c\": []\n}")
    }

    @Test(arguments: [#"{"a":[1,2.5,true,null,"x"],"b":{}}"#, "[]", "12", "\"\\u00e9\"", "-1.5e3"])
    func parsing(_ text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(try JSONValue(parsing: value.canonicalBytes) == value)
    }

    @Test func parsingKeepsTypes() throws {
        let value = try JSONValue(parsing: Array(#"[true,1,1.5,"1",null,9223372036854775807]"#.utf8))
        #expect(value == [true, 1, 1.5, "1", nil, .int(.max)])
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\ud83d\ude00é""#, "A\u{1F600}é"),
        (" \n\t\"x\"\r ", "x"),
    ])
    func strings(_ text: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == .string(expected))
    }

    @Test(arguments: [
        "", "{", "[1 2]", "nul", String(repeating: "[", count: 100_000), "\u{0}", "[1,]", "{\"a\":1,}", "01", "1.", "-",
        "1e400", "+1", "\"\\ud83d\"", "\"\\ude00\"", "\"\\u00g0\"", "\"\\x\"", "\"\n\"", "\"x", "1 2", "{a:1}", "tru e",
    ])
    func notJSON(_ text: String) {
        #expect(throws: Diagnostic.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func notUTF8() {
        #expect(throws: Diagnostic.self) { try JSONValue(parsing: [0x22, 0xC3, 0x22]) }
    }

    @Test func normalizing() {
        #expect(JSONValue.array([1.0, ["a": 2.0], 2.5]).normalized == [1, ["a": 2], 2.5])
    }

    @Test func ofNodes() throws {
        let file = YAMLFile.parse(SourceFile(path: "x", text: "{a: 1, b: [1.5, true, ~, 'x', 0x10], c: {}}"))
        #expect(try JSONValue(#require(file.documents.first)) == ["a": 1, "b": [1.5, true, nil, "x", 16], "c": [:]])
    }

    @Test(arguments: ["a: .nan", "a: .inf", "\u{e9}: 1\ne\u{301}: 2"])
    func refusedNodes(_ text: String) throws {
        let file = YAMLFile.parse(SourceFile(path: "x", text: text))
        let node = try #require(file.documents.first)
        #expect(throws: Diagnostic.self) { try JSONValue(node) }
    }

    @Test("A chain of aliases deeper than any text is refused, not followed to the end")
    func deepAliases() throws {
        var text = "a0: &a0 [x]\n"
        let (open, close) = (String(repeating: "[", count: 20), String(repeating: "]", count: 20))
        for level in 1...40 {
            text +=
                "a\(level): &a\(level) \(open)*a\(level - 1)\(close)\n"
        }
        let file = YAMLFile.parse(SourceFile(path: "x", text: text))
        guard let node = file.documents.first else {
            #expect(!file.diagnostics.isEmpty)
            return
        }
        #expect(throws: Diagnostic.self) { try JSONValue(node) }
    }

    @Test("The form for YAML reads back as the same value, whatever the characters")
    func yamlForm() throws {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<300 {
            let value = JSONValue.random(&generator, depth: 3)
            let text = JSONText(value, style: .yaml).bytes
            let file = YAMLFile.parse(SourceFile(path: "x", bytes: text))
            let node = try #require(file.documents.first, "\(String(decoding: text, as: UTF8.self))")
            #expect(try JSONValue(node).canonicalText == value.canonicalText)
        }
    }
}

/// S. Vigna's SplitMix64: a generator that a seed repeats.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension JSONValue {
    static func random(_ generator: inout SplitMix64, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .int(.random(in: Int64.min...Int64.max, using: &generator))
        case 3: .double(Double.random(in: -1e9...1e9, using: &generator))
        case 4, 5: .string(randomText(&generator))
        case 6: .array((0..<3).map { _ in random(&generator, depth: depth - 1) })
        default:
            .object(
                Dictionary(
                    (0..<3).map { _ in (randomText(&generator), random(&generator, depth: depth - 1)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private static let alphabet: [Unicode.Scalar] = [
        "a", "Z", "0", " ", ":", "#", "-", "'", "\"", "\\", "\n", "\r", "\t", "\0", "\u{1}", "\u{7F}", "\u{85}",
        "\u{A0}",
        "é", "\u{2028}", "\u{FEFF}", "\u{FFFE}", "\u{1F600}", "{", "[", "&", "*", "!", "%", "@", "`", "/",
    ]

    private static func randomText(_ generator: inout SplitMix64) -> String {
        var text = ""
        let length =
            Int.random(in: 0..<12, using: &generator) * (Int.random(in: 0..<20, using: &generator) == 0 ? 150 : 1)
        for _ in 0..<length {
            text.unicodeScalars.append(alphabet[Int.random(in: alphabet.indices, using: &generator)])
        }
        return text
    }
}
