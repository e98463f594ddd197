import Manifests
import Records
import Support
import Testing

/// What is computed decides whether it was computed before.
@Suite struct IdentityTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (inout RunSpecification) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout RunSpecification) -> Void) {
            testDescription = name
            self.apply = apply
        }
    }

    static let computation = [
        Change("job digest") { $0.jobDigest = Digest(of: "other") },
        Change("parameter value") { $0.parameters["lr"] = 0.1 },
        Change("parameter type") { $0.parameters["lr"] = "0.05" },
        Change("parameter added") { $0.parameters["epochs"] = 1 },
        Change("parameter removed") { $0.parameters = [:] },
        Change("argument") { $0.arguments[3] = "0.050" },
        Change("argument order") { $0.arguments.swapAt(0, 1) },
        Change("arguments joined") { $0.arguments = ["python3 train.py", "--lr", "0.05"] },
        Change("environment value") { $0.environment["SEED"] = .value("2") },
        Change("environment name") { $0.environment["SEEDS"] = .value("1") },
        Change("secret name") { $0.environment["TOKEN"] = .secret("other") },
        Change("a value that spells a secret's name") { $0.environment["TOKEN"] = .value("hf") },
        Change("repeat") { $0.repetition = 2 },
        Change("input") { $0.inputs = [.sample()] },
    ]

    static let placement = [
        Change("queue") { $0.queue = ObjectName(namespace: "vision", name: "big") },
        Change("priority") { $0.priority = .critical },
        Change("variables") { $0.variables = ["cores": 4] },
        Change("timeout") { $0.timeout = .seconds(60) },
        Change("retry limit") { $0.retry.limit = 9 },
        Change("retry causes") { $0.retry.on = [.timeout] },
        Change("back-off") { $0.retry.backoff.maximum = .seconds(1) },
        Change("outputs") { $0.outputs = [] },
        Change("dependency") { $0.dependencies = [.sample("prepare")] },
    ]

    /// Records and identities that were made before there were inputs stay what they are.
    @Test func withoutInputsNothingChanges() {
        let identity = "sha256:1431a10be6b49761ec0fcbdaeece2533c51e6bcb7aad47a102dddf26d3d8ba3f"
        #expect(RunSpecification.sample.identity.description == identity)
        let text = RunSpecification.sample.recorded.canonicalText
        #expect(!text.contains("inputs") && !text.contains("dependsOn"))
    }

    static let inputs = [
        Change("path") { $0.inputs[0].path = "other.csv" },
        Change("target") { $0.inputs[0].target = "other.csv" },
        Change("what the other run computes") { $0.inputs[0].identity = Digest(of: "other") },
        Change("one more") { $0.inputs.append(.sample(target: "again.csv")) },
    ]

    @Test(arguments: inputs) func whatIsReadIsIdentity(_ change: Change) {
        let reader = RunSpecification.sample.with { $0.inputs = [.sample()] }
        #expect(reader.with(change.apply).identity != reader.identity)
    }

    @Test func theOrderAndNamesOfInputsAreNot() {
        let inputs = [RunInput.sample(), .sample(target: "again.csv"), .sample(path: "b", target: "b")]
        let reader = RunSpecification.sample.with { $0.inputs = inputs }
        #expect(RunSpecification.sample.with { $0.inputs = inputs.reversed() }.identity == reader.identity)
        let renamed = reader.with { $0.inputs[0].run = ObjectName(name: "renamed") }
        #expect(renamed.identity == reader.identity)
    }

    static let names = [
        Change("job name") { $0.job = ObjectName(name: "renamed") },
        Change("version number of the same content") { $0.jobVersion = 7 },
    ]

    @Test(arguments: computation) func whatIsComputedIsIdentity(_ change: Change) {
        let changed = RunSpecification.sample.with(change.apply)
        #expect(changed.identity != RunSpecification.sample.identity)
        #expect(changed.placement == RunSpecification.sample.placement)
    }

    @Test(arguments: placement) func whereAndHowLongIsNot(_ change: Change) {
        let changed = RunSpecification.sample.with(change.apply)
        #expect(changed.identity == RunSpecification.sample.identity)
        #expect(changed.placement != RunSpecification.sample.placement)
    }

    @Test(arguments: names) func namesAreNeither(_ change: Change) {
        let changed = RunSpecification.sample.with(change.apply)
        #expect(changed.identity == RunSpecification.sample.identity)
        #expect(changed.placement == RunSpecification.sample.placement)
    }

    @Test func aNumberIsTheSameHoweverItIsWritten() {
        let whole = RunSpecification.sample.with { $0.parameters["lr"] = .int(1) }
        let point = RunSpecification.sample.with { $0.parameters["lr"] = .double(1.0) }
        #expect(whole.identity == point.identity)
    }

    @Test func theIdentityNamesTheRun() {
        let identity = RunSpecification.sample.identity
        #expect(RunID(identity: identity).text == String(identity.hex.prefix(16)))
        var run = RunRecord.sample(.queued)
        #expect(run.folder == "first-\(run.id)")
        run.name.namespace = "vision"
        #expect(run.folder == "vision.first-\(run.id)")
        #expect(
            AttemptRecord(run: run.id, number: 3, agent: "a", host: "h", createdAt: .start).engineName == "\(run.id)-3")
    }

    /// A version is another one when what its runs compute may be another.
    @Test func theVersionOfAJob() throws {
        func digest(_ manifest: String, source: String = "files") throws -> Digest {
            let job = try #require(try SampleManifests.desired(from: manifest).jobs.values.first)
            return JobVersionContent(of: job.spec, source: Digest(of: source)).digest
        }
        let first = try digest(SampleManifests.job())
        for same in [
            SampleManifests.job("renamed"), SampleManifests.job(metadata: "labels: {team: vision}"),
            SampleManifests.job(more: "timeout: 5m"), SampleManifests.job(more: "retry: {limit: 3}"),
            SampleManifests.job(more: "resources: {cpu: 2}"), SampleManifests.job(more: "outputs: [m.json]"),
            SampleManifests.job(lr: "1e-2"), SampleManifests.job(lr: "0.010"),
        ] {
            #expect(try digest(same) == first, "\(same)")
        }
        for other in [
            SampleManifests.job(command: "[python3, other.py]"), SampleManifests.job(lr: "0.02"),
            SampleManifests.job(more: "env: {A: b}"), SampleManifests.job(more: "build: {python: {version: \"3.11\"}}"),
        ] {
            #expect(try digest(other) != first, "\(other)")
        }
        #expect(try digest(SampleManifests.job(), source: "changed") != first)
    }
}
