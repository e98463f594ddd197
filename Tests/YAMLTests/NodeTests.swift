import Testing
import YAML

@Suite struct NodeTests {
    @Test(arguments: [
        ("{a: 1, b: [x, {c: ~}]}", "{a: 1, b: ['x', {c: null}]}"),
        ("a:\n- 1\n- - 2\n  - 3\nb: {}\n", "{a: [1, [2, 3]], b: {}}"),
        ("? a\n: b\n? c\n", "{a: 'b', c: null}"),
        ("a: |\n  x\n   y\nb: >\n  x\n  y\n", "{a: 'x\n y\n', b: 'x y\n'}"),
        ("1: a\n\"2\": b\ntrue: c\n", "{1: 'a', 2: 'b', true: 'c'}"),
        ("plain\n", "'plain'"),
        ("a\nb\n", "'a b'"), ("- a\n - b\n", "['a - b']"),
        ("[]", "[]"),
        ("a: &x [1, 2]\nb: *x\nc: [*x, *x]\n", "{a: [1, 2], b: [1, 2], c: [[1, 2], [1, 2]]}"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}"),
        ("a: &x [&x 1, *x]\nb: *x", "{a: [1, 1], b: 1}"),
        ("&k a: 1\n*k : 2\n".replacing("*k : 2", with: "b: *k"), "{a: 1, b: 'a'}"),
        ("a: &k key\n*k : 1\n", "{a: 'key', key: 1}"),
        ("a: &x\nb: *x\n", "{a: null, b: null}"),
    ])
    func shapes(text: String, outline: String) {
        let file = parse(text)
        #expect(file.findings.isEmpty)
        #expect(file.documents.map(\.outline) == [outline])
    }

    @Test(arguments: [
        ("", []), ("# nothing\n", []), ("---\n", []), ("---\n---\n...\n", []),
        ("a\n---\nb\n", ["'a'", "'b'"]), ("---\na: 1\n---\n# empty\n---\nb: 2\n...\n", ["{a: 1}", "{b: 2}"]),
        ("--- null\n--- ''\n", ["null", "''"]), ("%YAML 1.2\n---\na\n...\n%YAML 1.2\n---\nb\n", ["'a'", "'b'"]),
    ])
    func documents(text: String, outlines: [String]) {
        let file = parse(text)
        #expect(file.findings.isEmpty)
        #expect(file.documents.map(\.outline) == outlines)
    }

    @Test func anchorsEndWithTheirDocument() {
        let file = parse("a: &x 1\n---\nb: *x\n")
        #expect(file.findings == ["SLW1010 2:4".replacing("2:4", with: "3:4")])
        #expect(file.documents.first?.outline == "{a: 1}")
    }

    @Test(arguments: ["\u{FEFF}a: 1\nb: ü\n", "a: 1\r\nb: ü\r\n", "a: 1\rb: ü\r", "\u{FEFF}a: 1\r\nb: ü"])
    func byteOrderMarkAndLineEnds(text: String) {
        let file = parse(text)
        #expect(file.documents.map(\.outline) == ["{a: 1, b: 'ü'}"])
        let value = file.documents.first?["b"]
        #expect(value?.span.text == "2:4-2:5")
        #expect(value?.location.line == "b: ü")
        #expect(value.map { Array(text.utf8)[$0.span.start.offset..<$0.span.end.offset] } == Array("ü".utf8)[...])
        #expect(file.documents.first?["a"]?.span.text == "1:4-1:5")
        #expect(file.documents.first?.location.line == "a: 1")
    }

    @Test(arguments: [
        ("base: &b {x: 1, y: 2}\na: {<<: *b, y: 3}\n", "{y: 3, x: 1}"),
        ("base: &b {x: 1, y: 2}\na: {y: 3, <<: *b}\n", "{y: 3, x: 1}"),
        ("p: &p {x: 1}\nq: &q {x: 2, z: 3}\na: {<<: [*p, *q]}\n", "{x: 1, z: 3}"),
        ("p: &p {x: 1}\nq: &q {<<: *p, y: 2}\na: {<<: *q, z: 3}\n", "{z: 3, y: 2, x: 1}"),
        ("p: &p {x: 1}\nq: &q {<<: *p, x: 2}\na: {<<: [*q, *p]}\n", "{x: 2}"),
        ("a: {<<: {x: 1}, y: 2}\n", "{y: 2, x: 1}"),
        ("a: {<<: []}\n", "{}"),
        ("a: {\"<<\": {x: 1}}\n", "{<<: {x: 1}}"),
        ("a: {x: '<<'}\n", "{x: '<<'}"),
        ("p: &p {e\u{301}: 1}\na: {<<: *p, \u{E9}: 2, x: 3}\n", "{\u{E9}: 2, x: 3, e\u{301}: 1}"),
    ])
    func merges(text: String, outline: String) {
        let file = parse(text)
        #expect(file.findings.isEmpty)
        let merged = file.documents.first?["a"]
        #expect(merged?.outline == outline)
        #expect(merged?.count == merged?.entries.map(\.key).count)
    }

    @Test func mergedKeysAreFoundWhereTheyWereWritten() {
        let merged = parse("b: &b\n  x: 1\na:\n  <<: *b\n  y: 2\n").documents.first?["a"]
        #expect(merged?["x"]?.span.start.line == 2)
        #expect(merged?["y"]?.span.start.line == 5)
        #expect(merged?["<<"] == nil)
    }

    @Test func lookupsOfWhatIsNotThere() {
        let node = parse("{a: 1, b: [1, 2, 3]}").documents.first
        #expect(node?["z"] == nil)
        #expect(node?["b"]?["a"] == nil)
        #expect(node?["a"]?["a"] == nil)
        #expect(node?["a"]?.elements.map(\.text) == [])
        #expect(node?["b"]?.entries.map(\.key.text) == [])
        #expect(node?.elements.map(\.text) == [])
        #expect(node?.count == 2)
        #expect(node?["b"]?.count == 3)
        #expect(node?["a"]?.count == 0)
        #expect(node?["b"]?.text == "")
        #expect(node?["b"]?.scalar == nil)
    }
}
