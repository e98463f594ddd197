import Testing
import YAML

/// Chapter 8: block styles.
@Suite struct Chapter8Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 8, count: 22)) }

    /// A literal and a folded text with each chomping, with and without an indentation indicator, with lines behind it.
    @Test(arguments: ["|", ">"], ["", "\n", "\n\n", "\nb: 1\n", "\n\n\nb: 1\n"])
    func chomping(style: String, end: String) {
        let breaks = end.prefix { $0 == "\n" }
        let texts = ["": "x" + breaks.prefix(1), "-": "x", "+": "x" + breaks]
        for (chomping, text) in texts {
            for header in [chomping, "\(chomping)2", "2\(chomping)"] {
                let file = parse("a: \(style)\(header)\n  x\(end)")
                #expect(file.findings.isEmpty)
                #expect(file.documents.first?["a"]?.text == text, "\(style)\(header)")
            }
        }
    }

    static let examples = [
        Example(
            "8.1 block scalar header",
            "- | # about\n literal\n- >1 # about\n  folded\n- |+ # about\n keep\n\n- >1- # about\n  strip\n",
            "['literal\n', ' folded\n', 'keep\n\n', ' strip']"),
        Example(
            "8.2 block indentation indicator", "- |\n found\n- >\n \n  \n  # found\n- |1\n  given\n",
            "['found\n', '\n\n# found\n', ' given\n']"),
        // A tab where the indentation could still be found is text in the specification, and an error in libyaml.
        Example("8.2 block indentation indicator", "- >\n \t\n found\n", findings: ["SLW1023 2:2"]),
        Example("8.3 more spaces before than in the first line", "- |\n  \n text\n", findings: ["SLW1024 3:2"]),
        Example("8.3 fewer spaces than the first line", "- >\n  text\n text\n", findings: ["SLW1024 3:2"]),
        Example("8.3 fewer spaces than the indicator", "- |2\n text\n", findings: ["SLW1024 2:2"]),
        Example(
            "8.4 chomping the final line break", "strip: |-\n  text\nclip: |\n  text\nkeep: |+\n  text\n",
            "{strip: 'text', clip: 'text\n', keep: 'text\n'}"),
        Example(
            "8.5 chomping trailing lines",
            " # strip\nstrip: |-\n  # text\n  \n # clip\n\nclip: |\n"
                + "  # text\n \n # keep\n\nkeep: |+\n  # text\n\n # end\n",
            "{strip: '# text', clip: '# text\n', keep: '# text\n\n'}"),
        Example(
            "8.6 empty scalar chomping", "strip: >-\n\nclip: >\n\nkeep: |+\n\n", "{strip: '', clip: '', keep: '\n'}"),
        Example("8.7 literal scalar", "|\n literal\n \ttext\n\n\n", "'literal\n\ttext\n'"),
        Example(
            "8.8 literal content", "|\n \n  \n  literal\n   \n  \n  text\n\n # end\n", "'\n\nliteral\n \n\ntext\n'"),
        Example("8.9 folded scalar", ">\n folded\n text\n\n\n", "'folded text\n'"),
        Example("8.10 folded lines", ">\n\n folded\n line\n\n next\n line\n", "'\nfolded line\nnext line\n'"),
        Example(
            "8.11 more indented lines", ">\n one\n   * two\n\n   * three\n four\n",
            "'one\n  * two\n\n  * three\nfour\n'"),
        Example("8.12 empty separation lines", ">\n one\n\n two\n\n\n three\n", "'one\ntwo\n\nthree\n'"),
        Example("8.13 final empty lines", ">\n last\n line\n\n# end\n", "'last line\n'"),
        Example("8.14 block sequence", "a:\n  - one\n  - two : three\n", "{a: ['one', {two: 'three'}]}"),
        Example(
            "8.15 block sequence entry types", "- # empty\n- |\n block\n- - one # compact\n  - two\n- one: two\n",
            "[null, 'block\n', ['one', 'two'], {one: 'two'}]"),
        Example("8.16 block mappings", "a:\n key: value\n", "{a: {key: 'value'}}"),
        Example(
            "8.17 explicit block mapping entries", "? explicit # empty\n? |\n  block\n: - one # compact\n  - two\n",
            "{explicit: null, block\n: ['one', 'two']}"),
        Example(
            "8.18 implicit block mapping entries", "plain key: value\n\"quoted key\":\n- entry\n",
            "{plain key: 'value', quoted key: ['entry']}"),
        Example("8.18 an empty key", "a: 1\n: # both empty\n", findings: ["SLW1024 2:1"]),
        Example(
            "8.19 compact block mappings", "- sun: yellow\n- a: b\n  c: d\n", "[{sun: 'yellow'}, {a: 'b', c: 'd'}]"),
        Example(
            "8.19 a mapping as key", "- ? earth: blue\n  : moon: white\n", "[{: {moon: 'white'}}]",
            findings: ["SLW1012 1:5"]),
        Example(
            "8.20 block node types", "-\n  \"flow in block\"\n- >\n block\n- !!map # block\n  foo : bar\n",
            "['flow in block', 'block\n', {foo: 'bar'}]"),
        Example(
            "8.21 block scalar nodes", "literal: |2\n  value\nfolded:\n   !!str\n  >1\n value\n",
            "{literal: 'value\n', folded: 'value\n'}"),
        Example(
            "8.22 block collection nodes", "sequence: !!seq\n- entry\n- !!seq\n - nested\nmapping: !!map\n foo: bar\n",
            "{sequence: ['entry', ['nested']], mapping: {foo: 'bar'}}"),
    ]
}
