import Foundation
import Manifests
import Support
import Testing

/// Tests of Kubernetes are skipped where it was not built: that takes minutes, and `make test` does not do it.
let needsKubernetes: any SuiteTrait & TestTrait = .enabled(
    if: KubernetesServer.isThere, "scripts/servers/kubernetes-build was not run, so there is no Kubernetes to start")

/// The cluster that tests of Kubernetes stand on does what they believe: its nodes do what the annotations of pods ask
/// for.
@Suite(needsKubernetes, .timeLimit(.minutes(5)))
struct KubernetesServerTests {
    private let server: KubernetesServer
    private let namespace: String
    private let pods: String

    init() throws {
        server = try KubernetesServer.shared()
        namespace = try server.makeNamespace()
        pods = "/api/v1/namespaces/\(namespace)/pods"
    }

    private func createPod(
        _ name: String, _ annotations: [String: JSONValue] = [:], node: JSONValue = [:],
        container: [String: JSONValue] = [:]
    ) throws {
        let own: [String: JSONValue] = ["name": "main", "image": "registry.example/train@sha256:0"]
        try server.create(
            pods,
            [
                "metadata": ["name": .string(name), "annotations": .object(annotations)],
                "spec": [
                    "restartPolicy": "Never", "nodeSelector": node,
                    "containers": [.object(own.merging(container) { _, new in new })],
                ],
            ])
    }

    private func pod(_ name: String) throws -> KubernetesServer.Answer { try server.get("\(pods)/\(name)") }

    private func phase(_ name: String) throws -> String? { try pod(name)["status.phase"]?.string }

    private func executed(_ script: String, _ more: [String: JSONValue] = [:]) -> [String: JSONValue] {
        more.merging(["command": ["sh", "-c", .string(script)]]) { first, _ in first }
    }

    private func condition(_ type: String, of answer: KubernetesServer.Answer) -> JSONValue? {
        guard case .array(let all)? = answer["status.conditions"] else { return nil }
        return all.first { $0["type"]?.string == type }
    }

    // MARK: Jobs

    @Test func aJobRunsToItsEndAndItsLogIsReadThroughTheServer() async throws {
        let jobs = "/apis/batch/v1/namespaces/\(namespace)/jobs"
        for (name, code) in [("good", "0"), ("bad", "3")] {
            let pod: JSONValue = [
                "metadata": ["annotations": ["fake/exit": .string(code), "fake/log": "one\ntwo\n"]],
                "spec": [
                    "restartPolicy": "Never",
                    "containers": [
                        [
                            "name": "main", "image": "train",
                            "resources": ["limits": ["nvidia.com/gpu": "1"]],
                        ]
                    ],
                ],
            ]
            try server.create(
                jobs, ["metadata": ["name": .string(name)], "spec": ["backoffLimit": 0, "template": pod]])
        }
        for (name, end, code) in [("good", "Complete", 0), ("bad", "Failed", 3)] as [(String, String, Int64)] {
            try await eventually("\(name) ends") {
                condition(end, of: try server.get("\(jobs)/\(name)"))?["status"]?.string == "True"
            }
            let found = try server.get("\(pods)?labelSelector=job-name%3D\(name)")
            let pod = try #require(found["items.0.metadata.name"]?.string)
            #expect(found["items.0.status.containerStatuses.0.state.terminated.exitCode"] == .int(code))
            #expect(try server.get("\(pods)/\(pod)/log?container=main").text == "one\ntwo\n")
        }
    }

    // MARK: What annotations ask for

    @Test(
        arguments: [
            (["fake/exit": "9"], "Error", 9), (["fake/reason": "OOMKilled"], "OOMKilled", 137),
            (["fake/seconds": "0", "fake/finish": "5"], "Error", 5), ([:], "Completed", 0),
        ] as [([String: JSONValue], String, Int64)])
    func aContainerEndsAsItsPodIsTold(_ annotations: [String: JSONValue], reason: String, code: Int64) async throws {
        try createPod("a", annotations)
        try await eventually("it ends") { ["Succeeded", "Failed"].contains(try phase("a")) }
        let ended = try pod("a")
        #expect(ended["status.phase"]?.string == (code == 0 ? "Succeeded" : "Failed"))
        #expect(ended["status.containerStatuses.0.state.terminated.reason"]?.string == reason)
        #expect(ended["status.containerStatuses.0.state.terminated.exitCode"] == .int(code))
    }

    @Test func aPodRunsUntilItIsTold() async throws {
        try createPod("a", ["fake/seconds": "0"])
        try await eventually("it runs") { try phase("a") == "Running" }
        try server.patch("\(pods)/a", ["metadata": ["annotations": ["fake/finish": "0"]]])
        try await eventually("it ends") { try phase("a") == "Succeeded" }
    }

    @Test func anImageThatCannotBePulledIsSaidByStateAndEvent() async throws {
        try createPod("a", ["fake/outcome": "image-pull-failure"])
        try await eventually("it waits") {
            try pod("a")["status.containerStatuses.0.state.waiting.reason"]?.string == "ImagePullBackOff"
        }
        try await eventually("there are events") {
            let events = try server.get("/api/v1/namespaces/\(namespace)/events").text
            return events.contains("Failed to pull image") && events.contains("Back-off pulling image")
        }
        #expect(try phase("a") == "Pending")
        let log = try server.request("GET", "\(pods)/a/log")
        #expect(log.status == 400 && log.text.contains("is waiting to start"), "\(log)")
        try server.patch("\(pods)/a", ["metadata": ["annotations": ["fake/outcome": "run"]]])
        try await eventually("it has run") { try phase("a") == "Succeeded" }
    }

    @Test(arguments: [("evicted", "Evicted"), ("node-lost", "NodeLost")])
    func aRunningPodIsDisrupted(outcome: String, reason: String) async throws {
        try createPod("a", ["fake/seconds": "0"])
        try await eventually("it runs") { try phase("a") == "Running" }
        try server.patch("\(pods)/a", ["metadata": ["annotations": ["fake/outcome": .string(outcome)]]])
        try await eventually("it has failed") { try phase("a") == "Failed" }
        let ended = try pod("a")
        #expect(ended["status.reason"]?.string == reason)
        #expect(condition("DisruptionTarget", of: ended)?["status"]?.string == "True")
    }

    @Test func whatAsksForTooMuchIsUnschedulable() async throws {
        try createPod("a", container: ["resources": ["limits": ["nvidia.com/gpu": "100"]]])
        try await eventually("it is refused") {
            condition("PodScheduled", of: try pod("a"))?["reason"]?.string == "Unschedulable"
        }
    }

    @Test func aLostNodeKeepsItsPodsUntilItIsBack() async throws {
        let node = "lost-\(namespace)"
        let nodes = "/api/v1/nodes"
        try server.create(
            nodes,
            [
                "metadata": [
                    "name": .string(node), "labels": ["fake/node": "true", "for": .string(namespace)],
                ]
            ])
        try createPod("a", ["fake/seconds": "0"], node: ["for": .string(namespace)])
        try await eventually("it runs") { try phase("a") == "Running" }
        try server.patch("\(nodes)/\(node)", ["metadata": ["annotations": ["fake/lost": "true"]]])
        try await eventually("its pod is to go") { try pod("a")["metadata.deletionTimestamp"] != nil }
        #expect(condition("Ready", of: try server.get("\(nodes)/\(node)"))?["status"]?.string == "Unknown")
        #expect(try phase("a") == "Running")
        #expect(try !server.request("GET", "\(pods)/a/log").isGood)
        try server.patch("\(nodes)/\(node)", ["metadata": ["annotations": ["fake/lost": "false"]]])
        try await eventually("it is gone") { try server.request("GET", "\(pods)/a").status == 404 }
        try server.delete("\(nodes)/\(node)")
    }

    // MARK: What is really executed

    @Test func aCommandIsReallyExecuted() async throws {
        let workspace = try TestWorkspace("pod")
        try server.create(
            "/api/v1/namespaces/\(namespace)/secrets",
            ["metadata": ["name": "s"], "stringData": ["token": "hush"]])
        try server.create(
            pods,
            [
                "metadata": ["name": "a", "annotations": ["fake/exec": "true"]],
                "spec": [
                    "restartPolicy": "Never",
                    "volumes": [["name": "v", "hostPath": ["path": .string(workspace.path)]]],
                    "containers": [
                        [
                            "name": "main", "image": "train",
                            "command": ["sh", "-c", "echo $(GREETING); echo $TOKEN > \"$OUT\"; echo no >&2; exit 4"],
                            "env": [
                                ["name": "GREETING", "value": "hello"], ["name": "OUT", "value": "/outputs/token"],
                                [
                                    "name": "TOKEN",
                                    "valueFrom": ["secretKeyRef": ["name": "s", "key": "token"]],
                                ],
                            ],
                            "volumeMounts": [["name": "v", "mountPath": "/outputs", "subPath": "run/one"]],
                        ]
                    ],
                ],
            ])
        try await eventually("it ends") { try phase("a") == "Failed" }
        #expect(try pod("a")["status.containerStatuses.0.state.terminated.exitCode"] == 4)
        #expect(try server.get("\(pods)/a/log").text == "hello\nno\n")
        #expect(workspace.text("run/one/token") == "hush\n")
    }

    @Test(arguments: [false, true]) func aDeletionEndsTheWholeGroup(ignoringTerm: Bool) async throws {
        let workspace = try TestWorkspace("pod")
        let script = """
            \(ignoringTerm ? "trap '' TERM" : ":")
            sleep 300 & echo $! > \(workspace.path)/part && mv \(workspace.path)/part \(workspace.path)/child; wait
            """
        try createPod("a", ["fake/exec": "true"], container: executed(script))
        try await eventually("it runs") { workspace.exists("child") }
        let child = try #require(workspace.text("child").flatMap { pid_t($0.dropLast()) })
        try server.delete("\(pods)/a", grace: 1)
        try await eventually("it is gone") { try server.request("GET", "\(pods)/a").status == 404 }
        try await eventually("its child, too") { !KernelProcess.isAlive(child) }
    }

    // MARK: Logs

    @Test func aLogIsFollowedAndCut() async throws {
        let gate = try TestWorkspace("gate")
        let script = """
            echo one; echo two
            while [ ! -e \(gate.path)/open ]; do sleep 0.02; done
            echo three
            """
        try createPod("a", ["fake/exec": "true"], container: executed(script))
        try await eventually("it writes") { try server.request("GET", "\(pods)/a/log").text == "one\ntwo\n" }
        #expect(try server.get("\(pods)/a/log?tailLines=1").text == "two\n")
        #expect(try server.get("\(pods)/a/log?limitBytes=6").text == "one\ntw")
        // Not over yet, so it is followed until the time is up.
        #expect(try server.request("GET", "\(pods)/a/log?follow=true", limit: 1).text == "one\ntwo\n")
        let stamped = try server.get("\(pods)/a/log?timestamps=true").text.split(separator: "\n")
        #expect(stamped.map { $0.split(separator: " ").last } == ["one", "two"])
        try gate.write("open", "")
        #expect(try server.get("\(pods)/a/log?follow=true").text == "one\ntwo\nthree\n")
        let last = try server.get("\(pods)/a/log?timestamps=true&tailLines=1").text
        let time = try #require(last.split(separator: " ").first)
        // To the second, as the API server hands it on.
        let since = try server.get("\(pods)/a/log?sinceTime=\(time)").text
        #expect(since.hasSuffix("three\n"), "\(since)")
        #expect(try server.get("\(pods)/a/log?sinceTime=2100-01-01T00:00:00Z").text.isEmpty)
    }

    // MARK: Who may ask

    @Test func usersAreToldApart() throws {
        let expected: [KubernetesServer.User: Int] = [.admin: 200, .certified: 200, .restricted: 403]
        for user in KubernetesServer.User.allCases {
            #expect(try server.request("GET", pods, as: user).status == expected[user], "\(user)")
        }
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
        try own?.create(
            "/api/v1/namespaces/default/pods",
            [
                "metadata": ["name": "a", "annotations": ["fake/exec": "true"]],
                "spec": ["containers": [.object(executed(script, ["name": "main", "image": "train"]))]],
            ])
        try await eventually("its pod runs") { workspace.exists("pid") }
        let process = try #require(workspace.text("pid").flatMap { pid_t($0.dropLast()) })
        own = nil
        #expect(!KernelProcess.isAlive(process))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
