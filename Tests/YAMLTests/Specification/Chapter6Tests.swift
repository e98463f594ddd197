import Testing

/// Chapter 6: basic structures.
@Suite struct Chapter6Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 6, count: 29)) }

    static let examples = [
        Example(
            "6.1 indentation spaces",
            "  # behind spaces\nnot indented:\n one: |\n    four\n      spaces\n flow: [\n   a,\n  b,\n  \tc\n  ]\n",
            "{not indented: {one: 'four\n  spaces\n', flow: ['a', 'b', 'c']}}"),
        Example("6.2 indentation indicators", "? a\n: - b\n  -  - c\n     - d\n", "{a: ['b', ['c', 'd']]}"),
        // A tab behind an indicator is a space in the specification, and an error in libyaml.
        Example("6.2 indentation indicators", "? a\n: -\tb\n", findings: ["SLW1023 2:4"]),
        Example("6.3 separation spaces", "- foo:\t bar\n- - baz\n  - baz\n", "[{foo: 'bar'}, ['baz', 'baz']]"),
        Example("6.3 separation spaces", "- -\tbaz\n", findings: ["SLW1023 1:4"]),
        Example(
            "6.4 line prefixes", "plain: text\n  lines\nquoted: \"text\n  \tlines\"\nblock: |\n  text\n   \tlines\n",
            "{plain: 'text lines', quoted: 'text lines', block: 'text\n \tlines\n'}"),
        Example("6.5 empty lines", "a: \"x\n   \t\n  y\"\nb: |\n  p\n \n  q\n", "{a: 'x\ny', b: 'p\n\nq\n'}"),
        Example("6.6 line folding", ">-\n  a\n  \n \n\n  as\n  space\n", "'a\n\n\nas space'"),
        Example("6.7 block folding", ">\n  foo \n \n  \t bar\n\n  baz\n", "'foo \n\n\t bar\n\nbaz\n'"),
        Example("6.8 flow folding", "\"\n  foo \n \n  \t bar\n\n  baz\n\"", "' foo\nbar\nbaz '"),
        Example("6.9 separated comment", "key:    # about it\n  value\n", "{key: 'value'}"),
        Example("6.10 comment lines", "  # one\n   \n\n"),
        Example("6.11 multi-line comments", "key:    # about it\n        # more\n  value\n\n", "{key: 'value'}"),
        // The keys are collections, which a manifest cannot have; what follows is read.
        Example(
            "6.12 separation spaces", "{ a: x, b: v }:\n# about\n  n:  # it\n     65\n", "{: {n: 65}}",
            findings: ["SLW1012 1:1"]),
        Example("6.13 reserved directives", "%FOO bar # to be ignored\n--- a\n", findings: ["SLW1024 1:5"]),
        Example("6.14 the YAML directive", "%YAML 1.3 # to be tried\n---\na\n", findings: ["SLW1024 1:1"]),
        Example("6.14 of an older version", "%YAML 1.1\n---\na\n", "'a'", findings: ["SLW1038 1:1"]),
        Example("6.15 invalid repeated YAML directive", "%YAML 1.2\n%YAML 1.2\na\n", findings: ["SLW1024 2:1"]),
        Example("6.16 the TAG directive", "%TAG !yaml! tag:yaml.org,2002:\n---\n!yaml!str 1\n", "'1'"),
        Example("6.17 invalid repeated TAG directive", "%TAG ! !a\n%TAG ! !a\na\n", findings: ["SLW1024 2:1"]),
        Example(
            "6.18 primary tag handle", "!foo a\n...\n%TAG ! tag:yaml.org,2002:\n---\n!str 1\n", "'a'", "'1'",
            findings: ["SLW1015 1:1"]),
        Example(
            "6.19 secondary tag handle", "%TAG !! tag:example.com,2000:\n---\n!!int 1 - 3\n", "'1 - 3'",
            findings: ["SLW1015 3:1"]),
        Example(
            "6.20 tag handles", "%TAG !e! tag:example.com,2000:\n---\n!e!foo a\n", "'a'", findings: ["SLW1015 3:1"]),
        Example(
            "6.21 local tag prefix",
            "%TAG !m! !my-\n--- # one\n!m!light a\n...\n%TAG !m! !my-\n--- # two\n!m!light b\n", "'a'", "'b'",
            findings: ["SLW1015 3:1", "SLW1015 7:1"]),
        Example("6.22 global tag prefix", "%TAG !e! tag:yaml.org,2002:\n---\n- !e!int \"1\"\n", "[1]"),
        Example("6.23 node properties", "!!str &a1 \"foo\":\n  !!str bar\n&a2 baz : *a1\n", "{foo: 'bar', baz: 'foo'}"),
        Example(
            "6.24 verbatim tags", "!<tag:yaml.org,2002:str> foo :\n  !<!bar> baz\n", "{foo: 'baz'}",
            findings: ["SLW1015 2:3"]),
        // libyaml takes the first for a non-specific tag.
        Example(
            "6.25 invalid verbatim tags", "- !<!> foo\n- !<$:?> bar\n", "['foo', 'bar']", findings: ["SLW1015 2:3"]),
        Example(
            "6.26 tag shorthands", "%TAG !e! tag:example.com,2000:\n---\n- !local a\n- !!str b\n- !e!t%21 c\n",
            "['a', 'b', 'c']",
            findings: ["SLW1015 3:3", "SLW1015 5:3"]),
        Example(
            "6.27 invalid tag shorthands", "%TAG !e! tag:example,2000:\n---\n- !e! foo\n", findings: ["SLW1024 3:6"]),
        Example("6.27 invalid tag shorthands", "- !h!bar baz\n", findings: ["SLW1024 1:3"]),
        Example("6.28 non-specific tags", "- \"12\"\n- 12\n- ! 12\n", "['12', 12, '12']"),
        Example("6.29 node anchors", "first: &A value\nsecond: *A\n", "{first: 'value', second: 'value'}"),
    ]
}
