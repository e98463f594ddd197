import Testing
import YAML

@Suite struct MarkTests {
    /// The span of the node under `a`, or of the document where there is none.
    @Test(arguments: [
        ("a: b", "1:4-1:5"),
        ("a: 'b c'  # d", "1:4-1:9"),
        ("ä: ö", "1:1-1:5"),
        ("\u{1F600}: {a: x}\na: \u{1F600}z", "2:4-2:6"),
        ("a: [b,\n  c]  # d\n", "1:4-2:5"),
        ("a:\n  b: 1\n  c: 22\n\n# d\ne: 3\n", "2:3-3:8"),
        ("a:\n- b\n- c\n\n\nd: e", "2:1-3:4"),
        ("a: &x b\n", "1:4-1:8"),
        ("a: !!str b\n", "1:4-1:11"),
        ("x: &x [1]\na: *x\n", "2:4-2:6"),
        ("a:\n  b:\nc: d\n", "2:3-2:5"),
        ("- a\n-  b\n", "1:1-2:5"),
    ])
    func spans(text: String, span: String) {
        let document = parse(text).documents.first
        #expect((document?["a"] ?? document)?.span.text == span)
    }

    @Test func offsetsAreBytes() {
        let text = "é: [\u{1F600}, \"ü ß\"]\nnaïve: 日本語\n"
        let bytes = Array(text.utf8)
        let document = parse(text).documents.first
        let written = document?.entries.flatMap {
            [$0.key] + ($0.value.kind == .scalar ? [$0.value] : Array($0.value.elements))
        }
        let texts = written?.map { node in
            String(decoding: bytes[node.span.start.offset..<node.span.end.offset], as: UTF8.self)
        }
        #expect(texts == ["é", "\u{1F600}", "\"ü ß\"", "naïve", "日本語"])
        #expect(written?.map(\.span.start.column) == [1, 5, 8, 1, 8])
    }

    @Test func locationsShowTheirLine() {
        let location = parse("a: 1\n  \nb: [x, y]\n").documents.first?["b"]?.location
        #expect(location?.description == "m.yaml:3:4")
        #expect(location?.line == "b: [x, y]")
    }

    @Test func longLinesAreCutAtACharacter() {
        let text = "a: " + String(repeating: "é", count: 10_000)
        let line = parse(text).documents.first?["a"]?.location.line
        #expect(line.map { text.hasPrefix($0) } == true)
        #expect(line.map { $0.utf8.count > 900 && $0.utf8.count <= 1000 } == true)
    }

    /// Far positions on one line, and many lines: each place is found without going through the file.
    @Test(.timeLimit(.minutes(1)), arguments: ["é", "e"])
    func manyPlaces(letter: String) {
        let text = "[" + String(repeating: "\(letter)x, ", count: 50_000) + "z]"
        let places = parse(text).documents.first?.elements.map(\.location)
        #expect(places?.count == 50_001)
        #expect(places?.last?.span.start.column == 200_002)
        #expect(places?.last?.span.start.offset == text.utf8.count - 2)
        let lines = parse(String(repeating: "- \(letter)\n", count: 50_000)).documents.first?.elements.map(\.span)
        #expect(lines?.last?.text == "50000:3-50000:4")
    }
}
