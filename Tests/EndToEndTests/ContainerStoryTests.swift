import Foundation
import Images
import Support
import Testing

/// A queue of containers from the commit to the end, with the built program and the real tools.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ContainerStoryTests {
    /// The queue's document has no network: none of the tests' tools has one.
    private static func manifests(_ tool: String, queue: String = "") -> String {
        """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: ../code}
          build: {baseImage: 'oci:../bases/busybox:v1'}
          command: [sh, train.sh]
          args: ["${parameters.lr}"]
          env: {TOKEN: {secret: token}}
          parameters: {lr: {type: number, default: 0.5}}
          resources: {cpu: 1, memory: 64Mi}
          outputs: [model.txt]
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: boxes}
        spec:
          resource: local-container
          settings: {tool: \(tool)}
          config: {network: none\(queue)}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [boxes]}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: one}
        spec: {job: train, queue: boxes}

        """
    }

    private func prepared(_ tool: BuildTool, script: String, queue: String = "") async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/all.yaml", Self.manifests(tool.rawValue, queue: queue))
        try sandbox.write("code/train.sh", script)
        try await BusyboxLayout.write(to: "bases/busybox", of: sandbox)
        try await sandbox.commit()
        return sandbox
    }

    private func environment(_ containers: ContainerHost) -> [String: String] {
        containers.programEnvironment.merging(["SLIPWAY_SECRET_TOKEN": "secret-value"]) { _, new in new }
    }

    @Test(arguments: ContainerHost.tools) func aRunInAContainerOutlivesItsReconciler(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let sandbox = try await prepared(
            tool,
            script: """
                echo "learning at $1, with $(cat /slipway/parameters.json)"
                echo begun >> /slipway/outputs/starts
                [ "$TOKEN" = secret-value ] || exit 3
                while [ ! -e /slipway/outputs/go ]; do sleep 0.05; done
                echo '{"loss": 0.1}' >> "$SLIPWAY_METRICS"
                echo done >&2
                echo model > "$SLIPWAY_OUTPUTS/model.txt"

                """)
        let tools = environment(containers)
        let first = try await sandbox.start("apply", environment: tools)
        func attempt(_ file: String) -> String? {
            sandbox.files(below: ".slipway/runs").first { $0.hasSuffix("/1/\(file)") }.map { ".slipway/runs/\($0)" }
        }
        try await eventually("it runs") { attempt("outputs/starts") != nil }
        try await eventually("it is recorded as running") { try await sandbox.phases()["one"] == "running" }
        first.signal(SIGKILL)
        #expect(try await first.end().status == 128 + SIGKILL)
        #expect(try containers.run("ps", "--quiet").split(separator: "\n").count == 1, "the container goes on")

        let second = try await sandbox.start("apply", environment: tools)
        try await eventually("it is taken over") {
            try await sandbox.reconcile("history", "Run/one").output.contains("attempt.adopted")
        }
        let starts = try #require(attempt("outputs/starts"))
        try sandbox.write(String(starts.dropLast("starts".count)) + "go", "")
        let end = try await second.end()
        #expect(end.status == 0 && end.output.contains("1 succeeded of 1 run"), "\(end)")
        #expect(try sandbox.read(starts) == "begun\n", "it was started once")
        #expect(try sandbox.read(try #require(attempt("outputs/model.txt"))) == "model\n")
        #expect(try sandbox.read(try #require(attempt("metrics.jsonl"))) == "{\"loss\": 0.1}\n")
        let logs = try await sandbox.reconcile("logs", "one")
        #expect(logs.output.contains("learning at 0.5, with {\"lr\":0.5}\n"), "\(logs)")
        #expect(try containers.containers().isEmpty, "what is recorded is not needed any more")
        for file in sandbox.files(below: ".slipway/runs") {
            let text = try? sandbox.read(".slipway/runs/\(file)")
            #expect(text?.contains("secret-value") != true, "\(file)")
        }
        let again = try await sandbox.reconcile(["apply"], environment: tools)
        #expect(again.status == 0, "\(again)")
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
    }

    @Test(arguments: ContainerHost.tools) func whatFailsSaysWhy(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let sandbox = try await prepared(tool, script: "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done\n")
        let tools = environment(containers)
        let eaten = try await sandbox.reconcile(["apply"], environment: tools)
        #expect(eaten.status == 4, "\(eaten)")
        let why = try await sandbox.reconcile("explain", "run/one")
        #expect(why.output.contains("64 MiB"), "\(why)")

        try sandbox.edit("manifests/all.yaml", "command: [sh, train.sh]", "command: [python3, train.py]")
        try await sandbox.commit()
        let lacking = try await sandbox.reconcile(["apply"], environment: tools)
        #expect(lacking.status == 4, "\(lacking)")
        let what = try await sandbox.reconcile("explain", "run/one")
        #expect(what.output.contains("python3") && what.output.contains("baseImage"), "\(what)")
        #expect(try containers.containers().isEmpty)
    }

    @Test func aQueueThatSetsWhatIsSlipwaysIsRefused() async throws {
        let sandbox = try await prepared(
            .docker, script: "", queue: ", name: mine, shm-sizes: 1g, memory: lots, tool: x")
        let refused = try await sandbox.reconcile("validate")
        #expect(refused.status == 3, "\(refused)")
        for code in ["SLW2420", "SLW2421", "SLW2422"] { #expect(refused.errors.contains(code), "\(refused)") }
        #expect(refused.errors.contains("manifests/all.yaml:20:"), "\(refused)")
    }
}
