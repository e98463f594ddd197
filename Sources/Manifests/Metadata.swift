public import YAML

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

/// One manifest of a kind: what a person committed, and where.
public struct Manifest<Spec: Sendable>: Sendable {
    public var metadata: Metadata
    public var spec: Spec
    public var origin: Origin

    public init(metadata: Metadata, spec: Spec, origin: Origin) {
        self.metadata = metadata
        self.spec = spec
        self.origin = origin
    }
}

/// Where a manifest was written, down to each of its fields.
public struct Origin: Sendable {
    /// The root node of the document.
    public let document: Node
    /// The documents that it is put together from, in the order of their weight; none where it stands in its file as
    /// it is.
    let parts: [Node]

    public init(document: Node) { self.init(document: document, parts: []) }

    init(document: Node, parts: [Node]) {
        self.document = document
        self.parts = parts
    }

    /// The files that have a say in it, also by taking something away.
    public var files: Set<String> { Set([document.file] + parts.map(\.file)) }

    /// The place of the document as a whole.
    public var location: SourceLocation { document.location }

    /// The place of the field at a path such as `["spec", "parameters", "lr"]`, or of the nearest part of the path
    /// that was written, which is where a reader would look for a value that has a default.
    public func location(of path: [String]) -> SourceLocation {
        var node = document
        for part in path {
            guard let next = node[part] else { break }
            node = next
        }
        return node.location
    }
}
