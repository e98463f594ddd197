import Foundation
import Support
import Testing

/// Two machines, one record, one registry: one builds an image, the other runs it.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine to start"))
struct RegistryStoryTests {
    private static func manifests(_ registry: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: ../jobs/train}
          command: [sh, train.sh]
          args: ["${parameters.lr}"]
          parameters: {lr: {type: number}}
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: gpu}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local], registry: {location: \(registry)/team}}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: gpus}
        spec:
          queues: [gpu]
          placement: remote
          builder: {type: none}
          registry: {location: \(registry)/team}

        """
    }

    private static func run(_ name: String, on queue: String, lr: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: \(name)}
        spec: {job: train, queue: \(queue), parameters: {lr: \(lr)}}

        """
    }

    @Test(arguments: [false, true]) func oneBuildsAndTheOtherRuns(_ isServer: Bool) async throws {
        guard !isServer || PostgresServer.isThere else { return }
        let registry = try RegistryServer()
        let one = try await Sandbox()
        try one.write("jobs/train/train.sh", "echo \"trained with $1\"\n")
        try one.write("manifests/setup.yaml", Self.manifests(registry.host))
        try one.write("manifests/first.yaml", Self.run("first", on: "local", lr: "0.1"))
        try await one.commit()
        var environment = ["DOCKER_CONFIG": try registry.writeLogin(into: "\(one.path)/docker")]
        if isServer {
            let server = try PostgresServer.shared()
            environment["SLIPWAY_STATE"] = server.url(try server.makeDatabase())
        } else {
            environment["SLIPWAY_STATE"] = "\(one.path)/state.db"
        }
        let apply = try await one.reconcile("apply", environment: environment)
        #expect(apply.status == 0 && apply.output == "Done: 1 succeeded of 1 runs\n", "\(apply)")
        let explained = try await one.reconcile("explain", "Run/first", environment: environment)
        #expect(explained.output.contains("in \(registry.host)/team/train:v1@sha256:"), "\(explained)")

        // The other machine has a checkout and no image, and its pool builds nothing.
        let two = try await one.clone()
        try one.write("manifests/second.yaml", Self.run("second", on: "gpu", lr: "0.2"))
        try await one.commit()
        let wanted = try await one.reconcile("apply", "--wait", "none", environment: environment)
        #expect(wanted.status == 0, "\(wanted)")
        let agent = try await two.start("agent", "--pool", "gpus", environment: environment)
        try await eventually("the other machine has run it") {
            let get = try await one.reconcile("get", "run", "second", "--output", "json", environment: environment)
            return get.output.contains("\"phase\": \"succeeded\"") || get.output.contains("\"phase\":\"succeeded\"")
        }
        agent.signal(SIGTERM)
        let end = try await agent.end()
        #expect(end.errors.contains("pulling \(registry.host)/team/train:v1@sha256:"), "\(end)")
        let logs = try await two.reconcile("logs", "second", environment: environment)
        #expect(logs.output == "trained with 0.2\n", "\(logs)")
        #expect(two.exists(".slipway/images/blobs") && !two.exists(".slipway/cache/images"), "nothing was built there")
        let history = try await one.reconcile("history", "Job/train", environment: environment)
        #expect(history.output.components(separatedBy: "image.built").count == 2, "\(history)")

        // What the registry has is not missing where the layout has lost it.
        try one.remove(".slipway/images")
        let plan = try await one.reconcile("plan", environment: environment)
        #expect(plan.status == 0 && !plan.output.contains("imageMissing"), "\(plan)")
        try FileManager.default.removeItem(atPath: "\(registry.folder)/data/docker/registry/v2/repositories/team")
        let missed = try await one.reconcile("plan", environment: environment)
        #expect(missed.output.contains("nor in \(registry.host)/team/train"), "\(missed)")
    }

    @Test func aRegistryThatIsDownIsTheReasonOfTheAttempt() async throws {
        let sandbox = try await Sandbox()
        let registry = try RegistryServer()
        try sandbox.write("jobs/train/train.sh", "echo \"trained with $1\"\n")
        try sandbox.write("manifests/setup.yaml", Self.manifests("127.0.0.1:1"))
        try sandbox.write("manifests/first.yaml", Self.run("first", on: "local", lr: "0.1"))
        try await sandbox.commit()
        let environment = ["DOCKER_CONFIG": try registry.writeLogin(into: "\(sandbox.path)/docker")]
        let apply = try await sandbox.reconcile("apply", environment: environment)
        #expect(apply.status == 4 && apply.errors.contains("the registry 127.0.0.1:1/team/train"), "\(apply)")
        // When it is there again, a retry pushes what was built.
        try sandbox.write("manifests/setup.yaml", Self.manifests(registry.host))
        try await sandbox.commit()
        let retry = try await sandbox.reconcile("retry", "first", environment: environment)
        #expect(retry.status == 0, "\(retry)")
        let next = try await sandbox.reconcile("apply", environment: environment)
        #expect(next.status == 0, "\(next)")
        let history = try await sandbox.reconcile("history", "Job/train", environment: environment)
        #expect(history.output.components(separatedBy: "image.built").count == 2, "\(history)")
        #expect(history.output.contains("image.pushed"), "\(history)")
    }
}
