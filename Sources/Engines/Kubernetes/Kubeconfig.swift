import Foundation
import Manifests
import YAML

/// How a cluster is reached, and as whom.
struct KubernetesConnection: Sendable, Hashable {
    /// Where it was found, for messages.
    var source: String
    var server: String
    /// That of the context; `nil` where it has none.
    var namespace: String?
    var trust: Trust
    var user: User

    enum Bytes: Sendable, Hashable {
        case file(String)
        case data([UInt8])

        /// - Throws: a `Diagnostic` where the file cannot be read.
        func read() throws(Diagnostic) -> [UInt8] {
            switch self {
            case .data(let bytes): return bytes
            case .file(let path):
                guard let bytes = BoundedFile.read(path, most: 1 << 20) else {
                    throw .kubeconfigFileUnusable(path)
                }
                return bytes
            }
        }
    }

    enum Trust: Sendable, Hashable {
        case system
        case authorities(Bytes)
        /// Anybody, for whoever says so.
        case anybody
    }

    struct User: Sendable, Hashable {
        var token: String?
        /// Read again and again: it is replaced while it is used.
        var tokenFile: String?
        var certificate: Bytes?
        var key: Bytes?
        var plugin: Plugin?
        var impersonates: String?
        var impersonatedGroups: [String] = []
    }

    /// A program that says who one is (`ExecCredential`).
    struct Plugin: Sendable, Hashable {
        var command: String
        var arguments: [String]
        var environment: [String: String]
        var apiVersion: String
        var wantsCluster: Bool
        var hint: String?
        /// The folder of the file that names it, which a relative path is relative to.
        var folder: String
    }
}

/// The files in which `kubectl` keeps clusters, users and contexts.
///
/// It is read with Slipway's own YAML module, as `kubectl` reads it: of several files the first that has a name counts,
/// files that are not there are left out, and paths are relative to the file that they stand in.
struct Kubeconfig: Sendable {
    private struct Entry {
        var value: JSONValue
        var file: String
    }

    private var clusters: [String: Entry] = [:]
    private var users: [String: Entry] = [:]
    private var contexts: [String: Entry] = [:]
    private var current: String?
    private(set) var files: [String] = []

    private static let largest = 4 << 20

    /// The files of an environment, in their order.
    static func paths(_ environment: [String: String]) -> [String] {
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if !listed.isEmpty { return listed }
        return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
    }

    /// - Throws: a `Diagnostic` where one of them cannot be read.
    init(paths: [String]) throws(Diagnostic) {
        for path in paths where FileManager.default.fileExists(atPath: path) {
            guard let bytes = BoundedFile.read(path, most: Self.largest) else { throw .kubeconfigFileUnusable(path) }
            try add(SourceFile(path: path, bytes: bytes))
        }
    }

    /// Reads one more file, whose names count where none before has them.
    mutating func add(_ source: SourceFile) throws(Diagnostic) {
        let file = YAMLFile.parse(source)
        if let fault = file.diagnostics.first(where: { $0.severity == .error }) {
            throw .kubeconfigUnusable(source.path, fault.message)
        }
        files.append(source.path)
        guard let document = file.documents.first else { return }
        let root: JSONValue
        do { root = try JSONValue(document) } catch {
            throw .kubeconfigUnusable(source.path, (error as? Diagnostic)?.message ?? "\(error)")
        }
        if current == nil, let name = root["current-context"]?.string, !name.isEmpty { current = name }
        Self.collect("cluster", root["clusters"], source.path, into: &clusters)
        Self.collect("user", root["users"], source.path, into: &users)
        Self.collect("context", root["contexts"], source.path, into: &contexts)
    }

    private static func collect(
        _ kind: String, _ list: JSONValue?, _ file: String, into found: inout [String: Entry]
    ) {
        for item in list?.array ?? [] {
            guard let name = item["name"]?.string, found[name] == nil else { continue }
            found[name] = Entry(value: item[kind] ?? .object([:]), file: file)
        }
    }

    /// The connection of a context, or of the current one.
    ///
    /// - Throws: a `Diagnostic` where it is not there, or asks for what is not supported.
    func connection(context wanted: String?) throws(Diagnostic) -> KubernetesConnection {
        guard let name = wanted ?? current else { throw .kubernetesNoContext(files) }
        guard let context = contexts[name] else { throw .kubernetesContextMissing(name, in: files) }
        guard let clusterName = context.value["cluster"]?.string, let cluster = clusters[clusterName],
            let server = cluster.value["server"]?.string, !server.isEmpty
        else { throw .kubeconfigUnusable(context.file, "the context \(name.debugDescription) names no cluster") }
        for key in ["proxy-url", "tls-server-name"] where cluster.value[key] != nil {
            throw .kubeconfigUnsupported(cluster.file, key)
        }
        var user = KubernetesConnection.User()
        if let userName = context.value["user"]?.string, !userName.isEmpty {
            guard let entry = users[userName] else {
                throw .kubeconfigUnusable(context.file, "there is no user \(userName.debugDescription)")
            }
            user = try Self.user(entry)
        }
        let namespace = context.value["namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return KubernetesConnection(
            source: "the context \(name) of \(context.file)", server: server, namespace: namespace,
            trust: try Self.trust(cluster), user: user)
    }

    private static func trust(_ cluster: Entry) throws(Diagnostic) -> KubernetesConnection.Trust {
        if let authorities = try bytes("certificate-authority", cluster) { return .authorities(authorities) }
        return cluster.value["insecure-skip-tls-verify"] == .bool(true) ? .anybody : .system
    }

    private static func user(_ entry: Entry) throws(Diagnostic) -> KubernetesConnection.User {
        for key in ["auth-provider", "username", "password"] where entry.value[key] != nil {
            throw .kubeconfigUnsupported(entry.file, key)
        }
        var user = KubernetesConnection.User()
        user.token = entry.value["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        user.tokenFile = entry.value["tokenFile"]?.string.map { absolute($0, entry.file) }
        user.certificate = try bytes("client-certificate", entry)
        user.key = try bytes("client-key", entry)
        user.impersonates = entry.value["as"]?.string
        user.impersonatedGroups = entry.value["as-groups"]?.strings ?? []
        guard let exec = entry.value["exec"], exec != .null else { return user }
        guard let command = exec["command"]?.string, !command.isEmpty, let version = exec["apiVersion"]?.string else {
            throw .kubeconfigUnusable(entry.file, "`exec` says no command and apiVersion")
        }
        var environment: [String: String] = [:]
        for variable in exec["env"]?.array ?? [] {
            guard let name = variable["name"]?.string, let value = variable["value"]?.string else { continue }
            environment[name] = value
        }
        user.plugin = KubernetesConnection.Plugin(
            command: command, arguments: exec["args"]?.strings ?? [], environment: environment, apiVersion: version,
            wantsCluster: exec["provideClusterInfo"] == .bool(true), hint: exec["installHint"]?.string,
            folder: folder(of: entry.file))
        return user
    }

    /// What stands in the file itself comes before what stands in another.
    private static func bytes(
        _ key: String, _ entry: Entry
    ) throws(Diagnostic) -> KubernetesConnection.Bytes? {
        if let text = entry.value[key + "-data"]?.string, !text.isEmpty {
            guard let data = Data(base64Encoded: text) else {
                throw .kubeconfigUnusable(entry.file, "`\(key)-data` is not in base64")
            }
            return .data(Array(data))
        }
        guard let path = entry.value[key]?.string, !path.isEmpty else { return nil }
        return .file(absolute(path, entry.file))
    }

    private static func folder(of file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        return folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
    }

    private static func absolute(_ path: String, _ file: String) -> String {
        path.hasPrefix("/") ? path : "\(folder(of: file))/\(path)"
    }
}

/// The account that a pod is given by its cluster.
enum KubernetesAccount {
    static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// `nil` outside of a pod.
    static func connection(
        _ environment: [String: String], folder: String = folder
    ) -> KubernetesConnection? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], UInt16(port) != nil,
            FileManager.default.fileExists(atPath: "\(folder)/token")
        else { return nil }
        let namespace = BoundedFile.read("\(folder)/namespace", most: 256).map { String(decoding: $0, as: UTF8.self) }
        return KubernetesConnection(
            source: "the account of this pod",
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            namespace: namespace?.trimmingCharacters(in: .whitespacesAndNewlines),
            trust: .authorities(.file("\(folder)/ca.crt")),
            user: KubernetesConnection.User(tokenFile: "\(folder)/token"))
    }
}

/// A file that somebody else wrote, read as far as it may be long.
enum BoundedFile {
    /// `nil` where it cannot be read, is longer, or is no file.
    static func read(_ path: String, most: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= most else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }
}
