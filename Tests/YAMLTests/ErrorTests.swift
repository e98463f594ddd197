import Testing
import YAML

@Suite struct ErrorTests {
    @Test(arguments: [
        // Structure.
        ("a: *x\n", ["SLW1010 1:4"]),
        ("a: &x [1, *x]\n", ["SLW1011 1:11"]),
        ("a: &x {b: {c: *x}}\n", ["SLW1011 1:15"]),
        ("[a]: b\n", ["SLW1012 1:1"]),
        ("{{a: b}: c}\n", ["SLW1012 1:2"]),
        ("? - a\n: b\n", ["SLW1012 1:3"]),
        ("a: &x [1]\n*x : b\n", ["SLW1012 2:1"]),
        ("a: 1\nb: 2\na: 3\n", ["SLW1013 3:1"]),
        ("a: 1\n\"a\": 2\n'a': 3\n", ["SLW1013 2:1", "SLW1013 3:1"]),
        ("x: {a: {b: 1, b: 2}}\nx: 1\n", ["SLW1013 1:15", "SLW1013 2:1"]),
        ("a: &k b\nb: 1\n*k : 2\n", ["SLW1013 3:1"]),
        ("? \n: 1\n? \n: 2\n", ["SLW1013 3:2"]),
        ("a: {<<: 1}\n", ["SLW1014 1:9"]),
        ("a: {<<: [{}, 1]}\n", ["SLW1014 1:9"]),
        ("b: &b [1]\na: {<<: *b}\n", ["SLW1014 2:9"]),
        ("b: &b {}\na: {<<: *b, <<: *b}\n", ["SLW1013 2:13"]),
        // Several at once, in the order of their places, warnings among them.
        ("a: yes\nb: *x\na: !y z\n", ["SLW1017 1:4", "SLW1010 2:4", "SLW1013 3:1", "SLW1015 3:4"]),
        // Syntax.
        ("a:\n\tb: 1\n", ["SLW1023 2:1"]),
        ("a:\n  b: 1\n\tc: 1\n", ["SLW1023 3:1"]),
        ("a: [b, c\n", ["SLW1024 2:1"]),
        ("a: {b: c\nd: e\n", ["SLW1024 2:2"]),
        ("a: \"b\n", ["SLW1024 1:4"]),
        ("a: b: c\n", ["SLW1024 1:5"]),
        ("a: 1\n b: 2\n", ["SLW1024 2:3"]),
        ("a:\n  b: 1\n c: 2\n", ["SLW1024 3:2"]),
        ("a: 1\nb\nc: 2\n", ["SLW1024 3:1"]),
        ("a: @b\n", ["SLW1024 1:4"]),
        ("a: \"\\q\"\n", ["SLW1024 1:5"]),
        ("a: - b\n", ["SLW1024 1:4"]),
        ("a: !x!y z\n", ["SLW1024 1:4"]),
        ("a: *\n", ["SLW1024 1:4"]),
        ("äöü: [\n  @\n]\n", ["SLW1024 2:3"]),
        ("}\n", ["SLW1024 1:1"]),
        ("a: 'b\n--- \n", ["SLW1024 2:1"]),
        ("%FOO\n---\na\n", ["SLW1024 1:5"]),
        // Text that is none.
        ("a: \u{7}\n", ["SLW1021 1:4"]),
        ("é: 1\nb: \u{0}\n", ["SLW1021 2:4"]),
    ])
    func places(text: String, findings: [String]) {
        let file = parse(text)
        #expect(file.findings == findings)
        #expect(file.diagnostics.allSatisfy { $0.remedy != nil && $0.location?.line != nil })
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "SLW1022 1:4", 3), ([0x61, 0x0A, 0x80, 0x62], "SLW1022 2:1", 2),
            ([0xC3, 0xA4, 0x3A, 0x20, 0xC3, 0x28], "SLW1022 1:5", 5), ([0x61, 0xE2, 0x82], "SLW1022 1:2", 1),
            ([0xEF, 0xBB, 0xBF, 0x61, 0xC0, 0x80], "SLW1022 1:2", 4), ([0x61, 0xED, 0xA0, 0x80], "SLW1022 1:2", 1),
        ] as [([UInt8], String, Int)])
    func encodings(bytes: [UInt8], finding: String, offset: Int) {
        let file = YAMLFile.parse(SourceFile(path: "m.yaml", bytes: bytes))
        #expect(file.findings == [finding])
        #expect(file.diagnostics.first?.location?.span.start.offset == offset)
    }

    @Test func wording() {
        let duplicate = parse("a: 1\nb: 2\na: 3\n").diagnostics.first
        #expect(duplicate?.message == "the key “a” is there twice")
        #expect(duplicate?.location?.line == "a: 3")
        #expect(duplicate?.notes.map(\.message) == ["first written here"])
        #expect(duplicate?.notes.first?.location?.description == "m.yaml:1:1")
        #expect(parse("a:\n\tb: 1").diagnostics.first?.message == "a tab cannot indent in YAML")
        #expect(parse("a: @b").diagnostics.first?.message == "a plain text cannot start with “@”")
        #expect(parse("a: !!binary x").diagnostics.first?.message == "the tag !!binary is not known here")
        let open = parse("x: 1\na: [b, c\n").diagnostics.first
        #expect(open?.message == "a list in [ ] needs “,” or “]” here")
        #expect(
            open?.notes.map { "\($0.message) \($0.location?.description ?? "")" } == ["the list begins here m.yaml:2:4"]
        )
        let long = parse(
            "? \(String(repeating: "k", count: 5000))\n: 1\n? \(String(repeating: "k", count: 5000))\n: 2\n")
        #expect(long.diagnostics.first.map { $0.message.count < 120 } == true)
    }

    @Test func documentsBeforeASyntaxErrorAreDelivered() {
        let file = parse("a: 1\n---\nb: 2\n---\nc: [\n")
        #expect(file.documents.map(\.outline) == ["{a: 1}", "{b: 2}"])
        #expect(file.findings == ["SLW1024 6:1"])
        #expect(parse("a: 1\n...\n@\n").documents.map(\.outline) == ["{a: 1}"])
    }

    @Test func documentsWithOtherErrorsAreDelivered() {
        #expect(parse("a: 1\na: 2\n").documents.map(\.outline) == ["{a: 1, a: 2}"])
        #expect(parse("a: *x\nb: [*x, 1]\n").documents.map(\.outline) == ["{a: null, b: [null, 1]}"])
        #expect(parse("{[a]: b, c: d}").documents.map(\.outline) == ["{: 'b', c: 'd'}"])
    }

    @Test func errorsEndAtAHundred() {
        let file = parse(String(repeating: "- *x\n", count: 1000))
        #expect(file.diagnostics.count == 101)
        #expect(file.findings.last == "SLW1008 100:3")
        #expect(file.documents.isEmpty)
        let warned = parse(String(repeating: "- yes\n", count: 1000))
        #expect(warned.diagnostics.count == 100)
        #expect(warned.documents.first?.count == 1000)
    }
}
