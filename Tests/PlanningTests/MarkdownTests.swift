import Foundation
import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// A plan as a comment on a proposal.
@Suite struct MarkdownTests {
    private static let revision = Revision(commit: String(repeating: "a", count: 40), isDirty: false)
    private static let context = PlanContext(revision: revision)

    private static func action(
        _ name: String, _ operation: Planning.Operation = .update, message: String = "changed",
        fields: [FieldChange] = [], file: String = "manifests/all.yaml"
    ) -> Action {
        Action(
            operation, ObjectKey(.run, ObjectName(name: name)), .specChanged, message, fields: fields,
            cause: Cause(file: file, line: 3, column: 1))
    }

    @Test func everyOperation() throws {
        try expectGolden(try ViewTests.everything().markdown(in: Self.context), "Golden/everything.md")
    }

    @Test func comparedWithACommit() throws {
        var plan = try ViewTests.everything()
        plan.refusals = [
            Diagnostic("SLW3005", "this would delete much", at: SourceLocation(path: "manifests/all.yaml"))
        ]
        plan.warnings = [Diagnostic("SLW2001", "this is odd", severity: .warning)]
        let base = PlanContext.Base(reference: "origin/main", commit: String(repeating: "b", count: 40))
        let outcome = PlanOutcome(headline: "runs-failed: 1 failed of 2 runs", lines: ["Run/a failed: status 1"])
        let text = plan.markdown(in: PlanContext(revision: Self.revision, base: base), outcome: outcome)
        try expectGolden(text, "Golden/refused.md")
    }

    @Test func nothingToDo() throws {
        try expectGolden(Plan(actions: []).markdown(in: Self.context), "Golden/nothing.md")
    }

    @Test func theMarkComesFirst() throws {
        for plan in [Plan(actions: []), try ViewTests.everything()] {
            #expect(plan.markdown(in: Self.context).hasPrefix("<!-- slipway-plan -->\n"))
        }
    }

    /// However much there is, in whatever script.
    @Test(arguments: ["x", "é", "漢字", "👩‍👩‍👧‍👦", "`", "a\u{301}\u{302}\u{303}", "\u{0}", "\u{202E}"])
    func fitsAComment(_ letter: String) {
        let long = String(repeating: letter, count: 1200)
        let fields = (0..<40).map { FieldChange(path: ["spec", long, "\($0)"], before: .string(long), after: nil) }
        let actions = (0..<1500).map { number in
            Self.action(
                "run-\(number)", Planning.Operation.allCases[number % 6], message: number % 7 == 0 ? long : "short",
                fields: number % 50 == 0 ? fields : [], file: number % 11 == 0 ? long : "a.yaml")
        }
        var plan = Plan(actions: actions)
        plan.refusals = (0..<50).map { Diagnostic("SLW3001", "\($0) \(long)", at: SourceLocation(path: long)) }
        plan.warnings = plan.refusals
        plan.inFlight = []
        plan.demand = (0..<50).map { number in
            var demand = QueueDemand(queue: ObjectName(namespace: long, name: "q\(number)"))
            demand.runs = number + 1
            demand.memory = .max
            return demand
        }
        let base = PlanContext.Base(reference: long, commit: String(repeating: "b", count: 40))
        let outcome = PlanOutcome(headline: long, lines: (0..<50).map { "\($0)\(long)" })
        for limit in [Plan.leastMarkdownBytes, Plan.commentBytes, 1 << 20] {
            let text = plan.markdown(
                in: PlanContext(revision: Self.revision, base: base), outcome: outcome, atMost: limit)
            #expect(text.utf8.count <= limit)
            #expect(!text.contains("\u{FFFD}"), "no character is cut in two")
            #expect(text.components(separatedBy: "<details>").count == 2)
            #expect(text.components(separatedBy: "</details>").count == 2)
        }
    }

    @Test func whatIsLeftOutIsCounted() throws {
        let actions =
            (0..<2000).map { Self.action("create-\($0)", .create, message: String(repeating: "m", count: 50)) }
            + [Self.action("goes", .delete)]
        let text = Plan(actions: actions).markdown(in: Self.context)
        #expect(text.utf8.count > 55_000, "the room is used")
        let shown = text.matches(of: /(?m)^\+ Run\/create-/).count
        #expect(text.contains("\n**\(2000 - shown) of 2001 actions are left out here** (\(2000 - shown) create)"))
        #expect(text.contains("\n- Run/goes"), "what is lost is shown first")
    }

    @Test func whyThereIsNone() {
        let text = Plan.markdown(ofFailure: "No plan: invalid", ["a.yaml:1:1: `````", "  ````", "@everyone"])
        #expect(
            text == """
                <!-- slipway-plan -->
                ### No plan: invalid

                ``````text
                a.yaml:1:1: `````
                  ````
                @everyone
                ``````

                """)
        #expect(Plan.markdown(ofFailure: "<b> @x", []).contains("### `<b> @x`"))
    }

    /// Also where the work that is under way has marks of markdown to tell of.
    @Test func workUnderWayFitsToo() throws {
        var world = try World(SampleManifests.run("first", lr: "0.1"))
        try world.start("first")
        var plan = try world.plan(World.base + [SampleManifests.run("first", lr: "0.1")])
        let one = try #require(plan.inFlight.first)
        #expect(plan.markdown(in: Self.context).contains("<summary>Under way</summary>"))
        plan.inFlight = (0..<30).map { _ in
            var run = one
            run.message = String(repeating: "`", count: 3000)
            return run
        }
        plan.actions = (0..<2000).map { Self.action("run-\($0)") }
        let text = plan.markdown(in: Self.context, atMost: Plan.leastMarkdownBytes)
        #expect(text.utf8.count <= Plan.leastMarkdownBytes && text.contains("  and 18 more\n"))
    }

    /// Names and values of other people stay what they are: text.
    @Test func nothingBreaksOut() throws {
        let hostile = "```\n</details><script>x</script> @everyone | \\| <!-- --> [a](http://b) \u{202E}````` ~~~"
        var plan = Plan(actions: [
            Self.action(
                hostile, message: hostile, fields: [FieldChange(path: [hostile], before: .string(hostile), after: 1)],
                file: hostile)
        ])
        plan.refusals = [Diagnostic("SLW3001", hostile)]
        plan.warnings = [Diagnostic("SLW3001", hostile)]
        var demand = QueueDemand(queue: ObjectName(name: hostile))
        demand.runs = 1
        plan.demand = [demand]
        let base = PlanContext.Base(reference: hostile, commit: String(repeating: "b", count: 40))
        let text = plan.markdown(
            in: PlanContext(revision: Self.revision, base: base), outcome: PlanOutcome(headline: "x", lines: [hostile]))
        // What is outside of code, as CommonMark has it: no block's line is its fence, no span holds its own mark.
        var fence: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let open = fence {
                // As CommonMark closes it: by nothing but as many marks or more.
                let content = line.drop { $0 == " " }
                if content.count >= open.count, content.allSatisfy({ $0 == "`" }) { fence = nil }
                continue
            }
            if line.hasPrefix("```") {
                fence = String(line.prefix { $0 == "`" })
                continue
            }
            var rest = line[...]
            var outside = ""
            while let start = rest.firstIndex(of: "`") {
                outside += rest[..<start]
                let mark = rest[start...].prefix { $0 == "`" }
                rest = rest[mark.endIndex...]
                let end = rest.ranges(of: mark).first { range in
                    (range.lowerBound == rest.startIndex || rest[rest.index(before: range.lowerBound)] != "`")
                        && (range.upperBound == rest.endIndex || rest[range.upperBound] != "`")
                }
                let range = try #require(end, "a span ends in its line: \(line)")
                rest = rest[range.upperBound...]
            }
            outside += rest
            for word in ["@everyone", "<script", "http:", "[a]"] { #expect(!outside.contains(word), "\(line)") }
            if line.hasPrefix("| `") || line.hasPrefix("| ``") {
                #expect(line.split(separator: "|").count == 5, "five cells: \(line)")
            }
        }
        #expect(fence == nil, "every block ends")
        #expect(!text.contains("\u{202E}"))
    }
}
