/// A set of agents that serve some queues.
public struct AgentPoolSpec: Sendable, Hashable {
    public enum Placement: String, Sendable, Hashable, CaseIterable, Codable {
        case local
        case remote
        case kubernetes
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

    public init() {}

    /// The store of what attempts leave: logs, metrics and declared outputs.
    public struct Artifacts: Sendable, Hashable {
        public var location: ArtifactLocation

        public init(location: ArtifactLocation) { self.location = location }
    }
}
