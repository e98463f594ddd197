import Testing

/// Chapter 5: characters.
@Suite struct Chapter5Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 5, count: 14)) }

    static let examples = [
        Example("5.1 byte order mark", "\u{FEFF}# only a comment\n"),
        Example("5.1 byte order mark before a value", "\u{FEFF}a: 1\n", "{a: 1}"),
        Example("5.2 invalid byte order mark", "- a\n\u{FEFF}\n- b\n", "['a', 'b']", findings: ["SLW1034 2:1"]),
        Example(
            "5.2 a second byte order mark, as two files put together have it", "a: 1\n---\n\u{FEFF}b: 2\n", "{a: 1}",
            "{b: 2}",
            findings: ["SLW1034 3:1"]),
        Example(
            "5.3 block structure indicators", "list:\n- one\n- two\nmap:\n  ? sky\n  : blue\n  sea : green\n",
            "{list: ['one', 'two'], map: {sky: 'blue', sea: 'green'}}"),
        Example(
            "5.4 flow collection indicators", "list: [ one, two, ]\nmap: { sky: blue, sea: green }\n",
            "{list: ['one', 'two'], map: {sky: 'blue', sea: 'green'}}"),
        Example("5.5 comment indicator", "# only a comment\n"),
        // A tag of one's own is refused, and the rest read.
        Example(
            "5.6 node property indicators", "a: !own &x value\nb: *x\n", "{a: 'value', b: 'value'}",
            findings: ["SLW1015 1:4"]),
        Example(
            "5.7 block scalar indicators", "l: |\n  some\n  text\nf: >\n  some\n  text\n",
            "{l: 'some\ntext\n', f: 'some text\n'}"),
        Example("5.8 quoted scalar indicators", "s: 'text'\nd: \"text\"\n", "{s: 'text', d: 'text'}"),
        Example("5.9 directive indicator", "%YAML 1.2\n--- text\n", "'text'"),
        Example("5.10 reserved indicators", "a: @text\n", findings: ["SLW1024 1:4"]),
        Example("5.10 reserved indicators", "a: `text\n", findings: ["SLW1024 1:4"]),
        Example("5.11 line break characters", "a: |\n  LF\n  CR LF\r\n  CR\r  end\n", "{a: 'LF\nCR LF\nCR\nend\n'}"),
        Example(
            "5.12 tabs and spaces", "# a\tb\nq: \"Q\t\"\nb:\t|\n  void f() {\n  \tx;\n  }\n",
            "{q: 'Q\t', b: 'void f() {\n\tx;\n}\n'}"),
        Example(
            "5.13 escaped characters",
            "- \"\\\" \\a \\b \\e \\f\"\n- \"\\n \\r \\t \\v \\0\"\n"
                + "- \"\\  \\_ \\N \\L \\P \\x41 \\u0041 \\U0001F600 \\/ \\\\\"\n- \"a\\\n  b\"\n",
            "['\" \u{7} \u{8} \u{1B} \u{C}', '\n \r \t \u{B} \0', "
                + "'  \u{A0} \u{85} \u{2028} \u{2029} A A \u{1F600} / \\', 'ab']"
        ),
        Example("5.14 invalid escaped characters", "a: \"\\c\"\n", findings: ["SLW1024 1:5"]),
        Example("5.14 invalid escaped characters", "a: \"\\xq-\"\n", findings: ["SLW1024 1:7"]),
        Example("5.14 half of a pair", "a: \"\\uD800\"\n", findings: ["SLW1024 1:7"]),
    ]
}
