import Testing

@testable import Manifests

@Suite("Patterns")
struct PatternTests {
    @Test(arguments: [
        ("", "", true), ("", "x", true), ("a", "bab", true), ("^a$", "bab", false), ("^a$", "a", true),
        ("^(a|b)+$", "abba", true), ("^(a|b)+$", "abca", false), ("^a{2,3}$", "a", false), ("^a{2,3}$", "aaa", true),
        ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aa", true), ("^a{2,}$", "aaaaa", true), ("^a{2,}$", "a", false),
        ("^a?b*c+$", "cc", true), ("^[a-c_-]+$", "a-_b", true), ("^[^a-c]$", "b", false), ("^[^a-c]$", "d", true),
        ("^\\d+\\.\\d+$", "12.5", true), ("^\\w+\\s\\S$", "a_1 é", true), ("^.$", "é", true), ("^.$", "\n", false),
        ("^[\\d\\-]$", "-", true), ("^[^\\D]$", "7", true), ("^(?:x|)y$", "y", true), ("^(|a)*$", "aa", true),
        ("(a*)*b", "aaaa", false), ("^\\{\\}$", "{}", true), ("a|^$", "", true),
        ("^(a{0,3}){0,3}$", "aaaaaaaaa", true), ("^(a{0,3}){0,3}$", "aaaaaaaaaa", false), ("^ab??$", "a", true),
    ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == expected, "\(pattern) on \(text)")
    }

    @Test(arguments: [
        "(", ")", "[a", "*", "a**", "a{", "a{2", "a{3,2}", "a{1001}", "(?=a)", "(?<n>a)", "\\1", "\\b", "\\", "[b-a]",
        "[\\d-z]", "(((a{100}){100}){100})", String(repeating: "(", count: 40), String(repeating: "a", count: 501),
        "((((()){1000}){1000}){1000}){1000}a{1000}b{1000}",
    ])
    func malformed(_ pattern: String) {
        #expect(throws: Pattern.Malformed.self) { try Pattern(pattern) }
    }

    @Test(
        "Patterns that take backtracking engines years", .timeLimit(.minutes(1)),
        arguments: ["^(a+)+$", "(a|aa)*b", "^(a?){50}a{50}$"])
    func hostile(_ pattern: String) throws {
        let matcher = try Pattern(pattern)
        _ = matcher.matches(String(repeating: "a", count: 2000) + "!")
    }
}
