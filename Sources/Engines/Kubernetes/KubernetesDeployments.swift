public import Images
import Manifests
public import Records
public import YAML

/// Keeps the Deployments of pools, by server-side apply: what other hands own of one stays theirs, except that an edit
/// with `kubectl` is undone. Nothing is touched that is not marked as this record's, and nothing is deleted but by its
/// uid.
public struct KubernetesDeployments: PoolDeployments {
    private let environment: [String: String]
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Timestamp
    private let limits: Limits

    /// How long a question may take in all, and each of its parts.
    public struct Limits: Sendable {
        public var observing = Duration.seconds(10)
        public var acting = Duration.seconds(30)

        public init() {}
    }

    /// - Parameters:
    ///   - environment: of this process: where kubeconfigs are, and the account of a pod.
    ///   - now: the clock.
    public init(
        environment: [String: String], transport: any HTTPTransport = CurlTransport(), limits: Limits = Limits(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.environment = environment
        self.transport = transport
        self.limits = limits
        self.now = now
    }

    // MARK: One of them

    /// What is asked of one cluster about one Deployment.
    private struct Case: Sendable {
        var cluster: KubernetesCluster
        var place: PoolDeployment.Place

        var path: String { "/apis/apps/v1/namespaces/\(cluster.namespace)/deployments/\(place.name)" }
        var manager: String { KubernetesDeployment.manager(place) }

        /// - Throws: a `Diagnostic` where it is not there as this record's: somebody else has the name.
        func look() async throws -> JSONValue? {
            let object: JSONValue
            do { object = try await cluster.api.call("GET", path) } catch {
                if error.isNotFound { return nil }
                throw error
            }
            guard KubernetesDeployment.isOwn(object, place) else {
                throw Diagnostic.deploymentForeign(place, in: cluster.namespace)
            }
            return object
        }

        /// Server-side apply. Returns what is there then.
        func patch(_ object: JSONValue, force: Bool, dryRun: Bool = false) async throws(KubernetesFailure) -> JSONValue
        {
            var query = [("fieldManager", manager), ("force", force ? "true" : "false")]
            if dryRun { query.append(("dryRun", "All")) }
            return try await cluster.api.call("PATCH", path, query, object, as: .apply)
        }
    }

    /// Asks, for no longer than a while, and says what went wrong as it is said to people.
    private func ask<Answer: Sendable>(
        _ place: PoolDeployment.Place, within limit: Duration, _ body: @escaping @Sendable (Case) async throws -> Answer
    ) async throws(Diagnostic) -> Answer {
        let cluster: KubernetesCluster
        do { cluster = try self.cluster(of: place) } catch {
            throw .deploymentSilent(place, error.message, remedy: error.remedy)
        }
        let one = Case(cluster: cluster, place: place)
        do {
            return try await Self.answer(within: limit) { try await body(one) }
        } catch let fault as Diagnostic {
            throw fault
        } catch let failure as KubernetesFailure {
            guard failure.isRefusal else { throw .deploymentSilent(place, "\(cluster.address): \(failure)") }
            throw .deploymentRefused(place, in: cluster.namespace, "\(failure)")
        } catch {
            throw .deploymentSilent(place, "nobody waits for it any more")
        }
    }

    /// Whichever is first: an answer, or the end of a while. What does not heed that nobody waits any more, such as a
    /// credential plug-in, is left to its own limit.
    private static func answer<Answer: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let (answers, answer) = AsyncStream.makeStream(of: Result<Answer, any Error>.self)
        let work = Task {
            do { answer.yield(.success(try await body())) } catch { answer.yield(.failure(error)) }
        }
        let end = Task {
            try await Task.sleep(for: limit)
            let words = "it did not answer within \(max(1, limit.components.seconds)) seconds"
            answer.yield(.failure(KubernetesFailure.silent(words)))
        }
        defer {
            work.cancel()
            end.cancel()
        }
        for await first in answers { return try first.get() }
        throw CancellationError()
    }

    private func cluster(of place: PoolDeployment.Place) throws(Diagnostic) -> KubernetesCluster {
        var settings: [String: JSONValue] = [:]
        settings["context"] = place.context.map { .string($0) }
        settings["namespace"] = place.namespace.map { .string($0) }
        return try KubernetesCluster(
            KubernetesSettings(.object(settings)), environment: environment, transport: transport,
            limits: KubernetesAPI.Limits(timeout: limits.acting, bytes: 16 << 20), now: now)
    }

    // MARK: Looking

    /// How many fields are named that differ.
    private static let named = 5

    public func observe(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentStatus? {
        try await ask(deployment.place, within: limits.observing) { one in
            guard let live = try await one.look() else { return nil }
            let differences = try await Self.differences(of: live, from: deployment, one)
            var status = KubernetesDeploymentStatus(live).status(one.place, in: one.cluster)
            status.differences = differences
            guard status.ready < status.wanted, status.reason == nil else { return status }
            // Who may not list pods learns less.
            let query = [("labelSelector", KubernetesDeployment.selector(one.place))]
            let pods = (try? await one.cluster.api.list(one.cluster.pods, query).items) ?? []
            if let trouble = KubernetesDeploymentStatus.trouble(of: pods.map(KubernetesPod.init)) {
                (status.reason, status.message) = trouble
            }
            return status
        }
    }

    /// The fields that an apply would change.
    private static func differences(
        of live: JSONValue, from deployment: PoolDeployment, _ one: Case
    ) async throws -> [String] {
        let wanted = KubernetesDeployment(deployment: deployment).object
        guard !live.covers(wanted) else { return [] }
        // A cluster writes some values in its own way: only it knows whether they are the same.
        return changes(from: live, to: try await one.patch(wanted, force: true, dryRun: true))
    }

    private static func changes(from before: JSONValue, to after: JSONValue) -> [String] {
        let (old, new) = (content(of: before), content(of: after))
        let found = old.differences(from: new, most: named + 1)
        // Where a template wants a field no more that was never there, the digest alone differs.
        let plain = found.filter { !$0.hasSuffix(KubernetesDeployment.Key.digest) }
        let shown = Array((plain.isEmpty ? found : plain).prefix(named))
        return found.count > named ? shown + ["…"] : shown
    }

    /// What can be wanted of an object: not what the cluster notes down on it.
    private static func content(of object: JSONValue) -> JSONValue {
        var content: [String: JSONValue] = [:]
        content["spec"] = object["spec"]
        let metadata = object["metadata"]?.object ?? [:]
        content["metadata"] = .object(metadata.filter { ["labels", "annotations"].contains($0.key) })
        return .object(content)
    }

    // MARK: Acting

    /// How often somebody else may come between.
    private static let tries = 5

    public func apply(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentChange {
        let wanted = KubernetesDeployment(deployment: deployment).object
        return try await ask(deployment.place, within: limits.acting) { one in
            for _ in 0..<Self.tries {
                let live = try await one.look()
                if let live {
                    guard live.at(["metadata", "deletionTimestamp"])?.string == nil else {
                        throw Diagnostic.deploymentLeaving(one.place, in: one.cluster.namespace)
                    }
                    if live.covers(wanted) { return .unchanged }
                }
                do {
                    let made = try await Self.apply(wanted, over: live, one)
                    guard let live else { return .created }
                    let changes = Self.changes(from: live, to: made)
                    return changes.isEmpty ? .unchanged : .changed(changes)
                } catch let failure as KubernetesFailure where failure.isConflict {
                    let others = failure.managers
                    if !others.isEmpty { throw Diagnostic.deploymentContested(one.place, others, "\(failure)") }
                    // It is another one by now, or was changed meanwhile: look again.
                }
            }
            throw KubernetesFailure.silent("others come between whatever is done to it")
        }
    }

    /// Applies an object to the one that was seen, and to no other.
    private static func apply(
        _ wanted: JSONValue, over live: JSONValue?, _ one: Case
    ) async throws(KubernetesFailure) -> JSONValue {
        guard let uid = live?.at(["metadata", "uid"]) else { return try await one.patch(wanted, force: false) }
        let object = wanted.with(uid, at: ["metadata", "uid"])
        do {
            return try await one.patch(object, force: false)
        } catch {
            // An edit by hand is drift. A controller that owns a field would take it back for ever.
            guard error.isConflict, !error.managers.isEmpty, error.managers.allSatisfy(isHand),
                let version = live?.at(["metadata", "resourceVersion"])
            else { throw error }
            return try await one.patch(object.with(version, at: ["metadata", "resourceVersion"]), force: true)
        }
    }

    /// Whether what a manager owns was edited by a person: `kubectl-edit`, `kubectl-patch` and the like.
    private static func isHand(_ manager: String) -> Bool { manager == "kubectl" || manager.hasPrefix("kubectl-") }

    public func delete(
        _ place: PoolDeployment.Place, butNot kept: PoolDeployment.Place?
    ) async throws(Diagnostic) -> PoolDeploymentChange {
        let wanted = kept.flatMap { try? cluster(of: $0) }
        return try await ask(place, within: limits.acting) { one in
            if let wanted, wanted.address == one.cluster.address, wanted.namespace == one.cluster.namespace {
                return .absent
            }
            for _ in 0..<Self.tries {
                let found: JSONValue?
                do { found = try await one.look() } catch let fault as Diagnostic where fault.isForeignDeployment {
                    return .absent
                }
                guard let found, let uid = found.at(["metadata", "uid"]) else { return .absent }
                // It goes by itself.
                guard found.at(["metadata", "deletionTimestamp"])?.string == nil else { return .deleted }
                let options: JSONValue = [
                    "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
                    "preconditions": ["uid": uid],
                ]
                do {
                    _ = try await one.cluster.api.call("DELETE", one.path, [], options)
                    return .deleted
                } catch let failure as KubernetesFailure where failure.isNotFound || failure.isConflict {
                    // It went by itself, or is another one by now: look again.
                }
            }
            throw KubernetesFailure.silent("others come between whatever is done to it")
        }
    }
}

extension KubernetesFailure {
    /// Who owns the fields over which a server-side apply would have gone, by the API server's sentence; none where the
    /// conflict is another one, or the sentence is too long to have been kept whole.
    var managers: [String] {
        guard case .refused(409, "Conflict", let message) = self, message.hasPrefix("Apply failed with") else {
            return []
        }
        let names = message.matches(of: /conflicts? with "([^"]*)"/).map { String($0.1) }
        return message.hasSuffix("…") ? names + ["others"] : names
    }
}
