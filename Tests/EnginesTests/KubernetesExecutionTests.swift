import Foundation
import Manifests
import Support
import Testing

/// Pods with the annotation `fake/exec` really execute what they are told to.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesExecutionTests {
    private static let executed: [String: JSONValue] = ["fake/exec": "true"]

    private let namespace: KubernetesNamespace
    private let workspace: TestWorkspace
    private var server: KubernetesServer { namespace.server }

    init() throws {
        namespace = try KubernetesNamespace()
        workspace = try TestWorkspace("pod")
    }

    private func shell(_ script: String) -> JSONValue { ["sh", "-c", .string(script)] }

    private func createSecret() throws {
        try server.create(
            "/api/v1/namespaces/\(namespace.name)/secrets",
            ["metadata": ["name": "s"], "stringData": ["token": "hush"]])
    }

    private static let token: JSONValue = [
        "name": "TOKEN", "valueFrom": ["secretKeyRef": ["name": "s", "key": "token"]],
    ]

    @Test func aCommandHasItsEnvironmentAndItsVolumes() async throws {
        try createSecret()
        try namespace.createPod(
            "a", Self.executed,
            container: [
                "command": shell("echo $(GREETING); echo $TOKEN > \"$OUT\"; echo no >&2; exit 4"),
                "env": [
                    ["name": "GREETING", "value": "hello"], ["name": "OUT", "value": "/outputs/token"], Self.token,
                ],
                "volumeMounts": [["name": "v", "mountPath": "/outputs", "subPath": "run/one"]],
            ],
            spec: ["volumes": [["name": "v", "hostPath": ["path": .string(workspace.path)]]]])
        try await eventually("it ends") { try namespace.phase("a") == "Failed" }
        #expect(try namespace.pod("a")["status.containerStatuses.0.state.terminated.exitCode"] == 4)
        #expect(try namespace.log("a") == "hello\nno\n")
        #expect(workspace.text("run/one/token") == "hush\n")
    }

    @Test func initContainersGoFirstAndHandOn() async throws {
        try server.create(
            "/api/v1/namespaces/\(namespace.name)/configmaps",
            ["metadata": ["name": "c"], "data": ["script": "tr a-z A-Z < /shared/word"]])
        let mounts: JSONValue = [
            ["name": "shared", "mountPath": "/shared"], ["name": "c", "mountPath": "/scripts"],
        ]
        let first: JSONValue = [
            "name": "first", "image": "train", "command": shell("echo hello > /shared/word"), "volumeMounts": mounts,
        ]
        try namespace.createPod(
            "a", Self.executed,
            // What is in a file is not changed, so this one is told where to look.
            container: ["command": shell("cd /shared && tr a-z A-Z < word; ls /scripts"), "volumeMounts": mounts],
            spec: [
                "initContainers": [first],
                "volumes": [["name": "shared", "emptyDir": [:]], ["name": "c", "configMap": ["name": "c"]]],
            ])
        try await eventually("it ends") { try namespace.phase("a") == "Succeeded" }
        #expect(try server.get("\(namespace.pods)/a/log?container=main").text == "HELLO\nscript\n")
    }

    @Test func aSecretThatIsMissingIsWaitedFor() async throws {
        try namespace.createPod(
            "a", Self.executed, container: ["command": shell("echo $TOKEN"), "env": [Self.token]])
        let waiting = "status.containerStatuses.0.state.waiting.reason"
        try await eventually("it waits") {
            try namespace.pod("a")[waiting]?.string == "CreateContainerConfigError"
        }
        try createSecret()
        try await eventually("it ends") { try namespace.phase("a") == "Succeeded" }
        #expect(try namespace.log("a") == "hush\n")
    }

    @Test func whatFailsIsStartedAgainWhereThePodWantsIt() async throws {
        try namespace.createPod(
            "a", Self.executed, container: ["command": shell("mkdir \(workspace.path)/once && exit 3; echo again")],
            spec: ["restartPolicy": "OnFailure"])
        try await eventually("it ends") { try namespace.phase("a") == "Succeeded" }
        let status = "status.containerStatuses.0"
        let ended = try namespace.pod("a")
        #expect(ended["\(status).restartCount"] == 1)
        #expect(ended["\(status).lastState.terminated.exitCode"] == 3)
    }

    @Test func whatCannotBeStartedFails() async throws {
        try namespace.createPod("a", Self.executed, container: ["command": ["/nowhere/at/all"]])
        try await eventually("it ends") { try namespace.phase("a") == "Failed" }
        #expect(try namespace.pod("a")["status.containerStatuses.0.state.terminated.reason"]?.string == "StartError")
    }

    @Test(arguments: [false, true]) func aDeletionEndsTheWholeGroup(ignoringTerm: Bool) async throws {
        let script = """
            \(ignoringTerm ? "trap '' TERM" : ":")
            sleep 300 & echo $! > \(workspace.path)/part && mv \(workspace.path)/part \(workspace.path)/child; wait
            """
        try namespace.createPod("a", Self.executed, container: ["command": shell(script)])
        try await eventually("it runs") { workspace.exists("child") }
        let child = try #require(workspace.text("child").flatMap { pid_t($0.dropLast()) })
        try server.delete("\(namespace.pods)/a", grace: 1)
        try await eventually("it is gone") { try server.request("GET", "\(namespace.pods)/a").status == 404 }
        #expect(!KernelProcess.isAlive(child))
    }

    // MARK: Logs

    @Test func aLogIsFollowedAndCut() async throws {
        let log = "\(namespace.pods)/a/log"
        let script = """
            echo one; echo two
            while [ ! -e \(workspace.path)/open ]; do sleep 0.02; done
            echo three
            """
        try namespace.createPod("a", Self.executed, container: ["command": shell(script)])
        try await eventually("it writes") { try server.request("GET", log).text == "one\ntwo\n" }
        #expect(try server.get("\(log)?tailLines=1").text == "two\n")
        #expect(try server.get("\(log)?limitBytes=6").text == "one\ntw")
        // Not over yet, so it is followed until the time is up.
        #expect(try server.request("GET", "\(log)?follow=true", limit: 1).text == "one\ntwo\n")
        let stamped = try server.get("\(log)?timestamps=true").text.split(separator: "\n")
        #expect(stamped.map { $0.split(separator: " ").last } == ["one", "two"])
        try workspace.write("open", "")
        #expect(try server.get("\(log)?follow=true").text == "one\ntwo\nthree\n")
        let last = try server.get("\(log)?timestamps=true&tailLines=1").text
        let time = try #require(last.split(separator: " ").first)
        // The API server hands it on to the second, so there may be more.
        let since = try server.get("\(log)?sinceTime=\(time)").text
        #expect(since.hasSuffix("three\n"), "\(since)")
        #expect(try server.get("\(log)?sinceTime=2100-01-01T00:00:00Z").text.isEmpty)
    }

    @Test func aLineThatHasNoEndIsNotChanged() async throws {
        let script = "head -c 200000 /dev/zero | tr '\\0' x; echo; printf end"
        try namespace.createPod("a", Self.executed, container: ["command": shell(script)])
        try await eventually("it ends") { try namespace.phase("a") == "Succeeded" }
        #expect(try namespace.log("a") == String(repeating: "x", count: 200_000) + "\nend")
    }
}
