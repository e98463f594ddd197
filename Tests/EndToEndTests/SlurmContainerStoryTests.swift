import Foundation
import Support
import Testing

/// Runs of a queue that a Slurm cluster executes in containers, from the commit to the end.
@Suite(
    .enabled(
        if: SlurmCluster.isThere && FileManager.default.isExecutableFile(atPath: "/usr/bin/ch-run")
            && FileManager.default.isExecutableFile(atPath: ContainerStorage.busybox),
        "Slurm, Charliecloud (ch-run) or busybox is not installed"), .timeLimit(.minutes(5)))
struct SlurmContainerStoryTests {
    private func prepared(command: String, settings: String = "container: charliecloud") async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write(
            "manifests/all.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: ../code}
              build: {baseImage: 'oci:../bases/busybox:v1'}
              command: \(command)
              args: ["${parameters.lr}"]
              env: {TOKEN: {secret: token}}
              parameters: {lr: {type: number, default: 0.5}}
              resources: {cpu: 1}
              outputs: [model.txt]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: cluster}
            spec:
              resource: slurm
              settings: {\(settings)}
              config: {partition: main}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: login}
            spec: {queues: [cluster]}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: one}
            spec: {job: train, queue: cluster}

            """)
        try sandbox.write(
            "code/train.sh",
            """
            echo "learning at $1 in $(pwd), with $(cat "$SLIPWAY_PARAMETERS")"
            for file in /*; do echo "$file"; done
            [ ${#TOKEN} = 12 ] || exit 3
            [ ! -e /usr ] || exit 4
            echo "$HOME $PATH"
            echo '{"loss": 0.1}' >> "$SLIPWAY_METRICS"
            echo model > "$SLIPWAY_OUTPUTS/model.txt"

            """)
        try await BusyboxLayout.write(to: "bases/busybox", of: sandbox)
        try await sandbox.commit()
        return sandbox
    }

    private func environment() throws -> [String: String] {
        ["SLURM_CONF": "\(try SlurmCluster.shared().folder)/slurm.conf", "SLIPWAY_SECRET_TOKEN": "secret-value"]
    }

    @Test func `the image is the root of what Slurm runs`() async throws {
        let sandbox = try await prepared(command: "[sh, train.sh]")
        let environment = try environment()
        let applied = try await sandbox.reconcile(environment: environment)
        #expect(applied.status == 0, "\(applied)")
        let logs = try await sandbox.reconcile("logs", "one", environment: environment)
        #expect(
            logs.output == """
                learning at 0.5 in /app, with {"lr":0.5}
                /app
                /bin
                /dev
                /etc
                /proc
                /slipway
                /sys
                /tmp
                /slipway /bin

                """, "\(logs)")
        let files = sandbox.files(below: ".slipway/runs")
        let model = try #require(files.first { $0.hasSuffix("/1/outputs/model.txt") })
        #expect(try sandbox.read(".slipway/runs/\(model)") == "model\n")
        let metrics = try #require(files.first { $0.hasSuffix("/1/metrics.jsonl") })
        #expect(try sandbox.read(".slipway/runs/\(metrics)") == "{\"loss\": 0.1}\n")
        for file in files {
            let text = try? sandbox.read(".slipway/runs/\(file)")
            #expect(text?.contains("secret-value") != true, "\(file)")
        }
        let plan = try await sandbox.reconcile("plan", "--detailed-exitcode", environment: environment)
        #expect(plan.status == 0, "\(plan)")
        let doctor = try await sandbox.reconcile("doctor", environment: environment)
        #expect(doctor.output.contains("Charliecloud") && doctor.output.contains("user namespaces"), "\(doctor)")
    }

    @Test func `a program of the node is none of the image`() async throws {
        let sandbox = try await prepared(command: "[python3, train.py]")
        let applied = try await sandbox.reconcile(environment: try environment())
        #expect(applied.status == 4, "\(applied)")
        #expect(applied.errors.contains("SLW6130") && applied.errors.contains("python3"), "\(applied)")
    }

    @Test func `another way of containers is refused at its place`() async throws {
        let sandbox = try await prepared(command: "[sh, train.sh]", settings: "container: podman")
        let validated = try await sandbox.reconcile("validate")
        #expect(validated.status == 3 && validated.errors.contains("SLW2482"), "\(validated)")
    }
}
