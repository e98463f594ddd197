import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Engines

/// Deployments of pools on a real API server, whose controllers make pods of them.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesDeploymentTests {
    private let server: KubernetesServer
    private let namespace: String
    private let clock = TestClock()

    init() throws {
        server = try KubernetesServer.shared()
        namespace = try server.makeNamespace()
    }

    private func clusters(kubeconfig: String? = nil) -> KubernetesDeployments {
        KubernetesDeployments(environment: ["KUBECONFIG": kubeconfig ?? server.kubeconfig, "PATH": "/usr/bin:/bin"]) {
            [clock] in clock.now()
        }
    }

    private func place(_ pool: String = "gpu", record: String = "0123456789abcdef") -> PoolDeployment.Place {
        PoolDeployment.Place(pool: ObjectName(name: pool), record: record, namespace: namespace)
    }

    private func deployment(
        _ pool: String = "gpu", record: String = "0123456789abcdef", replicas: Int = 1,
        image: String = "registry.example/s:1",
        pod: [String: JSONValue] = [:], container: [String: JSONValue] = [:],
        annotations: [String: JSONValue] = ["fake/seconds": "0"]
    ) -> PoolDeployment {
        let own: [String: JSONValue] = ["name": "agent", "image": .string(image)]
        let spec = pod.merging(["containers": [.object(container.merging(own) { own, _ in own })]]) { own, _ in own }
        let template: JSONValue = [
            "spec": ["template": ["metadata": ["annotations": .object(annotations)], "spec": .object(spec)]]
        ]
        return PoolDeployment(place: place(pool, record: record), replicas: replicas, template: template)
    }

    private var path: String { "/apis/apps/v1/namespaces/\(namespace)/deployments" }

    private func live(_ pool: String = "gpu") throws -> KubernetesServer.Answer {
        try server.get("\(path)/\(place(pool).name)")
    }

    /// An edit as a tool of a name makes it.
    private func edit(_ change: JSONValue, as manager: String, _ pool: String = "gpu") throws {
        let answer = try server.request(
            "PATCH", "\(path)/\(place(pool).name)?fieldManager=\(manager)", change, type: "application/merge-patch+json"
        )
        try #require(answer.isGood, "\(answer)")
    }

    private func fault(_ body: () async throws -> Void) async -> (code: String, message: String) {
        do {
            try await body()
            return ("", "")
        } catch {
            let fault = error as? Diagnostic
            return (fault?.code.rawValue ?? "\(error)", fault?.message ?? "")
        }
    }

    @Test func itIsMadeChangedAndTakenAway() async throws {
        let clusters = clusters()
        #expect(try await clusters.observe(deployment()) == nil)
        #expect(try await clusters.apply(deployment()) == .created)
        #expect(try live()["spec.replicas"] == 1)
        try await eventually("a pod is ready") { try await clusters.observe(deployment())?.ready == 1 }
        let pods = try server.get("/api/v1/namespaces/\(namespace)/pods").json["items"]?.array ?? []
        #expect(pods.first?.at(["spec", "containers", "0", "args", "2"]) == "default/gpu")

        #expect(try await clusters.apply(deployment()) == .unchanged)
        let version = try live()["metadata.resourceVersion"]
        _ = try await clusters.apply(deployment())
        #expect(try live()["metadata.resourceVersion"] == version, "nothing was sent")

        #expect(try await clusters.observe(deployment(replicas: 2))?.differences == ["spec.replicas"])
        #expect(try live()["spec.replicas"] == 1, "to look changes nothing")
        #expect(try await clusters.apply(deployment(replicas: 2)) == .changed(["spec.replicas"]))
        try await eventually("both are ready") { try await clusters.observe(deployment(replicas: 2))?.ready == 2 }
        #expect(try await clusters.apply(deployment(replicas: 0)) == .changed(["spec.replicas"]))
        try await eventually("none is left") {
            try server.get("/api/v1/namespaces/\(namespace)/pods").json["items"]?.array?.isEmpty == true
        }
        #expect(try await clusters.observe(deployment(replicas: 0))?.differences == [])

        #expect(try await clusters.delete(place(), butNot: nil) == .deleted)
        #expect(try await clusters.observe(deployment()) == nil)
        #expect(try await clusters.delete(place(), butNot: nil) == .absent)
    }

    /// What the template does not say any more goes away; what it says in other words than the cluster is no change.
    @Test func fieldsGoAndQuantitiesAreTheSame() async throws {
        let clusters = clusters()
        let resources: JSONValue = ["requests": ["cpu": "0.5", "memory": "1024Mi"]]
        let rich = deployment(
            pod: ["priority": .null, "terminationGracePeriodSeconds": 600],
            container: ["resources": resources, "env": [["name": "A", "value": ""], ["name": "B", "value": "b"]]])
        #expect(try await clusters.apply(rich) == .created)
        #expect(try live()["spec.template.spec.containers.0.resources.requests.cpu"] == "500m")
        #expect(try await clusters.apply(rich) == .unchanged)
        #expect(try await clusters.observe(rich)?.differences == [])
        let plain = deployment()
        let seen = try #require(try await clusters.observe(plain)).differences
        #expect(seen.contains { $0.hasPrefix("spec.template.spec.containers[0].") }, "\(seen)")
        guard case .changed = try await clusters.apply(plain) else { return #expect(Bool(false)) }
        #expect(try live()["spec.template.spec.containers.0.env"] == nil)
        #expect(try live()["spec.template.spec.terminationGracePeriodSeconds"] == 30)
        #expect(try await clusters.observe(plain)?.differences == [])
    }

    @Test(arguments: ["kubectl-edit", "kubectl-scale", "kubectl"])
    func anEditByHandIsUndone(manager: String) async throws {
        let clusters = clusters()
        _ = try await clusters.apply(deployment())
        try edit(["spec": ["replicas": 3]], as: manager)
        #expect(try await clusters.observe(deployment())?.differences == ["spec.replicas"])
        #expect(try await clusters.apply(deployment()) == .changed(["spec.replicas"]))
        #expect(try live()["spec.replicas"] == 1)
        #expect(try await clusters.observe(deployment())?.differences == [])
    }

    @Test func whatOthersAddStays() async throws {
        let clusters = clusters()
        _ = try await clusters.apply(deployment())
        try edit(["metadata": ["annotations": ["team/note": "ours"]]], as: "kubectl-annotate")
        #expect(try await clusters.observe(deployment())?.differences == [])
        _ = try await clusters.apply(deployment(replicas: 2))
        #expect(try live().json.at(["metadata", "annotations", "team/note"]) == "ours")
    }

    /// A controller would take the field back for ever.
    @Test func anotherManagerIsToldAndNotOverrun() async throws {
        let clusters = clusters()
        _ = try await clusters.apply(deployment())
        try edit(["spec": ["replicas": 7]], as: "autoscaler")
        let said = await fault { _ = try await clusters.apply(deployment()) }
        #expect(said.code == "SLW6403" && said.message.contains("\"autoscaler\" owns fields"), "\(said)")
        #expect(said.message.contains(".spec.replicas"))
        #expect(try live()["spec.replicas"] == 7)
    }

    @Test func whatIsNotOursIsLeftAlone() async throws {
        let clusters = clusters()
        // Somebody's own, and that of another record.
        let labels: JSONValue = ["app": "x"]
        try server.create(
            path,
            [
                "metadata": ["name": "slipway-default-own"],
                "spec": [
                    "replicas": 0, "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels], "spec": ["containers": [["name": "a", "image": "i"]]],
                    ],
                ],
            ])
        _ = try await clusters.apply(deployment("other", record: "fedcba9876543210"))
        for pool in ["own", "other"] {
            let before = try live(pool)["metadata.resourceVersion"]
            for body: () async throws -> Void in [
                { _ = try await clusters.apply(deployment(pool, replicas: 5)) },
                { _ = try await clusters.observe(deployment(pool)) },
            ] {
                let said = await fault(body)
                #expect(said.code == "SLW6402" && said.message.contains(namespace), "\(said)")
            }
            #expect(try await clusters.delete(place(pool), butNot: nil) == .absent)
            #expect(try live(pool)["spec.replicas"] != 5)
            // Pods come and go beside that of the other record, and its status with them.
            if pool == "own" { #expect(try live(pool)["metadata.resourceVersion"] == before) }
        }
    }

    /// Between the look and the apply another record may be quicker: the API server tells the two apart.
    @Test func twoRecordsDoNotMeetInOneObject() async throws {
        let (one, two) = (deployment(record: "1111111111111111"), deployment(record: "2222222222222222"))
        let found = await withTaskGroup(of: String.self) { group in
            for wanted in [one, two, one, two] {
                group.addTask {
                    do { return "\(try await clusters().apply(wanted))" } catch { return "\(error)" }
                }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        let record = try #require(try live().json.at(["metadata", "labels", "slipway.dev/record"])?.string)
        let selected = try live().json.at(["spec", "selector", "matchLabels", "slipway.dev/record"])?.string
        #expect(selected == record, "\(found)")
        #expect(found.contains("created"))
        let loser = record == one.place.record ? two : one
        #expect(await fault { _ = try await clusters().apply(loser) }.code == "SLW6402")
    }

    /// The same place by another way to say it.
    @Test func whatIsStillWantedIsNotTakenAway() async throws {
        let clusters = clusters()
        _ = try await clusters.apply(deployment())
        let config = try String(contentsOfFile: server.kubeconfig, encoding: .utf8)
        let name = try #require(config.firstMatch(of: /current-context: "?([^"\n]*)"?/)).1
        var named = place()
        named.context = String(name)
        #expect(try await clusters.delete(place(), butNot: named) == .absent)
        #expect(try await clusters.observe(deployment()) != nil)
        var elsewhere = named
        elsewhere.namespace = "default"
        #expect(try await clusters.delete(place(), butNot: elsewhere) == .deleted)
    }

    // MARK: Trouble

    @Test func whoMayNothingIsToldSo() async throws {
        let clusters = clusters(kubeconfig: server.restrictedKubeconfig)
        let before = deployment()
        for body: () async throws -> Void in [
            { _ = try await clusters.observe(before) }, { _ = try await clusters.apply(before) },
            { _ = try await clusters.delete(place(), butNot: nil) },
        ] {
            let said = await fault(body)
            #expect(said.code == "SLW6401" && said.message.contains("User \"restricted\" cannot get"), "\(said)")
        }
    }

    /// The Role that docs/agents-on-kubernetes.md asks for is enough for all that is done here.
    @Test func theRoleOfTheDocumentationIsEnough() async throws {
        let page = BuiltProgram.checkout + "/docs/agents-on-kubernetes.md"
        let text = try String(contentsOfFile: page, encoding: .utf8)
        let block = try #require(text.split(separator: "```yaml\n").first { $0.contains("kind: Role\n") })
        let yaml = String(block[..<(block.firstRange(of: "```")?.lowerBound ?? block.endIndex)])
        let file = YAMLFile.parse(SourceFile(path: "role", text: yaml))
        let role = try JSONValue(try #require(file.documents.first))
        let rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/\(namespace)"
        try server.create("\(rbac)/roles", ["metadata": ["name": "deployments"], "rules": role["rules"] ?? .null])
        try server.create(
            "\(rbac)/rolebindings",
            [
                "metadata": ["name": "deployments"],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "deployments"],
                "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "restricted"]],
            ])
        let clusters = clusters(kubeconfig: server.restrictedKubeconfig)
        let stuck = deployment(annotations: ["fake/outcome": "image-pull-failure"])
        #expect(try await clusters.apply(stuck) == .created)
        try await eventually("the reason is known") {
            try await clusters.observe(stuck)?.reason == "ImagePullBackOff"
        }
        try edit(["spec": ["replicas": 3]], as: "kubectl-edit")
        #expect(try await clusters.observe(stuck)?.differences == ["spec.replicas"])
        #expect(try await clusters.apply(stuck) == .changed(["spec.replicas"]))
        #expect(try await clusters.delete(place(), butNot: nil) == .deleted)
    }

    @Test func aTemplateThatTheClusterDoesNotTake() async throws {
        let clusters = clusters()
        let unknown = await fault {
            _ = try await clusters.apply(deployment(pod: ["nodSelector": ["a": "b"]]))
        }
        #expect(["SLW6400", "SLW6401"].contains(unknown.code) && unknown.message.contains("nodSelector"), "\(unknown)")
        let wrong = await fault { _ = try await clusters.apply(deployment(container: ["imagePullPolicy": "Often"])) }
        #expect(wrong.code == "SLW6401" && wrong.message.contains("imagePullPolicy"), "\(wrong)")
        var nowhere = deployment()
        nowhere.place.namespace = "not-there"
        let said = await fault { _ = try await clusters.apply(nowhere) }
        #expect(said.code == "SLW6401" && said.message.contains("namespaces \"not-there\" not found"), "\(said)")
    }

    @Test func aClusterThatIsNotThere() async throws {
        let workspace = try TestWorkspace("deployment")
        try workspace.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """)
        let silent = clusters(kubeconfig: workspace.path + "/kubeconfig")
        #expect(await fault { _ = try await silent.apply(deployment()) }.code == "SLW6400")
        #expect(await fault { _ = try await silent.observe(deployment()) }.code == "SLW6400")
        var elsewhere = deployment()
        elsewhere.place.context = "nowhere"
        let said = await fault { _ = try await clusters().apply(elsewhere) }
        #expect(said.code == "SLW6400" && said.message.contains("no context \"nowhere\""), "\(said)")
    }

    /// A server that takes connections and never says a word.
    @Test func aClusterThatHangsIsNotWaitedForForEver() async throws {
        let workspace = try TestWorkspace("deployment")
        try workspace.script("login", "exec sleep 30")
        try workspace.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "\(server.url)", certificate-authority: \(server.authority)}}]
            users: [{name: u, user: {exec: {command: ./login, apiVersion: client.authentication.k8s.io/v1}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """)
        var limits = KubernetesDeployments.Limits()
        limits.observing = .milliseconds(300)
        let slow = KubernetesDeployments(
            environment: ["KUBECONFIG": workspace.path + "/kubeconfig", "PATH": "/usr/bin:/bin"], limits: limits
        ) { [clock] in clock.now() }
        let start = ContinuousClock.now
        let said = await fault { _ = try await slow.observe(deployment()) }
        #expect(said.code == "SLW6400" && said.message.contains("did not answer within"), "\(said)")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    // MARK: Why nobody is there

    static let troubles: [(annotations: [String: JSONValue], pod: [String: JSONValue], reason: String)] = [
        (["fake/outcome": "image-pull-failure"], [:], "ImagePullBackOff"),
        (["fake/seconds": "0"], ["nodeSelector": ["no/such": "node"]], "Unschedulable"),
        (["fake/exit": "3", "fake/seconds": "0.05"], [:], "CrashLoopBackOff"),
    ]

    @Test(arguments: troubles) func whyNoneIsReadyIsSaid(
        annotations: [String: JSONValue], pod: [String: JSONValue], reason: String
    ) async throws {
        let clusters = clusters()
        let wanted = deployment(pod: pod, annotations: annotations)
        _ = try await clusters.apply(wanted)
        try await eventually("the reason is \(reason)") {
            let status = try await clusters.observe(wanted)
            guard let status, status.ready == 0, status.reason == reason else { return false }
            return reason != "CrashLoopBackOff" || status.message.contains("its command ended with status 3")
        }
    }

    @Test func thatNoPodCanBeMadeIsSaid() async throws {
        let clusters = clusters()
        try server.create(
            "/api/v1/namespaces/\(namespace)/resourcequotas",
            ["metadata": ["name": "none"], "spec": ["hard": ["pods": "0"]]])
        _ = try await clusters.apply(deployment())
        try await eventually("the quota is the reason") {
            let status = try await clusters.observe(deployment())
            return status?.reason == "FailedCreate" && status?.message.contains("exceeded quota") == true
        }
    }
}
