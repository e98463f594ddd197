import CSpawn
import Foundation
public import Manifests
import Synchronization

/// A real Kubernetes cluster of the tests' own, on a free port of this machine, with nodes that only seem to be there.
/// It is gone when its process is, however that ends.
///
/// What pods do on its nodes is told to them by annotations: `scripts/servers/fake-kubelet` says which there are. Each
/// node has 64 cpu, 256Gi of memory and 8 nvidia.com/gpu: who asks for 100 stays Unschedulable.
///
///     @Suite(.enabled(if: KubernetesServer.isThere, "scripts/servers/kubernetes-build was not run")) struct …
///         let server = try KubernetesServer.shared()
///         …
///         let namespace = try server.makeNamespace()
///         try server.create("/apis/batch/v1/namespaces/\(namespace)/jobs", ["metadata": ["name": "a"], "spec": …])
///
/// `make test-kubernetes` runs all suites that have Kubernetes in their name.
public final class KubernetesServer: Sendable {
    /// Where it runs, and what it keeps.
    public let folder: String
    /// `https://127.0.0.1:PORT`
    public let url: String
    /// A shell that waits for the end of this process and then stops the cluster. It holds the reading end of a pipe
    /// whose writing end nobody else has.
    private let guardian: pid_t
    private let lifeline: Int32
    private let namespaces = Atomic(0)

    private static let scripts = BuiltProgram.checkout + "/scripts/servers"

    /// Whether its programs were built, and can be started.
    public static let isThere: Bool =
        ["/usr/bin/curl", "/usr/bin/openssl", "/usr/bin/python3"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        } && (try? PostgresServer.run(["\(scripts)/kubernetes-build", "--where"])) != nil

    /// The one that all tests of this process share. Each test takes a namespace of its own.
    private static let first = Result { try KubernetesServer() }
    public static func shared() throws -> KubernetesServer { try first.get() }

    private static let watch = """
        trap '' INT TERM HUP
        "$1/kubernetes" run "$2" --nodes "$3"
        touch "$2/ended"
        cat > /dev/null
        rm -rf "$2"
        """

    /// Starts one, which takes about ten seconds.
    ///
    /// - Parameter nodes: how many nodes it has. A test that wants to lose one creates a Node for itself instead.
    public init(nodes: Int = 1) throws {
        folder = "/tmp/slipway-kubernetes-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw PostgresServer.Failure(description: "no pipe") }
        defer { close(ends[0]) }
        lifeline = ends[1]
        guardian = try PostgresServer.spawn(
            ["/bin/sh", "-c", Self.watch, "sh", Self.scripts, folder, "\(nodes)"], input: nil,
            output: folder + "/said", pipe: ends[0])
        let files = FileManager.default
        while !files.fileExists(atPath: folder + "/ready") {
            if files.fileExists(atPath: folder + "/ended") {
                let said = String(decoding: files.contents(atPath: folder + "/said") ?? Data(), as: UTF8.self)
                close(lifeline)
                throw PostgresServer.Failure(description: "Kubernetes does not start: \(said)")
            }
            usleep(20_000)
        }
        let settings = String(decoding: files.contents(atPath: folder + "/kubeconfig") ?? Data(), as: UTF8.self)
        url = settings.firstMatch(of: /server: "([^"]*)"/).map { String($0.1) } ?? ""
    }

    deinit {
        close(lifeline)
        PostgresServer.wait(for: guardian)
    }

    // MARK: Who asks

    /// An administrator, by a token and the path of the authority's file.
    public var kubeconfig: String { folder + "/kubeconfig" }
    /// An administrator, by a client certificate that stands in the file itself, as the authority does.
    public var certificateKubeconfig: String { folder + "/certificate.kubeconfig" }
    /// The user `restricted` of the group `limited`, by a token, who may do nothing until RBAC lets him.
    public var restrictedKubeconfig: String { folder + "/restricted.kubeconfig" }
    /// The authority that vouches for the server.
    public var authority: String { folder + "/ca.crt" }

    public enum User: String, Sendable, CaseIterable { case admin, restricted, certified }

    // MARK: Requests

    public struct Answer: Sendable, CustomStringConvertible {
        public let status: Int
        public let text: String
        public var description: String { "\(status): \(text)" }
        public var isGood: Bool { (200..<300).contains(status) }

        /// What it says as JSON; `null` where it is none.
        public var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }

        /// What is at a path of names and places in an array: `status.conditions.0.type`.
        public subscript(_ path: String) -> JSONValue? {
            path.split(separator: ".")
                .reduce(json) { value, step in
                    if case .array(let items)? = value {
                        return Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
                    }
                    return value?[String(step)]
                }
        }
    }

    /// Asks the API server, outside of everything that is tested, and returns what it says, whatever that is.
    ///
    /// - Parameters:
    ///   - path: with its query, and what is not plain in it encoded.
    ///   - type: the content type of the body.
    ///   - limit: seconds after which what came so far is the answer; for what does not end by itself.
    public func request(
        _ method: String, _ path: String, _ body: JSONValue? = nil, type: String = "application/json",
        as user: User = .admin, limit: Int = 60
    ) throws -> Answer {
        let work = "\(folder)/request-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: work) }
        var words = [
            "/usr/bin/curl", "--silent", "--show-error", "--no-buffer", "--cacert", authority, "--request", method,
            "--max-time", "\(limit)", "--output", work + "/answer", "--write-out", "%{http_code}", "--header",
            "Content-Type: \(type)",
        ]
        switch user {
        case .admin, .restricted: words += ["--header", "@\(folder)/\(user.rawValue).header"]
        case .certified: words += ["--cert", folder + "/admin.crt", "--key", folder + "/admin.key"]
        }
        if let body {
            try Data(body.canonicalBytes).write(to: URL(fileURLWithPath: work + "/body"))
            words += ["--data-binary", "@\(work)/body"]
        }
        // An end for lack of time is one that was asked for.
        let end = "status=$?; [ $status = 28 ] || exit $status"
        let code = try PostgresServer.run(["/bin/sh", "-c", "\"$@\" 2>&1; \(end)", "sh"] + words + [url + path])
        let text = String(decoding: FileManager.default.contents(atPath: work + "/answer") ?? Data(), as: UTF8.self)
        return Answer(status: Int(code.prefix(3)) ?? 0, text: text)
    }

    private func insist(_ method: String, _ path: String, _ body: JSONValue? = nil, type: String) throws -> Answer {
        let answer = try request(method, path, body, type: type)
        guard answer.isGood else {
            throw PostgresServer.Failure(description: "\(method) \(path): \(answer)")
        }
        return answer
    }

    public func get(_ path: String) throws -> Answer { try insist("GET", path, type: "application/json") }

    @discardableResult
    public func create(_ collection: String, _ object: JSONValue) throws -> Answer {
        try insist("POST", collection, object, type: "application/json")
    }

    /// A merge patch: members that are `null` go away.
    @discardableResult
    public func patch(_ path: String, _ change: JSONValue) throws -> Answer {
        try insist("PATCH", path, change, type: "application/merge-patch+json")
    }

    /// - Parameter grace: seconds that its pods have to end; as they say themselves where it is `nil`.
    @discardableResult
    public func delete(_ path: String, grace: Int? = nil) throws -> Answer {
        let grace: JSONValue = grace.map { ["gracePeriodSeconds": .int(Int64($0))] } ?? [:]
        let options: JSONValue = ["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"]
        guard case .object(let own) = options, case .object(let more) = grace else { return try get(path) }
        return try insist(
            "DELETE", path, .object(own.merging(more) { first, _ in first }), type: "application/json")
    }

    /// Makes a namespace that no other test has, and returns its name.
    public func makeNamespace() throws -> String {
        let name = "test-\(namespaces.add(1, ordering: .relaxed).newValue)"
        try create("/api/v1/namespaces", ["metadata": ["name": .string(name)]])
        return name
    }
}
