import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import reconcile

/// Each form in which `validate` prints what it finds, of diagnostics that could hardly be worse.
@Suite struct ReportTests {
    /// What a stranger may call a file or write into one.
    static let hostile = [
        "a::b", "100%0A", "%25", "x,line=9", "]]>", "<a & b>", "\"q\" 'q'", "::error::no", "##[error]no",
        "\u{202E}gpj.exe",
        "\u{1B}[31m", "a\r\nb", "a\nb", "\u{0}\u{8}\u{B}", "\u{FFFE}\u{FFFF}", "\u{85}\u{2028}", "模型🚀", "e\u{301}",
        "[x](https://example.com)", "{0} {{a}} ${b}", "--help", "",
    ]

    private static func location(
        _ path: String, _ line: Int, _ columns: ClosedRange<Int> = 1...3, text: String? = nil
    ) -> YAML.SourceLocation {
        YAML.SourceLocation(
            path: path,
            span: Span(
                start: Mark(line: line, column: columns.lowerBound, offset: 0),
                end: Mark(line: line, column: columns.upperBound, offset: 0)), line: text)
    }

    /// One for each hostile text, with that text in every place.
    private static var worst: [Diagnostic] {
        hostile.enumerated().map { index, text in
            let place = location("m/\(text).yaml", index + 1, text: text)
            return Diagnostic(
                "SLW2003", "a \(text) z", at: place, severity: index.isMultiple(of: 3) ? .warning : .error,
                notes: [Diagnostic.Note("first \(text)", at: location(text, 1)), Diagnostic.Note(text)],
                remedy: "write \(text)", fixes: [Diagnostic.Fix(replacing: place, with: text)])
        } + [Diagnostic("SLW8002", "there are no manifests")]
    }

    private func document(
        _ diagnostics: [Diagnostic], _ format: ValidationFormat, text: String = "", files: [String] = []
    ) -> String {
        ValidationReport(diagnostics: diagnostics, place: "manifests", files: files, text: text).document(format) ?? ""
    }

    // MARK: GitHub

    /// As the runner reads a line (`ActionCommand.TryParseV2`).
    private func command(_ line: some StringProtocol) -> (name: String, properties: [String: String], data: String)? {
        let line = String(line)
        guard line.hasPrefix("::"), let end = line.dropFirst(2).firstRange(of: "::") else { return nil }
        let head = line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound]
        let parts = head.split(separator: " ", maxSplits: 1)
        var properties: [String: String] = [:]
        for pair in parts.dropFirst().first?.split(separator: ",") ?? [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            properties[String(sides[0])] = unescaped(String(sides[1]))
        }
        return (String(parts.first ?? ""), properties, unescaped(String(line[end.upperBound...])))
    }

    private func unescaped(_ text: String) -> String {
        [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")].reduce(text) {
            $0.replacing($1.0, with: $1.1)
        }
    }

    @Test func gitHubReadsWhatWasMeant() throws {
        for diagnostic in Self.worst {
            let lines = document([diagnostic], .github).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 1, "\(lines)")
            let read = try #require(command(lines[0]), "\(lines)")
            #expect(read.name == diagnostic.severity.rawValue && read.properties["title"] == diagnostic.code.rawValue)
            #expect(read.properties["file"] == diagnostic.location?.path)
            #expect(read.properties["line"] == diagnostic.location.map { "\($0.span.start.line)" })
            #expect(read.data == diagnostic.explanation)
        }
    }

    @Test func gitHubGetsErrorsFirstAndHearsOfTheRest() {
        let many = (1...30).map { number in
            Diagnostic(
                "SLW2003", "number \(number)", at: Self.location("a.yaml", number),
                severity: number <= 14 ? .warning : .error)
        }
        let lines = document(many, .github, text: "::error::text\n30 findings").split(separator: "\n")
        let names = lines.map { command($0)?.name ?? "" }
        #expect(
            names == Array(repeating: "error", count: 10) + Array(repeating: "warning", count: 10) + [
                "notice", "stop-commands", "error", "", names.last ?? "",
            ])
        #expect(lines[20].hasSuffix("::6 more errors and 4 more warnings: GitHub shows 10 of a kind; the log has all"))
        // Between the two tokens nothing is a command, and the token is another each time.
        let token = command(lines[21])?.data ?? ""
        #expect(lines.last == "::\(token)::" && token.count > 30)
        #expect(!document(many, .github, text: "x").contains(token))
    }

    @Test func gitHubRefusesColumnsOfSeveralLines() {
        var place = Self.location("a.yaml", 3, 5...8)
        #expect(
            document([Diagnostic("SLW2003", "x", at: place)], .github)
                == "::error file=a.yaml,line=3,col=5,endLine=3,endColumn=7,title=SLW2003::x")
        place.span.end = Mark(line: 6, column: 1, offset: 0)
        #expect(
            document([Diagnostic("SLW2003", "x", at: place)], .github)
                == "::error file=a.yaml,line=3,endLine=5,title=SLW2003::x")
        place.span.end = place.span.start
        #expect(document([Diagnostic("SLW2003", "x", at: place)], .github).contains("col=5,endLine=3,endColumn=5,"))
    }

    // MARK: JUnit

    @Test func aParserReadsTheJUnitReport() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("report.xml", document(Self.worst, .junit))
        let outcome = try await sandbox.python(
            """
            import sys, json, xml.etree.ElementTree as tree
            root = tree.parse(sys.argv[1]).getroot()
            suite = root.find("testsuite")
            cases = suite.findall("testcase")
            failed = [case for case in cases if case.find("failure") is not None]
            assert int(suite.get("tests")) == len(cases) and int(suite.get("failures")) == len(failed)
            assert all(case.get("file") and len(case.findall("failure")) < 2 for case in cases)
            for case in failed:
                print(case.find("failure").get("type"), json.dumps(case.find("failure").get("message")))
            """, "\(sandbox.repository)/report.xml")
        #expect(outcome.status == 0, "\(outcome)")
        let read = outcome.output.split(separator: "\n")
        #expect(read.count == Set(Self.worst.filter { $0.severity == .error }.map { $0.location?.path }).count)
        #expect(read.contains("SLW2003 \"a ]]> z\"") && read.contains("SLW8002 \"there are no manifests\""), "\(read)")
        #expect(read.contains(#"SLW2003 "a {0} {{a}} ${b} z""#), "\(read)")
    }

    @Test func aFileWithoutFindingsIsACaseThatPasses() {
        let found = [
            Diagnostic("SLW2003", "it has no field `x`", at: Self.location("m/b.yaml", 2, text: "x: 1")),
            Diagnostic("SLW2173", "unused", at: Self.location("m/c.yaml", 1, text: "y: 2"), severity: .warning),
            Diagnostic("SLW2071", "it is not there", at: YAML.SourceLocation(path: "m/gone")),
        ]
        let files = ["m/b.yaml", "m/a&b.yaml", "m/c.yaml"]
        #expect(
            document(found, .junit, files: files) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="reconcile validate" tests="4" failures="2" errors="0">
                  <testsuite name="reconcile validate" tests="4" failures="2" errors="0" skipped="0">
                    <testcase classname="manifests" name="m/a&amp;b.yaml" file="m/a&amp;b.yaml"/>
                    <testcase classname="manifests" name="m/b.yaml" file="m/b.yaml">
                      <failure type="SLW2003" message="it has no field `x`">
                m/b.yaml:2:1: error: it has no field `x` [SLW2003]
                  2 | x: 1
                    | ^~</failure>
                    </testcase>
                    <testcase classname="manifests" name="m/c.yaml" file="m/c.yaml">
                      <system-out>m/c.yaml:1:1: warning: unused [SLW2173]
                  1 | y: 2
                    | ^~</system-out>
                    </testcase>
                    <testcase classname="manifests" name="m/gone" file="m/gone">
                      <failure type="SLW2071" message="it is not there">
                m/gone:1:1: error: it is not there [SLW2071]</failure>
                    </testcase>
                  </testsuite>
                </testsuites>
                """)
        #expect(document([], .junit, files: files).contains("tests=\"3\" failures=\"0\""))
    }

    /// A large repository: a line for each file, made in a moment.
    @Test(.timeLimit(.minutes(1))) func manyFilesAreALineEach() {
        let files = (0..<35_000).map { "manifests/team-\($0 / 100)/run-\($0).yaml" }
        let text = document([], .junit, files: files)
        #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == files.count + 4 && text.utf8.count < 6_000_000)
    }

    // MARK: SARIF

    /// OASIS's own schema is fetched with the tests' other tools and never committed.
    private static let schema = "\(BuiltProgram.checkout)/.build/tools/sarif-schema-2.1.0.json"
    private static let hasSchema = FileManager.default.fileExists(atPath: schema)

    @Test(.enabled(if: hasSchema && Sandbox.canValidate, "the SARIF schema or jsonschema is not there"))
    func theLogIsSARIF() async throws {
        let sandbox = try await Sandbox()
        let logs = [Self.worst, []].map { document($0, .sarif) }
        // The check can fail.
        for (log, isValid) in zip(logs + [logs[0].replacing("\"ruleIndex\"", with: "\"rule\"")], [true, true, false]) {
            try sandbox.write("log.json", log)
            let outcome = try await sandbox.python(
                """
                import json, sys, jsonschema
                schema, document = (json.load(open(path)) for path in sys.argv[1:])
                validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
                print(*(error.message[:300] for error in validator.iter_errors(document)), sep="\\n", end="")
                """, Self.schema, "\(sandbox.repository)/log.json")
            #expect(outcome.status == 0 && outcome.output.isEmpty == isValid, "\(outcome)")
        }
    }

    @Test func theLogSaysWhereAndWhatToChange() throws {
        let log = try JSONDecoder().decode(SARIFDocument.self, from: Data(document(Self.worst, .sarif).utf8))
        let run = try #require(log.runs.first)
        #expect(log.version == "2.1.0" && run.columnKind == "unicodeCodePoints" && run.tool.driver.name == "reconcile")
        #expect(run.tool.driver.rules.map(\.id) == ["SLW2003", "SLW8002"])
        #expect(run.results.count == Self.worst.count)
        for (result, diagnostic) in zip(run.results, Self.worst) {
            #expect(run.tool.driver.rules[result.ruleIndex].id == diagnostic.code.rawValue)
            #expect(result.level == diagnostic.severity.rawValue && result.locations.count == 1)
            let place = result.locations[0].physicalLocation
            #expect(place.artifactLocation.uri.removingPercentEncoding == diagnostic.location?.path ?? "manifests")
            #expect(place.artifactLocation.uri.allSatisfy { $0.isASCII && !"%:".contains($0) || $0 == "%" })
            #expect(place.region.startLine == diagnostic.location?.span.start.line ?? 1)
            #expect(!result.message.text.contains("]("))
            #expect(
                result.fixes?.first?.artifactChanges.first?.replacements.first?.insertedContent.text
                    == diagnostic.fixes.first?.replacement)
        }
        #expect(Set(run.results.map(\.partialFingerprints)).count == Self.worst.count)
        let outside = Diagnostic("SLW2071", "x", at: YAML.SourceLocation(path: "/tmp/a b"))
        #expect(document([outside], .sarif).contains("\"uri\": \"file:///tmp/a%20b\""))
    }

    // MARK: Code Quality

    private func quality(_ diagnostics: [Diagnostic]) throws -> [CodeQualityEntry] {
        try JSONDecoder().decode([CodeQualityEntry].self, from: Data(document(diagnostics, .gitlabCodequality).utf8))
    }

    @Test func codeQualityHasWhatGitLabDemands() throws {
        let entries = try quality(Self.worst)
        #expect(entries.map(\.check_name) == Self.worst.map(\.code.rawValue))
        #expect(Set(entries.map(\.severity)) == ["major", "minor"])
        #expect(entries.map(\.location.path) == Self.worst.map { $0.location?.path ?? "manifests" })
        #expect(entries.allSatisfy { $0.fingerprint.count == 64 && $0.fingerprint.allSatisfy(\.isHexDigit) })
        #expect(Set(entries.map(\.fingerprint)).count == entries.count)
        #expect(
            entries.allSatisfy { !$0.description.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E } })
    }

    @Test func fingerprintsStayWhenLinesMove() throws {
        let text = "spec: {prioritee: high}"
        func found(_ line: Int, _ text: String) -> Diagnostic {
            Diagnostic("SLW2003", "spec has no field", at: Self.location("a.yaml", line, text: text))
        }
        let before = try quality([found(1, text), found(5, text), found(9, "other")])
        #expect(Set(before.map(\.fingerprint)).count == 3)
        let after = try quality([found(11, text), found(35, text), found(39, "other")])
        #expect(
            before.map(\.fingerprint) == after.map(\.fingerprint) && before.map(\.location) != after.map(\.location))
        #expect(try quality([found(1, text), found(9, "changed")]).map(\.fingerprint)[1] != before[2].fingerprint)
    }

    // MARK: All

    @Test func nothingFoundIsADocumentToo() throws {
        #expect(document([], .github).isEmpty)
        #expect(document([], .gitlabCodequality) == "[]")
        #expect(document([], .junit).contains("<testcase classname=\"manifests\" name=\"manifests\""))
        let log = try JSONDecoder().decode(SARIFDocument.self, from: Data(document([], .sarif).utf8))
        #expect(log.runs.count == 1 && log.runs[0].results.isEmpty)
        #expect(document([], .json).contains("\"valid\": true"))
    }
}

private struct CodeQualityEntry: Decodable {
    struct Location: Decodable, Equatable {
        struct Lines: Decodable, Equatable { var begin: Int }
        var path: String
        var lines: Lines
    }
    var description: String
    var check_name: String
    var fingerprint: String
    var severity: String
    var location: Location
}

private struct SARIFDocument: Decodable {
    struct Message: Decodable { var text: String }
    struct Region: Decodable { var startLine: Int, startColumn: Int, endLine: Int, endColumn: Int }
    struct Artifact: Decodable { var uri: String }
    struct Place: Decodable { var artifactLocation: Artifact, region: Region }
    struct Location: Decodable { var physicalLocation: Place, message: Message? }
    struct Replacement: Decodable { var deletedRegion: Region, insertedContent: Message }
    struct Change: Decodable { var artifactLocation: Artifact, replacements: [Replacement] }
    struct Fix: Decodable { var artifactChanges: [Change] }
    struct Rule: Decodable { var id: String, shortDescription: Message }
    struct Driver: Decodable { var name: String, version: String, rules: [Rule] }
    struct Tool: Decodable { var driver: Driver }
    struct Result: Decodable {
        var ruleId: String, ruleIndex: Int, level: String, message: Message, locations: [Location]
        var relatedLocations: [Location]?
        var fixes: [Fix]?
        var partialFingerprints: [String: String]
    }
    struct Run: Decodable { var tool: Tool, columnKind: String, results: [Result] }
    var version: String
    var runs: [Run]
}
