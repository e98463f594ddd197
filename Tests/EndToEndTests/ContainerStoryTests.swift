import Foundation
import Images
import Support
import Testing

/// A queue of containers from the commit to the end, with the built program and the real tools.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ContainerStoryTests {
    /// Writes an OCI layout that holds busybox, as any tool would.
    private static let base = """
        import hashlib, io, json, os, platform, sys, tarfile
        root = sys.argv[1]
        os.makedirs(root + '/blobs/sha256', exist_ok=True)
        def blob(data, kind):
            digest = hashlib.sha256(data).hexdigest()
            open(root + '/blobs/sha256/' + digest, 'wb').write(data)
            return {'mediaType': 'application/vnd.oci.image.' + kind, 'digest': 'sha256:' + digest, 'size': len(data)}
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w') as tar:
            tar.add('/bin/busybox', arcname='bin/busybox')
            for name in ('cat', 'echo', 'sh', 'sleep', 'touch'):
                link = tarfile.TarInfo('bin/' + name)
                link.type, link.linkname = tarfile.SYMTYPE, 'busybox'
                tar.addfile(link)
        layer = blob(out.getvalue(), 'layer.v1.tar')
        machine = {'x86_64': 'amd64', 'aarch64': 'arm64'}[platform.machine()]
        config = blob(json.dumps({'os': 'linux', 'architecture': machine, 'config': {'Env': ['PATH=/bin']},
            'rootfs': {'type': 'layers', 'diff_ids': [layer['digest']]}}).encode(), 'config.v1+json')
        manifest = blob(json.dumps({'schemaVersion': 2, 'config': config, 'layers': [layer]}).encode(),
            'manifest.v1+json')
        manifest['annotations'] = {'org.opencontainers.image.ref.name': 'v1'}
        open(root + '/index.json', 'w').write(json.dumps({'schemaVersion': 2, 'manifests': [manifest]}))
        open(root + '/oci-layout', 'w').write('{"imageLayoutVersion": "1.0.0"}')
        """

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
        let made = try await sandbox.python(Self.base, "\(sandbox.repository)/bases/busybox")
        try #require(made.status == 0, "\(made)")
        try await sandbox.commit()
        return sandbox
    }

    private func environment(_ containers: ContainerHost) -> [String: String] {
        let names = [
            "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "DOCKER_HOST",
        ]
        var environment = containers.environment.filter { names.contains($0.key) }
        environment["SLIPWAY_SECRET_TOKEN"] = "secret-value"
        return environment
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
