import Foundation
import Support
import Testing

/// A queue of a real cluster: what is committed runs there, once, whoever watches it.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(
        if: KubernetesServer.isThere && RegistryServer.isThere,
        "there is no Kubernetes or no docker-registry on this machine to start"))
struct KubernetesStoryTests {
    private let server: KubernetesServer
    private let registry: RegistryServer
    private let sandbox: Sandbox
    private let environment: [String: String]

    init() async throws {
        server = try KubernetesServer.shared()
        registry = try RegistryServer()
        sandbox = try await Sandbox()
        environment = [
            "DOCKER_CONFIG": try registry.writeLogin(into: "\(sandbox.path)/docker"), "KUBECONFIG": server.kubeconfig,
        ]
        try sandbox.write("jobs/train/README", "A source.\n")
        try sandbox.write("manifests/setup.yaml", Self.setup(registry.host, sandbox, try server.makeNamespace()))
    }

    private static func setup(_ registry: String, _ sandbox: Sandbox, _ namespace: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: cluster}
        spec:
          resource: kubernetes
          settings:
            namespace: \(namespace)
            runsVolume: {hostPath: {path: \(sandbox.repository)/.slipway/runs}}
          config:
            spec:
              template:
                metadata: {annotations: {fake/exec: "true"}}
                spec: {containers: [{name: main, workingDir: /tmp}]}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: pool}
        spec: {queues: [cluster], registry: {location: \(registry)/team}}

        """
    }

    /// A job and its run.
    private func write(_ name: String, _ script: String, more: String = "") throws {
        let lines = script.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
        try sandbox.write(
            "manifests/\(name).yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: \(name)}
            spec:
              source: {path: ../jobs/train}
              parameters: {lr: {type: number, default: 0.5}}
              retry: {limit: 0}
              command:
                - sh
                - -c
                - |
            \(lines.replacingOccurrences(of: "      ", with: "          "))
              \(more)
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: \(name)}
            spec: {job: \(name), queue: cluster}

            """)
    }

    @Test func whatIsCommittedRunsThereOnce() async throws {
        let gate = "\(sandbox.path)/gate"
        try write(
            "train",
            """
            echo started >> \(sandbox.path)/starts
            while [ ! -e \(gate) ]; do sleep 0.05; done
            cp "$SLIPWAY_PARAMETERS" "$SLIPWAY_OUTPUTS/model.json"
            echo '{"loss": 0.25}' >> "$SLIPWAY_METRICS"
            echo "trained $SLIPWAY_JOB"
            """, more: "outputs: [model.json]")
        try await sandbox.commit()
        let first = try await sandbox.start("apply", environment: environment)
        try await eventually("it has begun") { FileManager.default.fileExists(atPath: "\(sandbox.path)/starts") }
        try await eventually("it is recorded") {
            try await sandbox.reconcile("get", "runs", environment: environment).output.contains("running")
        }
        first.signal(SIGKILL)
        _ = try await first.end()

        try Data().write(to: URL(fileURLWithPath: gate))
        let second = try await sandbox.reconcile("apply", environment: environment)
        #expect(second.status == 0 && second.output == "Done: 1 succeeded of 1 runs\n", "\(second)")
        let starts = try String(contentsOfFile: "\(sandbox.path)/starts", encoding: .utf8)
        #expect(starts == "started\n")
        let logs = try await sandbox.reconcile("logs", "train", environment: environment)
        #expect(logs.output.hasSuffix("trained train@v1\n"), "\(logs)")
        let files = sandbox.files(below: ".slipway/runs")
        let model = try #require(files.first { $0.hasSuffix("outputs/model.json") })
        #expect(try sandbox.read(".slipway/runs/\(model)") == "{\"lr\":0.5}\n")
        let metrics = try #require(files.first { $0.hasSuffix("metrics.jsonl") })
        #expect(try sandbox.read(".slipway/runs/\(metrics)") == "{\"loss\": 0.25}\n")
        let again = try await sandbox.reconcile("plan", "--detailed-exitcode", environment: environment)
        #expect(again.status == 0, "\(again)")
    }

    @Test func aFailureIsTheCommands() async throws {
        try write("broken", "echo 'no such file' >&2; exit 3")
        try await sandbox.commit()
        let apply = try await sandbox.reconcile("apply", environment: environment)
        #expect(apply.status == 4, "\(apply)")
        let explained = try await sandbox.reconcile("explain", "Run/broken", environment: environment)
        #expect(explained.output.contains("3"), "\(explained)")
        let logs = try await sandbox.reconcile("logs", "broken", environment: environment)
        #expect(logs.output.contains("no such file"), "\(logs)")
    }

    @Test func whatFitsNowhereSaysSoAndIsCancelled() async throws {
        try write("huge", "true", more: "resources: {gpu: 100}")
        try await sandbox.commit()
        let apply = try await sandbox.start("apply", environment: environment)
        try await eventually("it says why") {
            try await sandbox.reconcile("explain", "Run/huge", environment: environment).output
                .contains("1 Insufficient nvidia.com/gpu")
        }
        let cancel = try await sandbox.reconcile("cancel", "huge", environment: environment)
        #expect(cancel.status == 0, "\(cancel)")
        let end = try await apply.end()
        #expect(end.status == 4, "\(end)")
    }

    @Test func theDoctorLooksAtTheCluster() async throws {
        try await sandbox.commit()
        let doctor = try await sandbox.reconcile("doctor", environment: environment)
        #expect(doctor.output.contains("v1.20.2"), "\(doctor)")
    }
}
