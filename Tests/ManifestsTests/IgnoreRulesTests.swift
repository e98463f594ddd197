import Manifests
import Testing

@Suite("Ignore rules")
struct IgnoreRulesTests {
    /// Rules, a path (with `/` at its end for a folder), and whether Git ignores it.
    static let gitCases: [(String, String, Bool)] = [
        ("", "a", false), ("# a", "a", false), ("\\#a", "#a", true), ("\\!a", "!a", true), ("a", "a", true),
        ("a", "b/a", true), ("a", "ab", false), ("a", "a/b/c", true), ("/a", "a", true), ("/a", "b/a", false),
        ("b/a", "b/a", true), ("b/a", "c/b/a", false), ("a/", "a", false), ("a/", "a/", true), ("a/", "b/a/", true),
        ("a/", "a/x", true), ("*.log", "x.log", true), ("*.log", "d/x.log", true), ("*.log", "x.logs", false),
        ("*", "a", true), ("?.txt", "a.txt", true), ("?.txt", "ab.txt", false), ("?.txt", "é.txt", true),
        ("[ab].txt", "a.txt", true), ("[!ab].txt", "a.txt", false), ("[!ab].txt", "c.txt", true),
        ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[]]", "]", true), ("[a", "[a", false), ("[a-]", "-", true),
        ("d/*.txt", "d/a.txt", true), ("d/*.txt", "d/e/a.txt", false), ("**/a", "a", true), ("**/a", "x/y/a", true),
        ("d/**", "d/a/b", true), ("d/**", "d/", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
        ("a/**/b", "a/bc", false), ("**/d/**/x", "a/d/b/c/x", true), ("*.txt\n!keep.txt", "keep.txt", false),
        ("*.txt\n!keep.txt", "a.txt", true), ("!a\na", "a", true), ("d/\n!d/keep", "d/keep", true),
        ("d/*\n!d/keep", "d/keep", false), ("a  ", "a", true), ("a\\ ", "a ", true), ("a\r\nb\r\n", "a", true),
        ("a**b", "axyb", true), ("a**b", "a/b", false), ("\\*", "*", true), ("\\*", "a", false), ("/", "a", false),
        ("**", "a", true), ("data/\n", "data/x.yaml", true), ("é", "é", true), ("A", "a", false), ("!", "a", false),
        ("./a", "a", false), ("a//b", "a/b", false), ("**/", "d/", true),
    ]

    @Test(arguments: gitCases)
    func git(_ rules: String, _ path: String, _ isIgnored: Bool) {
        #expect(IgnoreRules(rules).isIgnored(path, isDirectory: path.hasSuffix("/")) == isIgnored)
    }

    static let dockerCases: [(String, String, Bool)] = [
        ("a", "a", true), ("a", "b/a", false), ("a", "a/b", true), ("*/a", "b/a", true), ("**/a", "b/c/a", true),
        ("d\n!d/keep", "d/keep", false), ("d\n!d/keep", "d/x", true), ("*.md\n!README.md", "README.md", false),
        ("a/", "a", true), ("/a", "a", true), ("./a//b", "a/b", true), ("*\n!src/**", "src/x/y", false),
        ("*\n!src", "src/x", false),
    ]

    @Test(arguments: dockerCases)
    func docker(_ rules: String, _ path: String, _ isIgnored: Bool) {
        #expect(IgnoreRules(rules, dialect: .docker).isIgnored(path, isDirectory: path.hasSuffix("/")) == isIgnored)
    }

    @Test func aQuestionMarkIsACharacter() {
        #expect(IgnoreRules("?.txt").isIgnored("é.txt", isDirectory: false))
    }

    @Test func decisionsOfOneLevel() {
        let rules = IgnoreRules("*.yaml\n!keep.yaml")
        #expect(rules.decision("a.yaml", isDirectory: false) == true)
        #expect(rules.decision("keep.yaml", isDirectory: false) == false)
        #expect(rules.decision("a.txt", isDirectory: false) == nil)
        #expect(!rules.isEmpty && IgnoreRules("\n# x\n").isEmpty)
    }

    @Test("Patterns that make backtracking matchers slow", .timeLimit(.minutes(1)))
    func hostile() {
        let stars = String(repeating: "*a", count: 200) + "b"
        #expect(!IgnoreRules(stars).isIgnored(String(repeating: "a", count: 4000), isDirectory: false))
        let deep = String(repeating: "**/a/", count: 100) + "b"
        #expect(!IgnoreRules(deep).isIgnored(String(repeating: "a/", count: 120) + "c", isDirectory: false))
    }
}
