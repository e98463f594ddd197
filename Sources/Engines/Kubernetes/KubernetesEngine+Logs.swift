import Images
import Manifests
import Records
import YAML

extension KubernetesEngine {
    /// Both streams of a container are one in a cluster: they go to `stdout.log`. Of several pods the first one's do,
    /// and the others have files of their own.
    public func fetchLogs(of reference: SubmissionReference) async throws {
        guard elsewhere(reference) == nil else { return }
        let one: Case
        let pods: [KubernetesPod]
        do {
            one = try await openCase(reference)
            pods = try await one.cluster.pods(of: one.identity)
        } catch {
            throw Diagnostic.kubernetesLogsUnreachable(error.description)
        }
        let ordered = pods.sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
        // A Job's second pod goes on where its first was lost.
        for (index, pod) in ordered.enumerated() {
            let file = index == 0 || one.kind.isJob ? "stdout.log" : "\(pod.name).log"
            guard !file.contains("/"), !file.hasPrefix(".") else { continue }
            try await fetch(pod, into: "\(reference.folder)/\(file)", one)
        }
    }

    private func fetch(_ pod: KubernetesPod, into path: String, _ one: Case) async throws {
        let log = try await TimestampedLog.open(path)
        var query = [("container", pod.main), ("timestamps", "true")]
        if let since = log.since { query.append(("sinceTime", since)) }
        do {
            _ = try await one.cluster.api.response(
                "GET", "\(one.cluster.pods)/\(pod.name)/log", query, into: .stream { try log.take($0) },
                timeout: .seconds(120))
        } catch {
            // 400: its container has not begun.
            if error.status == 400 || error.isNotFound { return }
            throw Diagnostic.kubernetesLogsUnreachable(error.description)
        }
        if pod.isOver { try log.finish() }
    }
}
