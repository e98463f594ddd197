import Testing
import YAML

@testable import Manifests

/// Where messages about values point, and how they read.
@Suite("Values against the schemas of their parameters")
struct ParameterValueTests {
    /// One parameter, the value that a run gives, and what is said.
    struct Case: Sendable, CustomTestStringConvertible {
        var schema: String
        var value: String
        var message: String
        /// The stretch of the value that is underlined.
        var underlined: String
        /// What in the declaration the note points at.
        var bound: String
        var remedy: String?
        /// The value after the fix.
        var fixed: String?

        init(
            _ schema: String, _ value: String, _ message: String, _ underlined: String, _ bound: String,
            _ remedy: String? = nil, fixed: String? = nil
        ) {
            (self.schema, self.value, self.message) = (schema, value, message)
            (self.underlined, self.bound, self.remedy, self.fixed) = (underlined, bound, remedy, fixed)
        }

        var testDescription: String { "\(value) for \(schema)" }
    }

    static let cases = [
        Case("{type: number, maximum: 1}", "2", "`p` must be at most 1, and is 2", "2", "1"),
        Case(
            "{type: object, properties: {lr: {type: number, maximum: 1}}}", "{lr: 2}",
            "`p.lr` must be at most 1, and is 2", "2", "1"),
        Case(
            "{type: array, items: {type: object, required: [size]}}", "[{size: 1}, {units: 3}]",
            "`p[1]` must have the member `size`, and has not", "{units: 3}", "[size]"),
        Case(
            "{type: object, properties: {momentum: {type: number}}, additionalProperties: false}", "{momentun: 1}",
            "`p.momentun` is no known member: there may be only `momentum`", "momentun", "false",
            "did you mean `momentum`?", fixed: "{momentum: 1}"),
        Case(
            "{type: string, enum: [adam, sgd]}", "adma", "`p` must be one of “adam”, “sgd”, and is “adma”", "adma",
            "[adam, sgd]", "did you mean “adam”?", fixed: "adam"),
        Case(
            "{type: string}", "3.10", "`p` must be text, and is 3.1", "3.10", "string", "put it into quotes",
            fixed: "\"3.10\""),
        Case(
            "{type: [number, null]}", "'0.5'", "`p` must be a number or empty, and is “0.5”", "'0.5'",
            "[number, null]", "write it without quotes", fixed: "0.5"),
        Case(
            "{oneOf: [{type: object, properties: {kind: {const: sgd}}}, "
                + "{type: object, properties: {kind: {const: adam}, lr: {type: number, maximum: 0.1}}}]}",
            "{kind: adam, lr: 0.5}",
            "`p.lr` must be at most 0.1, and is 0.5 (the second of 2 forms in `oneOf`, the nearest)", "0.5", "0.1"),
        Case(
            "{type: string, format: cron}", "'0 25 * * *'",
            "`p` must be a schedule such as `0 3 * * mon-fri`, and is “0 25 * * *”: the hour `25` is not between 0 and "
                + "23", "'0 25 * * *'", "cron"),
        Case(
            "{type: object, propertyNames: {pattern: '^[a-z]+$'}}", "{A: 1}",
            "`p.A` has a name that must match `^[a-z]+$`, and is “A”", "A", "{pattern: '^[a-z]+$'}"),
    ]

    @Test("A message names the part of the value, underlines it, and points at the bound", arguments: cases)
    func message(_ one: Case) throws {
        let text = Sample.all.replacing("data: {type: string}", with: "p: \(one.schema)")
            .replacing("data: \"x\"", with: "p: \(one.value)")
        let found = Sample.load(text).diagnostics
        let diagnostic = try #require(found.first { $0.code == "SLW2027" }, "\(found.map(\.summary))")
        #expect(found.count == 1, "\(found.map(\.summary))")
        #expect(diagnostic.message == "parameter \(one.message)")
        #expect(diagnostic.location.map { text.part($0.span) } == one.underlined)
        #expect(diagnostic.notes.first?.location.map { text.part($0.span) } == one.bound)
        #expect(diagnostic.remedy == one.remedy)
        #expect(diagnostic.fixes.count == (one.fixed == nil ? 0 : 1))
        guard let fixed = one.fixed, let fix = diagnostic.fixes.first else { return }
        let span = fix.location.span
        let mended = text.part(0..<span.start.offset) + fix.replacement + text.part(span.end.offset..<text.utf8.count)
        #expect(mended == text.replacing("p: \(one.value)", with: "p: \(fixed)"))
        #expect(Sample.load(mended).diagnostics.isEmpty)
    }

    @Test("A queue's variables have the same schemas")
    func variables() throws {
        let text = Sample.all.replacing(
            "cores: {type: integer, default: 1, minimum: 1, maximum: 8}",
            with: "cores: {anyOf: [{const: 1}, {type: integer, multipleOf: 2}], default: 1}"
        )
        .replacing("  queue: local\n", with: "  queue: local\n  variables: {cores: 3}\n")
        let found = Sample.load(text).diagnostics
        #expect(
            found.map(\.message) == [
                "variable `cores` must be a multiple of 2, and is 3 (the second of 2 forms in `anyOf`, the nearest)"
            ])
    }

    // MARK: Hostile input

    private static func job(_ parameter: String) -> String {
        Sample.all.replacing("data: {type: string}", with: "p: \(parameter)")
    }

    private static func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String) -> String {
        String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
    }

    /// Each level twice, by an alias, so that the innermost is there 2¹¹ times.
    private static let doubled = (0..<11).reduce("{type: string}") { text, level in
        "{anyOf: [&a\(level) \(text), *a\(level)]}"
    }

    private static func list(_ count: Int, _ element: (Int) -> String) -> String {
        "[" + (0..<count).map(element).joined(separator: ", ") + "]"
    }

    private static let members = (0..<5000).map { "a\($0): {type: string}" }.joined(separator: ", ")
    private static let letters = String(repeating: "a", count: 1000)

    static let hostile: [(schema: String, value: String, code: String?)] = [
        (nested(14, "{anyOf: [{const: 0}, ", "]}", "{const: 1}"), "2", "SLW2027"),
        (nested(14, "{not: ", "}", "{const: 1}"), "1", nil),
        (nested(29, "{anyOf: [", "]}", "{const: 1}"), "1", "SLW2161"),
        ("{anyOf: \(list(10_000) { "{const: \($0)}" })}", "1", "SLW2012"),
        ("{type: object, properties: {\(members)}}", "1", "SLW2012"),
        ("{enum: \(list(5000, \.description))}", "1", "SLW2012"),
        ("{type: string, pattern: '^(a+)+(a+)+(a|a?)+$'}", String(repeating: "a", count: 30_000) + "!", "SLW2027"),
        ("{type: string, pattern: '(\(String(repeating: "(a|b?)", count: 60))){30}'}", "a", "SLW2024"),
        (
            "{type: array, items: {type: string, pattern: '^(a?){300}b$'}}", list(300) { _ in letters },
            "SLW2027"
        ),
        ("{type: array, uniqueItems: true}", list(20_000, \.description), nil),
        (
            "{type: array, contains: {anyOf: \(list(100) { "{const: \($0)}" })}}", list(20_000) { _ in "x" },
            "SLW2027"
        ),
        (doubled, "1", "SLW2027"),
    ]

    @Test("Whatever the schema and the value, an answer comes soon", arguments: hostile.indices)
    func answers(_ index: Int) {
        let (schema, value, code) = Self.hostile[index]
        let clock = ContinuousClock()
        var found: [Diagnostic] = []
        let time = clock.measure {
            found = Sample.load(Self.job(schema).replacing("data: \"x\"", with: "p: \(value)")).diagnostics
        }
        let errors = found.filter { $0.severity == .error }
        if let code {
            #expect(errors.contains { $0.code.rawValue == code }, "\(errors.prefix(3).map { $0.summary.prefix(300) })")
        }
        #expect(errors.count <= 100)
        // Debug builds on a busy machine are slow; what explodes takes hours.
        #expect(time < .seconds(60))
    }

    @Test("Deep schemas are refused where they are written")
    func deep() {
        let found = Sample.load(Self.job(Self.nested(40, "{not: ", "}", "{const: 1}"))).diagnostics
        #expect(found.contains { $0.code == "SLW2161" })
    }
}

extension String {
    fileprivate func part(_ span: Span) -> String { part(span.start.offset..<span.end.offset) }

    fileprivate func part(_ bytes: Range<Int>) -> String { String(decoding: Array(utf8)[bytes], as: UTF8.self) }
}
