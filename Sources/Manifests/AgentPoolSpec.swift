/// A set of agents that serve some queues.
public struct AgentPoolSpec: Sendable, Hashable {
    public enum Placement: String, Sendable, Hashable, CaseIterable, Codable {
        case local
        case remote
        case kubernetes

        /// Whether its agents are processes of their own, outside of any apply.
        public var isApart: Bool { self != .local }
    }

    public enum BuilderKind: String, Sendable, Hashable, CaseIterable, Codable {
        case oci
        case docker
        case podman
        case buildah
        case kaniko
        case none

        /// Whether it can do what a Dockerfile says.
        public var readsDockerfiles: Bool { [.docker, .podman, .buildah].contains(self) }
    }

    /// What builds images, and how.
    public struct Builder: Sendable, Hashable {
        public var type: BuilderKind = .oci
        /// Of the layers that the embedded builder makes; `nil` for none.
        public var compression: LayerCompression?

        public init(type: BuilderKind = .oci, compression: LayerCompression? = nil) {
            self.type = type
            self.compression = compression
        }
    }

    /// In the order in which they are served.
    public var queues: [ObjectName] = []
    public var replicas: Int = 1
    /// The most runs that one agent has in hand at once.
    public var maxRuns: Int = 1
    public var placement: Placement = .local
    public var builder = Builder()
    /// Where built images go, and where agents get them from.
    public var images: ImageLocation = .layout
    /// How long an agent may be silent before its work is taken from it.
    public var leaseDuration: Duration = .seconds(30)

    /// Where its agents put what attempts leave; `nil` for nowhere but the attempts' own folders.
    public var artifacts: Artifacts?

    /// What a cluster runs its agents as; for the placement `kubernetes` only.
    public var deployment: Deployment?

    public init() {}

    /// Where a cluster runs agents, and the Deployment as whoever keeps the cluster wrote it.
    public struct Deployment: Sendable, Hashable {
        /// Of the kubeconfig; `nil` for the current one, or for the account of the pod that Slipway runs in.
        public var context: String?
        /// `nil` for that of the context.
        public var namespace: String?
        /// The dangers that the template may hold, by their words.
        public var allow: [String] = []
        /// An object of `apps/v1`, without what Slipway sets.
        public var template: JSONValue = .object([:])

        public init() {}
    }

    /// The store of what attempts leave: logs, metrics and declared outputs.
    public struct Artifacts: Sendable, Hashable {
        public var location: ArtifactLocation

        public init(location: ArtifactLocation) { self.location = location }
    }
}
