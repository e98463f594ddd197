/// What every manifest says of itself besides its spec.
public struct Metadata: Sendable, Hashable {
    public var name: String = ""
    public var namespace: String = ObjectName.defaultNamespace
    public var labels: [String: String] = [:]
    public var annotations: [String: String] = [:]

    public init() {}

    public var objectName: ObjectName { ObjectName(namespace: namespace, name: name) }

    /// The annotation that keeps an object when its manifest disappears.
    public static let pruneAnnotation = "slipway/prune"

    /// Whether the object may be pruned once its manifest is gone.
    public var isPrunable: Bool { annotations[Self.pruneAnnotation] != "false" }
}
