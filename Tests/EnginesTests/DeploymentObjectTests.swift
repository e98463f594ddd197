import Testing

@testable import Engines
@testable import Manifests

/// What a cluster gets of a pool's Deployment.
@Suite struct DeploymentObjectTests {
    static func place(_ pool: String = "gpu", namespace: String = "default") -> PoolDeployment.Place {
        PoolDeployment.Place(pool: ObjectName(namespace: namespace, name: pool), record: "0123456789abcdef")
    }

    private func object(_ pod: JSONValue, replicas: Int = 2) -> JSONValue {
        let template: JSONValue = ["spec": ["strategy": ["type": "Recreate"], "template": ["spec": pod]]]
        return KubernetesDeployment(
            deployment: PoolDeployment(place: Self.place(), replicas: replicas, template: template)
        ).object
    }

    static let names: [(String, String, String)] = [
        ("default", "gpu", "slipway-default-gpu"),
        ("default", "big-gpu", "slipway-default-big-gpu"),
        ("a", "b-c", "slipway-a-b-c"),
    ]

    @Test(arguments: names) func aNameSaysWhatItIs(namespace: String, pool: String, name: String) {
        #expect(Self.place(pool, namespace: namespace).name == name)
    }

    /// Two pools never have one name, and a pod's name is a host's.
    @Test func namesAreApartAndShort() {
        let long = String(repeating: "long", count: 15)
        let pools = [
            ("a", "b-c"), ("a-b", "c"), ("a-b-c", "d"), ("a-b", "c-d"), (long, "x"), (long, "y"), ("x", long),
            ("y", long),
            ("a", long + "b"), ("a", long + "c"),
        ]
        let names = pools.map { Self.place($0.1, namespace: $0.0).name }
        #expect(Set(names).count == pools.count, "\(names)")
        for name in names {
            #expect(name.utf8.count <= 46 && Syntax.isName(name[...]) && name.hasPrefix("slipway-"), "\(name)")
        }
    }

    @Test func whatSlipwayOwnsIsAdded() throws {
        let made = object(["containers": [["name": "agent", "image": "i"]]])
        let mark: JSONValue = [
            "app.kubernetes.io/managed-by": "slipway", "slipway.dev/pool": "gpu", "slipway.dev/namespace": "default",
            "slipway.dev/record": "0123456789abcdef",
        ]
        #expect(made["apiVersion"] == "apps/v1" && made["kind"] == "Deployment")
        #expect(made.at(["metadata", "name"]) == "slipway-default-gpu")
        #expect(made.at(["metadata", "labels"]) == mark)
        #expect(made.at(["spec", "replicas"]) == 2 && made.at(["spec", "strategy", "type"]) == "Recreate")
        #expect(made.at(["spec", "selector", "matchLabels"]) == mark)
        #expect(made.at(["spec", "template", "metadata", "labels"]) == mark)
        let container = try #require(made.at(["spec", "template", "spec", "containers", "0"]))
        #expect(container["command"] == ["reconcile"] && container["args"] == ["agent", "--pool", "default/gpu"])
        #expect(made.at(["spec", "template", "spec", "automountServiceAccountToken"]) == false)
    }

    @Test func whatTheTemplateSaysStays() throws {
        let made = object([
            "serviceAccountName": "slipway",
            "containers": [
                ["name": "proxy", "image": "p"], ["name": "agent", "image": "i", "command": ["/start"]],
            ],
        ])
        #expect(made.at(["spec", "template", "spec", "automountServiceAccountToken"]) == nil)
        #expect(made.at(["spec", "template", "spec", "containers", "0"]) == ["name": "proxy", "image": "p"])
        let agent = try #require(made.at(["spec", "template", "spec", "containers", "1"]))
        #expect(agent["command"] == ["/start"] && agent["args"] == ["agent", "--pool", "default/gpu"])
        let own = object([
            "containers": [["name": "x", "image": "i", "args": ["agent", "--pool", "gpu", "--name", "x"]]]
        ])
        let container = own.at(["spec", "template", "spec", "containers", "0"])
        #expect(container?["command"] == ["reconcile"] && container?["args"]?.array?.count == 5)
    }

    @Test func itsDigestIsOfAllOfIt() {
        let digest = ["metadata", "annotations", KubernetesDeployment.Key.digest]
        let one = object(["containers": [["name": "agent", "image": "i"]]])
        #expect(one.at(digest) != nil && one == object(["containers": [["name": "agent", "image": "i"]]]))
        #expect(one.at(digest) != object(["containers": [["name": "agent", "image": "j"]]]).at(digest))
        #expect(one.at(digest) != object(["containers": [["name": "agent", "image": "i"]]], replicas: 3).at(digest))
    }

    static let covered: [(JSONValue, JSONValue, Bool)] = [
        (["a": 1, "b": 2], ["a": 1], true), (["a": 1], ["a": 1, "b": 2], false), (["a": 1], ["a": 2], false),
        (["a": [["n": 1, "d": true]]], ["a": [["n": 1]]], true), (["a": [1, 2]], ["a": [1]], false),
        (["a": [1, 2]], ["a": [2, 1]], false), ([:], ["a": .null], true), (["a": "1"], ["a": 1], false),
    ]

    @Test(arguments: covered) func whatIsThereCoversWhatIsWanted(own: JSONValue, wanted: JSONValue, isCovered: Bool) {
        #expect(own.covers(wanted) == isCovered)
    }

    @Test func differencesAreNamedByTheirPaths() {
        let one: JSONValue = ["spec": ["replicas": 1, "list": [["a": 1], ["a": 2]], "gone": true]]
        let other: JSONValue = ["spec": ["replicas": 3, "list": [["a": 1], ["a": 5]], "new": [1]]]
        #expect(
            one.differences(from: other, most: 9) == ["spec.gone", "spec.list[1].a", "spec.new", "spec.replicas"])
        #expect(one.differences(from: other, most: 2).count == 2 && one.differences(from: one, most: 9).isEmpty)
    }

    static let conflicts: [(String, [String])] = [
        (
            #"Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas"#,
            ["kubectl-edit"]
        ),
        (
            #"Apply failed with 3 conflicts: conflicts with "a" using apps/v1: - .x - .y "#
                + #"conflicts with "kubectl": - .z"#,
            ["a", "kubectl"]
        ),
        (#"Apply failed with 9 conflicts: conflicts with "kubectl" using apps/v1: - .spec.x…"#, ["kubectl", "others"]),
        (#"Operation cannot be fulfilled on deployments.apps "x": the object has been modified"#, []),
    ]

    @Test(arguments: conflicts) func managersAreReadFromAConflict(message: String, managers: [String]) {
        let failure = KubernetesFailure.refused(status: 409, reason: "Conflict", message: message)
        #expect(failure.managers == managers)
        #expect(KubernetesFailure.refused(status: 403, reason: "Forbidden", message: message).managers.isEmpty)
    }
}
