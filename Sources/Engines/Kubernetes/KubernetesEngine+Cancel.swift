import Manifests
import Records
import YAML

extension KubernetesEngine {
    /// How much longer than its grace a pod may take to be gone.
    private static let slack = Duration.seconds(10)

    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        guard settled(reference) == nil else { return }
        let one: Case
        do { one = try await openCase(reference) } catch {
            throw Diagnostic.engineUnreachable("Kubernetes", error.description)
        }
        guard let object = try await look(one), one.identity.isOf(object), KubernetesSeal(object) == nil else { return }
        switch await observe(reference) {
        case .running, .waiting, .unreachable: break
        case .absent, .ended, .failed, .gone, .elsewhere: return
        }
        let uid = object.at(["metadata", "uid"])?.string ?? ""
        let words = "it was cancelled"
        // Written before anything goes, so that nobody takes it for what was never there.
        try KubernetesNote(.ending(words), uid: uid, server: one.cluster.address).write(to: reference.folder)
        // With its pods what they wrote is gone. That it cannot be had does not keep anything from ending.
        try? await fetchLogs(of: reference)
        do {
            try await remove(one, uid: uid, grace: grace)
        } catch {
            throw Self.silence(error, one.cluster)
        }
        // How its command ended counts where it had ended before.
        if await observe(reference).isLive { note(.over(.gone(words)), of: one, uid: uid) }
    }

    /// Deletes an object and its pods, and returns when they are gone. Pods get their grace from the call that deletes
    /// them; that the object is leaving keeps its controller from making others.
    func remove(_ one: Case, uid: String, grace: Duration) async throws(KubernetesFailure) {
        let api = one.cluster.api
        try await delete(one.objectPath, uid: uid, api, ["propagationPolicy": "Foreground"])
        // A grace of 0 would take the pod off the record and leave its processes to themselves.
        let seconds = max(1, grace.components.seconds + (grace.components.attoseconds > 0 ? 1 : 0))
        // The cluster may have been quicker with the grace that they have of their own, and older nodes keep to that.
        let own = try await deletePods(one, seconds: seconds)
        var deadline = ContinuousClock.now + .seconds(max(seconds, own)) + Self.slack
        var hasInsisted = false
        var wait = 20
        while true {
            let pods = try await one.cluster.pods(of: one.identity)
            let object = try await one.cluster.look(at: one.identity, one.path)
            let isThere = object?.at(["metadata", "uid"])?.string == uid
            if pods.isEmpty, !isThere { return }
            if ContinuousClock.now >= deadline {
                guard !hasInsisted else {
                    let nodes = Set(pods.compactMap(\.node)).sorted().joined(separator: ", ")
                    throw .silent(
                        pods.isEmpty
                            ? "\(one.identity.object) is deleted and does not go; see its finalizers"
                            : "a pod of \(one.identity.object) does not go; see whether its node (\(nodes)) is lost")
                }
                hasInsisted = true
                _ = try await deletePods(one, seconds: 1)
                deadline = ContinuousClock.now + Self.slack
            }
            // The last words of a command that is asked to end.
            if !pods.isEmpty { try? await fetchLogs(of: one.reference) }
            await pause(milliseconds: wait)
            wait = min(wait * 2, 500)
        }
    }

    /// Returns the longest grace that one of them has of its own, in seconds.
    private func deletePods(_ one: Case, seconds: Int64) async throws(KubernetesFailure) -> Int64 {
        var longest: Int64 = 0
        for pod in try await one.cluster.pods(of: one.identity) {
            longest = max(longest, pod.object.at(["spec", "terminationGracePeriodSeconds"])?.int ?? 0)
            try await delete(
                "\(one.cluster.pods)/\(pod.name)", uid: pod.uid, one.cluster.api,
                ["gracePeriodSeconds": .int(seconds)])
        }
        return longest
    }

    /// Deletes what has an uid, and nothing else of the name.
    private func delete(
        _ path: String, uid: String, _ api: KubernetesAPI, _ more: [String: JSONValue]
    ) async throws(KubernetesFailure) {
        let options: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": ["uid": .string(uid)],
        ]
        do {
            _ = try await api.call("DELETE", path, [], .object(options.merging(more) { _, new in new }))
        } catch {
            // Another of the name is none of this one's business; what is gone need not go.
            guard error.isNotFound || error.isConflict else { throw error }
        }
    }

    /// Jobs that have ended go by themselves (`ttlSecondsAfterFinished`), and can be looked at until then. Of other
    /// kinds not all have such a thing.
    public func discard(_ reference: SubmissionReference) async {
        guard let one = try? await openCase(reference), !one.kind.isJob,
            let object = try? await one.cluster.look(at: one.identity, one.path), one.identity.isOf(object),
            let uid = object.at(["metadata", "uid"])?.string,
            case .over? = KubernetesNote(of: reference.folder)?.word
        else { return }
        try? await delete(one.objectPath, uid: uid, one.cluster.api, ["propagationPolicy": "Background"])
    }
}
