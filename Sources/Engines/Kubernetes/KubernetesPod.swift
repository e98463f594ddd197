import Manifests
import Records

/// A pod's status, as words about an attempt.
struct KubernetesPod: Sendable, Hashable {
    let object: JSONValue

    var name: String { object["metadata"]?["name"]?.string ?? "" }
    var uid: String { object["metadata"]?["uid"]?.string ?? "" }
    var createdAt: String { object["metadata"]?["creationTimestamp"]?.string ?? "" }
    var isLeaving: Bool { object["metadata"]?["deletionTimestamp"]?.string != nil }
    var node: String? { object["spec"]?["nodeName"]?.string }
    private var status: JSONValue? { object["status"] }
    private var phase: String { status?["phase"]?.string ?? "Pending" }
    var isOver: Bool { phase == "Succeeded" || phase == "Failed" }
    var isRunning: Bool { phase == "Running" }
    /// What nobody here has heard of, or what the node cannot say any more.
    var strangePhase: String? {
        ["Pending", "Running", "Succeeded", "Failed"].contains(phase) ? nil : phase
    }

    private func condition(_ type: String) -> JSONValue? {
        status?["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    private var statuses: [JSONValue] {
        (status?["initContainerStatuses"]?.array ?? []) + (status?["containerStatuses"]?.array ?? [])
    }

    /// The container whose command is the run's.
    var main: String {
        let names = (object["spec"]?["containers"]?.array ?? []).compactMap { $0["name"]?.string }
        return names.contains("main") ? "main" : names.first ?? "main"
    }

    /// When the command began.
    var runningSince: Timestamp? {
        let own = statuses.first { $0["name"]?.string == main } ?? statuses.last
        let moment = own?.at(["state", "running", "startedAt"])?.string ?? status?["startTime"]?.string
        return moment.flatMap { Timestamp(rfc3339: $0) }
    }

    // MARK: Its end

    /// Why it failed, or how its command ended; `nil` for one that did not fail.
    var failure: Observation? {
        guard phase == "Failed" else { return nil }
        let message = (status?["message"]?.string ?? "").shortened(500)
        let reason = status?["reason"]?.string ?? ""
        if let failure = Self.reasons[reason] ?? (reason.hasPrefix("OutOf") ? .nodeLost : nil) {
            return .failed(failure, Self.sentence(reason, message), at: endedAt)
        }
        if let disruption = condition("DisruptionTarget"), disruption["status"]?.string == "True" {
            let why = disruption["reason"]?.string ?? "DisruptionTarget"
            let said = (disruption["message"]?.string).map { $0.shortened(500) } ?? message
            return .failed(Self.disruptions[why] ?? .preempted, Self.sentence(why, said), at: endedAt)
        }
        let ended = statuses.compactMap { one in
            one.at(["state", "terminated"]).map { (one["name"]?.string ?? "", $0) }
        }
        let bad = ended.filter { $0.1["exitCode"]?.int != 0 }
        guard let (container, end) = bad.first(where: { $0.0 == main }) ?? bad.first else {
            return .failed(.refused, Self.sentence(reason.isEmpty ? "Failed" : reason, message), at: endedAt)
        }
        let said = (end["message"]?.string ?? "").shortened(500)
        let why = end["reason"]?.string ?? ""
        if let failure = Self.endings[why] {
            return .failed(failure, Self.sentence(why, said.isEmpty ? "container \(container)" : said), at: endedAt)
        }
        let code = end["exitCode"]?.int.flatMap { Int32(exactly: $0) } ?? 1
        return .ended(status: code, at: endedAt)
    }

    private var endedAt: Timestamp? {
        statuses.compactMap { $0.at(["state", "terminated", "finishedAt"])?.string }
            .compactMap { Timestamp(rfc3339: $0) }.max()
    }

    /// The reasons of a pod that failed.
    private static let reasons: [String: EngineFailure] = [
        "DeadlineExceeded": .timeLimit, "Evicted": .preempted, "NodeAffinity": .nodeLost, "NodeLost": .nodeLost,
        "NodeShutdown": .nodeLost, "Preempting": .preempted, "Shutdown": .nodeLost, "Terminated": .nodeLost,
        "UnexpectedAdmissionError": .nodeLost,
    ]
    /// The reasons of its condition DisruptionTarget (1.26 and newer) that are about its node; others are about it.
    private static let disruptions: [String: EngineFailure] = [
        "DeletionByPodGC": .nodeLost, "DeletionByTaintManager": .nodeLost, "TerminationByKubelet": .nodeLost,
    ]
    /// The reasons of a container that terminated, other than that its command did.
    private static let endings: [String: EngineFailure] = [
        "ContainerCannotRun": .refused, "ContainerStatusUnknown": .nodeLost, "OOMKilled": .outOfMemory,
        "StartError": .refused,
    ]

    // MARK: What it waits for

    /// Why it does not run yet: the cluster's word, and a sentence.
    var wait: (reason: String, message: String) {
        if let scheduled = condition("PodScheduled"), scheduled["status"]?.string == "False" {
            let reason = scheduled["reason"]?.string ?? "Unschedulable"
            return (reason, (scheduled["message"]?.string ?? "").shortened(500))
        }
        for one in statuses {
            guard let waiting = one.at(["state", "waiting"]), let reason = waiting["reason"]?.string,
                !Self.beginnings.contains(reason)
            else { continue }
            let image = one["image"]?.string.map { "image \($0)" } ?? ""
            return (reason, (waiting["message"]?.string ?? image).shortened(500))
        }
        if let node { return ("ContainerCreating", "node \(node.shortened(80)) prepares it") }
        return ("Scheduling", "no node has been chosen yet")
    }

    private static let beginnings: Set = ["ContainerCreating", "PodInitializing"]

    /// The words for what does not come right by waiting, as a rule.
    static let hopes: [String: EngineFailure] = [
        "CreateContainerConfigError": .refused, "CreateContainerError": .refused, "ErrImageNeverPull": .imagePull,
        "ErrImagePull": .imagePull, "ImageInspectError": .imagePull, "ImagePullBackOff": .imagePull,
        "InvalidImageName": .imagePull, "RegistryUnavailable": .imagePull, "RunContainerError": .refused,
    ]
    /// Of those, the words for what never does.
    static let hopeless: Set = ["ErrImageNeverPull", "InvalidImageName"]

    static func sentence(_ reason: String, _ message: String) -> String {
        message.isEmpty ? reason : "\(reason): \(message)"
    }
}
