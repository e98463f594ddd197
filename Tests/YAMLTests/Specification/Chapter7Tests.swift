import Testing

/// Chapter 7: flow styles.
@Suite struct Chapter7Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 7, count: 24)) }

    static let examples = [
        // An anchor may be given again: the nearest before an alias counts.
        Example("7.1 alias nodes", "a: &x foo\nb: *x\nc: &x bar\nd: *x\n", "{a: 'foo', b: 'foo', c: 'bar', d: 'bar'}"),
        Example(
            "7.1 an alias of another document", "a: &x foo\n---\nb: *x\n", "{a: 'foo'}", "{b: null}",
            findings: ["SLW1010 3:4"]),
        Example("7.2 empty content", "{\n  foo : !!str,\n  !!str : bar,\n}\n", "{foo: '', : 'bar'}"),
        Example("7.3 completely empty flow nodes", "{\n  ? foo ,\n  ? bar : ,\n}\n", "{foo: null, bar: null}"),
        // `foo :,` and a key that is missing are beyond libyaml.
        Example("7.3 completely empty flow nodes", "{\n  ? foo :,\n}\n", findings: ["SLW1024 2:9"]),
        Example("7.4 double quoted implicit keys", "\"a\" : [\n  \"b\" : c,\n ]\n", "{a: [{b: 'c'}]}"),
        Example(
            "7.5 double quoted line breaks", "\"folded \nto a space,\t\n \nto a line feed, or \t\\\n \\ \tkept\"",
            "'folded to a space,\nto a line feed, or \t \tkept'"),
        Example("7.6 double quoted lines", "\" 1st\n\n 2nd \n\t3rd \"", "' 1st\n2nd 3rd '"),
        Example("7.7 single quoted characters", "'here''s to \"quotes\"'", "'here's to \"quotes\"'"),
        Example("7.8 single quoted implicit keys", "'a' : [\n  'b' : c,\n ]\n", "{a: [{b: 'c'}]}"),
        Example("7.9 single quoted lines", "' 1st\n\n 2nd \n\t3rd '", "' 1st\n2nd 3rd '"),
        Example(
            "7.10 plain characters",
            "- ::vector\n- \": - ()\"\n- Up, up!\n- -123\n- http://example.com/foo#bar\n- [ a::b, -1, u://x#y ]\n",
            "['::vector', ': - ()', 'Up, up!', -123, 'http://example.com/foo#bar', ['a::b', -1, 'u://x#y']]"),
        Example("7.10 a colon first, in brackets", "[ ::vector ]\n", findings: ["SLW1024 1:3"]),
        Example("7.11 plain implicit keys", "a b : [\n  c d : e,\n ]\n", "{a b: [{c d: 'e'}]}"),
        Example("7.12 plain lines", "1st\n\n 2nd \n 3rd\n", "'1st\n2nd 3rd'"),
        Example("7.13 flow sequence", "- [ one, two, ]\n- [three ,four]\n", "[['one', 'two'], ['three', 'four']]"),
        Example(
            "7.14 flow sequence entries",
            "[\n\"double\n quoted\", 'single\n           quoted',\nplain\n text, [ nested ],\nsingle: pair,\n]\n",
            "['double quoted', 'single quoted', 'plain text', ['nested'], {single: 'pair'}]"),
        Example(
            "7.15 flow mappings", "- { one : two , three: four , }\n- {five: six,seven : eight}\n",
            "[{one: 'two', three: 'four'}, {five: 'six', seven: 'eight'}]"),
        Example(
            "7.16 flow mapping entries", "{\n? explicit: entry,\nimplicit: entry,\n?\n}\n",
            "{explicit: 'entry', implicit: 'entry', : null}"),
        Example(
            "7.17 flow mapping separate values", "{\nplain : \"separate\",\nhttp://x.com,\nomitted: ,\n}\n",
            "{plain: 'separate', http://x.com: null, omitted: null}"),
        Example("7.17 a colon before a comma", "{a:,}\n", findings: ["SLW1024 1:3"]),
        Example(
            "7.18 flow mapping adjacent values", "{\n\"a\":value,\n\"b\": value,\n\"empty\":\n}\n",
            "{a: 'value', b: 'value', empty: null}"),
        Example("7.19 single pair flow mappings", "[\nfoo: bar\n]\n", "[{foo: 'bar'}]"),
        Example("7.20 single pair explicit entry", "[\n? foo\n bar : baz\n]\n", "[{foo bar: 'baz'}]"),
        Example(
            "7.21 single pair implicit entries", "- [ YAML : separate ]\n- [ \"j\":x ]\n",
            "[[{YAML: 'separate'}], [{j: 'x'}]]"),
        Example("7.21 an empty key", "- [ : empty key ]\n", findings: ["SLW1024 1:5"]),
        Example("7.21 a mapping as key", "- [ {j: a}:x ]\n", "[[{: 'x'}]]", findings: ["SLW1012 1:5"]),
        Example("7.22 invalid implicit keys", "[ foo\n bar: invalid ]\n", findings: ["SLW1024 2:5"]),
        Example(
            "7.22 a key of more than 1024 characters", "[ \"\(String(repeating: "k", count: 1030))\": invalid ]\n",
            findings: ["SLW1024 1:1035"]),
        Example(
            "7.23 flow content", "- [ a, b ]\n- { a: b }\n- \"a\"\n- 'b'\n- c\n",
            "[['a', 'b'], {a: 'b'}, 'a', 'b', 'c']"),
        Example(
            "7.24 flow nodes", "- !!str \"a\"\n- 'b'\n- &anchor \"c\"\n- *anchor\n- !!str\n", "['a', 'b', 'c', 'c', '']"
        ),
    ]
}
