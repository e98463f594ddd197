import Manifests

/// A Deployment's own words, as words about a pool.
struct KubernetesDeploymentStatus {
    let object: JSONValue

    init(_ object: JSONValue) { self.object = object }

    private func number(_ path: String...) -> Int { object.at(path)?.int.flatMap { Int(exactly: $0) } ?? 0 }

    private func condition(_ type: String, _ status: String) -> JSONValue? {
        (object.at(["status", "conditions"])?.array ?? []).first {
            $0["type"]?.string == type && $0["status"]?.string == status
        }
    }

    func status(_ place: PoolDeployment.Place, in cluster: KubernetesCluster) -> PoolDeploymentStatus {
        var status = PoolDeploymentStatus(
            name: place.name, namespace: cluster.namespace, server: cluster.address,
            wanted: number("spec", "replicas"), ready: number("status", "readyReplicas"))
        let isSeen = number("status", "observedGeneration") >= number("metadata", "generation")
        guard isSeen else {
            status.reason = "NotObserved"
            status.message = "no controller has seen its newest form yet"
            return status
        }
        // No pod could be made at all: a quota, an admission rule, an account that is not there.
        if let failure = condition("ReplicaFailure", "True") { (status.reason, status.message) = Self.words(failure) }
        return status
    }

    private static func words(_ condition: JSONValue) -> (reason: String, message: String) {
        (
            (condition["reason"]?.string ?? "").shortened(80), (condition["message"]?.string ?? "").shortened(500)
        )
    }

    /// Why the first of its pods that does not answer does not; `nil` where all do.
    static func trouble(of pods: [KubernetesPod]) -> (reason: String, message: String)? {
        let waiting = pods.filter { !$0.isReady && !$0.isLeaving }.sorted {
            ($0.createdAt, $0.name) < ($1.createdAt, $1.name)
        }
        guard let pod = waiting.first else { return pods.isEmpty ? ("NoPods", "it has no pods yet") : nil }
        let (reason, message) = pod.wait
        let end = pod.lastEnd.map { "its command ended with status \($0)" }
        let said = [end, message.isEmpty ? nil : message].compactMap(\.self).joined(separator: "; ")
        return (reason, "pod \(pod.name)" + (said.isEmpty ? "" : ": \(said)"))
    }
}

extension KubernetesPod {
    /// Whether it answers, as its cluster sees it.
    var isReady: Bool {
        (object.at(["status", "conditions"])?.array ?? []).contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
    }

    /// The status with which a container ended that is started again.
    var lastEnd: Int64? {
        (object.at(["status", "containerStatuses"])?.array ?? [])
            .compactMap { ($0.at(["lastState", "terminated"]) ?? $0.at(["state", "terminated"]))?["exitCode"]?.int }
            .first
    }
}
