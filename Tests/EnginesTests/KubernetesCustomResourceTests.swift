import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// Objects of a kind that the cluster was taught, whose controller is the test.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesCustomResourceTests {
    private let attempts: KubernetesAttempts
    private let group: String
    private var server: KubernetesServer { attempts.server }

    init() async throws {
        attempts = try KubernetesAttempts(settings: [
            "status": [
                "path": "status.state", "succeeded": ["Completed"], "failed": ["Failed"], "running": ["Running"],
                "waiting": ["Queued"], "message": "status.note",
            ]
        ])
        group = "\(attempts.namespace.name).example.com"
        let schema: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        try server.create(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            [
                "metadata": ["name": .string("trainings.\(group)")],
                "spec": [
                    "group": .string(group), "scope": "Namespaced",
                    "names": ["plural": "trainings", "singular": "training", "kind": "Training"],
                    "versions": [
                        [
                            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
                            "subresources": ["status": [:]],
                        ]
                    ],
                ],
            ])
        let collection = "/apis/\(group)/v1/namespaces/\(attempts.namespace.name)/trainings"
        try await eventually("the cluster knows it") { [server] in try server.request("GET", collection).isGood }
    }

    private func path(_ submission: Submission) -> String {
        "/apis/\(group)/v1/namespaces/\(attempts.namespace.name)/trainings/\(attempts.identity(submission).object)"
    }

    private func submission(_ name: String) throws -> Submission {
        try attempts.submission(
            name, "true",
            document: [
                "apiVersion": .string("\(group)/v1"), "kind": "Training",
                "spec": ["template": ["spec": ["containers": [["name": "main"]]]]],
            ])
    }

    private func say(_ state: String, of submission: Submission) throws {
        try server.patch("\(path(submission))/status", ["status": ["state": .string(state), "note": "a note"]])
    }

    @Test func itsStatusIsFollowed() async throws {
        let (engine, submission) = (attempts.engine(), try submission("follows"))
        let reference = attempts.reference(to: submission)
        try await engine.submit(submission)
        try await attempts.engine().submit(submission)
        #expect(try server.get(path(submission))["spec.template.spec.containers.0.command.0"] == "sh")
        try say("Queued", of: submission)
        _ = try await attempts.follow(submission, with: engine) { $0 == .waiting(reason: "Queued", message: "a note") }
        try say("Running", of: submission)
        let running = try await attempts.follow(submission, with: engine) { $0.isRunning }
        try say("Odd", of: submission)
        let odd = await engine.change(of: reference, from: running, until: nil)
        #expect("\(odd)".contains("Odd: a note"), "\(odd)")
        try say("Completed", of: submission)
        #expect(await engine.wait(for: reference, until: nil).status == 0)
        await engine.discard(reference)
        #expect(try server.request("GET", path(submission)).status == 404)
        #expect(await attempts.engine().observe(reference).status == 0)
    }

    @Test func itIsSealedAndCancelled() async throws {
        let (engine, late) = (attempts.engine(), try submission("late"))
        #expect(try await engine.seal(attempts.reference(to: late)) == .absent)
        try await attempts.engine().submit(late)
        #expect(await engine.observe(attempts.reference(to: late)).isGone)

        let running = try submission("running")
        try await engine.submit(running)
        try say("Running", of: running)
        // A cluster's garbage collector has to learn of a kind that was defined a moment ago: until then its objects do
        // not go, which is silence, and asked for again, as an agent does.
        try await eventually("it has ended") {
            do {
                try await engine.cancel(attempts.reference(to: running), grace: .seconds(1))
                return true
            } catch let silence as Diagnostic where silence.code == .engineUnreachable {
                return false
            }
        }
        #expect(try server.request("GET", path(running)).status == 404)
        #expect(await attempts.engine().observe(attempts.reference(to: running)).isGone)
    }

    @Test func aKindThatNobodyTaughtIsSaidToBeUnknown() async throws {
        let submission = try attempts.submission(
            "unknown", "true", document: ["apiVersion": "nobody.example.com/v1", "kind": "Nothing"])
        await expectDiagnostic("SLW6311") { try await attempts.engine().submit(submission) }
        let reference = attempts.reference(to: submission)
        #expect(await attempts.engine().observe(reference) == .absent)
        #expect(try await attempts.engine().seal(reference) == .absent)
        #expect(await attempts.engine().observe([reference, reference]).allSatisfy(\.isGone))
        let found = await attempts.engine().preflight(submission.target)
        #expect(found.contains { $0.subject == "the kind" && $0.verdict == .bad }, "\(found)")
    }
}
