import Manifests
import Support
import Testing

/// Tests of Kubernetes are skipped where it was not built: that takes minutes, and `make test` does not do it.
let needsKubernetes: any SuiteTrait & TestTrait = .enabled(
    if: KubernetesServer.isThere, "scripts/servers/kubernetes-build was not run, so there is no Kubernetes to start")

/// A namespace of one test on the cluster that all share, and the pods in it.
struct KubernetesNamespace {
    let server: KubernetesServer
    let name: String
    /// The path of its pods.
    let pods: String

    init() throws {
        server = try KubernetesServer.shared()
        name = try server.makeNamespace()
        pods = "/api/v1/namespaces/\(name)/pods"
    }

    /// - Parameters:
    ///   - container: what its one container has besides a name and an image.
    ///   - spec: what the pod has besides that container, and never to be restarted.
    func createPod(
        _ name: String, _ annotations: [String: JSONValue] = [:], container: [String: JSONValue] = [:],
        spec: [String: JSONValue] = [:]
    ) throws {
        let only = container.merging(["name": "main", "image": "registry.example/train"]) { own, _ in own }
        let all = spec.merging(["restartPolicy": "Never", "containers": [.object(only)]]) { own, _ in own }
        let metadata: JSONValue = ["name": .string(name), "annotations": .object(annotations)]
        try server.create(pods, ["metadata": metadata, "spec": .object(all)])
    }

    func pod(_ name: String) throws -> KubernetesServer.Answer { try server.get("\(pods)/\(name)") }

    func phase(_ name: String) throws -> String? { try pod(name)["status.phase"]?.string }

    func log(_ name: String) throws -> String { try server.get("\(pods)/\(name)/log").text }

    func annotate(_ name: String, _ annotations: [String: JSONValue]) throws {
        try server.patch("\(pods)/\(name)", ["metadata": ["annotations": .object(annotations)]])
    }

    /// A condition of a pod, a job or a node.
    static func condition(_ type: String, of answer: KubernetesServer.Answer) -> JSONValue? {
        guard case .array(let all)? = answer["status.conditions"] else { return nil }
        return all.first { $0["type"]?.string == type }
    }
}
