import Testing
import YAML

/// Limits that only many small pieces reach: aliases of aliases, and documents.
@Suite struct StreamLimitTests {
    /// Every alias nests one level deeper than the one before, though no line is deep.
    @Test(.timeLimit(.minutes(1))) func chainOfAliases() {
        var text = "a0: &a0 []\n"
        for level in 1..<5000 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        let file = parse(text)
        // The mapping is one level, `a0` the second, so `a63` would be the sixty-fifth.
        #expect(file.findings == ["SLW1005 64:12"])
        #expect(file.documents.isEmpty)
    }

    @Test func longestChainOfAliases() {
        var text = "a0: &a0 []\n"
        for level in 1..<63 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        let file = parse(text)
        #expect(file.findings.isEmpty)
        #expect(
            file.documents.first?["a62"]?.outline == String(repeating: "[", count: 63)
                + String(repeating: "]", count: 63))
    }

    @Test(.timeLimit(.minutes(1))) func manyDocuments() {
        let most = YAMLLimits.default.documents
        let enough = parse(String(repeating: "---\na: 1\n", count: most))
        #expect(enough.findings.isEmpty)
        #expect(enough.documents.count == most)
        let tooMany = parse(String(repeating: "---\na: 1\n", count: 10 * most))
        #expect(tooMany.findings == ["SLW1002 \(2 * most + 1):1"])
        #expect(tooMany.documents.count == most)
    }

    @Test func syntaxErrorInTheThirdDocument() {
        let file = parse("a: 1\n---\nb: 2\n---\n\tc: 3\n---\nd: 4\n")
        #expect(file.documents.map(\.outline) == ["{a: 1}", "{b: 2}"])
        #expect(file.findings == ["SLW1023 5:1"])
    }
}
