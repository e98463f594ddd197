/// How much one file may ask of its reader. What is larger is refused as soon as it is seen.
public struct YAMLLimits: Sendable, Hashable {
    /// The size of a file, in bytes.
    public var fileBytes: Int
    /// How deep collections may nest, aliases followed. libyaml itself has no limit, and takes minutes for 160,000
    /// brackets.
    public var depth: Int
    /// How many nodes a file may write.
    public var nodes: Int
    /// The length of one scalar, in bytes.
    public var scalarBytes: Int
    /// How many documents a file may hold.
    public var documents: Int
    /// How many nodes the aliases of one document may stand for, all expansions counted.
    public var expandedNodes: Int

    public init(
        fileBytes: Int = 16 << 20, depth: Int = 64, nodes: Int = 2_000_000, scalarBytes: Int = 1 << 20,
        documents: Int = 10_000, expandedNodes: Int = 100_000
    ) {
        self.fileBytes = fileBytes
        self.depth = depth
        self.nodes = nodes
        self.scalarBytes = scalarBytes
        self.documents = documents
        self.expandedNodes = expandedNodes
    }

    public static let `default` = YAMLLimits()
}
