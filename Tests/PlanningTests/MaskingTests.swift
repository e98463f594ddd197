import Manifests
import Planning
import Records
import Support
import Testing

/// Values that look secret are shown as numbers, in everything that a plan is shown as.
@Suite struct MaskingTests {
    private typealias Sample = SampleManifests

    private static func job(_ variables: String) -> String { Sample.job(more: "env: {\(variables)}") }

    private static func change(from before: String, to after: String) throws -> Plan {
        var world = World()
        try world.apply([job(before), Sample.queue(), Sample.pool()])
        return try world.plan([job(after), Sample.queue(), Sample.pool()])
    }

    /// Every form of a plan, in one text.
    private static func everything(_ plan: Plan) throws -> String {
        let input = try World.input(World.base)
        let saved = SavedPlan(
            plan, of: input, tool: "1", repository: "", revision: .none, manifests: ["manifests"], state: nil,
            policy: PlanPolicy())
        let context = PlanContext(revision: .none)
        return [
            plan.text(), plan.json(in: context).pretty, plan.markdown(in: context), saved.json.pretty,
            plan.gitlabReport.pretty,
        ].joined(separator: "\n")
    }

    @Test(arguments: [
        "HF_TOKEN", "WANDB_API_KEY", "PASSWORD", "DB_PASSWORD", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "sshKey",
        "GOOGLE_CREDENTIALS", "MYSQL_PASSWD", "API_TOKENS", "githubToken", "BASIC_AUTH", "SENTRY_DSN", "KEY",
    ])
    func nameThatLooksSecret(_ name: String) throws {
        let plan = try Self.change(from: "\(name): first-value", to: "\(name): other-value")
        let shown = try Self.everything(plan)
        #expect(!shown.contains("first-value") && !shown.contains("other-value"), "\(shown)")
        #expect(plan.actions.first?.message.contains("env.\(name) (masked 1) → (masked 2)") == true)
    }

    @Test(arguments: ["TOKENIZERS_PARALLELISM", "PATH", "KEYBOARD", "COMPASS", "LR", "PATTERN", "AUTHOR", "SPATIAL"])
    func nameThatDoesNot(_ name: String) throws {
        let plan = try Self.change(from: "\(name): first-value", to: "\(name): other-value")
        #expect(try Self.everything(plan).contains("first-value"))
    }

    @Test func equalValuesHaveEqualNumbers() throws {
        let plan = try Self.change(
            from: "A_TOKEN: one, B_TOKEN: two, C_TOKEN: three", to: "A_TOKEN: two, B_TOKEN: one, C_TOKEN: two")
        let fields = plan.actions[0].fields
        #expect(fields.map(\.before) == ["(masked 1)", "(masked 2)", "(masked 3)"])
        #expect(fields.map(\.after) == ["(masked 2)", "(masked 1)", "(masked 2)"])
    }

    @Test func numbersGoAcrossObjects() throws {
        var world = World()
        let jobs = ["a", "b"].map { Sample.job($0, more: "env: {TOKEN: same}") }
        try world.apply(jobs)
        let plan = try world.plan(["a", "b"].map { Sample.job($0, more: "env: {TOKEN: other}") })
        #expect(plan.actions.map { $0.fields.first?.before } == ["(masked 1)", "(masked 1)"])
        #expect(plan.actions.map { $0.fields.first?.after } == ["(masked 2)", "(masked 2)"])
    }

    @Test func aSecretIsShownByItsName() throws {
        let renamed = try Self.change(from: "HF_TOKEN: {secret: old-name}", to: "HF_TOKEN: {secret: new-name}")
        #expect(renamed.text().contains("\"old-name\" → \"new-name\""))
        let moved = try Self.change(from: "HF_TOKEN: plain-value", to: "HF_TOKEN: {secret: by-name}")
        #expect(try !Self.everything(moved).contains("plain-value"))
        #expect(moved.text().contains("(masked 1) → {\"secret\":\"by-name\"}"))
    }

    @Test func theValueIsStillWhatIsWritten() throws {
        let plan = try Self.change(from: "TOKEN: first-value", to: "TOKEN: other-value")
        #expect(plan.actions.first?.change?.object?.content.contains("other-value") == true)
    }
}
