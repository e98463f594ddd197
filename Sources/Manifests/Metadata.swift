/// What every manifest says of itself besides its spec.
public struct Metadata: Sendable, Hashable {
    public var name: String = ""
    public var namespace: String = ObjectName.defaultNamespace
    public var labels: NamedValues<String> = [:]
    public var annotations: NamedValues<String> = [:]

    public init() {}

    public var objectName: ObjectName { ObjectName(namespace: namespace, name: name) }

    /// Keeps what another says, too, only once in memory: manifests that stand beside each other tend to say the same,
    /// and a repository has tens of thousands.
    mutating func share(_ other: Metadata) {
        if namespace.hasBytes(of: other.namespace) { namespace = other.namespace }
        if labels.hasBytes(of: other.labels) { labels = other.labels }
        if annotations.hasBytes(of: other.annotations) { annotations = other.annotations }
    }

    /// The annotation that keeps an object when its manifest disappears.
    public static let pruneAnnotation = "slipway/prune"

    /// Whether the object may be pruned once its manifest is gone.
    public var isPrunable: Bool { annotations[Self.pruneAnnotation] != "false" }
}

extension NamedValues<String> {
    /// Whether all is the same to the byte: what is equal to Unicode can be written in several ways, and the record of
    /// a manifest is of what it says itself.
    fileprivate func hasBytes(of other: NamedValues<String>) -> Bool {
        elementsEqual(other) { $0.key.hasBytes(of: $1.key) && $0.value.hasBytes(of: $1.value) }
    }
}
