import Testing
import YAML

/// Where libyaml deviates from YAML 1.2.2 (docs/reference/yaml.md lists them): nothing is read as another value in
/// silence.
@Suite struct DeviationTests {
    /// What libyaml reads as something else, and we refuse.
    @Test(arguments: [
        ("{ ?a: b }\n", ["SLW1036 1:3"]), ("[?a]\n", ["SLW1036 1:2"]), ("{a: 1, ?\"b\": 2}\n", ["SLW1036 1:8"]),
        ("é: [ ?x : z ]\n", ["SLW1036 1:6"]), ("x: &x y\nz: { ?*x : 1 }\n", ["SLW1036 2:6"]),
        ("a: &b:c d\n", ["SLW1037 1:4"]), ("a: &b?c d\n", ["SLW1037 1:4"]), ("a: &é:x b\nc: 1\n", ["SLW1024 1:4"]),
        ("a: &x 1\n*x: 2\n", ["SLW1037 2:1"]), ("a: &x:y [1]\n", ["SLW1037 1:4"]),
        ("é: !!str &x:y b\n", ["SLW1037 1:4"]),
    ])
    func refused(text: String, findings: [String]) {
        #expect(parse(text).findings == findings)
    }

    @Test(arguments: [
        ("{ ? a : b }\n", "{a: 'b'}"), ("[ ? a : b ]\n", "[{a: 'b'}]"), ("?a: b\n", "{?a: 'b'}"),
        ("{a?: b}\n", "{a?: 'b'}"),
        ("{a: b?}\n", "{a: 'b?'}"), ("é: {?\n a : b}\n", "{é: {a: 'b'}}"),
        ("a: &b c\nd: [*b,*b]\n", "{a: 'c', d: ['c', 'c']}"),
        ("a: &b\n  c: 1\nd: {x: *b}\n", "{a: {c: 1}, d: {x: {c: 1}}}"), ("[&a b,&c d]\n", "['b', 'd']"),
        ("&a b", "'b'"),
        ("a: &x 1\n*x : 2\n", "{a: 1, 1: 2}"), ("- !!str &a b\n- !<tag:yaml.org,2002:str> &c d\n", "['b', 'd']"),
    ])
    func readRight(text: String, outline: String) {
        let file = parse(text)
        #expect(file.findings.isEmpty)
        #expect(file.documents.map(\.outline) == [outline])
    }

    /// What YAML 1.2 allows, and libyaml refuses: with a message, so that nobody is misled.
    @Test(arguments: [
        ("a: 1\n: 2\n", ["SLW1024 2:1"]), ("{a: 1, : 2}\n", ["SLW1024 1:8"]), ("{a: ?b}\n", ["SLW1024 1:5"]),
        ("{\"a\"\n: b}\n", ["SLW1024 2:1"]),
        ("{a\n b: c}\n", ["SLW1024 2:3"]), ("[::a]\n", ["SLW1024 1:2"]), ("{a: :b}\n", ["SLW1024 1:5"]),
        ("{a:, b: 1}\n", ["SLW1024 1:3"]), ("- &😀 a\n", ["SLW1024 1:3"]), ("-\ta\n", ["SLW1023 1:2"]),
        ("\t{}\n", ["SLW1023 1:1"]),
        ("a: 1\n\t\nb: 2\n", ["SLW1023 2:1"]), ("a: |\n \t\n", ["SLW1023 2:2"]), ("a: |\n \tb\n", ["SLW1023 2:2"]),
        ("--- >\na\n", ["SLW1024 2:1"]), ("--- a\n...\nb\n", ["SLW1024 3:1"]), ("...\n", ["SLW1024 1:1"]),
        ("%FOO a\n---\nb\n", ["SLW1024 1:5"]), ("%YAML 1.3\n---\na\n", ["SLW1024 1:1"]),
        ("- ? : x\n", ["SLW1012 1:5", "SLW1024 1:5"]),
        ("|\n%a\n", ["SLW1024 2:3"]),
    ])
    func refusedByLibyaml(text: String, findings: [String]) {
        #expect(parse(text).findings == findings)
    }

    /// What YAML 1.2 refuses, and libyaml reads as what was meant.
    @Test(arguments: [
        ("a: \"b\"#c\n", "{a: 'b'}"), ("[a,#c\n b]\n", "['a', 'b']"), ("a: ># c\n  b\n", "{a: 'b\n'}"),
        ("[-, a]\n", "['-', 'a']"),
        ("a: [b,\nc]\n", "{a: ['b', 'c']}"), ("a: \"b\nc\"\n", "{a: 'b c'}"), ("a: \"b\n\tc\"\n", "{a: 'b c'}"),
        ("a: >\n \n   \n", "{a: ''}"), ("%YAML 1.2#c\n---\na\n", "'a'"),
    ])
    func readLeniently(text: String, outline: String) {
        #expect(parse(text).documents.map(\.outline) == [outline])
        #expect(parse(text).findings.isEmpty)
    }

    @Test func saysThatItIsOlder() {
        let file = parse("%YAML 1.1\n---\na: yes\n")
        #expect(file.findings == ["SLW1038 1:1", "SLW1017 3:4"])
        #expect(file.documents.map(\.outline) == ["{a: 'yes'}"])
        #expect(parse("%YAML 1.2\n---\na: 1\n").findings.isEmpty)
    }
}
