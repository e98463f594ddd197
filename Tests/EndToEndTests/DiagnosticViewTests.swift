import Planning
import Testing
import YAML

@testable import reconcile

/// What a person reads of a diagnostic: what is underlined is what is meant, whatever the line is made of.
@Suite struct DiagnosticViewTests {
    private func location(
        _ line: Int, _ start: Int, _ end: Int, _ text: String, in path: String = "m/a.yaml"
    ) -> YAML.SourceLocation {
        YAML.SourceLocation(
            path: path,
            span: Span(
                start: Mark(line: line, column: start, offset: 0), end: Mark(line: line, column: end, offset: 0)),
            line: text)
    }

    private func lines(_ diagnostic: Diagnostic) -> [String] {
        DiagnosticView(style: .plain).text(diagnostic).split(separator: "\n").map(String.init)
    }

    struct Line: Sendable {
        var text: String
        /// Columns that are underlined, counted in Unicode scalars from 1; the end is not.
        var place: Range<Int>
        var shown: String
        var underline: String
    }

    @Test(arguments: [
        Line(text: "a: bad", place: 4..<7, shown: "a: bad", underline: "   ^~~"),
        Line(text: "a:\tbad", place: 4..<7, shown: "a:  bad", underline: "    ^~~"),
        Line(text: "\t\tbad", place: 1..<2, shown: "        bad", underline: "^~~~"),
        Line(text: "模型: bad", place: 5..<8, shown: "模型: bad", underline: "      ^~~"),
        Line(text: "a: 模型", place: 4..<6, shown: "a: 模型", underline: "   ^~~~"),
        Line(text: "🚀👩‍🔬: bad", place: 7..<10, shown: "🚀👩‍🔬: bad", underline: "      ^~~"),
        Line(text: "e\u{301}é: bad", place: 6..<9, shown: "e\u{301}é: bad", underline: "    ^~~"),
        Line(text: "\u{202E}a: bad", place: 5..<8, shown: "\\u{202e}a: bad", underline: "           ^~~"),
        Line(text: "a: \u{1B}[31m bad", place: 10..<13, shown: "a: \\u{1b}[31m bad", underline: "              ^~~"),
        Line(text: "a: bad", place: 7..<7, shown: "a: bad", underline: "      ^"),
    ])
    func theUnderlineStandsBelow(_ line: Line) {
        let place = location(3, line.place.lowerBound, line.place.upperBound, line.text)
        let shown = lines(Diagnostic("SLW2003", "no", at: place))
        #expect(
            shown == [
                "m/a.yaml:3:\(line.place.lowerBound): error: no [SLW2003]", "  3 | \(line.shown)",
                "    | \(line.underline)",
            ])
    }

    @Test func ofALongLineThePartAroundThePlaceIsShown() {
        let text = String(repeating: "模", count: 400) + "bad" + String(repeating: "x", count: 400)
        let shown = lines(Diagnostic("SLW2003", "no", at: location(1, 401, 404, text)))
        #expect(shown[1] == "  1 | " + String(repeating: "模", count: 40) + "bad" + String(repeating: "x", count: 77))
        #expect(shown[2] == "    | " + String(repeating: " ", count: 80) + "^~~")
    }

    @Test func placesOfOneFileStandInItsOrder() {
        let first = location(9, 3, 6, "  one: 1"), second = location(12, 3, 6, "  one: 2"),
            other = location(2, 1, 2, "b", in: "m/b.yaml")
        let shown = lines(
            Diagnostic(
                "SLW1013", "twice", at: second,
                notes: [Diagnostic.Note("declared there", at: other), Diagnostic.Note("first here", at: first)],
                remedy: "keep one"))
        #expect(
            shown == [
                "m/a.yaml:12:3: error: twice [SLW1013]", "   9 |   one: 1", "     |   --- first here", "     ⋮",
                "  12 |   one: 2", "     |   ^~~", "  note: m/b.yaml:2:1: declared there", "  2 | b", "    | -",
                "  help: keep one",
            ])
    }

    @Test func placesOfOneLineShareIt() {
        let text = "{a: 1, a: 2}"
        let shown = lines(
            Diagnostic(
                "SLW1013", "twice", at: location(1, 8, 9, text),
                notes: [Diagnostic.Note("first", at: location(1, 2, 3, text))]))
        #expect(
            shown == ["m/a.yaml:1:8: error: twice [SLW1013]", "  1 | {a: 1, a: 2}", "    |  - first", "    |        ^"])
    }

    @Test func aFixIsShownAsTheLineItMakes() {
        let text = "\tcomand: [模型, 3.10]"
        let shown = lines(
            Diagnostic(
                "SLW2003", "no", at: location(1, 2, 8, text), remedy: "did you mean `command`?",
                fixes: [
                    Diagnostic.Fix(replacing: location(1, 2, 8, text), with: "command"),
                    Diagnostic.Fix(replacing: location(1, 15, 19, text), with: "\"3.10\""),
                ]))
        #expect(
            shown.suffix(3) == [
                "  help: did you mean `command`?", "  1 -     comand: [模型, 3.10]", "  1 +     command: [模型, \"3.10\"]",
            ])
    }

    @Test func oneIsNotCounted() {
        let error = Diagnostic("SLW2003", "no", at: location(1, 1, 2, "x", in: "a"))
        var warning = Diagnostic("SLW2042", "hm", at: location(1, 1, 2, "x", in: "b"))
        warning.severity = .warning
        #expect(DiagnosticView.summary([error]) == nil)
        #expect(DiagnosticView.summary([error, error, error, warning]) == "3 errors, 1 warning in 2 files")
        #expect(DiagnosticView.summary([warning, warning]) == "2 warnings in 1 file")
        #expect(DiagnosticView.summary([Diagnostic("SLW8002", "x"), Diagnostic("SLW8002", "y")]) == "2 errors")
    }

    @Test func nothingIsColouredUnlessAskedFor() {
        let place = location(1, 1, 2, "x")
        let diagnostic = Diagnostic(
            "SLW2003", "no", at: place, notes: [Diagnostic.Note("n", at: place)], remedy: "r",
            fixes: [Diagnostic.Fix(replacing: place, with: "y")])
        #expect(!DiagnosticView(style: .plain).text(diagnostic).contains("\u{1B}"))
        #expect(DiagnosticView(style: TextStyle(usesColour: true)).text(diagnostic).contains("\u{1B}[31m^\u{1B}[0m"))
    }
}
