import Support
import Testing
import YAML

@testable import Manifests

/// What is written is read as the same, by readers of YAML 1.1 too.
@Suite struct DocumentTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("two words", "two words"), ("/data/x", "/data/x"), ("./a", "./a"), ("a:b", "a:b"),
        ("${parameters.lr}", "${parameters.lr}"), ("4Gi", "4Gi"), ("500m", "500m"), ("a@v3", "a@v3"),
        ("", #""""#), ("yes", #""yes""#), ("No", #""No""#), ("null", #""null""#), ("~", #""~""#), ("012", #""012""#),
        ("1_000", #""1_000""#), ("22:22", #""22:22""#), ("1e3", #""1e3""#), (".5", #"".5""#),
        ("2001-12-14", #""2001-12-14""#),
        ("0o17", #""0o17""#), ("0b1", #""0b1""#), ("3.11", #""3.11""#), ("=", #""=""#), ("<<", #""<<""#),
        ("---", #""---""#),
        ("-", #""-""#), ("- a", #""- a""#), ("a: b", #""a: b""#), ("a:", #""a:""#), ("a #b", #""a #b""#),
        ("a ", #""a ""#),
        (" a", #"" a""#), ("{{cores}}", #""{{cores}}""#), ("[a", #""[a""#), ("&a", #""&a""#), ("*a", #""*a""#),
        ("!a", #""!a""#),
        ("|", #""|""#), (">", #"">""#), ("%a", #""%a""#), ("@a", #""@a""#), ("`a", #""`a""#), ("'a'", #""'a'""#),
        ("a\"b\\", #""a\"b\\""#), ("a\nb", #""a\nb""#), ("\u{85}", #""\x85""#), ("\u{2028}", #""\u2028""#),
        ("\u{FEFF}a", #""\ufeffa""#), ("\0\u{7}", #""\x00\x07""#), ("ü 日本", #""ü 日本""#), ("\u{1F600}", "\"\u{1F600}\""),
        ("\u{FFFE}", #""\ufffe""#), (".inf", #"".inf""#), ("+1", #""+1""#), ("30", #""30""#),
    ])
    func texts(text: String, line: String) throws {
        #expect(RenderedScalar.line(text) == line)
        #expect(try reread(line).scalar == .string(text))
    }

    @Test(arguments: [
        ("1", "1"), ("-1", "-1"), ("+1", "+1"), ("0x1F", "0x1F"), ("012", "12"), ("0o17", "15"), ("1.50", "1.50"),
        ("1.", "1."), (".5", "0.5"), ("1e3", "1000.0"), ("1e300", "1.0e+300"), ("-1.5E-3", "-1.5E-3"),
        ("1.5e3", "1500.0"),
        ("5e-324", "5.0e-324"), ("123456789012345678901", "1.2345678901234568e+20"), ("!!float 1", "1.0"),
        (".inf", ".inf"), ("-.INF", "-.inf"), ("True", "True"), ("~", "null"), ("!!str 1", #""1""#), ("-0", "-0"),
    ])
    func values(written: String, line: String) throws {
        let node = try reread(written)
        #expect(RenderedScalar.line(node) == line)
        #expect(try reread(line).scalar == node.scalar)
    }

    @Test func blockStyle() throws {
        let text = """
            a:
              - x
              - b: 1
                c:
                  - - 1
                    - 2
                  - []
              - {}
            script: |
              if true; then
                echo # here

              fi
            tail: |-
              a
              b
            "on": null

            """
        let node = try reread(text)
        #expect(DocumentText(node).text == text)
        let commented = DocumentText(node) { "f:\($0.location.span.start.line)" }.text
        #expect(commented.contains("script: |    # f:9\n") && commented.contains("  - x        # f:2\n"))
        #expect(try JSONValue(reread(commented)) == JSONValue(node))
    }

    @Test func aFileNameCannotEndAComment() throws {
        let file = YAMLFile.parse(SourceFile(path: "a\nspec: {x: 1}\n.yaml", text: "a: 1"))
        let text = DocumentText(try #require(file.documents.first)) { $0.file }.text
        #expect(try JSONValue(reread(text)) == ["a": 1])
    }

    /// Any value, however hostile, is read back as itself, and writing it again changes nothing.
    @Test(arguments: SeededRandom.seeds(20)) func anything(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let value = Self.value(&random, depth: 0)
            let source = String(decoding: JSONText(value, style: .yaml).bytes, as: UTF8.self)
            let text = DocumentText(try reread(source)) { _ in "comment" }.text
            let again = try reread(text)
            #expect(try JSONValue(again) == value, "\(text)")
            #expect(DocumentText(again) { _ in "comment" }.text == text)
        }
    }

    private static func value(_ random: inout SeededRandom, depth: Int) -> JSONValue {
        switch random.int(0...(depth < 5 ? 9 : 6)) {
        case 0: return .int(Int64.random(in: .min ... .max, using: &random))
        case 1: return .double(Double(bitPattern: UInt64.random(in: 0...0x7FEF_FFFF_FFFF_FFFF, using: &random)))
        case 2: return random.pick(.null, .bool(true), .bool(false), .int(0), .double(0.5))
        case 7: return .array((0..<random.int(0...4)).map { _ in value(&random, depth: depth + 1) })
        case 8, 9:
            var members: [String: JSONValue] = [:]
            for _ in 0..<random.int(0...4) { members[text(&random)] = value(&random, depth: depth + 1) }
            return .object(members)
        default: return .string(text(&random))
        }
    }

    private static func text(_ random: inout SeededRandom) -> String {
        let pieces = [
            "a", "yes", "1", ":", " ", "#", "-", "\n", "\n\n", "\t", "\r", "\r\n", "'", "\"", "\\", "{", "}", "[", ",",
            "&", "*", "!", "|", ">", "%", "@", "`", "~", "?", "=", "<<", "...", "---", "\u{85}", "\u{2029}", "\u{FEFF}",
            "\0", "\u{1B}", "\u{7F}", "\u{FFFF}", "é", "e\u{301}", "日本", "\u{1F600}", "  x", "x  ", "0x", "e3", ".",
            "_",
        ]
        let text = (0..<random.int(0...6)).compactMap { _ in pieces.randomElement(using: &random) }.joined()
        return random.chance(1, in: 40) ? String(repeating: text, count: 400) : text
    }

    private func reread(_ text: String) throws -> Node {
        let file = YAMLFile.parse(SourceFile(path: "m.yaml", text: text))
        #expect(
            !file.diagnostics.contains { $0.severity == .error }, "\(file.diagnostics.first?.message ?? "") in \(text)")
        return try #require(file.documents.first)
    }
}
