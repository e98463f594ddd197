import Foundation
import Testing

/// Runs that wait for each other and read what others leave, with the built program.
@Suite(.timeLimit(.minutes(5))) struct DependencyTests {
    /// A job that writes what it was given, and what it read, into `out.txt`; it fails as long as a file is there.
    private func sandbox() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write(
            "jobs/step/step.sh",
            """
            [ -e "$2" ] && exit 3
            {
                printf '%s' "$1"
                if [ -n "$SLIPWAY_INPUTS" ]; then
                    for file in "$SLIPWAY_INPUTS"/*; do printf '(%s)' "$(cat "$file")"; done
                fi
            } > "$SLIPWAY_OUTPUTS/out.txt"
            printf '%s\\n' "$SLIPWAY_RUN" >> "$3"

            """)
        try sandbox.write(
            "manifests/setup.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: step}
            spec:
              source: {path: ../jobs/step}
              command: [sh, step.sh, "${parameters.text}", "${parameters.obstacle}", "\(sandbox.path)/ledger"]
              parameters:
                text: {type: string}
                obstacle: {type: string, default: ""}
              outputs: [out.txt]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local], replicas: 2}

            """)
        try step(sandbox, "prepare", text: "p")
        try step(sandbox, "left", text: "l", more: "inputs: [{from: prepare, path: outputs/out.txt}]")
        try step(
            sandbox, "right", text: "r", obstacle: "\(sandbox.path)/obstacle",
            more: "inputs: [{from: prepare, path: out.txt}]")
        try step(
            sandbox, "join", text: "j",
            more: "inputs: [{from: left, path: out.txt, as: a}, {from: right, path: out.txt, as: b}]")
        return sandbox
    }

    private func step(
        _ sandbox: Sandbox, _ name: String, text: String, obstacle: String = "", more: String = ""
    ) throws {
        try sandbox.write(
            "manifests/\(name).yaml",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: \(name)}
            spec:
              job: step
              queue: local
              parameters: {text: \(text), obstacle: "\(obstacle)"}
              \(more)

            """)
    }

    private func ledger(_ sandbox: Sandbox) -> [String] {
        let text = (try? String(contentsOfFile: sandbox.path + "/ledger", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// What the newest attempt of a run wrote.
    private func output(_ sandbox: Sandbox, _ run: String) throws -> String? {
        let files = sandbox.files(below: ".slipway/runs")
            .filter { $0.hasPrefix("\(run)-") && $0.hasSuffix("/outputs/out.txt") }
        let newest = files.map { "\(sandbox.repository)/.slipway/runs/\($0)" }.max { left, right in
            func date(_ path: String) -> Date {
                (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
            }
            return date(left) < date(right)
        }
        return try newest.map { try String(contentsOfFile: $0, encoding: .utf8) }
    }

    @Test func aBranchThatFailsKeepsOnlyWhatWaitsForIt() async throws {
        let sandbox = try await sandbox()
        try Data().write(to: URL(fileURLWithPath: sandbox.path + "/obstacle"))
        try await sandbox.commit()
        let first = try await sandbox.reconcile()
        #expect(first.status == 4, "\(first)")
        #expect(
            first.errors.contains(
                "Run/join is blocked: Run/right failed; `reconcile retry right` or change it"), "\(first)")
        #expect(
            try await sandbox.phases()
                == ["prepare": "succeeded", "left": "succeeded", "right": "failed", "join": "pending"])
        let join = try #require(try await sandbox.items("run").first { $0.name == "join" })
        #expect(join.reason == "DependencyFailed")
        let explained = try await sandbox.reconcile("explain", "run/join")
        #expect(explained.output.contains("Run/left, succeeded: succeeded"), "\(explained)")
        #expect(explained.output.contains("Run/right, succeeded: failed"), "\(explained)")
        #expect(explained.output.contains("a: out.txt of left, sha256:"), "\(explained)")
        #expect(explained.output.contains("b: out.txt of right, not there yet"), "\(explained)")

        // Nothing is repeated, and nothing is waited for, as long as nobody does anything.
        let again = try await sandbox.reconcile()
        #expect(again.status == 4 && ledger(sandbox).sorted() == ["left", "prepare"], "\(again)")

        try FileManager.default.removeItem(atPath: sandbox.path + "/obstacle")
        let retry = try await sandbox.reconcile("retry", "right")
        #expect(retry.status == 0, "\(retry)")
        #expect(try await sandbox.items("run").first { $0.name == "join" }?.reason == "Blocked")
        let done = try await sandbox.reconcile()
        #expect(done.status == 0, "\(done)")
        #expect(ledger(sandbox).sorted() == ["join", "left", "prepare", "right"])
        #expect(ledger(sandbox).first == "prepare" && ledger(sandbox).last == "join")
        #expect(try output(sandbox, "join") == "j(l(p))(r(p))")
        let history = try await sandbox.reconcile("history", "--verify")
        #expect(history.status == 0, "\(history)")
    }

    @Test func whatChangesAboveIsComputedAnewBelow() async throws {
        let sandbox = try await sandbox()
        try await sandbox.commit()
        let first = try await sandbox.reconcile()
        #expect(first.status == 0, "\(first)")
        #expect(try await sandbox.reconcile().output.hasPrefix("Nothing to do"))

        try step(sandbox, "prepare", text: "q")
        try await sandbox.commit("Another beginning")
        let plan = try await sandbox.plan()
        #expect(plan.actions.filter { $0.op == "run" }.map(\.name) == ["prepare", "left", "right", "join"])
        #expect(plan.actions.filter { $0.reason == "inputsChanged" }.count == 3)
        let left = try #require(plan.actions.first { $0.name == "left" })
        #expect(left.message == "input out.txt of prepare changed: parameters.text \"p\" → \"q\"")
        let second = try await sandbox.reconcile()
        #expect(second.status == 0, "\(second)")
        #expect(try output(sandbox, "join") == "j(l(q))(r(q))")
        #expect(ledger(sandbox).count == 8)

        // Back again: everything has been computed.
        try await sandbox.git("revert", "--no-edit", "HEAD")
        let back = try await sandbox.plan()
        #expect(back.summary.run == 0 && back.summary.satisfied == 4, "\(back)")
        let third = try await sandbox.reconcile()
        #expect(third.status == 0 && ledger(sandbox).count == 8, "\(third)")
    }

    @Test func whatWasChangedByHandIsNotRead() async throws {
        let sandbox = try await sandbox()
        try sandbox.remove("manifests/left.yaml")
        try sandbox.remove("manifests/right.yaml")
        try sandbox.remove("manifests/join.yaml")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        let file = try #require(
            sandbox.files(below: ".slipway/runs").first { $0.hasSuffix("/outputs/out.txt") })
        try sandbox.write(".slipway/runs/\(file)", "forged")
        try step(sandbox, "left", text: "l", more: "inputs: [{from: prepare, path: out.txt}]")
        try await sandbox.commit("A reader")
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4 && applied.errors.contains("[SLW7014]"), "\(applied)")
        #expect(ledger(sandbox) == ["prepare"])
    }

    @Test func circlesAreRefusedBeforeAnythingHappens() async throws {
        let sandbox = try await sandbox()
        try step(sandbox, "prepare", text: "p", more: "dependsOn: [{run: join, condition: finished}]")
        let validated = try await sandbox.reconcile("validate")
        #expect(validated.status == 3, "\(validated)")
        #expect(
            validated.errors.contains("manifests/join.yaml:8:19: error: 3 runs wait for each other"), "\(validated)")
        #expect(validated.errors.contains("join → left → prepare → join [SLW2062]"), "\(validated)")
        #expect(!sandbox.exists(".slipway"))
    }
}
