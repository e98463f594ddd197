public import Images
public import Manifests
public import Records
import Synchronization
import YAML

/// Has a Kubernetes cluster run attempts, each as one object: a Job, or whatever the queue's document says.
///
/// The object's name is derived from the attempt, so that the cluster itself lets one of two submissions in. What a
/// cluster forgets when it is deleted, the attempt's folder keeps (`KubernetesNote`). Nothing is touched that is not
/// marked as this place's own, and nothing is deleted but by its uid.
public final class KubernetesEngine: Engine {
    public let kind = EngineKind.kubernetes
    let host: String
    let now: @Sendable () -> Timestamp
    /// How long something may wait for what may never come, such as an image that cannot be pulled.
    let patience: Duration
    private let environment: [String: String]
    private let transport: any HTTPTransport
    private let limits: KubernetesAPI.Limits
    private let memory = Mutex(Memory())

    private struct Memory {
        var clusters: [ClusterKey: KubernetesCluster] = [:]
        /// Since when an object waits for what may never come, by its uid.
        var stuck: [String: Timestamp] = [:]
    }

    private struct ClusterKey: Hashable {
        var context: String?
        var namespace: String?
    }

    /// - Parameters:
    ///   - host: the name under which this machine is recorded.
    ///   - environment: of this process: where kubeconfigs are, and the account of a pod.
    ///   - now: the clock.
    public convenience init(
        host: String, environment: [String: String], now: @escaping @Sendable () -> Timestamp,
        transport: any HTTPTransport = CurlTransport(), patience: Duration = .seconds(300)
    ) {
        self.init(
            host: host, environment: environment, now: now, transport: transport, patience: patience,
            limits: KubernetesAPI.Limits())
    }

    init(
        host: String, environment: [String: String], now: @escaping @Sendable () -> Timestamp,
        transport: any HTTPTransport, patience: Duration, limits: KubernetesAPI.Limits
    ) {
        self.host = host
        self.environment = environment
        self.now = now
        self.transport = transport
        self.patience = patience
        self.limits = limits
    }

    public func hasQueue(for target: EngineTarget?) -> Bool { true }
    public func form(for target: EngineTarget?) -> AttemptForm { .container(resolvesSecrets: false) }

    // MARK: Whom it asks

    /// - Throws: a `Diagnostic` where the settings and the environment name no cluster.
    func cluster(_ settings: KubernetesSettings) throws(Diagnostic) -> KubernetesCluster {
        let key = ClusterKey(context: settings.context, namespace: settings.namespace)
        if let known = memory.withLock({ $0.clusters[key] }) { return known }
        let made = try KubernetesCluster(
            settings, environment: environment, transport: transport, limits: limits, now: now)
        return memory.withLock { memory in
            if let known = memory.clusters[key] { return known }
            memory.clusters[key] = made
            return made
        }
    }

    /// Everything that is needed to ask for an attempt.
    struct Case: Sendable {
        var reference: SubmissionReference
        var identity: KubernetesIdentity
        var kind: KubernetesKind
        var rule: KubernetesStatusRule?
        var cluster: KubernetesCluster
        /// Of all objects of the kind.
        var path: String

        var objectPath: String { "\(path)/\(identity.object)" }
    }

    /// - Throws: a `KubernetesFailure` where it cannot be asked for.
    func openCase(_ reference: SubmissionReference) async throws(KubernetesFailure) -> Case {
        let settings = KubernetesSettings(reference.target?.settings)
        let kind = KubernetesKind(reference.target?.document)
        let found: KubernetesCluster
        do { found = try cluster(settings) } catch { throw .silent(error.message) }
        return Case(
            reference: reference, identity: KubernetesIdentity(reference), kind: kind,
            rule: settings.status ?? kind.builtInStatus, cluster: found, path: try await found.path(of: kind))
    }

    /// Why an attempt cannot be looked for from here; `nil` where it can. A folder of another machine can be this one's
    /// too, on a file system that they share: its place has an id.
    func elsewhere(_ reference: SubmissionReference) -> Observation? {
        let isHere = reference.location.map { AttemptLocation.holds(reference.folder, id: $0) }
        if isHere == true || (isHere == nil && reference.host == host) { return nil }
        guard reference.host == host else {
            return .elsewhere("it was submitted on \(reference.host), and this is \(host)")
        }
        return .elsewhere("\(reference.folder) on \(reference.host) is not the folder from which it was submitted")
    }

    static func silence(_ failure: KubernetesFailure, _ cluster: KubernetesCluster?) -> Observation {
        .unreachable(cluster.map { "\($0.address): \(failure)" } ?? failure.description)
    }

    /// The same as an error.
    static func silence(_ failure: KubernetesFailure, _ cluster: KubernetesCluster) -> Diagnostic {
        .engineUnreachable("Kubernetes", "\(cluster.address): \(failure)")
    }

    /// Since when an object waits for what may never come.
    func stuckSince(_ uid: String) -> Timestamp {
        memory.withLock { memory in
            let since = memory.stuck[uid] ?? now()
            memory.stuck[uid] = since
            return since
        }
    }

    func forgetStuck(_ uid: String) { memory.withLock { $0.stuck[uid] = nil } }
}
