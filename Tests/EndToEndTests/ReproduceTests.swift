import Foundation
import Support
import Testing

/// A run that has ended is executed once more from its record, and what comes out is compared.
@Suite(.timeLimit(.minutes(10))) struct ReproduceTests {
    private struct Document: Decodable {
        struct Output: Decodable {
            struct File: Decodable, Equatable {
                var path: String
                var change: String
            }

            var path: String
            var same: Bool
            var files: [File]
        }

        struct Metric: Decodable {
            var name: String
            var same: Bool
        }

        var attempt: Int
        var reproduction: Int
        var resumed: Bool
        var image: String
        var folder: String
        var verdict: String
        var outputs: [Output]
        var metrics: [Metric]
        var notCompared: [String]
    }

    /// A job in shell, with a file and a folder among its outputs.
    ///
    /// - Parameters:
    ///   - script: what it does.
    ///   - more: further documents, in front of which `---` stands.
    private func sandbox(_ script: String, more: String = "") async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("jobs/train/train.sh", script)
        try sandbox.write(
            "manifests/setup.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: ../jobs/train}
              command: [sh, train.sh, "\(sandbox.path)"]
              args: ["${parameters.lr}"]
              env: {TOKEN: {secret: hf-token}}
              parameters: {lr: {type: number, default: 0.5}}
              outputs: [model.json, parts]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local]}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: one}
            spec: {job: train, queue: local}
            \(more)
            """)
        try await sandbox.commit()
        return sandbox
    }

    private static let secret = ["SLIPWAY_SECRET_HF_TOKEN": "hush-hush"]

    private static let steady = """
        printf '{"lr": %s, "token": %s}' "$2" "${#TOKEN}" > "$SLIPWAY_OUTPUTS/model.json"
        mkdir "$SLIPWAY_OUTPUTS/parts" && echo a > "$SLIPWAY_OUTPUTS/parts/a" && echo b > "$SLIPWAY_OUTPUTS/parts/b"
        echo '{"loss": 1, "epoch": 1}' >> "$SLIPWAY_METRICS"
        echo '{"loss": 0.25}' >> "$SLIPWAY_METRICS"
        echo "$SLIPWAY_RUN $SLIPWAY_ATTEMPT $SLIPWAY_JOB" >> "$1/ledger"

        """

    private func reproduce(_ sandbox: Sandbox, _ arguments: String...) async throws -> Outcome {
        try await sandbox.reconcile(["reproduce"] + arguments, environment: Self.secret)
    }

    private func document(_ outcome: Outcome) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    }

    private func ledger(_ sandbox: Sandbox) -> [String] {
        let text = (try? String(contentsOfFile: sandbox.path + "/ledger", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private func expectSound(_ sandbox: Sandbox) async throws {
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
        let next = try await sandbox.reconcile([], environment: Self.secret)
        #expect(next.status == 0 && next.output.contains("Nothing to do"), "\(next)")
    }

    @Test func whatIsDeterministicComesOutTheSame() async throws {
        let sandbox = try await sandbox(Self.steady)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let before = try await sandbox.reconcile("get", "run", "one", "-o", "json")
        let outcome = try await reproduce(sandbox, "one")
        #expect(outcome.status == 0 && outcome.output.contains("The same"), "\(outcome)")
        let json = try await reproduce(sandbox, "one", "-o", "json")
        let document = try document(json)
        #expect(document.verdict == "same" && document.attempt == 1 && document.reproduction == 2)
        #expect(document.outputs.map(\.path) == ["model.json", "parts"])
        #expect(document.metrics.map(\.name) == ["epoch", "loss"])
        if Sandbox.canValidate {
            #expect(try await sandbox.violations(of: "reproduction", in: json.output) == "")
            let explained = try await sandbox.reconcile("explain", "run/one", "-o", "json")
            #expect(try await sandbox.violations(of: "explanation", in: explained.output) == "")
        }
        // The command sees what it saw: the run is what it was, and so are its attempts.
        #expect(ledger(sandbox) == Array(repeating: "one 1 train@v1", count: 3))
        #expect(try await sandbox.reconcile("get", "run", "one", "-o", "json").output == before.output)
        let explained = try await sandbox.reconcile("explain", "run/one")
        #expect(explained.output.contains("reproduced  2, of attempt 1, by"), "\(explained)")
        let history = try await sandbox.reconcile("history", "run/one")
        #expect(history.output.contains("reproduction.started") && history.output.contains("the same"), "\(history)")
        let files = sandbox.files(below: ".slipway/runs").filter { $0.hasSuffix("reproduction-1/stdout.log") }
        #expect(files.count == 1)
        let found = try await sandbox.run("/bin/grep", ["-rl", "hush-hush", ".slipway"])
        #expect(found.output == "", "no secret is written anywhere")
        try await expectSound(sandbox)
    }

    @Test func whatDependsOnTheTimeDiffersAndIsShown() async throws {
        let sandbox = try await sandbox(
            """
            echo x >> "$1/ledger"
            count=$(wc -l < "$1/ledger")
            echo "$count" > "$SLIPWAY_OUTPUTS/model.json"
            mkdir "$SLIPWAY_OUTPUTS/parts" && echo same > "$SLIPWAY_OUTPUTS/parts/a"
            echo "$count" > "$SLIPWAY_OUTPUTS/parts/b" && echo x > "$SLIPWAY_OUTPUTS/parts/new-$count"
            echo "{\\"loss\\": $count, \\"steady\\": 1}" >> "$SLIPWAY_METRICS"

            """)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let outcome = try await reproduce(sandbox, "one")
        #expect(outcome.status == 4 && outcome.output.contains("It differs: 3 differences"), "\(outcome)")
        #expect(outcome.output.contains("≠ metric loss  1 → 2") && outcome.output.contains("= metric steady  1"))
        let document = try document(try await reproduce(sandbox, "one", "-o", "json", "--tolerance", "2"))
        #expect(document.verdict == "differs" && document.metrics.allSatisfy(\.same))
        let parts = document.outputs.first { $0.path == "parts" }
        #expect(
            parts?.files == [
                .init(path: "b", change: "changed"), .init(path: "new-1", change: "removed"),
                .init(path: "new-3", change: "added"),
            ])
        try await expectSound(sandbox)
    }

    @Test func aFailureIsReproducedToo() async throws {
        let sandbox = try await sandbox("echo '{\"loss\": 1}' >> \"$SLIPWAY_METRICS\"; exit 3\n")
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 4)
        let outcome = try await reproduce(sandbox, "one")
        #expect(outcome.status == 0 && outcome.output.contains("the command ended with status 3"), "\(outcome)")
        let missing = try await reproduce(sandbox, "one", "--attempt", "2")
        #expect(missing.status == 1 && missing.errors.contains("SLW"), "\(missing)")
        #expect(try await reproduce(sandbox, "two").status == 1)
        #expect(try await reproduce(sandbox, "one", "--attempt", "0").status == 64)
        #expect(try await sandbox.reconcile("state", "check").status == 0)
    }

    @Test func inputsAreThoseThatTheRunRead() async throws {
        let sandbox = try await sandbox(
            Self.steady,
            more: """
                ---
                apiVersion: slipway/v1
                kind: Job
                metadata: {name: report}
                spec:
                  source: {path: ../jobs/report}
                  command: [sh, report.sh]
                  outputs: [report.txt]
                ---
                apiVersion: slipway/v1
                kind: Run
                metadata: {name: report}
                spec:
                  job: report
                  queue: local
                  inputs: [{from: one, path: outputs/model.json}, {from: one, path: outputs/parts}]
                """)
        try sandbox.write(
            "jobs/report/report.sh", "cat $SLIPWAY_INPUTS/model.json $SLIPWAY_INPUTS/parts/* > report.txt\n")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let outcome = try await reproduce(sandbox, "report")
        #expect(outcome.status == 0, "\(outcome)")
        // What an upstream left is not what it was any more: refused, and nothing is compared with something else.
        let original = sandbox.files(below: ".slipway/runs").first { $0.hasSuffix("/1/outputs/model.json") }
        try sandbox.write(".slipway/runs/\(try #require(original))", "other")
        let refused = try await reproduce(sandbox, "report")
        #expect(refused.status == 1 && refused.errors.contains("SLW7014"), "\(refused)")
        #expect(try await sandbox.reconcile("state", "check").status == 0)
    }

    @Test func aMissingImageIsBuiltAgainFromItsCommit() async throws {
        let sandbox = try await sandbox(Self.steady)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        try sandbox.write("jobs/train/train.sh", Self.steady + "# another version\n")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        try sandbox.remove(".slipway/images")
        try sandbox.remove(".slipway/cache")
        let first = try await sandbox.reconcile("history", "run/one", "-o", "json")
        let id = try #require(
            sandbox.files(below: ".slipway/runs").filter { !$0.contains("/") && $0.hasPrefix("one-") }.first {
                (try? sandbox.read(".slipway/runs/\($0)/1/run.sh").contains("train@v1")) == true
            }
        ).dropFirst(4)
        let outcome = try await reproduce(sandbox, String(id))
        #expect(outcome.status == 0 && outcome.errors.contains("it is built again"), "\(outcome)\(first)")
        // Nothing is made of a commit that is not there.
        try sandbox.remove(".slipway/images")
        try sandbox.remove(".slipway/cache")
        try await sandbox.git("checkout", "--quiet", "--orphan", "fresh")
        try await sandbox.commit()
        try await sandbox.git("branch", "--quiet", "-D", "main")
        try await sandbox.git("reflog", "expire", "--expire=now", "--all")
        try await sandbox.git("gc", "--quiet", "--prune=now")
        let gone = try await reproduce(sandbox, String(id))
        #expect(gone.status == 1 && gone.errors.contains("SLW8123"), "\(gone)")
        #expect(try await sandbox.reconcile("state", "check").status == 0)
    }

    // MARK: - Cut off

    private static let gated = """
        echo "$$" >> "$1/ledger"
        [ "$(wc -l < "$1/ledger")" -gt 1 ] || touch "$1/first"
        left=600
        while [ ! -e "$1/gate" ] && ! rm "$1/first" 2> /dev/null; do
            [ -d "$1" ] && [ "$left" -gt 0 ] || exit 75
            left=$((left - 1))
            sleep 0.05
        done
        mkdir "$SLIPWAY_OUTPUTS/parts"; echo x > "$SLIPWAY_OUTPUTS/model.json"

        """

    @Test func whoIsInterruptedEndsTheCommand() async throws {
        let sandbox = try await sandbox(Self.gated)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let running = try await sandbox.start("reproduce", "one", environment: Self.secret)
        try await eventually("it runs") { ledger(sandbox).count == 2 }
        running.signal(SIGINT)
        #expect(try await running.end().status == 130)
        let process = try #require(Int32(ledger(sandbox)[1]))
        #expect(!GatedJob.isAlive(process))
        let explained = try await sandbox.reconcile("explain", "run/one")
        #expect(explained.output.contains("not compared: cancelled"), "\(explained)")
        try await expectSound(sandbox)
    }

    /// What can be seen of a reproduction's progress, in its order.
    enum Moment: String, CaseIterable, Sendable { case lockIsThere, started, folderIsThere, claimed, running }

    private func has(_ moment: Moment, _ sandbox: Sandbox) async throws -> Bool {
        let files = sandbox.files(below: ".slipway/runs")
        switch moment {
        case .lockIsThere: return files.contains { $0.hasSuffix("/.reproduction.lock") }
        case .started:
            return try await sandbox.reconcile("history", "run/one").output.contains("reproduction.started")
        case .folderIsThere: return files.contains { $0.hasSuffix("/reproduction-1") }
        case .claimed: return files.contains { $0.hasSuffix("/reproduction-1/pid") }
        case .running: return ledger(sandbox).count == 2
        }
    }

    @Test(arguments: Moment.allCases) func killedAtAnyMomentItIsGoneOnWith(_ moment: Moment) async throws {
        let sandbox = try await sandbox(Self.gated)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let running = try await sandbox.start("reproduce", "one", environment: Self.secret)
        try await eventually(moment.rawValue) { try await has(moment, sandbox) }
        running.signal(SIGKILL)
        #expect(try await running.end().status == 128 + SIGKILL)
        #expect(try await sandbox.reconcile("state", "check").status == 0)
        try Data().write(to: URL(fileURLWithPath: sandbox.path + "/gate"))
        let second = try await reproduce(sandbox, "one", "-o", "json")
        #expect(second.status == 0, "\(second)")
        let document = try document(second)
        #expect(document.verdict == "same" && document.reproduction == 1, "\(second)")
        #expect(ledger(sandbox).count == 2, "it was executed once, by whomever")
        if moment == .running { #expect(document.resumed) }
        try await expectSound(sandbox)
    }

    @Test func theNextApplyEndsWhatNobodyAsksForAnyMore() async throws {
        let sandbox = try await sandbox(Self.gated)
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        let running = try await sandbox.start("reproduce", "one", environment: Self.secret)
        try await eventually("it runs") { ledger(sandbox).count == 2 }
        let process = try #require(Int32(ledger(sandbox)[1]))
        let second = try await reproduce(sandbox, "one")
        #expect(second.status == 1 && second.errors.contains("SLW8120"), "one at a time: \(second)")
        // Somebody asks for it still: an apply lets it be.
        #expect(try await sandbox.reconcile([], environment: Self.secret).status == 0)
        #expect(GatedJob.isAlive(process))
        running.signal(SIGKILL)
        #expect(try await running.end().status == 128 + SIGKILL)
        #expect(GatedJob.isAlive(process), "the command outlives who asked for it")
        try await expectSound(sandbox)
        #expect(!GatedJob.isAlive(process))
        let history = try await sandbox.reconcile("history", "run/one")
        #expect(history.output.contains("its reproduce is gone"), "\(history)")
        #expect(try await sandbox.reconcile("state", "check").status == 0)
    }
}
