import Testing
import YAML

/// Encodings, and characters that look like syntax or are taken for it by some.
@Suite struct CharacterTests {
    private func bytes(_ text: String, isBigEndian: Bool, mark: Bool = true) -> [UInt8] {
        let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
        return units.flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    @Test(arguments: [true, false], [true, false])
    func utf16(isBigEndian: Bool, mark: Bool) {
        let text = "ab: 日本 \u{1F600}\nc: \"é\"\nd: yes\nab: 2\n"
        let file = YAMLFile.parse(SourceFile(path: "m.yaml", bytes: bytes(text, isBigEndian: isBigEndian, mark: mark)))
        #expect(file.documents.map(\.outline) == ["{ab: '日本 \u{1F600}', c: 'é', d: 'yes', ab: 2}"])
        #expect(file.findings == ["SLW1017 3:4", "SLW1013 4:1"])
        #expect(file.diagnostics.first?.location?.line == "d: yes")
        #expect(file.documents.first?["ab"]?.span.text == "1:5-1:9")
        #expect(file.source.bytes == Array(text.utf8))
    }

    @Test(
        arguments: [
            // Half of a pair before something else, the second half alone, half a unit at the end.
            ([0xFE, 0xFF, 0, 0x61, 0, 0x0A, 0xD8, 0, 0, 0x62], ["SLW1032 2:1"]),
            ([0xFE, 0xFF, 0, 0x61, 0xDC, 0], ["SLW1032 1:2"]), ([0xFF, 0xFE, 0x61, 0, 0x62], ["SLW1032 1:2"]),
            ([0xFE, 0xFF, 0xD8, 0x3D, 0xDE, 0, 0xD8, 0x3D], ["SLW1032 1:2"]),
            ([0xFE, 0xFF], []), ([0xFE, 0xFF, 0], ["SLW1032 1:1"]),
            ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], ["SLW1031 1:1"]), ([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61], ["SLW1031 1:1"]),
            ([0, 0, 0, 0x61], ["SLW1031 1:1"]), ([0x61, 0, 0, 0], ["SLW1031 1:1"]),
            // A zero alone makes no other encoding.
            ([0, 0x61, 0x3A, 0x20], ["SLW1021 1:1"]), ([0x61, 0], ["SLW1021 1:2"]),
        ] as [([UInt8], [String])])
    func otherEncodings(bytes: [UInt8], findings: [String]) {
        #expect(YAMLFile.parse(SourceFile(path: "m.yaml", bytes: bytes)).findings == findings)
    }

    @Test func brokenUTF16EndsAtAHundred() {
        let bytes = [0xFE, 0xFF] + Array(repeating: 0xDC as UInt8, count: 2000)
        let file = YAMLFile.parse(SourceFile(path: "m.yaml", bytes: bytes))
        #expect(file.findings.count == 101)
        #expect(file.findings.last == "SLW1008 1:100")
    }

    /// libyaml ends a line at these characters: it would read a comment as a value, and fold a text at them.
    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func oldLineBreaks(end: String) {
        #expect(parse("# note\(end)a: 1\n").findings == ["SLW1033 1:7"])
        #expect(parse("# note\(end)a: 1\n").documents.isEmpty)
        #expect(parse("a: 1 # note\(end)b: 2\nc: 3").documents.map(\.outline) == ["{a: 1, c: 3}"])
        #expect(parse("a: x\(end)y\nb: 2\n").findings == ["SLW1033 1:5"])
        #expect(parse("a: 'x\(end)y'\nb: |\n  x\(end)  y\n").findings == ["SLW1033 1:6", "SLW1033 3:4"])
        #expect(parse("é: x\(end)y\nb: @\n").findings == ["SLW1033 1:5", "SLW1024 2:4"])
        // Written as an escape it is a character like others.
        let escapes = ["\u{85}": "\\N", "\u{2028}": "\\L", "\u{2029}": "\\P"]
        let escaped = parse("a: \"x\(escapes[end] ?? "")y\"\n")
        #expect(escaped.findings.isEmpty)
        #expect(escaped.documents.first?["a"]?.text == "x\(end)y")
        #expect(parse(String(repeating: "# \(end)\n", count: 200)).findings.count == 101)
    }

    @Test(arguments: [
        ("a:\n\u{A0} b: 1\n", "SLW1035 2:1"), ("a: b\u{A0}\n", "SLW1035 1:4"), ("- \u{3000}x\n", "SLW1035 1:3"),
        ("a\u{200B}: 1\n", "SLW1035 1:1"), ("a: “b”\n", "SLW1035 1:4"), ("a: [‘b’]\n", "SLW1035 1:5"),
    ])
    func lookalikes(text: String, finding: String) {
        let file = parse(text)
        #expect(file.findings == [finding])
        #expect(file.diagnostics.first?.severity == .warning)
    }

    @Test(arguments: [
        "a: “b” and c\n", "a: ‘b\n", "a: \"b\u{A0}\"\n", "a: '“b”'\n", "a: x\u{A0}y\n", "ä: é\n", "日本: 語\n",
    ])
    func noLookalikes(text: String) {
        #expect(parse(text).findings.isEmpty)
    }

    @Test func fullWidthColon() {
        let found = parse("a: 1\nname：b\nc: 2\n").diagnostics.first
        #expect(found?.remedy == "write “:” where “：” (U+FF1A) is")
    }
}
