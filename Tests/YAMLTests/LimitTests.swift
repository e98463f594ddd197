import Testing
import YAML

/// Input that means harm gets a clear error, soon.
@Suite struct LimitTests {
    /// Far more than any case here takes, far less than without the limits.
    private static let soon = Duration.seconds(10)

    private func soon(_ text: String) -> YAMLFile { soon(Array(text.utf8)) }

    private func soon(_ bytes: [UInt8]) -> YAMLFile {
        let source = SourceFile(path: "m.yaml", bytes: bytes)
        let clock = ContinuousClock()
        let start = clock.now
        let file = YAMLFile.parse(source)
        #expect(clock.now - start < Self.soon)
        return file
    }

    @Test(arguments: [
        (YAMLLimits(documentBytes: 9), "a: 123456\n", "a: 12345\n", "SLW1001 1:1"),
        (YAMLLimits(documents: 2), "a\n---\nb\n---\nc\n", "a\n---\nb\n", "SLW1002 4:1"),
        (YAMLLimits(nodes: 3), "[a, b, c]", "[a, b]", "SLW1003 1:8"),
        (YAMLLimits(scalarBytes: 3), "a: 1234", "a: 123", "SLW1004 1:4"),
        (YAMLLimits(scalarBytes: 3), "abcd: 1", "abc: 1", "SLW1004 1:1"),
        (YAMLLimits(depth: 2), "a: [[]]", "a: []", "SLW1005 1:5"),
        (YAMLLimits(depth: 3), "a: &x [[]]\nb: [*x]", "a: &x [[]]\nb: *x", "SLW1005 2:5"),
        (YAMLLimits(expandedNodes: 2), "a: &x [1, 2]\nb: *x\nc: *x", "a: &x [1, 2]\nb: *x", "SLW1006 3:4"),
        (YAMLLimits(expandedBytes: 7), "a: &x 1234\nb: *x\nc: *x", "a: &x 1234\nb: *x", "SLW1006 3:4"),
    ])
    func limits(limits: YAMLLimits, tooMuch: String, enough: String, finding: String) {
        #expect(parse(tooMuch, limits: limits).findings == [finding])
        #expect(parse(enough, limits: limits).findings.isEmpty)
    }

    @Test func whatIsRefusedKeepsTheDocumentsBefore() {
        let file = parse("a: 1\n---\nb: [1, 2, 3, 4, 5]\n", limits: YAMLLimits(nodes: 6))
        #expect(file.documents.map(\.outline) == ["{a: 1}"])
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? ", "[{", "[\n", "a: [", "!!seq &x [", "- - [\n"])
    func deepNesting(opening: String) {
        let file = soon(String(repeating: opening, count: 160_000))
        #expect(file.diagnostics.contains { $0.code == "SLW1005" || $0.code == "SLW1024" })
        #expect(file.documents.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func deepBlocks() {
        let text = (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(soon(text).findings == ["SLW1005 65:65"])
    }

    @Test(.timeLimit(.minutes(1))) func billionLaughs() {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let file = soon(text)
        #expect(file.diagnostics.map(\.code) == ["SLW1006"])
        #expect(file.documents.isEmpty)
    }

    /// Few nodes, but a hundred gigabytes of text for whoever makes strings of them.
    @Test(.timeLimit(.minutes(1))) func longTextManyTimes() {
        let text =
            "a: &a \(String(repeating: "x", count: 1_000_000))\nb: [\(String(repeating: "*a, ", count: 99_000))]\n"
        #expect(soon(text).diagnostics.map(\.code) == ["SLW1006"])
    }

    /// Each mapping merges the one before twice: two to the power of twelve ways to the first.
    @Test(.timeLimit(.minutes(1))) func mergesOfMerges() {
        var text = "a0: &a0 {k0: 0}\n"
        for level in 1...12 {
            text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)], k\(level): 0}\n"
        }
        let file = soon(text)
        #expect(file.findings.isEmpty)
        let merged = file.documents.first?["a12"]
        for _ in 0..<1000 { #expect(merged?["k0"]?.scalar == .int(0)) }
    }

    @Test(.timeLimit(.minutes(1))) func hugeScalar() {
        #expect(soon([UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000)).findings == ["SLW1001 1:1"])
        #expect(soon([UInt8](repeating: UInt8(ascii: "x"), count: 16_000_000)).findings == ["SLW1004 1:1"])
        let quoted = "a: \"" + String(repeating: "\\n", count: 2_000_000) + "\""
        #expect(soon(quoted).findings == ["SLW1004 1:4"])
    }

    @Test(.timeLimit(.minutes(1))) func manyKeys() {
        let different = soon((0..<100_000).map { "k\($0): 1\n" }.joined())
        #expect(different.findings.isEmpty)
        #expect(different.documents.first?.count == 100_000)
        let same = soon(String(repeating: "k: 1\n", count: 100_000))
        #expect(same.findings.prefix(2) == ["SLW1013 2:1", "SLW1013 3:1"])
        #expect(same.diagnostics.count == 101)
        let last = soon((0..<100_000).map { "k\($0): 1\n" }.joined() + "k0: 2\n")
        #expect(last.findings == ["SLW1013 100001:1"])
        #expect(last.diagnostics.first?.notes.first?.location?.span.start.line == 1)
    }

    /// libyaml compares each directive with all before it.
    @Test(.timeLimit(.minutes(1))) func manyDirectives() {
        let many = (0..<300_000).map { "%TAG !t\($0)! x\n" }.joined()
        #expect(soon("\(many)---\na\n").diagnostics.map(\.code) == ["SLW1007"])
        let few = (0..<20).map { "%TAG !t\($0)! x\n" }.joined()
        #expect(soon("\(few)---\na\n").findings == ["SLW1007 1:1"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "&a ", "*a", "!", "#", ":", "? ", "-", "\n", " ", "\"", "'", "|\n", "%", "---\n", "a: b\n", "- a\n", "a, ",
            "\t", "\r",
            "\u{FEFF}", "&a a: *a\n", "é\n", "--- &a\n", "!!str ", "\u{2028}",
        ])
    func repetition(piece: String) {
        for prefix in ["", "[", "a: \"", "a: |\n "] {
            _ = soon(prefix + String(repeating: piece, count: 40_000))
        }
    }
}
