import Foundation
import Images
import Manifests
import Records
import Synchronization
import YAML

/// Who asks an API server, and how the server is known. What a plug-in said is kept until it expires.
actor KubernetesAccess {
    /// What goes with a request.
    struct Pass: Sendable {
        var headers: [HTTPHeader]
        var security: HTTPSecurity
    }

    private let connection: KubernetesConnection
    private let environment: [String: String]
    private let now: @Sendable () -> Timestamp
    private var credential: ExecCredential?
    private var question: Task<ExecCredential, any Error>?

    init(
        _ connection: KubernetesConnection, environment: [String: String], now: @escaping @Sendable () -> Timestamp
    ) {
        self.connection = connection
        self.environment = environment
        self.now = now
    }

    /// A credential that is about to expire is not used any more.
    private static let margin = Duration.seconds(10)

    /// - Parameter isRenewed: whether the last one was not accepted, so that what is kept is of no use.
    func pass(isRenewed: Bool = false) async throws(Diagnostic) -> Pass {
        let user = connection.user
        var token = user.token
        var (certificate, key) = (try user.certificate?.read(), try user.key?.read())
        if let file = user.tokenFile {
            guard let bytes = BoundedFile.read(file, most: 1 << 16) else { throw .kubeconfigFileUnusable(file) }
            token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if let plugin = user.plugin, token == nil, certificate == nil {
            let said = try await credential(plugin, isRenewed: isRenewed)
            token = said.token
            (certificate, key) = (said.certificate, said.key)
        }
        var headers: [HTTPHeader] = []
        if let token, !token.isEmpty { headers.append(HTTPHeader("Authorization", "Bearer \(token)")) }
        if let name = user.impersonates {
            headers.append(HTTPHeader("Impersonate-User", name))
            headers += user.impersonatedGroups.map { HTTPHeader("Impersonate-Group", $0) }
        }
        var security = HTTPSecurity(certificate: certificate, key: key)
        switch connection.trust {
        case .system: break
        case .anybody: security.verifiesServer = false
        case .authorities(let bytes): security.authorities = try bytes.read()
        }
        return Pass(headers: headers, security: security)
    }

    private func credential(
        _ plugin: KubernetesConnection.Plugin, isRenewed: Bool
    ) async throws(Diagnostic) -> ExecCredential {
        if let credential, !isRenewed, credential.expires.map({ now() + Self.margin < $0 }) ?? true {
            return credential
        }
        // Many may ask at once; the plug-in may open a browser.
        let task =
            question
            ?? Task { [connection, environment] in
                try await ExecCredential(asking: plugin, for: connection, environment: environment)
            }
        question = task
        defer { question = nil }
        do {
            let said = try await task.value
            credential = said
            return said
        } catch let fault as Diagnostic {
            throw fault
        } catch {
            throw .kubernetesPluginFailed(plugin.command, "\(error)")
        }
    }
}

/// What a plug-in says of who one is (client.authentication.k8s.io).
struct ExecCredential: Sendable, Hashable {
    var token: String?
    var certificate: [UInt8]?
    var key: [UInt8]?
    var expires: Timestamp?

    private static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    private static let most = 256 << 10
    private static let patience = Duration.seconds(60)

    /// Runs the plug-in, as an argument vector and never by a shell.
    init(
        asking plugin: KubernetesConnection.Plugin, for connection: KubernetesConnection,
        environment: [String: String]
    ) async throws(Diagnostic) {
        guard Self.versions.contains(plugin.apiVersion) else {
            throw .kubernetesPluginFailed(plugin.command, "`\(plugin.apiVersion)` is not known here")
        }
        guard let executable = Self.path(of: plugin, environment) else {
            throw .kubernetesPluginMissing(plugin.command, hint: plugin.hint)
        }
        var spec: [String: JSONValue] = ["interactive": false]
        if plugin.wantsCluster { spec["cluster"] = try Self.cluster(connection) }
        let info: JSONValue = [
            "apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": .object(spec),
        ]
        // It is the user's own program; the secrets of runs are none of its business.
        var variables = environment.filter { !$0.key.hasPrefix("SLIPWAY_SECRET") }
        variables.merge(plugin.environment) { _, own in own }
        variables["KUBERNETES_EXEC_INFO"] = info.canonicalText
        let answer: ToolProcess.Answer
        do {
            answer = try await ToolProcess(
                executable: executable, arguments: plugin.arguments, environment: variables,
                workingFolder: FileManager.default.currentDirectoryPath, deadline: Self.patience
            ).answer(most: Self.most)
        } catch let fault as Diagnostic {
            throw fault
        } catch {
            throw .kubernetesPluginFailed(plugin.command, "nobody waits for it any more")
        }
        if answer.timedOut { throw .kubernetesPluginFailed(plugin.command, "it did not end within a minute") }
        guard answer.status == 0 else {
            let said = answer.complaint.shortened(300)
            throw .kubernetesPluginFailed(
                plugin.command, "it ended with status \(answer.status)" + (said.isEmpty ? "" : ": \(said)"))
        }
        guard !answer.isCut, let said = try? JSONValue(parsing: answer.output) else {
            throw .kubernetesPluginFailed(plugin.command, "what it printed is no JSON")
        }
        try self.init(said, of: plugin)
    }

    init(_ said: JSONValue, of plugin: KubernetesConnection.Plugin) throws(Diagnostic) {
        guard said["kind"]?.string == "ExecCredential", said["apiVersion"]?.string == plugin.apiVersion else {
            throw .kubernetesPluginFailed(
                plugin.command, "what it printed is no ExecCredential of \(plugin.apiVersion)")
        }
        let status = said["status"]
        token = status?["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        certificate = status?["clientCertificateData"]?.string.map { Array($0.utf8) }
        key = status?["clientKeyData"]?.string.map { Array($0.utf8) }
        expires = status?["expirationTimestamp"]?.string.flatMap { Timestamp(rfc3339: $0) }
        guard token != nil || (certificate != nil && key != nil) else {
            throw .kubernetesPluginFailed(plugin.command, "it says neither a token nor a certificate with its key")
        }
    }

    private static func path(of plugin: KubernetesConnection.Plugin, _ environment: [String: String]) -> String? {
        let command = plugin.command
        if command.contains("/") {
            let path = command.hasPrefix("/") ? command : "\(plugin.folder)/\(command)"
            return access(path, X_OK) == 0 ? path : nil
        }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.lazy.map { "\($0)/\(command)" }.first { access($0, X_OK) == 0 }
    }

    private static func cluster(_ connection: KubernetesConnection) throws(Diagnostic) -> JSONValue {
        var cluster: [String: JSONValue] = ["server": .string(connection.server)]
        switch connection.trust {
        case .system: break
        case .anybody: cluster["insecure-skip-tls-verify"] = true
        case .authorities(let bytes):
            cluster["certificate-authority-data"] = .string(Data(try bytes.read()).base64EncodedString())
        }
        return .object(cluster)
    }
}
