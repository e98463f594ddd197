import Foundation
import Images
import Manifests
import Records
import Support
import YAML

@testable import Engines

/// Attempts of one test in a namespace of its own, whose pods really execute what they are told to.
final class KubernetesAttempts: Sendable {
    static let host = "this-machine"

    let namespace: KubernetesNamespace
    let workspace: TestWorkspace
    let clock = TestClock()
    /// Files that say how the cluster is reached.
    let kubeconfig: String
    let settings: [String: JSONValue]

    var server: KubernetesServer { namespace.server }

    init(kubeconfig: String? = nil, settings: [String: JSONValue] = [:]) throws {
        namespace = try KubernetesNamespace()
        workspace = try TestWorkspace("kubernetes")
        self.kubeconfig = kubeconfig ?? namespace.server.kubeconfig
        self.settings = settings.merging(["namespace": .string(namespace.name)]) { own, _ in own }
    }

    /// An engine as a new process would make it.
    func engine(patience: Duration = .seconds(300)) -> KubernetesEngine {
        KubernetesEngine(
            host: Self.host, environment: ["KUBECONFIG": kubeconfig, "PATH": "/usr/bin:/bin"],
            now: { [clock] in clock.now() }, patience: patience)
    }

    static let image: SubmittedImage = {
        let digest = Digest(of: "image")
        return SubmittedImage(
            digest: digest, config: digest, layout: "/nowhere", reference: "registry.example/train@\(digest)")
    }()

    /// An attempt of a script, whose pod has annotations for the nodes.
    func submission(
        _ name: String, _ script: String, _ annotations: [String: JSONValue] = ["fake/exec": "true"],
        document: JSONValue? = nil
    ) throws -> Submission {
        var submission = Submission(
            name: name, folder: try workspace.folder("runs/\(name)/1"), workingDirectory: "/",
            arguments: ["sh", "-c", script], environment: [:])
        submission.image = Self.image
        submission.target = EngineTarget(
            kind: .kubernetes, settings: .object(settings),
            document: document ?? Self.document(annotations))
        return submission
    }

    static func document(_ annotations: [String: JSONValue]) -> JSONValue {
        ["spec": ["template": ["metadata": ["annotations": .object(annotations)]]]]
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: Self.host, location: submission.location,
            token: submission.token, target: submission.target)
    }

    func identity(_ submission: Submission) -> KubernetesIdentity { KubernetesIdentity(reference(to: submission)) }

    func path(of submission: Submission) -> String {
        "/apis/batch/v1/namespaces/\(namespace.name)/jobs/\(identity(submission).object)"
    }

    func file(_ name: String, of submission: Submission) -> String? {
        FileManager.default.contents(atPath: "\(submission.folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    func pods(of submission: Submission) throws -> [KubernetesPod] {
        let selector = "slipway.dev/name%3D\(identity(submission).object)"
        let answer = try server.get("\(namespace.pods)?labelSelector=\(selector)")
        return (answer.json["items"]?.array ?? []).map(KubernetesPod.init)
    }

    /// Waits until something is said of an attempt, as an agent does.
    func follow(
        _ submission: Submission, with engine: KubernetesEngine, until isIt: @Sendable (Observation) -> Bool
    ) async throws -> Observation {
        let reference = reference(to: submission)
        var seen = Observation.absent
        let deadline = clock.now() + .seconds(60)
        while clock.now() < deadline {
            seen = await engine.change(of: reference, from: seen, until: deadline)
            if isIt(seen) { return seen }
        }
        throw NothingElse(description: "the last that was said of \(submission.name): \(seen)")
    }

    struct NothingElse: Error, CustomStringConvertible { let description: String }
}
