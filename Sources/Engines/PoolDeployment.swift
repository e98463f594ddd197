public import Manifests
public import YAML

/// The agents of a pool, as a cluster is to run them.
public struct PoolDeployment: Sendable, Hashable {
    /// Where it is, and whose.
    public struct Place: Sendable, Hashable {
        public var pool: ObjectName
        /// The record that the pool is of: two of them on one cluster leave each other's alone.
        public var record: String
        /// Of the kubeconfig; `nil` for the current one, or for the account of this pod.
        public var context: String?
        /// `nil` for that of the context.
        public var namespace: String?

        public init(pool: ObjectName, record: String, context: String? = nil, namespace: String? = nil) {
            self.pool = pool
            self.record = record
            self.context = context
            self.namespace = namespace
        }
    }

    public var place: Place
    public var replicas: Int
    /// As whoever keeps the cluster wrote it.
    public var template: JSONValue

    public init(place: Place, replicas: Int, template: JSONValue) {
        self.place = place
        self.replicas = replicas
        self.template = template
    }

    /// What a pool's spec says; `nil` for a pool whose agents are elsewhere.
    public init?(pool: ObjectName, record: String, _ spec: AgentPoolSpec) {
        guard spec.placement == .kubernetes, let deployment = spec.deployment else { return nil }
        self.init(
            place: Place(pool: pool, record: record, context: deployment.context, namespace: deployment.namespace),
            replicas: spec.replicas, template: deployment.template)
    }
}

extension PoolDeployment.Place {
    /// A ReplicaSet has ten more characters and a hyphen behind it, a pod six more, and that is its host's name: 63 in
    /// all.
    private static let longest = 46

    /// What it is called in the cluster: `slipway-<namespace>-<pool>`, with a digest where that is too long, or would
    /// be another pool's too.
    public var name: String {
        let plain = "slipway-\(pool.namespace)-\(pool.name)"
        // `a-b` and `c` would be `a` and `b-c`.
        guard plain.utf8.count > Self.longest || pool.namespace.contains("-") else { return plain }
        let digest = Digest(of: "\(pool.namespace)/\(pool.name)").hex.prefix(8)
        var start = plain.prefix(Self.longest - 9)
        while start.last == "-" { start.removeLast() }
        return "\(start)-\(digest)"
    }
}

/// What was found of a pool's Deployment.
public struct PoolDeploymentStatus: Sendable, Hashable {
    public var name: String
    /// The namespace and the address of its cluster.
    public var namespace: String
    public var server: String
    /// What it was told, and how many of those answer.
    public var wanted: Int
    public var ready: Int
    /// The cluster's word for what is wrong; `nil` where nothing is.
    public var reason: String?
    /// A clause for people.
    public var message: String
    /// The fields that are not as the pool says; empty where all are.
    public var differences: [String]

    public init(
        name: String, namespace: String, server: String, wanted: Int, ready: Int, reason: String? = nil,
        message: String = "", differences: [String] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.server = server
        self.wanted = wanted
        self.ready = ready
        self.reason = reason
        self.message = message
        self.differences = differences
    }
}

/// What an apply did with a Deployment.
public enum PoolDeploymentChange: Sendable, Hashable {
    case created
    /// The fields that were another way before, as far as they are named.
    case changed([String])
    case unchanged
    /// It was taken away.
    case deleted
    /// Nothing of this record's was there to take away.
    case absent
}

/// The clusters on which pools have their agents. Every question ends within a time that its implementation bounds.
public protocol PoolDeployments: Sendable {
    /// What is there of a pool's Deployment; `nil` where nothing has its name.
    ///
    /// - Throws: a `Diagnostic` where it cannot be asked after, or is somebody else's.
    func observe(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentStatus?

    /// Makes it as the pool says.
    ///
    /// - Throws: a `Diagnostic` where it is somebody else's, where others insist on their own values of its fields, and
    ///   where the cluster does not take it or cannot be asked.
    func apply(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentChange

    /// Takes a pool's Deployment away, if it is this record's; its pods are told to end.
    ///
    /// - Parameter kept: where the pool has its Deployment now. Another way to say the same place, such as the name of
    ///   the context that was the current one anyway, takes nothing away.
    /// - Throws: a `Diagnostic` where the cluster does not do that or cannot be asked.
    func delete(
        _ place: PoolDeployment.Place, butNot kept: PoolDeployment.Place?
    ) async throws(Diagnostic) -> PoolDeploymentChange
}
