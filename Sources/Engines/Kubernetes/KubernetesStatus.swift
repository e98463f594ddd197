import Manifests
import Records

/// What is seen of an attempt in a cluster: its object, its pods, and what was said of them.
struct KubernetesSight: Sendable {
    var kind: KubernetesKind
    var rule: KubernetesStatusRule?
    var object: JSONValue
    var pods: [KubernetesPod]
    /// The last warning about the object or one of its pods, by the uid of what it is about.
    var warnings: [String: KubernetesWarning] = [:]

    /// What it means. It is the one place in which a cluster's words become Slipway's.
    var finding: KubernetesFinding {
        let condition = kind.isJob ? jobEnd : nil
        if let condition { return .known(condition) }
        if kind.isJob { return unfinished }
        return custom
    }

    private var name: String { object["metadata"]?["name"]?.string ?? "" }
    private var uid: String { object["metadata"]?["uid"]?.string ?? "" }

    private func condition(_ type: String) -> JSONValue? {
        object.at(["status", "conditions"])?.array?.first {
            $0["type"]?.string == type && $0["status"]?.string == "True"
        }
    }

    // MARK: A Job

    private var jobEnd: Observation? {
        if let complete = condition("Complete") {
            let moment = object.at(["status", "completionTime"]) ?? complete["lastTransitionTime"]
            return .ended(status: 0, at: moment?.string.flatMap { Timestamp(rfc3339: $0) })
        }
        guard let failed = condition("Failed") else { return nil }
        let reason = failed["reason"]?.string ?? "Failed"
        let words = KubernetesPod.sentence(reason, (failed["message"]?.string ?? "").shortened(500))
        let moment = failed["lastTransitionTime"]?.string.flatMap { Timestamp(rfc3339: $0) }
        if reason == "DeadlineExceeded" { return .failed(.timeLimit, words, at: moment) }
        // The Job only counts failures; its pods say what they were.
        return podFailure ?? .failed(.refused, words, at: moment)
    }

    /// The failure of the pod that failed last.
    private var podFailure: Observation? {
        pods.sorted { ($0.createdAt, $0.name) > ($1.createdAt, $1.name) }.lazy.compactMap(\.failure).first
    }

    private var unfinished: KubernetesFinding {
        if object.at(["spec", "suspend"]) == .bool(true) {
            let queue = object["metadata"]?["labels"]?["kueue.x-k8s.io/queue-name"]?.string
            return .waiting(
                "Suspended", queue.map { "the queue \($0.shortened(80)) of Kueue has not let it in yet" } ?? "")
        }
        return inPods
    }

    /// What can be told from pods alone, of whatever made them.
    private var inPods: KubernetesFinding {
        if let strange = pods.lazy.compactMap(\.strangePhase).first {
            return .known(.unreachable("its pod is in the phase \(strange.shortened(40).debugDescription)"))
        }
        let live = pods.filter { !$0.isOver }.sorted {
            // One that is being taken away says less than the one in its place.
            ($0.isLeaving ? 1 : 0, $0.isRunning ? 0 : 1, $0.name) < (
                $1.isLeaving ? 1 : 0, $1.isRunning ? 0 : 1, $1.name
            )
        }
        guard let pod = live.first else {
            // It has ended, and the object does not say so yet.
            if pods.contains(where: \.isOver) { return .known(.running(since: nil)) }
            guard let warning = warnings[uid] else { return .waiting("NoPod", "no pod of it has been made yet") }
            let isQuota = warning.message.contains("exceeded quota")
            return .waiting(isQuota ? "QuotaExceeded" : warning.reason, warning.message)
        }
        // Those of several that do not run yet are what it waits for.
        let pending = live.first { !$0.isRunning && !$0.isLeaving }
        guard let pending else { return .known(.running(since: pod.runningSince)) }
        var (reason, message) = pending.wait
        if reason == "ContainerCreating", let warning = warnings[pending.uid] {
            (reason, message) = (warning.reason, warning.message)
        }
        if let failure = KubernetesPod.hopes[reason] {
            let words = KubernetesPod.sentence(reason, message)
            return .stuck(
                reason: reason, message: message, failure: failure, words: words,
                isHopeless: KubernetesPod.hopeless.contains(reason))
        }
        return .waiting(reason, message)
    }

    // MARK: Custom resources

    private var custom: KubernetesFinding {
        guard let rule else {
            return .known(.unreachable("it is not known how a \(kind.kind) says what has become of it"))
        }
        let (outcome, word, message) = said(by: rule)
        let words = KubernetesPod.sentence(word, message)
        switch outcome {
        case .succeeded: return .known(.ended(status: 0, at: nil))
        // Where no pod says how its command ended, that it failed is all there is.
        case .failed: return .known(podFailure ?? .ended(status: 1, at: nil))
        case .running where pods.isEmpty: return .known(.running(since: nil))
        case .running: return inPods.isWaiting ? .known(.running(since: nil)) : inPods
        case .waiting: return pods.isEmpty ? .waiting(word, message) : inPods
        case nil:
            guard word.isEmpty else {
                return .known(
                    .unreachable(
                        "the \(kind.kind) is in a state that its queue's `settings.status` does not name: \(words)"))
            }
            return inPods
        }
    }

    private func said(
        by rule: KubernetesStatusRule
    ) -> (outcome: KubernetesStatusRule.Outcome?, word: String, message: String) {
        switch rule {
        case .conditions(let names):
            for outcome in KubernetesStatusRule.Outcome.allCases {
                guard let name = names[outcome], let condition = condition(name) else { continue }
                return (outcome, name, (condition["message"]?.string ?? "").shortened(500))
            }
            return (nil, "", "")
        case .path(let path, let words, let message):
            let value = object.at(path)
            guard let value, value != .null, value != .string("") else { return (nil, "", "") }
            let word = value.string ?? value.canonicalText
            let outcome = KubernetesStatusRule.Outcome.allCases.first { words[$0]?.contains(word) ?? false }
            return (outcome, word.shortened(80), (object.at(message)?.string ?? "").shortened(500))
        }
    }
}

/// What a cluster says of an attempt.
enum KubernetesFinding: Sendable, Hashable {
    case known(Observation)
    /// It waits for what may not come: after a while, or at once where it is hopeless, it has failed.
    case stuck(reason: String, message: String, failure: EngineFailure, words: String, isHopeless: Bool)

    static func waiting(_ reason: String, _ message: String) -> KubernetesFinding {
        .known(.waiting(reason: reason, message: message))
    }

    var isWaiting: Bool {
        if case .known(.waiting) = self { true } else { false }
    }

    /// As long as nothing follows from it.
    var observation: Observation {
        switch self {
        case .known(let observation): observation
        case .stuck(let reason, let message, _, _, _): .waiting(reason: reason, message: message)
        }
    }
}

/// What a cluster's events warn of.
struct KubernetesWarning: Sendable, Hashable {
    /// Of what it is about.
    var uid: String
    var reason: String
    var message: String
    var moment: String

    /// `nil` for what is no event with a warning.
    init?(_ event: JSONValue) {
        guard event["type"]?.string == "Warning", let uid = event["involvedObject"]?["uid"]?.string else { return nil }
        self.uid = uid
        reason = (event["reason"]?.string ?? "").shortened(60)
        message = (event["message"]?.string ?? "").shortened(500)
        moment =
            event["lastTimestamp"]?.string ?? event["eventTime"]?.string
            ?? event["metadata"]?["creationTimestamp"]?.string ?? ""
    }

    /// The last of each object.
    static func latest(_ warnings: some Sequence<KubernetesWarning>) -> [String: KubernetesWarning] {
        var latest: [String: KubernetesWarning] = [:]
        for warning in warnings where latest[warning.uid].map({ $0.moment <= warning.moment }) ?? true {
            latest[warning.uid] = warning
        }
        return latest
    }
}
