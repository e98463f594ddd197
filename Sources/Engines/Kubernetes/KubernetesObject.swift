import Manifests
import YAML

/// A queue's document, completed to the object that a cluster gets for an attempt.
///
/// What the document says stays as it says it: what its containers do not fix comes from the run.
struct KubernetesObject {
    let submission: Submission
    let identity: KubernetesIdentity
    let settings: KubernetesSettings
    let kind: KubernetesKind
    /// The text of the run's parameters; `nil` where the run has none.
    let parameters: String?

    /// How long an object stays that has ended, where its document does not say.
    static let timeToLive: Int64 = 86_400
    /// How much later than Slipway the cluster ends what runs too long: its time counts from the node on, and includes
    /// pulling the image.
    static let slack = Duration.seconds(300)
    /// A whole object may have about 1.5 MiB, its annotations 256 KiB.
    static let longestParameters = 200_000

    private enum Volume {
        static let parameters = "slipway-parameters"
        static let runs = "slipway-runs"
        static let scratch = "slipway-scratch"
        static let outputs = "slipway-outputs"
    }

    /// - Throws: a `Diagnostic` where something is missing that the cluster would need.
    func complete() throws(Diagnostic) -> JSONValue {
        var object = submission.target?.document ?? .object([:])
        object = object.with(.string(kind.apiVersion), at: ["apiVersion"]).with(.string(kind.kind), at: ["kind"])
        if kind.isJob {
            object =
                object
                .filled(with: .int(0), at: ["spec", "backoffLimit"])
                .filled(with: .int(Self.timeToLive), at: ["spec", "ttlSecondsAfterFinished"])
            let containers = ["spec", "template", "spec", "containers"]
            if (object.at(containers)?.array ?? []).isEmpty {
                object = object.with(.array([["name": "main"]]), at: containers)
            }
        }
        object = try withPods(object, [])
        return
            object
            .with(.string(identity.object), at: ["metadata", "name"])
            .merging(identity.labels(submission.labels), at: ["metadata", "labels"])
            .merging(
                identity.annotations(submission.labels, token: submission.token), at: ["metadata", "annotations"])
    }

    /// Completes every template of a pod, wherever the kind has them.
    private func withPods(_ value: JSONValue, _ path: [String]) throws(Diagnostic) -> JSONValue {
        switch value {
        case .object(let members):
            if !path.isEmpty, let containers = members["spec"]?["containers"]?.array, !containers.isEmpty {
                return try pod(value, path)
            }
            var completed = members
            for (key, member) in members { completed[key] = try withPods(member, path + [key]) }
            return .object(completed)
        case .array(let elements):
            var completed: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                completed.append(try withPods(element, path + [String(index)]))
            }
            return .array(completed)
        case .null, .bool, .int, .double, .string: return value
        }
    }

    private func pod(_ template: JSONValue, _ path: [String]) throws(Diagnostic) -> JSONValue {
        var pod = template.merging(identity.labels(submission.labels), at: ["metadata", "labels"])
        var annotations = identity.annotations(submission.labels, token: nil)
        annotations[KubernetesIdentity.Key.parameters] = parameters.map { .string($0) }
        pod = pod.merging(annotations, at: ["metadata", "annotations"])
        if kind.isJob {
            pod = pod.filled(with: "Never", at: ["spec", "restartPolicy"])
            // A command has no business with the cluster, unless its queue says so.
            if pod.at(["spec", "serviceAccountName"]) == nil {
                pod = pod.filled(with: false, at: ["spec", "automountServiceAccountToken"])
            }
            if let timeout = submission.timeout {
                let seconds = (timeout + Self.slack).components.seconds
                pod = pod.filled(with: .int(seconds), at: ["spec", "activeDeadlineSeconds"])
            }
        }
        pod = pod.appending(volumes, at: ["spec", "volumes"])
        let containers = pod.at(["spec", "containers"])?.array ?? []
        let main = containers.firstIndex { $0["name"]?.string == "main" } ?? 0
        var completed = containers
        completed[main] = try container(containers[main], path)
        return pod.with(.array(completed), at: ["spec", "containers"])
    }

    private func container(_ given: JSONValue, _ path: [String]) throws(Diagnostic) -> JSONValue {
        var container = given.filled(with: "main", at: ["name"])
        let hasImage = !(container["image"]?.string ?? "").isEmpty
        if !hasImage {
            guard let reference = submission.image?.reference else { throw .kubernetesImageUnreachable() }
            container = container.with(.string(reference), at: ["image"])
        }
        if container["command"] == nil, container["args"] == nil, kind.takesCommand(at: path) {
            container = container.with(.array(submission.arguments.map { .string(Self.literal($0)) }), at: ["command"])
            // That of the queue's own image is not known here.
            if !hasImage {
                container = container.filled(with: .string(submission.workingDirectory), at: ["workingDir"])
            }
        }
        let named = Set((container["env"]?.array ?? []).compactMap { $0["name"]?.string })
        container = container.appending(environment.filter { !named.contains($0.name) }.map(\.entry), at: ["env"])
        let mounted = Set((container["volumeMounts"]?.array ?? []).compactMap { $0["mountPath"]?.string })
        container = container.appending(
            mounts.filter { !mounted.contains($0["mountPath"]?.string ?? "") }, at: ["volumeMounts"])
        return withResources(container)
    }

    /// A text that Kubernetes leaves as it is: it would put variables in for `$(NAME)`, and makes one dollar of two.
    static func literal(_ text: String) -> String { text.replacing("$", with: "$$") }

    private var environment: [(name: String, entry: JSONValue)] {
        let values = submission.environment.filter { submission.secrets[$0.key] == nil }.map { name, value in
            (name: name, entry: ["name": .string(name), "value": .string(Self.literal(value))] as JSONValue)
        }
        let secrets = submission.secrets.map { name, secret in
            let place = settings.secret(secret)
            let reference: JSONValue = ["name": .string(place.name), "key": .string(place.key)]
            return (
                name: name, entry: ["name": .string(name), "valueFrom": ["secretKeyRef": reference]] as JSONValue
            )
        }
        return (values + secrets).sorted { $0.name < $1.name }
    }

    /// What the job asks for, of which the container says nothing. Memory and accelerators are limits too; processors
    /// are not, for a command that gets more of them when nobody else wants them does no harm.
    private func withResources(_ given: JSONValue) -> JSONValue {
        var container = given
        func says(_ name: String) -> Bool {
            given.at(["resources", "requests", name]) != nil || given.at(["resources", "limits", name]) != nil
        }
        let asked = submission.resources
        if let cpu = asked.cpu, !says("cpu") {
            container = container.with(.string("\(cpu.millicores)m"), at: ["resources", "requests", "cpu"])
        }
        if let memory = asked.memory, !says("memory") {
            for part in ["requests", "limits"] {
                container = container.with(.string(String(memory.bytes)), at: ["resources", part, "memory"])
            }
        }
        let accelerator = "nvidia.com/gpu"
        if asked.gpu > 0, !says(accelerator) {
            container = container.with(.string(String(asked.gpu)), at: ["resources", "limits", accelerator])
        }
        return container
    }

    // MARK: What the command finds in its container

    private var hasInputs: Bool { submission.environment["SLIPWAY_INPUTS"] != nil }

    private var volumes: [JSONValue] {
        var volumes: [JSONValue] = []
        if parameters != nil {
            // From the pod's own annotation: another object would have to be made before, and removed after, it.
            let field: JSONValue = [
                "fieldPath": .string("metadata.annotations['\(KubernetesIdentity.Key.parameters)']")
            ]
            let item: JSONValue = ["path": "parameters.json", "fieldRef": field]
            volumes.append(["name": .string(Volume.parameters), "downwardAPI": ["items": [item]]])
        }
        if let runs = settings.runsVolume?.object {
            volumes.append(.object(runs.merging(["name": .string(Volume.runs)]) { _, name in name }))
        } else {
            volumes += [Volume.scratch, Volume.outputs].map { ["name": .string($0), "emptyDir": [:]] }
        }
        return volumes
    }

    private var mounts: [JSONValue] {
        var mounts: [JSONValue] = []
        if settings.runsVolume == nil {
            // Writable for whoever the command is, and gone with its pod.
            mounts.append(["name": .string(Volume.scratch), "mountPath": .string(ContainerPaths.root)])
            mounts.append(["name": .string(Volume.outputs), "mountPath": .string(ContainerPaths.outputs)])
        } else {
            // `<run>/<attempt>` below the folder of all runs.
            let place = submission.folder.split(separator: "/").suffix(2).joined(separator: "/")
            func mount(_ name: String, _ path: String, isReadOnly: Bool = false) -> JSONValue {
                var mount: [String: JSONValue] = [
                    "name": .string(Volume.runs), "mountPath": .string(path), "subPath": .string("\(place)/\(name)"),
                ]
                if isReadOnly { mount["readOnly"] = true }
                return .object(mount)
            }
            mounts.append(mount("outputs", ContainerPaths.outputs))
            mounts.append(mount("metrics.jsonl", ContainerPaths.metrics))
            if hasInputs { mounts.append(mount("inputs", ContainerPaths.inputs, isReadOnly: true)) }
        }
        if parameters != nil {
            mounts.append([
                "name": .string(Volume.parameters), "mountPath": .string(ContainerPaths.parameters),
                "subPath": "parameters.json", "readOnly": true,
            ])
        }
        return mounts
    }

    // MARK: What stands in its place

    /// An object of the same name that runs nothing. A Job of no pods is complete at once, and goes away by itself when
    /// nothing can be on its way any more; of another kind it is as empty as that kind allows.
    static func seal(
        _ identity: KubernetesIdentity, kind: KubernetesKind, token: Int64?
    ) -> JSONValue {
        var annotations: [String: JSONValue] = [
            KubernetesIdentity.Key.name: .string(identity.name),
            KubernetesIdentity.Key.location: .string(identity.location),
        ]
        annotations[KubernetesIdentity.Key.sealed] = .string(token.map(String.init) ?? "")
        let metadata: JSONValue = [
            "name": .string(identity.object), "labels": .object(identity.mark), "annotations": .object(annotations),
        ]
        var object: [String: JSONValue] = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": metadata,
        ]
        if kind.isJob {
            let pod: JSONValue = [
                "restartPolicy": "Never", "containers": [["name": "sealed", "image": "invalid.invalid/sealed"]],
            ]
            object["spec"] = [
                "parallelism": 0, "completions": 0, "backoffLimit": 0, "ttlSecondsAfterFinished": 3600,
                "template": ["spec": pod],
            ]
        }
        return .object(object)
    }
}
