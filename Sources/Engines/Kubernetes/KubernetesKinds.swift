import Manifests

/// What is known of the kinds of objects that can be submitted.
struct KubernetesKind: Sendable, Hashable {
    var apiVersion: String
    var kind: String

    static let job = KubernetesKind(apiVersion: "batch/v1", kind: "Job")

    init(apiVersion: String, kind: String) {
        self.apiVersion = apiVersion
        self.kind = kind
    }

    /// Of a queue's document; a Job where it does not say.
    init(_ document: JSONValue?) {
        self.init(
            apiVersion: document?["apiVersion"]?.string ?? Self.job.apiVersion,
            kind: document?["kind"]?.string ?? Self.job.kind)
    }

    var isJob: Bool { self == .job }

    private var group: Substring { apiVersion.split(separator: "/").first ?? "" }

    /// How one is that says what its state is in a way that is known here.
    var builtInStatus: KubernetesStatusRule? {
        switch (group, kind) {
        case ("jobset.x-k8s.io", "JobSet"):
            .conditions([.succeeded: "Completed", .failed: "Failed", .waiting: "Suspended"])
        case ("kubeflow.org", _):
            .conditions([.succeeded: "Succeeded", .failed: "Failed", .running: "Running", .waiting: "Suspended"])
        case ("ray.io", "RayJob"):
            .path(
                ["status", "jobStatus"],
                [
                    .succeeded: ["SUCCEEDED"], .failed: ["FAILED", "STOPPED"], .running: ["RUNNING"],
                    .waiting: ["PENDING"],
                ], message: ["status", "message"])
        case ("batch.volcano.sh", "Job"):
            .path(
                ["status", "state", "phase"],
                [
                    .succeeded: ["Completed"], .failed: ["Failed", "Aborted", "Terminated"],
                    .running: ["Running", "Completing", "Terminating", "Aborting", "Restarting"],
                    .waiting: ["Pending", "Inqueue"],
                ], message: ["status", "state", "message"])
        default: nil
        }
    }

    /// Whether a container at a path gets the run's command where it has none of its own. A RayJob has it as a text for
    /// a shell, which Slipway does not write; the workers of an MPIJob wait for the launcher.
    func takesCommand(at path: [String]) -> Bool {
        switch (group, kind) {
        case ("ray.io", _): false
        case ("kubeflow.org", "MPIJob"): path.contains("Launcher")
        default: true
        }
    }
}

/// How a custom resource says what has become of it.
enum KubernetesStatusRule: Sendable, Hashable {
    enum Outcome: String, Sendable, Hashable, CaseIterable { case succeeded, failed, running, waiting }

    /// A text at a path, and what it means.
    case path([String], [Outcome: [String]], message: [String])
    /// Conditions that are `True`, as most controllers have them; the first that holds counts.
    case conditions([Outcome: String])

    /// Reads a queue's `settings.status`.
    init?(_ setting: JSONValue) {
        let steps = { (text: String) in text.split(whereSeparator: { $0 == "." || $0 == "/" }).map(String.init) }
        if let path = setting["path"]?.string {
            let pairs = Outcome.allCases.map { outcome in
                let words = setting[outcome.rawValue]?.array ?? []
                return (outcome, words.map { $0.string ?? $0.canonicalText })
            }
            self = .path(
                steps(path), Dictionary(pairs) { first, _ in first },
                message: setting["message"]?.string.map(steps) ?? ["status", "message"])
        } else if let conditions = setting["conditions"]?.object {
            let pairs = Outcome.allCases.compactMap { outcome in
                conditions[outcome.rawValue]?.string.map { (outcome, $0) }
            }
            self = .conditions(Dictionary(pairs) { first, _ in first })
        } else {
            return nil
        }
    }
}
