import Foundation
import Support
import Testing

/// What runs leave can be read from any machine, when the one that computed it is gone.
@Suite(.timeLimit(.minutes(5))) struct ArtifactTests {
    /// What a pool's store is.
    enum Store: String, CaseIterable, Sendable { case folder, registry }

    static let stores: [Store] = RegistryServer.isThere ? Store.allCases : [.folder]

    /// A run that leaves a log, metrics, a file and a folder, and one that reads those.
    private func sandbox(storingIn location: String) async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write(
            "jobs/prepare/prepare.sh",
            """
            echo "prepared"
            echo "and complained" >&2
            echo '{"rows": 3, "loss": 0.25}' >> "$SLIPWAY_METRICS"
            printf '1,2\\n' > "$SLIPWAY_OUTPUTS/data.csv"
            mkdir "$SLIPWAY_OUTPUTS/model"
            printf 'weights' > "$SLIPWAY_OUTPUTS/model/w.bin"
            printf '%s\\n' "$SLIPWAY_RUN" >> "$1"

            """)
        try sandbox.write(
            "jobs/train/train.sh",
            """
            cat "$SLIPWAY_INPUTS/data.csv" "$SLIPWAY_INPUTS/model/w.bin"
            printf '%s\\n' "$SLIPWAY_RUN" >> "$1"

            """)
        try sandbox.write(
            "manifests/setup.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: prepare}
            spec:
              source: {path: ../jobs/prepare}
              command: [sh, prepare.sh, "\(sandbox.path)/ledger"]
              env: {TOKEN: {secret: hf-token}}
              outputs: [data.csv, model]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec:
              queues: [local]
              artifacts: {location: "\(location)"}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: prepare}
            spec: {job: prepare, queue: local}

            """)
        try await sandbox.commit()
        return sandbox
    }

    private static let train = """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: ../jobs/train}
          command: [sh, train.sh, "LEDGER"]
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: train}
        spec:
          job: train
          queue: local
          inputs: [{from: prepare, path: data.csv}, {from: prepare, path: model}]

        """

    @Test(arguments: stores) func anyMachineReadsWhatOneLeft(_ store: Store) async throws {
        let registry = store == .registry ? try RegistryServer() : nil
        let place = try TestWorkspace("store")
        let location = registry.map { "oci:\($0.host)/team/runs" } ?? "\(place.path)/store"
        let sandbox = try await sandbox(storingIn: location)
        var environment = ["SLIPWAY_SECRET_HF_TOKEN": "s3cret-token"]
        if let registry { environment["DOCKER_CONFIG"] = try registry.writeLogin(into: place.folder("docker")) }

        let one = try await Runner("runner-1", of: sandbox, .carriedFile, environment)
        let first = try await one.run("apply")
        #expect(first.status == 0, "\(first)")
        try one.disappear()

        let two = try await Runner("runner-2", of: sandbox, .carriedFile, environment, after: one)
        let logs = try await two.run("logs", "prepare")
        #expect(logs.status == 0 && logs.output == "prepared\n" && logs.errors == "and complained\n", "\(logs)")
        let followed = try await two.run("logs", "prepare", "-f")
        #expect(followed.status == 0 && followed.output == "prepared\n", "\(followed)")
        let run = try #require(
            try await two.run("get", "run", "prepare", "--output", "json").decoded(GetDocument.self).items.first)
        #expect(run.metrics == ["rows": 3, "loss": 0.25])
        let artifact = try #require(run.attempts?.first?.artifact)
        let digest = try #require(artifact.digest)
        #expect(artifact.location == location && artifact.warning == nil)
        let table = try await two.run("get", "run", "prepare")
        #expect(table.output.contains("loss=0.25 rows=3"), "\(table)")
        let story = try await two.run("explain", "Run/prepare")
        #expect(story.output.contains("in \(location)@\(digest)"), "\(story)")

        let target = try place.folder("got")
        let outputs = try await two.run("outputs", "prepare", "--to", target)
        #expect(outputs.status == 0 && outputs.output.contains("\(target)/model"), "\(outputs)")
        #expect(place.text("got/data.csv") == "1,2\n" && place.text("got/model/w.bin") == "weights")
        #expect(try place.contents().filter { $0.hasPrefix("got/.") }.isEmpty)
        let again = try await two.run("outputs", "prepare", "--to", target)
        #expect(again.status == 1 && again.errors.contains("[SLW8093]"), "\(again)")

        // The next commit wants something that reads what the vanished machine left.
        try sandbox.write(
            "manifests/train.yaml", Self.train.replacingOccurrences(of: "LEDGER", with: "\(sandbox.path)/ledger"))
        try await sandbox.commit()
        let three = try await Runner("runner-3", of: sandbox, .carriedFile, environment, after: two)
        let third = try await three.run("apply")
        #expect(third.status == 0 && third.output == "Done: 2 succeeded of 2 runs\n", "\(third)")
        #expect(try await three.run("logs", "train").output == "1,2\nweights")
        let ledger = try String(contentsOfFile: sandbox.path + "/ledger", encoding: .utf8)
        #expect(ledger == "prepare\ntrain\n", "nothing is computed twice")
        let check = try await three.run("state", "check")
        #expect(check.status == 0, "\(check)")

        if let registry { try await isReadable(digest, in: registry, place) }
        try noSecret(registry?.folder ?? place.path + "/store")
    }

    /// Other tools read it, too.
    private func isReadable(_ digest: String, in registry: RegistryServer, _ place: TestWorkspace) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo") else { return }
        let reference = "docker://\(registry.host)/team/runs@\(digest)"
        let login = "\(RegistryServer.user):\(RegistryServer.password)"
        let inspected = try await RunningProgram.start(
            "/usr/bin/skopeo", ["inspect", "--raw", "--tls-verify=false", "--creds", login, reference],
            environment: BuiltProgram.environment, in: place.path
        ).end()
        #expect(inspected.status == 0 && inspected.output.contains("vnd.slipway.attempt.v1"), "\(inspected)")
        // A copy makes it read and verify every blob.
        let copied = try await RunningProgram.start(
            "/usr/bin/skopeo",
            [
                "--insecure-policy", "copy", "--preserve-digests", "--src-tls-verify=false", "--src-creds", login,
                reference, "oci:\(place.path)/copy:prepare",
            ], environment: BuiltProgram.environment, in: place.path
        ).end()
        #expect(copied.status == 0, "\(copied)")
        #expect(place.exists("copy/blobs/sha256/\(digest.dropFirst("sha256:".count))"))
    }

    private func noSecret(_ folder: String) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(!files.isEmpty)
        for file in files {
            let data = FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data()
            #expect(data.range(of: Data("s3cret-token".utf8)) == nil, "\(file)")
            #expect(data.range(of: Data("hf-token".utf8)) == nil, "\(file)")
        }
    }

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine to start"))
    func aLoginThatIsRefusedIsAWarningInTheRecord() async throws {
        let registry = try RegistryServer()
        let place = try TestWorkspace("store")
        let sandbox = try await sandbox(storingIn: "oci:\(registry.host)/team/runs")
        let environment = [
            "SLIPWAY_SECRET_HF_TOKEN": "x",
            "DOCKER_CONFIG": try registry.writeLogin(into: place.folder("docker"), password: "wr0ng-one"),
        ]
        let end = try await sandbox.reconcile(["apply"], environment: environment)
        #expect(end.status == 0, "\(end)")
        let run = try #require(
            try await sandbox.reconcile("get", "run", "prepare", "--output", "json").decoded(GetDocument.self).items
                .first)
        let artifact = try #require(run.attempts?.first?.artifact)
        #expect(artifact.digest == nil && artifact.warning?.contains("[SLW5083]") == true, "\(artifact)")
        let story = try await sandbox.reconcile("explain", "Run/prepare")
        #expect(story.output.contains("not in oci:") && story.output.contains("docker login"), "\(story)")
        let history = try await sandbox.reconcile("history", "--output", "json")
        #expect(!(end.errors + story.output + history.output).contains("wr0ng"))
    }

    /// What goes on elsewhere cannot be read from here; what becomes of it can be waited for.
    @Test(.enabled(if: PostgresServer.isThere, "there is no PostgreSQL server on this machine to start one from"))
    func aRunElsewhereIsFollowedToItsEnd() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try sandbox.edit(
            "manifests/setup.yaml", "replicas: 2}", "replicas: 2, artifacts: {location: \"\(sandbox.path)/store\"}}")
        try job.want("long", gated: true)
        try await sandbox.commit()
        let one = try await Runner("runner-1", of: sandbox, .server)
        let two = try await Runner("runner-2", of: sandbox, .server, after: one)
        let apply = try await one.start("apply")
        try await job.begun("long")
        if two.hasOwnName {
            let logs = try await two.run("logs", "long")
            #expect(logs.status == 1 && logs.errors.contains("[SLW8018]"), "\(logs)")
        }
        let follow = try await two.start("logs", "long", "-f")
        try job.open("long")
        let end = try await apply.end()
        #expect(end.status == 0, "\(end)")
        let followed = try await follow.end()
        #expect(followed.status == 0 && followed.output == "begun\nended\n", "\(followed)")
    }

    @Test func outputsOfWhatHasNotSucceededAreRefused() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("bad", status: 3)
        try await sandbox.commit()
        _ = try await sandbox.reconcile()
        let outputs = try await sandbox.reconcile("outputs", "bad")
        #expect(outputs.status == 1 && outputs.errors.contains("[SLW8092]"), "\(outputs)")
    }

    @Test func validateRefusesWhatCannotWork() async throws {
        let sandbox = try await sandbox(storingIn: "oci:ada:s3cret@r.example.com/runs")
        let validate = try await sandbox.reconcile("validate")
        #expect(validate.status == 3, "\(validate)")
        #expect(validate.errors.contains("manifests/setup.yaml:20:25: error: spec.artifacts.location"), "\(validate)")
        #expect(validate.errors.contains("[SLW2240]") && !validate.errors.contains("s3cret"), "\(validate)")
    }
}
