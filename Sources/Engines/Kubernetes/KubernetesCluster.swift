import Images
import Manifests
import Records
import Synchronization
import YAML

/// A namespace of a cluster, as a queue's settings name it, with what was learnt of it.
final class KubernetesCluster: Sendable {
    let api: KubernetesAPI
    let namespace: String
    /// What says how it is reached, for messages.
    let source: String
    private let known = Mutex(Known())

    private struct Known {
        var plurals: [KubernetesKind: String] = [:]
        var mirrors: [MirrorKey: KubernetesMirror] = [:]
    }

    private struct MirrorKey: Hashable {
        var path: String
        var tag: String
    }

    init(api: KubernetesAPI, namespace: String, source: String) {
        self.api = api
        self.namespace = namespace
        self.source = source
    }

    deinit { for mirror in known.withLock({ $0.mirrors.values.map(\.self) }) { mirror.stop() } }

    /// Finds the cluster that settings name, in the environment's kubeconfig or as the account of this pod.
    ///
    /// - Throws: a `Diagnostic` where none is named, or it cannot be read how.
    convenience init(
        _ settings: KubernetesSettings, environment: [String: String], transport: any HTTPTransport,
        limits: KubernetesAPI.Limits, now: @escaping @Sendable () -> Timestamp
    ) throws(Diagnostic) {
        let connection: KubernetesConnection
        let paths = Kubeconfig.paths(environment)
        if settings.context == nil, environment["KUBECONFIG"] == nil,
            let account = KubernetesAccount.connection(environment)
        {
            connection = account
        } else {
            connection = try Kubeconfig(paths: paths).connection(context: settings.context)
        }
        guard let server = HTTPAddress(connection.server) else {
            throw .kubeconfigUnusable(
                connection.source, "\(connection.server.shortened(200).debugDescription) is no address")
        }
        let access = KubernetesAccess(connection, environment: environment, now: now)
        self.init(
            api: KubernetesAPI(server: server, access: access, transport: transport, limits: limits),
            namespace: settings.namespace ?? connection.namespace ?? "default", source: connection.source)
    }

    var address: String { api.server.text }
    var pods: String { "/api/v1/namespaces/\(namespace)/pods" }
    var events: String { "/api/v1/namespaces/\(namespace)/events" }

    /// The path of all objects of a kind in the namespace.
    ///
    /// - Throws: `unknown` where the cluster has no such kind.
    func path(of kind: KubernetesKind) async throws(KubernetesFailure) -> String {
        let plural: String
        if kind.isJob {
            plural = "jobs"
        } else if let known = known.withLock({ $0.plurals[kind] }) {
            plural = known
        } else {
            plural = try await discover(kind)
            known.withLock { $0.plurals[kind] = plural }
        }
        return "/apis/\(kind.apiVersion)/namespaces/\(namespace)/\(plural)"
    }

    private func discover(_ kind: KubernetesKind) async throws(KubernetesFailure) -> String {
        let unknown = KubernetesFailure.refused(
            status: 404, reason: "UnknownKind", message: "the cluster does not know \(kind.apiVersion) \(kind.kind)")
        let groups = try await api.call("GET", "/apis")["groups"]?.array ?? []
        let versions = groups.flatMap { $0["versions"]?.array ?? [] }.compactMap { $0["groupVersion"]?.string }
        guard versions.contains(kind.apiVersion) else { throw unknown }
        let resources = try await api.call("GET", "/apis/\(kind.apiVersion)")["resources"]?.array ?? []
        let found = resources.first {
            $0["kind"]?.string == kind.kind && $0["namespaced"] == .bool(true)
                && $0["name"]?.string?.contains("/") == false
        }
        guard let plural = found?["name"]?.string else { throw unknown }
        return plural
    }

    /// What is kept up to date of all attempts of a place that are of one kind.
    func mirror(of path: String, tag: String) -> KubernetesMirror {
        known.withLock { known in
            let key = MirrorKey(path: path, tag: tag)
            if let mirror = known.mirrors[key] { return mirror }
            let selector = KubernetesIdentity.selector(tag: tag)
            let mirror = KubernetesMirror(api: api, objects: path, pods: pods, events: events, selector: selector)
            known.mirrors[key] = mirror
            return mirror
        }
    }

    /// What there is of an attempt now.
    ///
    /// - Returns: `nil` where no object has its name.
    func look(
        at identity: KubernetesIdentity, _ path: String
    ) async throws(KubernetesFailure) -> JSONValue? {
        do {
            return try await api.call("GET", "\(path)/\(identity.object)")
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// The pods of an attempt.
    func pods(of identity: KubernetesIdentity) async throws(KubernetesFailure) -> [KubernetesPod] {
        let selector = "\(KubernetesIdentity.Key.managedBy)=slipway,\(KubernetesIdentity.Key.name)=\(identity.object)"
        return try await api.list(pods, [("labelSelector", selector)]).items.map(KubernetesPod.init)
    }

    /// The last warnings of the namespace; none where they may not be read.
    func warnings() async throws(KubernetesFailure) -> [String: KubernetesWarning] {
        do {
            let events = try await api.list(events, [("fieldSelector", "type=Warning")]).items
            return KubernetesWarning.latest(events.compactMap(KubernetesWarning.init))
        } catch {
            guard error.status == 403 else { throw error }
            return [:]
        }
    }
}
