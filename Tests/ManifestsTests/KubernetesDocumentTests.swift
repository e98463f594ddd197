import Testing
import YAML

@testable import Manifests

@Suite struct KubernetesDocumentTests {
    private let rules: EngineDocument

    init() throws { rules = try #require(EngineDocument.of(.kubernetes)) }

    private func node(_ text: String) throws -> Node {
        let file = YAMLFile.parse(SourceFile(path: "queue.yaml", text: text))
        return try #require(file.documents.first, "\(file.diagnostics)")
    }

    // MARK: Dangers

    static let dangers: [(String, [String])] = [
        ("{}", []),
        ("spec: {template: {spec: {hostNetwork: true}}}", ["hostNetwork"]),
        ("spec: {template: {spec: {hostNetwork: false, hostPID: false, hostIPC: null}}}", []),
        ("spec: {template: {spec: {hostPID: \"{{x}}\", hostIPC: true}}}", ["hostIPC", "hostPID"]),
        ("spec: {template: {spec: {volumes: [{name: v, hostPath: {path: /}}]}}}", ["hostPath"]),
        ("spec: {template: {spec: {volumes: [{name: v, emptyDir: {}}, {name: c, configMap: {name: c}}]}}}", []),
        ("spec: {template: {spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}}}", []),
        ("spec: {template: {spec: {volumes: [{name: v, nfs: {server: s, path: /}}]}}}", ["volumes"]),
        ("spec: {template: {spec: {volumes: [{name: v, csi: {driver: d}}]}}}", ["volumes"]),
        (
            "spec: {volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}", ["serviceAccount"]
        ),
        ("spec: {template: {spec: {serviceAccountName: admin}}}", ["serviceAccount"]),
        ("spec: {template: {spec: {automountServiceAccountToken: true}}}", ["serviceAccount"]),
        ("spec: {template: {spec: {automountServiceAccountToken: false}}}", []),
        ("spec: {template: {spec: {nodeName: master-0}}}", ["nodeName"]),
        ("spec: {template: {spec: {nodeSelector: {privileged: \"true\"}}}}", []),
        ("spec: {template: {spec: {containers: [{securityContext: {privileged: true}}]}}}", ["privileged"]),
        ("spec: {template: {spec: {initContainers: [{securityContext: {privileged: true}}]}}}", ["privileged"]),
        (
            "spec: {template: {spec: {containers: [{securityContext: {allowPrivilegeEscalation: true}}]}}}",
            ["privilegeEscalation"]
        ),
        (
            "spec: {template: {spec: {containers: [{securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}}}",
            ["capabilities"]
        ),
        ("spec: {template: {spec: {containers: [{securityContext: {capabilities: {drop: [ALL]}}}]}}}", []),
        ("spec: {template: {spec: {containers: [{securityContext: {procMount: Unmasked}}]}}}", ["procMount"]),
        ("spec: {template: {spec: {containers: [{securityContext: {runAsUser: 0}}]}}}", ["runAsRoot"]),
        ("spec: {template: {spec: {containers: [{securityContext: {runAsUser: 1000}}]}}}", []),
        ("spec: {template: {spec: {containers: [{ports: [{hostPort: 80}]}]}}}", ["hostPort"]),
        ("spec: {template: {spec: {containers: [{ports: [{containerPort: 80}]}]}}}", []),
        ("spec: {template: {spec: {containers: [{volumeDevices: [{name: d}]}]}}}", ["volumes"]),
        ("spec: {template: {spec: {securityContext: {sysctls: [{name: a, value: b}]}}}}", ["sysctls"]),
        ("spec: {template: {spec: {securityContext: {seccompProfile: {type: Unconfined}}}}}", ["seccompUnconfined"]),
        ("spec: {template: {spec: {securityContext: {windowsOptions: {hostProcess: true}}}}}", ["hostProcess"]),
        (
            "{apiVersion: kubeflow.org/v1, kind: PyTorchJob, spec: {pytorchReplicaSpecs: {Worker: {template: {spec: "
                + "{hostNetwork: true}}}}}}", ["hostNetwork"]
        ),
        ("metadata: {labels: {hostNetwork: \"true\"}, annotations: {privileged: \"true\"}}", []),
    ]

    @Test(arguments: dangers) func dangersAreFound(text: String, words: [String]) throws {
        let config = try JSONValue(try node(text))
        let found = rules.dangers(config)
        #expect(found.map(\.word).sorted() == words.sorted())
        #expect(found.allSatisfy { rules.dangerWords.contains($0.word) })
        let refused = rules.refusals(of: config, from: config, settings: nil)
        #expect(refused.isEmpty == words.isEmpty)
        let allowed: JSONValue = ["allow": .array(words.map { .string($0) })]
        let stillRefused = rules.refusals(of: config, from: config, settings: allowed)
        #expect(stillRefused.isEmpty == !text.contains("{{"), "what a run fills in is never permitted")
    }

    // MARK: Documents

    static let faults: [(String, [DiagnosticCode])] = [
        ("{}", []),
        ("{apiVersion: batch/v1, kind: Job, spec: {backoffLimit: 0}}", []),
        ("{apiVersion: kubeflow.org/v1, kind: PyTorchJob}", []),
        ("{apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet}", []),
        ("{apiVersion: batch.volcano.sh/v1alpha1, kind: Job}", []),
        ("metadata: {name: x}", ["SLW2442"]),
        ("metadata: {namespace: x, ownerReferences: []}", ["SLW2442", "SLW2442"]),
        ("{kind: Job}", ["SLW2441"]),
        ("{apiVersion: v1, kind: Pod}", ["SLW2443"]),
        ("{apiVersion: batch/v1, kind: CronJob}", ["SLW2443"]),
        ("{apiVersion: apps/v1, kind: Deployment}", ["SLW2443"]),
        ("{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding}", ["SLW2443"]),
        ("{apiVersion: \"example.com/../../v1\", kind: Job}", ["SLW2443"]),
        ("{apiVersion: example.com/v1, kind: \"A/b\"}", ["SLW2443"]),
        ("{apiVersion: \"{{group}}/v1\", kind: Job}", ["SLW2443", "SLW2445"]),
        ("spec: {backoffLimit: 4}", ["SLW2444"]),
        ("spec: {ttlSecondsAfterFinished: 0}", ["SLW2446"]),
        ("spec: {ttlSecondsAfterFinished: 600}", []),
        ("spec: {template: {spec: {restartPolicy: OnFailure}}}", ["SLW2444"]),
        ("spec: {template: {spec: {volumes: [{secret: {secretName: \"{{which}}\"}}]}}}", ["SLW2445"]),
        (
            "spec: {template: {spec: {containers: [{env: [{valueFrom: {secretKeyRef: "
                + "{name: \"${parameters.s}\"}}}]}]}}}",
            ["SLW2445"]
        ),
        ("spec: {template: {spec: {containers: [{args: [\"{{lr}}\"]}]}}}", []),
    ]

    @Test(arguments: faults) func documentsAreChecked(text: String, codes: [DiagnosticCode]) throws {
        #expect(rules.check(try node(text)).map(\.code) == codes)
    }

    // MARK: Settings

    static let settings: [(String, String, Bool)] = [
        ("context", "prod", true), ("context", "\"\"", false), ("context", "[a]", false),
        ("namespace", "ml", true), ("namespace", "ML", false), ("namespace", "../kube-system", false),
        ("secrets", "{hf: {name: tokens, key: hf}}", true), ("secrets", "{hf: {name: tokens}}", true),
        ("secrets", "{hf: {name: Tokens}}", false), ("secrets", "{hf: tokens}", false),
        ("secrets", "{hf: {name: a, kay: b}}", false), ("secrets", "{hf: {name: a, key: \"../b\"}}", false),
        ("runsVolume", "{persistentVolumeClaim: {claimName: runs}}", true), ("runsVolume", "runs", false),
        ("runsVolume", "{nfs: {server: s, path: /}, name: v}", false),
        ("status", "{path: status.state, succeeded: [Done], failed: [Failed]}", true),
        ("status", "{conditions: {succeeded: Done}}", true), ("status", "{conditions: {done: Done}}", false),
        ("status", "{}", false), ("status", "{path: a, conditions: {}}", false),
        ("status", "{path: a, ok: [b]}", false),
        ("status", "{path: a, failed: b}", false),
    ]

    @Test(arguments: settings) func settingsAreChecked(name: String, text: String, isFine: Bool) throws {
        let setting = try #require(rules.settings.first { $0.name == name })
        #expect(setting.check(try node(text)).isEmpty == isFine)
    }
}
