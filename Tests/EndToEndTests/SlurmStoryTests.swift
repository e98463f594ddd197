import Foundation
import Support
import Testing

/// Runs of a queue that a Slurm cluster executes.
@Suite(.enabled(if: SlurmCluster.isThere, "Slurm is not installed")) struct SlurmStoryTests {
    private func manifests(_ sandbox: Sandbox, runs: String, config: String = "partition: main") throws {
        try sandbox.write(
            "manifests/all.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: hello}
            spec:
              source: {path: ../jobs/hello}
              command: [./run.sh]
              args: ["${parameters.name}"]
              parameters: {name: {type: string, default: x}}
              resources: {cpu: 1}
              outputs: [result.txt]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: cluster}
            spec:
              resource: slurm
              config: {\(config)}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: login}
            spec: {queues: [cluster], maxRuns: 4}
            \(runs)
            """)
        try sandbox.write(
            "jobs/hello/run.sh",
            """
            #!/bin/sh
            echo "$1 $SLURM_JOB_ID" >> '\(sandbox.path)/ledger'
            until [ -e "\(sandbox.path)/open" ]; do sleep 0.05; done
            echo "hello, $1"
            echo "$SLIPWAY_RUN" > "$SLIPWAY_OUTPUTS/result.txt"

            """)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(sandbox.repository)/jobs/hello/run.sh")
    }

    private func run(_ name: String) -> String {
        """
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: \(name)}
        spec: {job: hello, queue: cluster, parameters: {name: \(name)}}

        """
    }

    private func ledger(_ sandbox: Sandbox) -> [String] {
        let text = try? String(contentsOfFile: "\(sandbox.path)/ledger", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    @Test func `what runs there outlives the reconciler, and the next one goes on with it`() async throws {
        let cluster = try SlurmCluster.shared()
        let environment = ["SLURM_CONF": "\(cluster.folder)/slurm.conf"]
        let sandbox = try await Sandbox()
        try manifests(sandbox, runs: run("one") + run("two"))
        try await sandbox.commit()
        let first = try await sandbox.start(environment: environment)
        try await eventually("both run") { ledger(sandbox).count == 2 }
        first.signal(SIGKILL)
        _ = try await first.end()
        try Data().write(to: URL(fileURLWithPath: "\(sandbox.path)/open"))

        let second = try await sandbox.reconcile(environment: environment)
        #expect(second.status == 0, "\(second)")
        #expect(Set(ledger(sandbox).map { $0.prefix(3) }) == ["one", "two"] && ledger(sandbox).count == 2)
        let logs = try await sandbox.reconcile("logs", "one", environment: environment)
        #expect(logs.output == "hello, one\n", "\(logs)")
        let plan = try await sandbox.reconcile("plan", "--detailed-exitcode", environment: environment)
        #expect(plan.status == 0, "\(plan)")
    }

    @Test func `what Slurm refuses is the run's reason, and what waits tells why`() async throws {
        let cluster = try SlurmCluster.shared()
        let environment = ["SLURM_CONF": "\(cluster.folder)/slurm.conf"]
        let sandbox = try await Sandbox()
        try manifests(sandbox, runs: run("astray"), config: "partition: nowhere")
        try await sandbox.commit()
        let refused = try await sandbox.reconcile(environment: environment)
        #expect(refused.status == 4, "\(refused)")
        #expect(refused.errors.contains("invalid partition specified: nowhere"), "\(refused)")

        try manifests(sandbox, runs: run("late"), config: "begin: now+1hour")
        try await sandbox.commit()
        let apply = try await sandbox.start(environment: environment)
        try await eventually("it waits") {
            let status = try await sandbox.reconcile("explain", "run/late", environment: environment)
            return status.output.contains("is PENDING (BeginTime)")
        }
        let cancel = try await sandbox.reconcile("cancel", "late", environment: environment)
        #expect(cancel.status == 0, "\(cancel)")
        #expect(try await apply.end().status == 4)
        #expect(ledger(sandbox).isEmpty)
    }
}
