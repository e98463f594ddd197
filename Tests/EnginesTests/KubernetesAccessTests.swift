import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Engines

/// Who may ask, and what happens when the way to the cluster is cut.
@Suite(needsKubernetes, .timeLimit(.minutes(5))) struct KubernetesAccessTests {
    private let server: KubernetesServer

    init() throws { server = try KubernetesServer.shared() }

    private func ends(_ attempts: KubernetesAttempts) async throws -> Observation {
        let submission = try attempts.submission("ends", "exit 3")
        let engine = attempts.engine()
        try await engine.submit(submission)
        return await engine.wait(for: attempts.reference(to: submission), until: nil)
    }

    @Test func aClientCertificateIsEnough() async throws {
        #expect(try await ends(KubernetesAttempts(kubeconfig: server.certificateKubeconfig)).status == 3)
    }

    /// A kubeconfig that leads to an address as a user.
    private func kubeconfig(_ workspace: TestWorkspace, url: String? = nil, user: String) throws -> String {
        try workspace.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "\(url ?? server.url)", certificate-authority: \(server.authority)}}]
            users: [{name: u, user: \(user)}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """)
        return workspace.path + "/kubeconfig"
    }

    private func plugin(_ workspace: TestWorkspace, _ script: String, apiVersion: String = "v1") throws -> String {
        try workspace.script("login", script)
        let exec =
            "{command: ./login, args: [--flag, \"a b; c\"], apiVersion: client.authentication.k8s.io/\(apiVersion)}"
        return try kubeconfig(workspace, user: "{exec: \(exec)}")
    }

    private func credential(_ apiVersion: String, expires: String? = nil) -> String {
        let end = expires.map { ", \"expirationTimestamp\": \"\($0)\"" } ?? ""
        return """
            echo "$@" >> \(Self.calls)
            printf '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/\(apiVersion)", \
            "status": {"token": "%s"\(end)}}' "$(cat \(server.folder)/admin.token)"
            """
    }

    /// Beside the script.
    private static let calls = "\"$(dirname \"$0\")/calls\""

    @Test(arguments: ["v1", "v1beta1"]) func aPluginIsAskedOnceAndNotByAShell(apiVersion: String) async throws {
        let workspace = try TestWorkspace("plugin")
        let file = try plugin(workspace, credential(apiVersion), apiVersion: apiVersion)
        #expect(try await ends(KubernetesAttempts(kubeconfig: file)).status == 3)
        #expect(workspace.text("calls") == "--flag a b; c\n")
    }

    @Test func whatAPluginSaidExpires() async throws {
        let workspace = try TestWorkspace("plugin")
        // The clock of these tests is later.
        let file = try plugin(workspace, credential("v1", expires: "2026-01-01T00:00:00Z"))
        #expect(try await ends(KubernetesAttempts(kubeconfig: file)).status == 3)
        #expect((workspace.text("calls") ?? "").split(separator: "\n").count > 1)
    }

    @Test(arguments: [
        ("exit 7", "it ended with status 7"), ("echo '<html>'", "no JSON"), ("echo '{}'", "no ExecCredential"),
    ]) func aPluginThatFailsIsTheReason(script: String, words: String) async throws {
        let workspace = try TestWorkspace("plugin")
        let attempts = try KubernetesAttempts(kubeconfig: try plugin(workspace, script))
        let submission = try attempts.submission("a", "true")
        let seen = await attempts.engine().observe(attempts.reference(to: submission))
        #expect("\(seen)".contains(words), "\(seen)")
        await expectDiagnostic("SLW6013") { try await attempts.engine().submit(submission) }
    }

    @Test func whoMayNothingIsToldSo() async throws {
        let attempts = try KubernetesAttempts(kubeconfig: server.restrictedKubeconfig)
        let (engine, submission) = (attempts.engine(), try attempts.submission("a", "true"))
        let seen = await engine.observe(attempts.reference(to: submission))
        guard case .unreachable(let why) = seen else { return #expect(Bool(false), "\(seen)") }
        #expect(why.contains("User \"restricted\" cannot get resource \"jobs\""), "\(why)")
        await expectDiagnostic("SLW6013") { try await engine.submit(submission) }
        let rights = await engine.preflight(submission.target).first { $0.subject == "the rights" }
        #expect(
            rights?.verdict == .bad && rights?.finding.contains("create jobs") == true, "\(String(describing: rights))")
    }

    /// The Role that docs/kubernetes.md asks for is enough.
    @Test func theRoleOfTheDocumentationIsEnough() async throws {
        let attempts = try KubernetesAttempts(kubeconfig: server.restrictedKubeconfig)
        let text = try String(contentsOfFile: BuiltProgram.checkout + "/docs/kubernetes.md", encoding: .utf8)
        let block = try #require(text.split(separator: "```yaml\n").first { $0.contains("kind: Role\n") })
        let yaml = String(block[..<(block.range(of: "```")?.lowerBound ?? block.endIndex)])
        let file = YAMLFile.parse(SourceFile(path: "role", text: yaml))
        let role = try JSONValue(try #require(file.documents.first { $0["kind"]?.text == "Role" }))
        let rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/\(attempts.namespace.name)"
        try server.create("\(rbac)/roles", ["metadata": ["name": "slipway"], "rules": role["rules"] ?? .null])
        try server.create(
            "\(rbac)/rolebindings",
            [
                "metadata": ["name": "slipway"],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "slipway"],
                "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "restricted"]],
            ])
        let found = await attempts.engine().preflight(try attempts.submission("p", "").target)
        #expect(found.contains { $0.subject == "the rights" && $0.verdict == .good }, "\(found)")
        #expect(try await ends(attempts).status == 3)
        let running = try attempts.submission("runs", "", ["fake/seconds": "0"])
        try await attempts.engine().submit(running)
        _ = try await attempts.follow(running, with: attempts.engine()) { $0.isRunning }
        try await attempts.engine().cancel(attempts.reference(to: running), grace: .seconds(1))
        #expect(await attempts.engine().observe(attempts.reference(to: running)).isGone)
    }

    // MARK: The way is cut

    @Test func aWatchThatIsCutGoesOn() async throws {
        let workspace = try TestWorkspace("proxy")
        let port = try #require(Int(server.url.split(separator: ":").last ?? ""))
        let proxy = try CuttingProxy(to: port)
        let token = try String(contentsOfFile: server.folder + "/admin.token", encoding: .utf8).dropLast(0)
        let user = "{token: \(token.trimmingCharacters(in: .whitespacesAndNewlines))}"
        let file = try kubeconfig(workspace, url: "https://127.0.0.1:\(proxy.port)", user: user)
        let attempts = try KubernetesAttempts(kubeconfig: file)
        let (engine, submission) = (attempts.engine(), try attempts.submission("cut", "", ["fake/seconds": "0"]))
        let reference = attempts.reference(to: submission)
        try await engine.submit(submission)
        let running = try await attempts.follow(submission, with: engine) { $0.isRunning }

        // Cut in the midst of it: nobody is told, and the end is seen.
        async let end = engine.change(of: reference, from: running, until: nil)
        proxy.cutAll()
        let pod = try #require(try attempts.pods(of: submission).first)
        try attempts.namespace.annotate(pod.name, ["fake/finish": "4"])
        let ended = await end
        #expect(ended.status == 4, "\(ended)")

        // Down for longer: that is what is said, until it is back.
        let next = try attempts.submission("down", "", ["fake/seconds": "0"])
        try await engine.submit(next)
        let seen = try await attempts.follow(next, with: engine) { $0.isRunning }
        async let silence = engine.change(of: attempts.reference(to: next), from: seen, until: nil)
        proxy.cutAll(stayDown: true)
        let said = await silence
        guard case .unreachable = said else { return #expect(Bool(false), "\(said)") }
        await expectDiagnostic("SLW6013") { try await engine.cancel(attempts.reference(to: next), grace: .zero) }
        proxy.restore()
        #expect(await engine.change(of: attempts.reference(to: next), from: said, until: nil).isRunning)
    }

    @Test func aSubmissionWhoseAnswerIsLostIsMet() async throws {
        let attempts = try KubernetesAttempts()
        let submission = try attempts.submission("lost", "", ["fake/seconds": "0"])
        try await attempts.engine().submit(submission)
        // As if the process had ended before it could write down that it was taken.
        try FileManager.default.removeItem(atPath: submission.folder + "/kubernetes")
        try await attempts.engine().submit(submission)
        let jobs = try server.get("/apis/batch/v1/namespaces/\(attempts.namespace.name)/jobs").json["items"]?.array
        #expect(jobs?.count == 1)
    }
}
