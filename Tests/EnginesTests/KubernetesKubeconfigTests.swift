import Foundation
import Images
import Manifests
import Support
import Testing
import YAML

@testable import Engines

@Suite struct KubernetesKubeconfigTests {
    private let workspace: TestWorkspace

    init() throws { workspace = try TestWorkspace("kubeconfig") }

    private func connection(_ texts: String..., context: String? = nil) throws -> KubernetesConnection {
        var paths: [String] = []
        for (index, text) in texts.enumerated() { paths.append(try workspace.write("config-\(index)", text)) }
        let files = texts.indices.map { "\(workspace.path)/config-\($0)" }
        return try Kubeconfig(paths: files + ["/nowhere/kubeconfig"]).connection(context: context)
    }

    private static let plain = """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts:
        - name: one
          context: {cluster: c, user: u, namespace: team}
        - name: two
          context: {cluster: d, user: v}
        clusters:
        - name: c
          cluster: {server: https://c:6443, certificate-authority-data: QQ==}
        - name: d
          cluster: {server: https://d, insecure-skip-tls-verify: true}
        users:
        - name: u
          user: {token: hush}
        - name: v
          user: {client-certificate: pki/me.crt, client-key: /pki/me.key, as: other, as-groups: [g]}
        """

    @Test func theCurrentContextCountsAndPathsAreRelativeToTheFile() throws {
        let one = try connection(Self.plain)
        #expect(one.server == "https://c:6443")
        #expect(one.namespace == "team")
        #expect(one.trust == .authorities(.data(Array("A".utf8))))
        #expect(one.user.token == "hush")
        let two = try connection(Self.plain, context: "two")
        #expect(two.trust == .anybody)
        #expect(two.user.certificate == .file("\(workspace.path)/pki/me.crt"))
        #expect(two.user.key == .file("/pki/me.key"))
        #expect(two.user.impersonates == "other")
        #expect(two.namespace == nil)
    }

    @Test func ofSeveralFilesTheFirstThatHasANameCounts() throws {
        let first = """
            contexts: [{name: x, context: {cluster: c, user: u}}]
            users: [{name: u, user: {token: first}}]
            """
        let found = try connection(first, Self.plain, context: "x")
        #expect(found.user.token == "first")
        #expect(found.server == "https://c:6443")
        #expect(try connection(first, Self.plain).user.token == "first")
    }

    @Test func aPluginIsRead() throws {
        let found = try connection(
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: https://c}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: aws
                  args: [eks, get-token]
                  env: [{name: AWS_PROFILE, value: ml}]
                  installHint: install it
                  provideClusterInfo: true
            """)
        let plugin = try #require(found.user.plugin)
        #expect(plugin.command == "aws")
        #expect(plugin.arguments == ["eks", "get-token"])
        #expect(plugin.environment == ["AWS_PROFILE": "ml"])
        #expect(plugin.wantsCluster && plugin.hint == "install it")
    }

    @Test(
        arguments: [
            ("", nil, "SLW6303"), ("current-context: nope", nil, "SLW6304"), (Self.plain, "three", "SLW6304"),
            ("a: [", nil, "SLW6301"),
            ("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", nil, "SLW6301"),
            (
                "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
                    + "clusters: [{name: c, cluster: {server: https://c, proxy-url: http://p}}]", nil, "SLW6302"
            ),
            (
                "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                    + "clusters: [{name: c, cluster: {server: https://c}}]\n"
                    + "users: [{name: u, user: {auth-provider: {name: gcp}}}]", nil, "SLW6302"
            ),
            (
                "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
                    + "clusters: [{name: c, cluster: {server: https://c, certificate-authority-data: \"%%\"}}]", nil,
                "SLW6301"
            ),
        ] as [(String, String?, DiagnosticCode)])
    func whatCannotBeUsedIsSaid(text: String, context: String?, code: DiagnosticCode) throws {
        do {
            _ = try connection(text, context: context)
            Issue.record("it was taken")
        } catch let fault as Diagnostic {
            #expect(fault.code == code, "\(fault.message)")
        }
    }

    @Test func theAccountOfAPodIsFoundInItsFiles() throws {
        for (name, text) in [("token", "hush\n"), ("namespace", "team\n"), ("ca.crt", "PEM")] {
            try workspace.write("account/\(name)", text)
        }
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let found = try #require(KubernetesAccount.connection(environment, folder: "\(workspace.path)/account"))
        #expect(found.server == "https://[fd00::1]:443")
        #expect(found.namespace == "team")
        #expect(found.user.tokenFile == "\(workspace.path)/account/token")
        #expect(KubernetesAccount.connection([:], folder: "\(workspace.path)/account") == nil)
    }

    @Test func aTokenOfAFileIsReadEveryTime() async throws {
        try workspace.write("token", "one\n")
        let connection = KubernetesConnection(
            source: "x", server: "https://x", namespace: nil, trust: .system,
            user: .init(tokenFile: "\(workspace.path)/token"))
        let access = KubernetesAccess(connection, environment: [:], now: { [clock = TestClock()] in clock.now() })
        #expect(try await access.pass().headers.map(\.value) == ["Bearer one"])
        try workspace.write("token", "two\n")
        #expect(try await access.pass().headers.map(\.value) == ["Bearer two"])
    }

    @Test func settingsAreRead() {
        let settings = KubernetesSettings([
            "context": "prod", "namespace": "ml",
            "secrets": ["hf": ["name": "tokens", "key": "hf"], "w": ["name": "w"]],
        ])
        #expect(settings.context == "prod" && settings.namespace == "ml")
        #expect(settings.secret("hf") == .init(name: "tokens", key: "hf"))
        #expect(settings.secret("w") == .init(name: "w", key: "value"))
        #expect(settings.secret("other") == .init(name: "other", key: "value"))
    }
}
