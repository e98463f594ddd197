import Manifests
import Records
import Testing

@testable import Engines

/// What clusters say, of older and newer versions, and what is made of it.
@Suite struct KubernetesStatusTests {
    private static func finding(
        _ object: JSONValue, of kind: KubernetesKind = .job, rule: KubernetesStatusRule? = nil, pods: [JSONValue] = [],
        warnings: [JSONValue] = []
    ) -> KubernetesFinding {
        let uid: [String: JSONValue] = ["name": "a", "uid": "1"]
        let object = object.merging(
            (object["metadata"]?.object ?? [:]).merging(uid) { own, _ in own }, at: ["metadata"])
        return KubernetesSight(
            kind: kind, rule: rule ?? kind.builtInStatus, object: object, pods: pods.map(KubernetesPod.init),
            warnings: KubernetesWarning.latest(warnings.compactMap(KubernetesWarning.init))
        ).finding
    }

    private static func condition(_ type: String, _ reason: String = "", _ message: String = "") -> JSONValue {
        ["type": .string(type), "status": "True", "reason": .string(reason), "message": .string(message)]
    }

    private static func job(_ conditions: JSONValue...) -> JSONValue { ["status": ["conditions": .array(conditions)]] }

    private static let failed = job(condition("Failed", "BackoffLimitExceeded", "Job has reached the limit"))

    private static func pod(
        _ phase: String, reason: String? = nil, message: String? = nil, conditions: [JSONValue] = [],
        state: JSONValue? = nil, metadata: JSONValue = ["name": "p", "uid": "2"]
    ) -> JSONValue {
        var status: [String: JSONValue] = ["phase": .string(phase), "conditions": .array(conditions)]
        status["reason"] = reason.map { .string($0) }
        status["message"] = message.map { .string($0) }
        status["containerStatuses"] = state.map { [["name": "main", "image": "i", "state": $0]] }
        return [
            "metadata": metadata, "spec": ["containers": [["name": "main"]], "nodeName": "n"],
            "status": .object(status),
        ]
    }

    private static func terminated(_ code: Int64, _ reason: String = "Error", _ message: String? = nil) -> JSONValue {
        var end: [String: JSONValue] = ["exitCode": .int(code), "reason": .string(reason)]
        end["message"] = message.map { .string($0) }
        return ["terminated": .object(end)]
    }

    private static func waiting(_ reason: String, _ message: String = "") -> JSONValue {
        ["waiting": ["reason": .string(reason), "message": .string(message)]]
    }

    static let ends: [(JSONValue, [JSONValue], Observation)] = [
        (job(condition("Complete")), [], .ended(status: 0, at: nil)),
        // 1.31 and newer say first that it will be.
        (job(condition("SuccessCriteriaMet"), condition("Complete")), [], .ended(status: 0, at: nil)),
        (failed, [pod("Failed", state: terminated(7))], .ended(status: 7, at: nil)),
        (failed, [pod("Failed", state: terminated(137))], .ended(status: 137, at: nil)),
        (
            failed, [pod("Failed", state: terminated(137, "OOMKilled"))],
            .failed(.outOfMemory, "OOMKilled: container main", at: nil)
        ),
        (
            failed, [pod("Failed", state: terminated(128, "StartError", "exec: \"nope\": not found"))],
            .failed(.refused, "StartError: exec: \"nope\": not found", at: nil)
        ),
        (
            failed, [pod("Failed", reason: "Evicted", message: "The node was low on resource: memory.")],
            .failed(.preempted, "Evicted: The node was low on resource: memory.", at: nil)
        ),
        (
            failed, [pod("Failed", reason: "NodeLost", message: "gone")], .failed(.nodeLost, "NodeLost: gone", at: nil)
        ),
        (
            failed, [pod("Failed", reason: "OutOfcpu", message: "no room")],
            .failed(.nodeLost, "OutOfcpu: no room", at: nil)
        ),
        (
            failed,
            [
                pod(
                    "Failed", conditions: [condition("DisruptionTarget", "PreemptionByScheduler", "for a better one")],
                    state: terminated(143))
            ], .failed(.preempted, "PreemptionByScheduler: for a better one", at: nil)
        ),
        (
            failed,
            [
                pod(
                    "Failed", conditions: [condition("DisruptionTarget", "DeletionByTaintManager", "tainted")],
                    state: terminated(143))
            ], .failed(.nodeLost, "DeletionByTaintManager: tainted", at: nil)
        ),
        (
            failed, [pod("Failed", reason: "DeadlineExceeded", message: "too long", state: terminated(137))],
            .failed(.timeLimit, "DeadlineExceeded: too long", at: nil)
        ),
        (
            job(condition("Failed", "DeadlineExceeded", "Job was active too long")), [],
            .failed(.timeLimit, "DeadlineExceeded: Job was active too long", at: nil)
        ),
        (failed, [], .failed(.refused, "BackoffLimitExceeded: Job has reached the limit", at: nil)),
        // 1.31: it will fail as soon as its pods are gone.
        (job(condition("FailureTarget", "BackoffLimitExceeded")), [pod("Running")], .running(since: nil)),
    ]

    @Test(arguments: ends.indices) func howAJobEnded(index: Int) {
        let (object, pods, expected) = Self.ends[index]
        #expect(Self.finding(object, pods: pods) == .known(expected))
    }

    private static let unscheduled: JSONValue = [
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient cpu.",
    ]

    static let waits: [(JSONValue, [JSONValue], [JSONValue], String, String)] = [
        ([:], [], [], "NoPod", "no pod of it has been made yet"),
        (
            [:], [],
            [
                [
                    "type": "Warning", "reason": "FailedCreate", "involvedObject": ["uid": "1"],
                    "message": "pods \"a\" is forbidden: exceeded quota: q, requested: pods=1",
                ]
            ], "QuotaExceeded", "pods \"a\" is forbidden: exceeded quota: q, requested: pods=1"
        ),
        (
            [:], [],
            [
                [
                    "type": "Warning", "reason": "FailedCreate", "involvedObject": ["uid": "1"],
                    "message": "violates PodSecurity \"restricted\"",
                ]
            ], "FailedCreate", "violates PodSecurity \"restricted\""
        ),
        (
            [:], [pod("Pending", conditions: [unscheduled])], [], "Unschedulable",
            "0/1 nodes are available: 1 Insufficient cpu."
        ),
        ([:], [pod("Pending", state: waiting("ContainerCreating"))], [], "ContainerCreating", "node n prepares it"),
        (
            [:], [pod("Pending", state: waiting("ContainerCreating"))],
            [
                [
                    "type": "Warning", "reason": "FailedMount", "involvedObject": ["uid": "2"],
                    "message": "configmap \"c\" not found",
                ]
            ], "FailedMount", "configmap \"c\" not found"
        ),
        (["spec": ["suspend": true]], [], [], "Suspended", ""),
        (
            ["spec": ["suspend": true], "metadata": ["labels": ["kueue.x-k8s.io/queue-name": "gpus"]]], [], [],
            "Suspended", "the queue gpus of Kueue has not let it in yet"
        ),
        // A second one in the place of one that is lost.
        (
            [:],
            [
                pod("Running", metadata: ["name": "b", "uid": "3", "deletionTimestamp": "2026-01-01T00:00:00Z"]),
                pod("Pending", conditions: [unscheduled]),
            ], [], "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu."
        ),
    ]

    @Test(arguments: waits.indices) func whyItWaits(index: Int) {
        let (object, pods, warnings, reason, message) = Self.waits[index]
        #expect(Self.finding(object, pods: pods, warnings: warnings) == .waiting(reason, message))
    }

    @Test(arguments: [
        ("ImagePullBackOff", EngineFailure.imagePull, false), ("ErrImagePull", .imagePull, false),
        ("InvalidImageName", .imagePull, true), ("CreateContainerConfigError", .refused, false),
    ]) func whatItWaitsForInVain(reason: String, failure: EngineFailure, isHopeless: Bool) {
        let finding = Self.finding([:], pods: [Self.pod("Pending", state: Self.waiting(reason, "why"))])
        #expect(
            finding
                == .stuck(
                    reason: reason, message: "why", failure: failure, words: "\(reason): why", isHopeless: isHopeless))
        #expect(finding.observation == .waiting(reason: reason, message: "why"))
    }

    @Test func whatNobodyKnowsIsNoOutcome() {
        guard case .known(.unreachable) = Self.finding([:], pods: [Self.pod("Unknown")]) else {
            return #expect(Bool(false))
        }
        // Only the container's end is not the Job's: its controller has not seen it.
        #expect(
            Self.finding([:], pods: [Self.pod("Failed", state: Self.terminated(1))]) == .known(.running(since: nil)))
        #expect(Self.finding([:], pods: [Self.pod("Running")]) == .known(.running(since: nil)))
    }

    // MARK: Custom resources

    private static let volcano = KubernetesKind(apiVersion: "batch.volcano.sh/v1alpha1", kind: "Job")
    private static let torch = KubernetesKind(apiVersion: "kubeflow.org/v1", kind: "PyTorchJob")
    private static let ray = KubernetesKind(apiVersion: "ray.io/v1", kind: "RayJob")
    private static let set = KubernetesKind(apiVersion: "jobset.x-k8s.io/v1alpha2", kind: "JobSet")
    private static let own = KubernetesKind(apiVersion: "example.com/v1", kind: "Training")
    private static let rule = KubernetesStatusRule([
        "path": "status.state", "succeeded": ["Completed"], "failed": ["Failed"], "running": ["Running"],
        "waiting": ["Queued"],
    ])

    static let customs: [(KubernetesKind, KubernetesStatusRule?, JSONValue, [JSONValue], Observation)] = [
        (torch, nil, job(condition("Succeeded")), [], .ended(status: 0, at: nil)),
        (torch, nil, job(condition("Running")), [pod("Running")], .running(since: nil)),
        (torch, nil, job(condition("Failed")), [pod("Failed", state: terminated(3))], .ended(status: 3, at: nil)),
        (
            torch, nil, job(condition("Created")), [pod("Pending", conditions: [unscheduled])],
            .waiting(reason: "Unschedulable", message: "0/1 nodes are available: 1 Insufficient cpu.")
        ),
        (set, nil, job(condition("Completed")), [], .ended(status: 0, at: nil)),
        (set, nil, job(condition("Failed")), [], .ended(status: 1, at: nil)),
        (ray, nil, ["status": ["jobStatus": "RUNNING"]], [], .running(since: nil)),
        (ray, nil, ["status": ["jobStatus": "SUCCEEDED"]], [], .ended(status: 0, at: nil)),
        (volcano, nil, ["status": ["state": ["phase": "Aborted"]]], [], .ended(status: 1, at: nil)),
        (
            volcano, nil, ["status": ["state": ["phase": "Pending", "message": "no room"]]], [],
            .waiting(reason: "Pending", message: "no room")
        ),
        (own, rule, ["status": ["state": "Completed"]], [], .ended(status: 0, at: nil)),
        (own, rule, ["status": ["state": "Failed"]], [pod("Failed", state: terminated(9))], .ended(status: 9, at: nil)),
        (own, rule, ["status": ["state": "Queued"]], [], .waiting(reason: "Queued", message: "")),
        (own, rule, [:], [], .waiting(reason: "NoPod", message: "no pod of it has been made yet")),
        (
            own, rule, ["status": ["state": "Odd"]], [],
            .unreachable("the Training is in a state that its queue's `settings.status` does not name: Odd")
        ),
        (
            own, KubernetesStatusRule(["conditions": ["succeeded": "Done"]]), job(condition("Done")), [],
            .ended(status: 0, at: nil)
        ),
    ]

    @Test(arguments: customs.indices) func howACustomResourceIs(index: Int) {
        let (kind, rule, object, pods, expected) = Self.customs[index]
        #expect(Self.finding(object, of: kind, rule: rule, pods: pods) == .known(expected))
    }
}
