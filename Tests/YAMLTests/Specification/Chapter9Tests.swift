import Testing

/// Chapter 9: streams of documents.
@Suite struct Chapter9Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 9, count: 6)) }

    static let examples = [
        Example("9.1 document prefix", "\u{FEFF}# about\n# lines\ndocument\n", "'document'"),
        Example("9.2 document markers", "%YAML 1.2\n---\ndocument\n... # end\n", "'document'"),
        Example("9.3 bare documents", "bare\ndocument\n...\n# none\n", "'bare document'"),
        // libyaml wants --- before a document that follows another.
        Example(
            "9.3 a bare document behind another", "bare\n...\n|\n%! not the first line\n", "'bare'",
            findings: ["SLW1024 3:1"]),
        Example("9.4 explicit documents", "---\n{ matches: 20 }\n...\n---\n# empty\n...\n", "{matches: 20}"),
        // A line that begins with % is a directive to libyaml, also within brackets.
        Example(
            "9.4 a percent sign at the beginning of a line", "---\n{ matches\n% : 20 }\n", findings: ["SLW1024 3:3"]),
        Example(
            "9.5 directives documents", "%YAML 1.2\n--- |\n %! text\n...\n%YAML 1.2\n---\n# empty\n...\n", "'%! text\n'"
        ),
        Example("9.5 a percent sign without indentation", "--- |\n%! text\n...\n", findings: ["SLW1024 2:2"]),
        Example("9.6 a stream", "one\n---\n# empty\n...\n%YAML 1.2\n---\nmatches: 20\n", "'one'", "{matches: 20}"),
    ]
}
