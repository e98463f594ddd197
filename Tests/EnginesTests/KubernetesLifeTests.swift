import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// What a real cluster says of an attempt, and what is made of it.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesLifeTests {
    let attempts: KubernetesAttempts
    var server: KubernetesServer { attempts.server }

    init() throws { attempts = try KubernetesAttempts() }

    // MARK: What goes wrong in a cluster

    @Test func whatFitsNowhereSaysWhy() async throws {
        var submission = try attempts.submission("big", "")
        submission.resources.gpu = 100
        let engine = attempts.engine()
        try await engine.submit(submission)
        let seen = try await attempts.follow(submission, with: engine) { $0.isWaiting("Unschedulable") }
        #expect("\(seen)".contains("0/1 nodes are available: 1 Insufficient nvidia.com/gpu."), "\(seen)")
        try await engine.cancel(attempts.reference(to: submission), grace: .seconds(1))
        #expect(await engine.observe(attempts.reference(to: submission)).isGone)
        #expect(try server.request("GET", attempts.path(of: submission)).status == 404)
    }

    @Test func anImageThatCannotBePulledIsGivenUpAfterAWhile() async throws {
        let submission = try attempts.submission("pull", "", ["fake/outcome": "image-pull-failure"])
        try await attempts.engine().submit(submission)
        let waiting = try await attempts.follow(submission, with: attempts.engine()) {
            $0.isWaiting("ErrImagePull") || $0.isWaiting("ImagePullBackOff")
        }
        #expect("\(waiting)".contains("registry.example/train"), "\(waiting)")
        let end = try await attempts.follow(submission, with: attempts.engine(patience: .zero)) { !$0.isLive }
        #expect(end.failure == .imagePull, "\(end)")
        #expect(try server.request("GET", attempts.path(of: submission)).status == 404, "it cannot begin any more")
        #expect(await attempts.engine().observe(attempts.reference(to: submission)).failure == .imagePull)
    }

    @Test(
        arguments: [
            (["fake/reason": "OOMKilled"], EngineFailure.outOfMemory, "OOMKilled"),
            (["fake/outcome": "evicted"], .preempted, "Evicted"),
            (["fake/outcome": "node-lost"], .nodeLost, "NodeLost"),
        ] as [([String: JSONValue], EngineFailure, String)])
    func anEndThatIsTheClustersHasItsWords(
        _ annotations: [String: JSONValue], failure: EngineFailure, word: String
    ) async throws {
        let submission = try attempts.submission("ends", "", annotations)
        let engine = attempts.engine()
        try await engine.submit(submission)
        let end = await engine.wait(for: attempts.reference(to: submission), until: nil)
        #expect(end.failure == failure, "\(end)")
        #expect("\(end)".contains(word), "\(end)")
    }

    @Test func theClusterEndsWhatRunsTooLong() async throws {
        let document: JSONValue = [
            "spec": [
                "template": [
                    "metadata": ["annotations": ["fake/seconds": "0"]], "spec": ["activeDeadlineSeconds": 1],
                ]
            ]
        ]
        let submission = try attempts.submission("long", "", document: document)
        let engine = attempts.engine()
        try await engine.submit(submission)
        let end = await engine.wait(for: attempts.reference(to: submission), until: nil)
        #expect(end.failure == .timeLimit, "\(end)")
    }

    @Test func aQuotaThatIsUsedUpIsWhyItWaits() async throws {
        try server.create(
            "/api/v1/namespaces/\(attempts.namespace.name)/resourcequotas",
            ["metadata": ["name": "few"], "spec": ["hard": ["pods": "0"]]])
        let quota = "/api/v1/namespaces/\(attempts.namespace.name)/resourcequotas/few"
        try await eventually("the quota counts") { try server.get(quota)["status.hard.pods"] != nil }
        let submission = try attempts.submission("quota", "", ["fake/seconds": "0"])
        let engine = attempts.engine()
        try await engine.submit(submission)
        let seen = try await attempts.follow(submission, with: engine) { $0.isWaiting("QuotaExceeded") }
        #expect("\(seen)".contains("exceeded quota: few"), "\(seen)")
        let found = await engine.preflight(submission.target)
        #expect(found.contains { $0.subject == "the quota few" && $0.verdict == .doubtful }, "\(found)")
    }

    @Test func aSecretThatIsNotThereIsWhyItWaits() async throws {
        var submission = try attempts.submission("secret", "case \"$TOKEN\" in hu*) exit 0 ;; *) exit 1 ;; esac")
        submission.secrets = ["TOKEN": "hf-token"]
        let engine = attempts.engine()
        try await engine.submit(submission)
        let seen = try await attempts.follow(submission, with: engine) { $0.isWaiting("CreateContainerConfigError") }
        #expect("\(seen)".contains("hf-token"), "\(seen)")
        try server.create(
            "/api/v1/namespaces/\(attempts.namespace.name)/secrets",
            ["metadata": ["name": "hf-token"], "stringData": ["value": "hush"]])
        #expect(await engine.wait(for: attempts.reference(to: submission), until: nil).status == 0)
        #expect(try !server.get(attempts.path(of: submission)).text.contains("hush"), "its value is nowhere in the Job")
    }

    // MARK: What a command gets

    @Test func aCommandGetsItsParametersAndLeavesItsOutputsOnTheSharedVolume() async throws {
        let runs = "\(attempts.workspace.path)/runs"
        let own = try KubernetesAttempts(settings: ["runsVolume": ["hostPath": ["path": .string(runs)]]])
        var submission = try own.submission(
            "outputs", "cat $SLIPWAY_PARAMETERS > $SLIPWAY_OUTPUTS/copy; echo \"$ODD\" > $SLIPWAY_OUTPUTS/odd")
        submission.folder = try attempts.workspace.folder("runs/outputs/1")
        try FileManager.default.createDirectory(
            atPath: "\(submission.folder)/outputs", withIntermediateDirectories: true)
        try attempts.workspace.write("runs/outputs/1/parameters.json", "{\"lr\": 0.1, \"text\": \"$(PATH) ’\"}\n")
        submission.outputs = ["copy"]
        submission.environment = [
            "SLIPWAY_OUTPUTS": ContainerPaths.outputs, "SLIPWAY_PARAMETERS": ContainerPaths.parameters,
            "ODD": "$(HOME) $$ ; rm -rf \"`x`\" --flag",
        ]
        let engine = own.engine()
        try await engine.submit(submission)
        let end = await engine.wait(for: own.reference(to: submission), until: nil)
        #expect(end.status == 0, "\(end)")
        #expect(own.file("outputs/copy", of: submission) == "{\"lr\": 0.1, \"text\": \"$(PATH) ’\"}\n")
        #expect(own.file("outputs/odd", of: submission) == "$(HOME) $$ ; rm -rf \"`x`\" --flag\n")
    }

    @Test func outputsNeedAVolume() async throws {
        var submission = try attempts.submission("outputs", "true")
        submission.outputs = ["model.json"]
        await expectDiagnostic("SLW6314") { try await attempts.engine().submit(submission) }
        submission.outputs = []
        submission.image?.reference = nil
        await expectDiagnostic("SLW6307") { try await attempts.engine().submit(submission) }
    }

    // MARK: Logs

    @Test func eachLineIsBroughtOnce() async throws {
        let gate = "\(attempts.workspace.path)/gate"
        let submission = try attempts.submission(
            "logs", "echo one; echo two; while [ ! -e \(gate) ]; do sleep 0.02; done; echo three >&2; printf end")
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await engine.fetchLogs(of: reference)
        try await eventually("it writes") {
            try await attempts.engine().fetchLogs(of: reference)
            return attempts.file("stdout.log", of: submission) == "one\ntwo\n"
        }
        try await engine.fetchLogs(of: reference)
        #expect(attempts.file("stdout.log", of: submission) == "one\ntwo\n")
        try attempts.workspace.write("gate", "")
        #expect(await engine.wait(for: reference, until: nil).status == 0)
        for _ in 0..<2 { try await attempts.engine().fetchLogs(of: reference) }
        #expect(attempts.file("stdout.log", of: submission) == "one\ntwo\nthree\nend")
    }

    @Test func theLastWordsOfWhatIsCancelledAreKept() async throws {
        let ready = "\(attempts.workspace.path)/ready"
        let submission = try attempts.submission(
            "words", "trap 'echo saved; sleep 2; exit 0' TERM; echo begun; touch \(ready); while :; do sleep 0.05; done"
        )
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.workspace.exists("ready") }
        try await engine.cancel(reference, grace: .seconds(20))
        // Between the two a shell may complain that what it waited for was terminated.
        let log = attempts.file("stdout.log", of: submission) ?? ""
        #expect(log.hasPrefix("begun\n") && log.hasSuffix("saved\n"), "\(log)")
        let end = await engine.observe(reference)
        #expect(end.isGone, "to end well when it is told to is no success: \(end)")
    }

    // MARK: What is others'

    @Test func whatIsNotOursIsLeftAlone() async throws {
        let submission = try attempts.submission("taken", "true")
        let path = attempts.path(of: submission)
        let job: JSONValue = [
            "metadata": ["name": .string(attempts.identity(submission).object)],
            "spec": [
                "template": [
                    "metadata": ["annotations": ["fake/seconds": "0"]],
                    "spec": ["restartPolicy": "Never", "containers": [["name": "theirs", "image": "theirs"]]],
                ]
            ],
        ]
        let uid = try server.create("/apis/batch/v1/namespaces/\(attempts.namespace.name)/jobs", job)["metadata.uid"]
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        await expectDiagnostic("SLW6309") { try await engine.submit(submission) }
        #expect(await engine.observe(reference) == .absent)
        try await engine.cancel(reference, grace: .zero)
        #expect(try await engine.seal(reference) == .absent)
        await engine.discard(reference)
        #expect(try server.get(path)["metadata.uid"] == uid)
        #expect(try server.get(path)["metadata.deletionTimestamp"] == nil)
    }

    @Test func aPlaceOfTheSameNameIsAnother() async throws {
        let submission = try attempts.submission("both", "true", ["fake/seconds": "0"])
        try await attempts.engine().submit(submission)
        var other = submission
        other.folder = try attempts.workspace.folder("elsewhere/both/1")
        #expect(attempts.identity(other).object != attempts.identity(submission).object)
        #expect(await attempts.engine().observe(attempts.reference(to: other)) == .absent)
    }

    /// Agents in pods have a new name each time, and one folder of runs.
    @Test func anotherHostWithTheSameFolderGoesOn() async throws {
        let runs = try attempts.workspace.folder("runs")
        var submission = try attempts.submission("moved", "", ["fake/seconds": "0"])
        submission.location = try AttemptLocation.establish(in: runs, unique: "0123456789abcdef")
        try await attempts.engine().submit(submission)
        var reference = attempts.reference(to: submission)
        reference.host = "another-machine"
        #expect(attempts.identity(submission).object.hasSuffix("-01234567"))
        let engine = attempts.engine()
        try await eventually("it runs") { await engine.observe(reference).isRunning }
        reference.location = "somewhere-else"
        #expect(await engine.observe(reference).isElsewhere)
    }

    // MARK: Many

    @Test func manyAreAskedForAtOnce() async throws {
        let engine = attempts.engine()
        let submissions = try (0..<6).map { try attempts.submission("many-\($0)", "", ["fake/seconds": "0"]) }
        for submission in submissions.dropLast() { try await engine.submit(submission) }
        let references = submissions.map(attempts.reference)
        try await eventually("all run") {
            await attempts.engine().observe(references).dropLast().allSatisfy(\.isRunning)
        }
        #expect(await engine.observe(references).last == .absent)
    }

    // MARK: Looking before

    @Test func aDryRunSaysWhatTheClusterWouldSay() async throws {
        let good = try attempts.submission("good", "true")
        #expect(await attempts.engine().dryRun(good) == [])
        #expect(try server.request("GET", attempts.path(of: good)).status == 404)
        let bad = try attempts.submission(
            "bad", "true",
            document: [
                "spec": ["template": ["spec": ["containers": [["name": "main", "resorces": [:]]]]]]
            ])
        let said = try #require(await attempts.engine().dryRun(bad)?.first)
        #expect(said.contains("resorces"), "\(said)")
    }

    @Test func aPreflightLooksAtEverything() async throws {
        let found = await attempts.engine().preflight(try attempts.submission("a", "").target)
        #expect(found.allSatisfy { $0.verdict != .bad }, "\(found)")
        #expect(found.contains { $0.subject == "the rights" && $0.verdict == .good }, "\(found)")
        #expect(found.contains { $0.finding.contains("v1.20.2") }, "\(found)")
    }
}

extension Observation {
    func isWaiting(_ word: String) -> Bool { if case .waiting(word, _) = self { true } else { false } }
}

/// Expects a body to be refused for a reason.
func expectDiagnostic(
    _ code: DiagnosticCode, sourceLocation: Testing.SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("it is not refused", sourceLocation: sourceLocation)
    } catch let diagnostic as Diagnostic {
        #expect(diagnostic.code == code, "\(diagnostic.message)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
