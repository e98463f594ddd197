import Testing
import YAML

/// The core schema of YAML 1.2.2, chapter 10.3.
@Suite struct ScalarTests {
    @Test(arguments: [
        ("null", Scalar.null), ("Null", .null), ("NULL", .null), ("~", .null), ("", .null), ("nULL", .string("nULL")),
        ("true", .bool(true)), ("True", .bool(true)), ("TRUE", .bool(true)), ("tRUE", .string("tRUE")),
        ("false", .bool(false)), ("False", .bool(false)), ("FALSE", .bool(false)),
        ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("off", .string("off")),
        ("0", .int(0)), ("-0", .int(0)), ("12", .int(12)), ("+12", .int(12)), ("-12", .int(-12)), ("012", .int(12)),
        ("0o17", .int(15)), ("0o18", .string("0o18")), ("0x1F", .int(31)), ("0xfF", .int(255)),
        ("0xG", .string("0xG")), ("-0x1", .string("-0x1")), ("0o", .string("0o")), ("0x", .string("0x")),
        ("0x+1", .string("0x+1")), ("0b1", .string("0b1")),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("0xFFFFFFFFFFFFFFFF", .double(18_446_744_073_709_551_616)),
        ("1.5", .double(1.5)), ("-1.5", .double(-1.5)), ("1.", .double(1)), (".5", .double(0.5)),
        ("-.5", .double(-0.5)),
        ("1e3", .double(1000)), ("1E-3", .double(0.001)), ("1.5e+3", .double(1500)), ("1e", .string("1e")),
        (".", .string(".")), (".e1", .string(".e1")), ("1.2.3", .string("1.2.3")), ("--1", .string("--1")),
        ("+", .string("+")), ("1e400", .double(.infinity)),
        (".inf", .double(.infinity)), ("-.Inf", .double(-.infinity)), ("+.INF", .double(.infinity)),
        (".iNF", .string(".iNF")), ("-.nan", .string("-.nan")), ("nan", .string("nan")), ("inf", .string("inf")),
        ("22:22", .string("22:22")), ("1_000", .string("1_000")), ("2024-01-01", .string("2024-01-01")),
        ("3.11", .double(3.11)), ("v1", .string("v1")), ("1 2", .string("1 2")),
    ])
    func plain(text: String, meaning: Scalar) {
        let file = parse("a: \(text)")
        #expect(file.documents.first?["a"]?.scalar == meaning)
    }

    @Test(arguments: [".nan", ".NaN", ".NAN"])
    func notANumber(text: String) {
        guard case .double(let value)? = parse(text).documents.first?.scalar else {
            Issue.record("not a number at all")
            return
        }
        #expect(value.isNaN)
    }

    @Test(arguments: ["\"12\"", "'12'", "|-\n  12", ">-\n  12", "!!str 12", "! 12"])
    func quotedIsText(text: String) {
        let node = parse("a: \(text)").documents.first?["a"]
        #expect(node?.scalar == .string("12"))
    }

    @Test func onlyUnquotedIsPlain() {
        #expect(parse("[a, 'a', \"a\", [a]]").documents.first?.elements.map(\.isPlain) == [true, false, false, false])
    }

    @Test(arguments: [
        ("!!int \"12\"", Scalar.int(12)), ("!!float 1", .double(1)), ("!!float .5", .double(0.5)),
        ("!!bool 'true'", .bool(true)), ("!!null ''", .null), ("!!null ~", .null),
        ("!!int 99999999999999999999", .double(1e20)),
    ])
    func tagged(text: String, meaning: Scalar) {
        let file = parse("a: \(text)")
        #expect(file.findings.isEmpty)
        #expect(file.documents.first?["a"]?.scalar == meaning)
    }

    @Test(arguments: [
        ("!!int abc", "SLW1016 1:4"), ("!!int 1.5", "SLW1016 1:4"), ("!!int 1e3", "SLW1016 1:4"),
        ("!!bool yes", "SLW1016 1:4"), ("!!float x", "SLW1016 1:4"), ("!!null x", "SLW1016 1:4"),
        ("!color red", "SLW1015 1:4"), ("!!binary aGk=", "SLW1015 1:4"), ("!!timestamp 2024-01-01", "SLW1015 1:4"),
        ("!!set {b: }", "SLW1015 1:4"), ("!!map [b]", "SLW1015 1:4"), ("!!str [b]", "SLW1015 1:4"),
        ("!<tag:example.com,2000:x> y", "SLW1015 1:4"),
    ])
    func tagsRefused(text: String, finding: String) {
        #expect(parse("a: \(text)").findings == [finding])
    }

    @Test func tagsOfCollectionsAndDirectives() {
        let file = parse("%TAG !y! tag:yaml.org,2002:\n---\na: !!map {b: !!seq [!y!int '1']}\n")
        #expect(file.findings.isEmpty)
        #expect(file.documents.first?.outline == "{a: {b: [1]}}")
    }

    @Test func textWithoutCopies() {
        let node = parse("a: \"gr\\u00fcn\\0\"").documents.first?["a"]
        #expect(node?.text == "grün\0")
        #expect(node?.textEquals("grün\0") == true)
        #expect(node?.textEquals("grün") == false)
        #expect(node?.withText { Array($0) } == Array("grün\0".utf8))
        #expect(parse("[a]").documents.first?.textEquals("") == false)
    }

    @Test(.timeLimit(.minutes(1))) func aMillionDigits() {
        let digits = String(repeating: "1", count: 1_000_000)
        #expect(parse(digits).documents.first?.scalar == .double(.infinity))
        #expect(parse("0.\(digits)").documents.first?.scalar == .double(0.1111111111111111))
        #expect(parse("0x\(digits)").documents.first?.scalar == .double(.infinity))
    }
}
