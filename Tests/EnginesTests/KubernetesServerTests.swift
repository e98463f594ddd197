import Foundation
import Manifests
import Support
import Testing

/// The cluster that tests of Kubernetes stand on does what they believe: its nodes do what the annotations of pods ask
/// for.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesServerTests {
    private let namespace: KubernetesNamespace
    private var server: KubernetesServer { namespace.server }
    private var jobs: String { "/apis/batch/v1/namespaces/\(namespace.name)/jobs" }

    init() throws { namespace = try KubernetesNamespace() }

    // MARK: Jobs

    private func createJob(
        _ name: String, _ annotations: [String: JSONValue], spec: [String: JSONValue] = [:]
    ) throws {
        let container: JSONValue = [
            "name": "main", "image": "train", "resources": ["limits": ["nvidia.com/gpu": "1"]],
        ]
        let pod: JSONValue = [
            "metadata": ["annotations": .object(annotations)],
            "spec": ["restartPolicy": "Never", "containers": [container]],
        ]
        let all = spec.merging(["backoffLimit": 0, "template": pod]) { own, _ in own }
        try server.create(jobs, ["metadata": ["name": .string(name)], "spec": .object(all)])
    }

    @Test(arguments: [("0", "Complete"), ("3", "Failed")])
    func aJobRunsToItsEndAndItsLogIsReadThroughTheServer(code: String, end: String) async throws {
        try createJob("a", ["fake/exit": .string(code), "fake/log": "one\ntwo\n"])
        try await eventually("it ends") {
            KubernetesNamespace.condition(end, of: try server.get("\(jobs)/a"))?["status"]?.string == "True"
        }
        let found = try server.get("\(namespace.pods)?labelSelector=job-name%3Da")
        let pod = try #require(found["items.0.metadata.name"]?.string)
        #expect(found["items.0.status.containerStatuses.0.state.terminated.exitCode"] == Int64(code).map(JSONValue.int))
        #expect(try namespace.log(pod) == "one\ntwo\n")
    }

    @Test func aFinishedJobGoesWhenItsTimeIsUp() async throws {
        try createJob("a", [:], spec: ["ttlSecondsAfterFinished": 0])
        try await eventually("it is gone") { try server.request("GET", "\(jobs)/a").status == 404 }
    }

    // MARK: What annotations ask for

    @Test(
        arguments: [
            (["fake/exit": "9"], "Error", 9), (["fake/reason": "OOMKilled"], "OOMKilled", 137),
            (["fake/seconds": "0", "fake/finish": "5"], "Error", 5), ([:], "Completed", 0),
        ] as [([String: JSONValue], String, Int64)])
    func aContainerEndsAsItsPodIsTold(_ annotations: [String: JSONValue], reason: String, code: Int64) async throws {
        try namespace.createPod("a", annotations)
        try await eventually("it ends") { ["Succeeded", "Failed"].contains(try namespace.phase("a")) }
        let ended = try namespace.pod("a")
        #expect(ended["status.phase"]?.string == (code == 0 ? "Succeeded" : "Failed"))
        #expect(ended["status.containerStatuses.0.state.terminated.reason"]?.string == reason)
        #expect(ended["status.containerStatuses.0.state.terminated.exitCode"] == .int(code))
    }

    @Test func aPodRunsUntilItIsTold() async throws {
        try namespace.createPod("a", ["fake/seconds": "0"])
        try await eventually("it runs") { try namespace.phase("a") == "Running" }
        try namespace.annotate("a", ["fake/finish": "0"])
        try await eventually("it ends") { try namespace.phase("a") == "Succeeded" }
    }

    @Test func aPodOutlivesNoDeadline() async throws {
        try namespace.createPod("a", ["fake/seconds": "0"], spec: ["activeDeadlineSeconds": 1])
        try await eventually("it ends") { try namespace.phase("a") == "Failed" }
        let ended = try namespace.pod("a")
        #expect(ended["status.reason"]?.string == "DeadlineExceeded")
        #expect(ended["status.containerStatuses.0.state.terminated.exitCode"] == 143)
    }

    @Test func anImageThatCannotBePulledIsSaidByStateAndEvent() async throws {
        try namespace.createPod("a", ["fake/outcome": "image-pull-failure"])
        try await eventually("it waits") {
            try namespace.pod("a")["status.containerStatuses.0.state.waiting.reason"]?.string == "ImagePullBackOff"
        }
        try await eventually("there are events") {
            let events = try server.get("/api/v1/namespaces/\(namespace.name)/events").text
            return events.contains("Failed to pull image") && events.contains("Back-off pulling image")
        }
        #expect(try namespace.phase("a") == "Pending")
        let log = try server.request("GET", "\(namespace.pods)/a/log")
        #expect(log.status == 400 && log.text.contains("is waiting to start"), "\(log)")
        try namespace.annotate("a", ["fake/outcome": "run"])
        try await eventually("it has run") { try namespace.phase("a") == "Succeeded" }
    }

    @Test(arguments: [("evicted", "Evicted"), ("node-lost", "NodeLost")])
    func aRunningPodIsDisrupted(outcome: String, reason: String) async throws {
        try namespace.createPod("a", ["fake/seconds": "0"])
        try await eventually("it runs") { try namespace.phase("a") == "Running" }
        try namespace.annotate("a", ["fake/outcome": .string(outcome)])
        try await eventually("it has failed") { try namespace.phase("a") == "Failed" }
        let ended = try namespace.pod("a")
        #expect(ended["status.reason"]?.string == reason)
        #expect(KubernetesNamespace.condition("DisruptionTarget", of: ended)?["status"]?.string == "True")
    }

    @Test func whatAsksForTooMuchIsUnschedulable() async throws {
        try namespace.createPod("a", container: ["resources": ["limits": ["nvidia.com/gpu": "100"]]])
        try await eventually("it is refused") {
            let scheduled = KubernetesNamespace.condition("PodScheduled", of: try namespace.pod("a"))
            return scheduled?["reason"]?.string == "Unschedulable"
        }
    }

    @Test func aLostNodeKeepsItsPodsUntilItIsBack() async throws {
        let nodes = "/api/v1/nodes"
        let node = "\(nodes)/lost-\(namespace.name)"
        let labels: JSONValue = ["fake/node": "true", "for": .string(namespace.name)]
        try server.create(nodes, ["metadata": ["name": .string("lost-\(namespace.name)"), "labels": labels]])
        try namespace.createPod(
            "a", ["fake/seconds": "0"], spec: ["nodeSelector": ["for": .string(namespace.name)]])
        try await eventually("it runs") { try namespace.phase("a") == "Running" }
        try server.patch(node, ["metadata": ["annotations": ["fake/lost": "true"]]])
        try await eventually("its pod is to go") { try namespace.pod("a")["metadata.deletionTimestamp"] != nil }
        #expect(KubernetesNamespace.condition("Ready", of: try server.get(node))?["status"]?.string == "Unknown")
        #expect(try namespace.phase("a") == "Running")
        #expect(try !server.request("GET", "\(namespace.pods)/a/log").isGood)
        try server.patch(node, ["metadata": ["annotations": ["fake/lost": "false"]]])
        try await eventually("it is gone") { try server.request("GET", "\(namespace.pods)/a").status == 404 }
        try server.delete(node)
    }

    // MARK: Who may ask

    @Test func usersAreToldApart() async throws {
        func statuses() throws -> [Int] {
            try KubernetesServer.User.allCases.map { try server.request("GET", namespace.pods, as: $0).status }
        }
        #expect(KubernetesServer.User.allCases == [.admin, .restricted, .certified])
        #expect(try statuses() == [200, 403, 200])
        try server.create(
            "/apis/rbac.authorization.k8s.io/v1/namespaces/\(namespace.name)/rolebindings",
            [
                "metadata": ["name": "r"],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"],
                "subjects": [["kind": "User", "name": "restricted"]],
            ])
        try await eventually("he is let in") { try statuses() == [200, 200, 200] }
        for file in [server.kubeconfig, server.certificateKubeconfig, server.restrictedKubeconfig] {
            #expect(FileManager.default.isReadableFile(atPath: file))
        }
    }

    // MARK: Its end

    @Test func nothingOfItIsLeft() async throws {
        let workspace = try TestWorkspace("pod")
        var own: KubernetesServer? = try KubernetesServer()
        let folder = try #require(own?.folder)
        // Kubernetes makes one dollar of two.
        let script = "echo $$$$ > \(workspace.path)/part; mv \(workspace.path)/part \(workspace.path)/pid; sleep 300"
        let container: JSONValue = [
            "name": "main", "image": "train", "command": ["sh", "-c", .string(script)],
        ]
        try own?.create(
            "/api/v1/namespaces/default/pods",
            [
                "metadata": ["name": "a", "annotations": ["fake/exec": "true"]],
                "spec": ["containers": [container]],
            ])
        try await eventually("its pod runs") { workspace.exists("pid") }
        let process = try #require(workspace.text("pid").flatMap { pid_t($0.dropLast()) })
        own = nil
        #expect(!KernelProcess.isAlive(process))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
