import Foundation
import Manifests
import Support
import Testing

/// Agents that a cluster runs: the program itself, started in a pod by the Deployment that an apply made.
///
/// The nodes of the tests' cluster execute a pod's command as a process of this machine, in the folder that the
/// template names: a clone, as a pod would make one for itself.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(
        if: KubernetesServer.isThere && PostgresServer.isThere && RegistryServer.isThere,
        "Kubernetes was not built, or there is no PostgreSQL or docker-registry to start"))
struct KubernetesAgentTests {
    private static let manifests = """
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

        """

    private static func pool(
        _ registry: String, namespace: String, checkout: String, login: String, replicas: Int = 1
    ) -> String {
        let inherited = BuiltProgram.environment.filter { $0.key != "HOME" && $0.key != "USER" }
        let variables = inherited.merging(["DOCKER_CONFIG": login]) { _, own in own }.sorted { $0.key < $1.key }
            .map { "              - {name: \($0.key), value: \(JSONValue.string($0.value).canonicalText)}" }
        return """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: gpu}
            spec:
              queues: [local]
              placement: kubernetes
              replicas: \(replicas)
              registry: {location: \(registry)/team}
              deployment:
                namespace: \(namespace)
                template:
                  spec:
                    template:
                      metadata: {annotations: {fake/exec: "true"}}
                      spec:
                        terminationGracePeriodSeconds: 60
                        containers:
                        - name: agent
                          image: registry.example.com/slipway
                          command: [\(BuiltProgram.path)]
                          workingDir: \(checkout)
                          env:
                          - {name: SLIPWAY_STATE, valueFrom: {secretKeyRef: {name: slipway, key: state}}}
            \(variables.joined(separator: "\n"))

            """
    }

    private static func run(_ name: String, lr: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: \(name)}
        spec: {job: train, queue: local, parameters: {lr: \(lr)}}

        """
    }

    @Test func anAgentInAPodTakesARunToItsEnd() async throws {
        let cluster = try KubernetesServer.shared()
        let namespace = try cluster.makeNamespace()
        let database = try PostgresServer.shared()
        let name = try database.makeDatabase()
        let registry = try RegistryServer()
        let one = try await Sandbox()
        try one.write("jobs/train/train.sh", "echo \"trained with $1\"\n")
        try one.write("manifests/setup.yaml", Self.manifests)
        try one.write("manifests/first.yaml", Self.run("first", lr: "0.1"))
        try await one.commit()
        let checkout = try await one.clone()
        let login = try registry.writeLogin(into: "\(one.path)/docker")
        let pool = Self.pool(registry.host, namespace: namespace, checkout: checkout.repository, login: login)
        try one.write("manifests/pool.yaml", pool)
        try await one.commit("Agents on the cluster")
        try cluster.create(
            "/api/v1/namespaces/\(namespace)/secrets",
            ["metadata": ["name": "slipway"], "stringData": ["state": .string(database.url(name))]])
        let environment = ["SLIPWAY_STATE": database.url(name), "KUBECONFIG": cluster.kubeconfig]
        func reconcile(_ arguments: String...) async throws -> Outcome {
            try await one.reconcile(arguments, environment: environment)
        }

        // The apply runs no agent itself: the cluster does.
        let apply = try await reconcile("apply", "--timeout", "100s")
        let pods = try cluster.get("/api/v1/namespaces/\(namespace)/pods").json["items"]?.array ?? []
        let pod = pods.first?["metadata"]?["name"]?.string ?? "none"
        let log = try cluster.request("GET", "/api/v1/namespaces/\(namespace)/pods/\(pod)/log").text
        try #require(apply.status == 0, "\(apply)\n\(log)")
        #expect(apply.output == "Done: 1 succeeded of 1 runs\n", "\(apply)")
        #expect(apply.errors.contains("AgentPool/gpu  Deployment slipway-default-gpu made"), "\(apply)")
        let agent = try database.sql("SELECT placement FROM agents", in: name)
        #expect(agent == "kubernetes")
        let logs = try await checkout.reconcile("logs", "first", environment: environment)
        #expect(logs.output == "trained with 0.1\n", "\(logs)")
        let status = try await reconcile("status")
        #expect(status.output.contains("AgentPool    gpu ready: 1 of 1 agents: gpu-"), "\(status)")
        let ready = "slipway-default-gpu in \(namespace): 1 of 1 ready"
        #expect(status.output.contains("             Deployment \(ready)"), "\(status)")
        let explained = try await reconcile("explain", "AgentPool/gpu")
        #expect(explained.output.contains("  deployment  \(ready)"), "\(explained)")
        #expect(explained.output.contains("deployment.applied"), "\(explained)")

        // Somebody's hand is seen, and undone.
        let path = "/apis/apps/v1/namespaces/\(namespace)/deployments/slipway-default-gpu"
        let edit = try cluster.request(
            "PATCH", "\(path)?fieldManager=kubectl-edit", ["spec": ["replicas": 0]],
            type: "application/merge-patch+json")
        #expect(edit.isGood, "\(edit)")
        let plan = try await reconcile("plan", "--detailed-exitcode")
        #expect(plan.status == 2 && plan.output.contains("~ AgentPool/gpu"), "\(plan)")
        #expect(plan.output.contains("[deploymentChanged]"), "\(plan)")
        let repaired = try await reconcile()
        #expect(repaired.status == 0 && repaired.errors.contains("changed: spec.replicas"), "\(repaired)")
        #expect(try cluster.get(path)["spec.replicas"] == 1)
        let calm = try await reconcile("plan", "--detailed-exitcode")
        #expect(calm.status == 0 && calm.errors.isEmpty, "\(calm)")

        // The pool goes, and with it all that it was.
        try one.remove("manifests/pool.yaml")
        try await one.commit("No agents")
        let gone = try await reconcile("apply")
        #expect(gone.status == 0 && gone.errors.contains("Deployment slipway-default-gpu deleted"), "\(gone)")
        #expect(try cluster.request("GET", path).status == 404)
        try await eventually("the agents have said goodbye") {
            try database.sql("SELECT count(*) FROM agents WHERE state NOT IN ('stopped', 'lost')", in: name) == "0"
        }
        let history = try await reconcile("history", "--verify")
        #expect(history.status == 0, "\(history)")
        #expect(try await reconcile("state", "check").status == 0)
    }

    /// A cluster that refuses is told of, ends the apply with an error, and keeps no run from its end.
    @Test func aClusterThatRefusesHoldsUpNobody() async throws {
        let cluster = try KubernetesServer.shared()
        let namespace = try cluster.makeNamespace()
        let database = try PostgresServer.shared()
        let one = try await Sandbox()
        try one.write("jobs/train/train.sh", "echo \"trained with $1\"\n")
        try one.write("manifests/setup.yaml", Self.manifests)
        try one.write("manifests/first.yaml", Self.run("first", lr: "0.1"))
        try one.write(
            "manifests/pool.yaml",
            Self.pool("registry.example.com", namespace: namespace, checkout: "/nowhere", login: "/nowhere") + """
                ---
                apiVersion: slipway/v1
                kind: AgentPool
                metadata: {name: here}
                spec: {queues: [local]}

                """)
        try await one.commit()
        let environment = [
            "SLIPWAY_STATE": database.url(try database.makeDatabase()), "KUBECONFIG": cluster.restrictedKubeconfig,
        ]
        let apply = try await one.reconcile(environment: environment)
        #expect(apply.status == 1 && apply.errors.contains("[SLW6401]"), "\(apply)")
        #expect(
            apply.errors.contains("1 succeeded of 1 runs, and not all Deployments are as they should be"), "\(apply)")
        let plan = try await one.reconcile("plan", environment: environment)
        #expect(plan.status == 0 && plan.errors.contains("[SLW3130]"), "\(plan)")
        let status = try await one.reconcile("status", environment: environment)
        #expect(status.output.contains("Deployment unknown: the cluster refuses"), "\(status)")
        // With leave to do so, the next one makes it.
        let next = try await one.reconcile(
            environment: environment.merging(["KUBECONFIG": cluster.kubeconfig]) { _, own in own })
        #expect(next.status == 0 && next.errors.contains("Deployment slipway-default-gpu made"), "\(next)")
    }
}
