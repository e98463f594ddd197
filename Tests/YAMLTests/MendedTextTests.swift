import Testing
import YAML

/// Texts with changes made: all of a diagnostic's or none, never two in one place, and nothing else.
@Suite("Texts with their mistakes mended")
struct MendedTextTests {
    /// A diagnostic with changes of what stands between two bytes of a text.
    private static func diagnostic(
        _ code: DiagnosticCode, _ text: String, _ changes: (Range<Int>, String)..., isCertain: Bool = true
    ) -> Diagnostic {
        func mark(_ offset: Int) -> Mark {
            let lines = text.utf8.prefix(offset).split(separator: 10, omittingEmptySubsequences: false)
            let column = String(decoding: Array(lines[lines.count - 1]), as: UTF8.self).unicodeScalars.count + 1
            return Mark(line: lines.count, column: column, offset: offset)
        }
        let fixes = changes.map { range, replacement in
            var location = SourceLocation(path: "a.yaml")
            location.span = Span(start: mark(range.lowerBound), end: mark(range.upperBound))
            // By bytes: to Swift, CR LF is one character.
            let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
            location.line = String(decoding: Array(lines[location.span.start.line - 1]), as: UTF8.self)
            return Diagnostic.Fix(replacing: location, with: replacement, isCertain: isCertain)
        }
        return Diagnostic(code, "x", at: fixes.first?.location, fixes: fixes)
    }

    private func mend(_ text: String, _ diagnostics: [Diagnostic]) -> (text: String, codes: [String]) {
        let mended = MendedText(SourceFile(path: "a.yaml", text: text), mending: diagnostics)
        return (String(decoding: mended.bytes, as: UTF8.self), mended.mended.map(\.code.rawValue))
    }

    private static let text = "a: 1 # é模\nb: 2\r\nc: [3, 4]\n"

    @Test func allThatDoNotMeetAreMade() {
        let (text, codes) = mend(
            Self.text,
            [
                Self.diagnostic("SLW0002", Self.text, (16..<17, "\"2\"")),
                Self.diagnostic("SLW0001", Self.text, (3..<4, "one")),
                Self.diagnostic("SLW0003", Self.text, (23..<24, "5"), (26..<27, "6")),
            ])
        #expect(text == "a: one # é模\nb: \"2\"\r\nc: [5, 6]\n" && codes == ["SLW0001", "SLW0002", "SLW0003"])
    }

    @Test func whatIsNotCertainIsLeft() {
        let (text, codes) = mend(Self.text, [Self.diagnostic("SLW0001", Self.text, (3..<4, "one"), isCertain: false)])
        #expect(text == Self.text && codes == [])
    }

    @Test func ofTwoThatMeetTheEarlierIsMade() {
        let (text, codes) = mend(
            Self.text,
            [
                Self.diagnostic("SLW0002", Self.text, (23..<24, "6"), (3..<4, "no")),
                Self.diagnostic("SLW0001", Self.text, (22..<28, "[5]")),
            ])
        // The second touches line 1 as well, and is made as a whole.
        #expect(text == "a: no # é模\nb: 2\r\nc: [6, 4]\n" && codes == ["SLW0002"])
    }

    /// A warning may be gone once the error is.
    @Test func ofAnErrorAndAWarningThatMeetTheErrorIsMended() {
        var warning = Self.diagnostic("SLW0001", Self.text, (3..<4, "1.0"))
        warning.severity = .warning
        let (text, codes) = mend(Self.text, [warning, Self.diagnostic("SLW0002", Self.text, (3..<4, "\"1\""))])
        #expect(text.hasPrefix("a: \"1\" #") && codes == ["SLW0002"])
    }

    @Test func oneChangeOfTwoFindingsIsMadeOnce() {
        let same = ["SLW0001", "SLW0002"].map {
            Self.diagnostic(DiagnosticCode(rawValue: $0), Self.text, (3..<3, "-"))
        }
        let (text, codes) = mend(Self.text, same)
        #expect(text.hasPrefix("a: -1 #") && codes == ["SLW0001", "SLW0002"])
        let other = mend(Self.text, [same[0], Self.diagnostic("SLW0003", Self.text, (3..<3, "+"))])
        #expect(other.text.hasPrefix("a: -1 #") && other.codes == ["SLW0001"])
    }

    @Test func aChangeOfAnotherTextIsNotMade() {
        let found = Self.diagnostic("SLW0001", Self.text, (3..<4, "one"))
        #expect(mend("a: 9 # é模\n", [found]).codes == [])
        #expect(mend("a:", [found]).codes == [])
        var other = found
        other.fixes[0].location.path = "b.yaml"
        #expect(mend(Self.text, [other]).codes == [])
    }

    /// The rest of the file is mended all the same.
    @Test func whatCouldNotBeReadAfterwardsIsNotMade() {
        let (text, codes) = mend(
            Self.text,
            [
                Self.diagnostic("SLW0001", Self.text, (0..<1, "b")),
                Self.diagnostic("SLW0002", Self.text, (3..<4, "[")),
                Self.diagnostic("SLW0003", Self.text, (16..<17, "9")),
            ])
        #expect(text == "a: 1 # é模\nb: 9\r\nc: [3, 4]\n" && codes == ["SLW0003"])
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func theEncodingStays(isBigEndian: Bool, hasMark: Bool) {
        func encoded(_ text: String) -> [UInt8] {
            ((hasMark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
                isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            }
        }
        let text = "a: yes # 🚀 模\nb: 2020-01-01 # é\n"
        let source = SourceFile(path: "a.yaml", bytes: encoded(text))
        let mended = MendedText(source, mending: YAMLFile.parse(source).diagnostics)
        #expect(mended.bytes == encoded("a: yes # 🚀 模\nb: \"2020-01-01\" # é\n"))
        let broken = SourceFile(path: "a.yaml", bytes: source.bytes + [0])
        #expect(MendedText(broken, mending: YAMLFile.parse(broken).diagnostics).bytes == broken.bytes)
    }

    @Test func aByteOrderMarkAtTheBeginningStays() {
        let source = SourceFile(path: "a.yaml", text: "\u{FEFF}a: 2020-01-01\r\n\u{FEFF}b: 22:22 # x\r\n")
        // Behind the second one nothing is read before that is gone.
        let first = MendedText(source, mending: YAMLFile.parse(source).diagnostics)
        let next = SourceFile(path: "a.yaml", bytes: first.bytes)
        let mended = MendedText(next, mending: YAMLFile.parse(next).diagnostics)
        #expect(String(decoding: mended.bytes, as: UTF8.self) == "\u{FEFF}a: \"2020-01-01\"\r\nb: \"22:22\" # x\r\n")
    }

    /// What a text means does not change where its form does.
    @Test(arguments: [
        "a: &x 2020-01-01", "a: !!str 2020-01-01", "- &x 22:22\n- *x", "a: 1e3", "a: 012", "a: {<<: {b: 1}}",
    ])
    func whatIsNoPlainTextIsLeftAlone(_ text: String) {
        let source = SourceFile(path: "a.yaml", text: text)
        let mended = MendedText(source, mending: YAMLFile.parse(source).diagnostics)
        #expect(String(decoding: mended.bytes, as: UTF8.self) == text)
    }
}
