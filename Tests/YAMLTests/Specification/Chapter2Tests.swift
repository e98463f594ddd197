import Testing

/// Chapter 2: a preview of the language.
@Suite struct Chapter2Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 2, count: 28)) }

    static let examples = [
        Example("2.1 sequence of scalars", "- resnet\n- vit\n- gpt\n", "['resnet', 'vit', 'gpt']"),
        Example(
            "2.2 mapping scalars to scalars", "lr: 0.01\nepochs: 90\nname: vit\n", "{lr: 0.01, epochs: 90, name: 'vit'}"
        ),
        Example(
            "2.3 mapping scalars to sequences", "train:\n- a\n- b\ntest:\n- c\n", "{train: ['a', 'b'], test: ['c']}"),
        Example(
            "2.4 sequence of mappings", "-\n  name: a\n  gpu: 1\n-\n  name: b\n  gpu: 2\n",
            "[{name: 'a', gpu: 1}, {name: 'b', gpu: 2}]"),
        Example(
            "2.5 sequence of sequences", "- [name, gpu]\n- [a , 1 ]\n- [b , 2 ]\n",
            "[['name', 'gpu'], ['a', 1], ['b', 2]]"),
        Example(
            "2.6 mapping of mappings", "a: {gpu: 1, cpu: 0.5}\nb: {\n    gpu: 2,\n    cpu: 4,\n  }\n",
            "{a: {gpu: 1, cpu: 0.5}, b: {gpu: 2, cpu: 4}}"),
        Example("2.7 two documents in a stream", "# one\n---\n- a\n- b\n\n# two\n---\n- c\n", "['a', 'b']", "['c']"),
        Example(
            "2.8 a feed of documents", "---\nat: 20:03:20\nlog: start\n...\n---\nat: 20:03:47\nlog: end\n...\n",
            "{at: '20:03:20', log: 'start'}", "{at: '20:03:47', log: 'end'}", findings: ["SLW1017 2:5", "SLW1017 6:5"]),
        Example(
            "2.9 single document with two comments", "---\na: # the first\n- x\n- v\nb:\n# the second\n- w\n",
            "{a: ['x', 'v'], b: ['w']}"),
        Example(
            "2.10 a node appears twice", "a:\n- x\n# shared\n- &s seed\nb:\n- *s\n- w\n",
            "{a: ['x', 'seed'], b: ['seed', 'w']}"),
        // Keys of manifests are texts.
        Example(
            "2.11 mapping between sequences", "? - a\n  - b\n:\n  - 1\n", "{: [1]}", findings: ["SLW1012 1:3"]),
        Example(
            "2.12 compact nested mapping", "- name: a\n  gpu: 1\n- name: b\n  gpu: 4\n",
            "[{name: 'a', gpu: 1}, {name: 'b', gpu: 4}]"),
        Example("2.13 literals keep line breaks", "# art\n--- |\n  /\\_\n  _/ \\\n", "'/\\_\n_/ \\\n'"),
        Example("2.14 folded line breaks become spaces", "--- >\n  one\n  text in\n  lines\n", "'one text in lines\n'"),
        Example(
            "2.15 folded lines that are indented or empty", ">\n first line\n goes on\n\n   kept\n   as is\n\n last\n",
            "'first line goes on\n\n  kept\n  as is\n\nlast\n'"),
        Example(
            "2.16 indentation determines scope", "name: a\nabout: >\n  in\n  one\nlines: |\n  1\n  2\n",
            "{name: 'a', about: 'in one\n', lines: '1\n2\n'}"),
        Example(
            "2.17 quoted scalars",
            "u: \"\\u263A\"\nc: \"\\b1\\t2\\n\"\nx: \"\\x0d\\x0a end\"\n"
                + "s: '\"No\"'\nq: ' # ''no comment''.'\nt: '|\\-*-/|'\n",
            "{u: '☺', c: '\u{8}1\t2\n', x: '\r\n end', s: '\"No\"', q: ' # 'no comment'.', t: '|\\-*-/|'}"),
        Example(
            "2.18 multi-line flow scalars", "plain:\n  over\n  two lines\nquoted: \"over\n  two\\n\"\n",
            "{plain: 'over two lines', quoted: 'over two\n'}"),
        Example(
            "2.19 integers", "a: 12345\nb: +12345\nc: 0o14\nd: 0xC\n", "{a: 12345, b: 12345, c: 12, d: 12}",
            findings: ["SLW1017 3:4"]),
        Example(
            "2.20 floating point", "a: 1.25e+3\nb: 12.5e02\nc: 1250.00\nd: -.inf\ne: .nan\n",
            "{a: 1250.0, b: 1250.0, c: 1250.0, d: -inf, e: nan}", findings: ["SLW1017 2:4"]),
        Example("2.21 miscellaneous", "a:\nb: [ true, false ]\nc: '012'\n", "{a: null, b: [true, false], c: '012'}"),
        // The core schema has no dates: they stay the text that was written.
        Example(
            "2.22 timestamps", "a: 2024-12-15T02:59:43.1Z\nb: 2024-12-14t21:59:43.10-05:00\nc: 2024-12-14\n",
            "{a: '2024-12-15T02:59:43.1Z', b: '2024-12-14t21:59:43.10-05:00', c: '2024-12-14'}",
            findings: ["SLW1017 1:4", "SLW1017 2:4", "SLW1017 3:4"]),
        Example(
            "2.23 explicit tags", "a: !!str 2024-04-28\nb: !!binary |\n R0lG\nc: !mine |\n x\n",
            "{a: '2024-04-28', b: 'R0lG\n', c: 'x\n'}", findings: ["SLW1015 2:4", "SLW1015 4:4"]),
        Example(
            "2.24 global tags", "%TAG ! tag:example.com,2000:\n--- !job\n- !run {a: 1}\n", "[{a: 1}]",
            findings: ["SLW1015 2:5", "SLW1015 3:3"]),
        Example("2.25 unordered sets", "--- !!set\n? a\n? b\n", "{a: null, b: null}", findings: ["SLW1015 1:5"]),
        Example("2.26 ordered mappings", "--- !!omap\n- a: 1\n- b: 2\n", "[{a: 1}, {b: 2}]", findings: ["SLW1015 1:5"]),
        Example(
            "2.27 a whole document",
            "run: 34843\ndate: 2024-01-23\njob: &j\n    name: train\n"
                + "    args: |\n        --lr\n        0.1\nbase: *j\nsteps:\n"
                + "    - id: a1\n      n: 4\n      cost: 450.00\nnote:\n    Late in the\n    afternoon.\n",
            "{run: 34843, date: '2024-01-23', job: {name: 'train', args: '--lr\n0.1\n'}, "
                + "base: {name: 'train', args: '--lr\n0.1\n'}, steps: [{id: 'a1', n: 4, cost: 450.0}], "
                + "note: 'Late in the afternoon.'}", findings: ["SLW1017 2:7"]),
        Example(
            "2.28 log file",
            "---\nuser: ed\ntext:\n  An error\n  in \"x\"\n---\nuser: ed\nstack:\n- line: 23\n  code: |\n    x = 1\n",
            "{user: 'ed', text: 'An error in \"x\"'}", "{user: 'ed', stack: [{line: 23, code: 'x = 1\n'}]}"),
    ]
}
