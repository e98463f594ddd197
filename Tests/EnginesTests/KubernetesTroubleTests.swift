import Foundation
import Images
import Manifests
import Support
import Testing
import YAML

@testable import Engines

/// A server that is no API server, or not a good one: nothing follows from what it says.
@Suite(.timeLimit(.minutes(2))) struct KubernetesTroubleTests {
    private func engine(
        _ url: String, _ workspace: TestWorkspace, timeout: Duration = .seconds(30)
    ) throws
        -> KubernetesEngine
    {
        try workspace.write(
            "kubeconfig",
            """
            clusters: [{name: c, cluster: {server: "\(url)"}}]
            users: [{name: u, user: {token: hush}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """)
        var limits = KubernetesAPI.Limits()
        limits.timeout = timeout
        limits.bytes = 100_000
        return KubernetesEngine(
            host: "this-machine", environment: ["KUBECONFIG": workspace.path + "/kubeconfig"],
            now: { [clock = TestClock()] in clock.now() }, transport: CurlTransport(), patience: .seconds(1),
            limits: limits)
    }

    private func reference(_ workspace: TestWorkspace) throws -> SubmissionReference {
        SubmissionReference(
            name: "a", folder: try workspace.folder("runs/a/1"), host: "this-machine",
            target: EngineTarget(kind: .kubernetes))
    }

    static let answers: [(HTTPServer.Reply, String)] = [
        (.answer(404, headers: ["Content-Type: text/html"], body: Array("<html>".utf8)), "not as an API server"),
        (.answer(200, headers: ["Content-Type: text/html"], body: Array("<html>".utf8)), "no JSON (text/html)"),
        (.answer(200, body: Array("{\"kind\": ".utf8)), "no JSON"),
        (.answer(401), "the credentials are not accepted (401)"),
        (.answer(403, body: Array("{\"kind\": \"Status\", \"message\": \"not you\"}".utf8)), "not you (403)"),
        (.answer(500, body: Array("oops".utf8)), "it answers with 500"),
        (.answer(503, body: Array("{\"kind\": \"Status\", \"message\": \"later\"}".utf8)), "503: later"),
        (.answer(200, body: Array(repeating: 0x20, count: 200_000)), "larger than 100000 bytes"),
        (.partly(1000, Array("{".utf8)), "http://127.0.0.1"), (.hangUp, "http://127.0.0.1"),
    ]

    @Test(arguments: answers.indices) func nothingFollowsFromNonsense(index: Int) async throws {
        let (reply, words) = Self.answers[index]
        let workspace = try TestWorkspace("trouble")
        let server = try HTTPServer { _, _ in reply }
        let (engine, reference) = (try engine(server.url, workspace), try reference(workspace))
        for seen in [
            await engine.observe(reference), await engine.observe([reference, reference])[1],
            try await engine.seal(reference),
        ] {
            guard case .unreachable(let why) = seen else { return #expect(Bool(false), "\(seen)") }
            #expect(why.contains(words) && !why.contains("hush"), "\(why)")
        }
        await expectDiagnostic("SLW6013") { try await engine.cancel(reference, grace: .zero) }
        var submission = Submission(
            name: "a", folder: reference.folder, workingDirectory: "/", arguments: ["true"], environment: [:])
        submission.target = reference.target
        await expectDiagnostic("SLW6013") { [submission] in try await engine.submit(submission) }
        #expect(server.requests.allSatisfy { $0.method == "GET" }, "nothing was done")
    }

    @Test func whoeverIsDownOrSilentIsSaidToBe() async throws {
        let workspace = try TestWorkspace("trouble")
        let down = try engine("http://127.0.0.1:1", workspace)
        guard case .unreachable(let why) = await down.observe(try reference(workspace)) else {
            return #expect(Bool(false))
        }
        #expect(why.contains("127.0.0.1"), "\(why)")
        let server = try HTTPServer { _, _ in .silence }
        let silent = try engine(server.url, workspace, timeout: .milliseconds(300))
        guard case .unreachable(let slow) = await silent.observe(try reference(workspace)) else {
            return #expect(Bool(false))
        }
        #expect(slow.contains("timed out"), "\(slow)")
    }

    @Test func whoWantsToBeLeftAloneForAMomentIs() async throws {
        let workspace = try TestWorkspace("trouble")
        let server = try HTTPServer { _, before in
            before == 0
                ? .answer(429, headers: ["Retry-After: 0"])
                : .answer(404, body: Array("{\"kind\": \"Status\", \"reason\": \"NotFound\"}".utf8))
        }
        #expect(await (try engine(server.url, workspace)).observe(try reference(workspace)) == .absent)
        #expect(server.requests.count == 2)
        // Nobody waits an hour within a question.
        let busy = try HTTPServer { _, _ in .answer(429, headers: ["Retry-After: 3600"]) }
        guard case .unreachable = await (try engine(busy.url, workspace)).observe(try reference(workspace)) else {
            return #expect(Bool(false))
        }
        #expect(busy.requests.count == 1)
    }

    @Test func withoutAKubeconfigNothingIsKnown() async throws {
        let workspace = try TestWorkspace("trouble")
        let engine = KubernetesEngine(
            host: "this-machine", environment: ["HOME": workspace.path], now: { [clock = TestClock()] in clock.now() })
        guard case .unreachable(let why) = await engine.observe(try reference(workspace)) else {
            return #expect(Bool(false))
        }
        #expect(why.contains("no cluster is named"), "\(why)")
    }

    @Test func aTokenIsNotShownToEverybody() async throws {
        let workspace = try TestWorkspace("trouble")
        let engine = try engine("http://192.0.2.1:1", workspace)
        guard case .unreachable(let why) = await engine.observe(try reference(workspace)) else {
            return #expect(Bool(false))
        }
        #expect(why.contains("not https"), "\(why)")
    }
}
