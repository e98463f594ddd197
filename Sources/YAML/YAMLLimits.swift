/// How much one file may ask of its reader. What is larger is refused as soon as it is seen.
public struct YAMLLimits: Sendable, Hashable {
    /// The size of a file, in bytes. More than 1 GiB is not read, whatever stands here.
    public var documentBytes: Int
    /// How deep collections may nest, aliases followed. libyaml itself has no limit, and takes minutes for 160,000
    /// brackets.
    public var depth: Int
    /// How many nodes a file may write.
    public var nodes: Int
    /// The length of one scalar, in bytes.
    public var scalarBytes: Int
    /// How many documents a file may hold.
    public var documents: Int
    /// How many nodes the aliases of one document may stand for, besides those that are written.
    public var expandedNodes: Int
    /// How many bytes of text the aliases of one document may stand for: a thousand aliases of one long text are few
    /// nodes and much memory.
    public var expandedBytes: Int

    public init(
        documentBytes: Int = 16 << 20, depth: Int = 64, nodes: Int = 2_000_000, scalarBytes: Int = 1 << 20,
        documents: Int = 10_000, expandedNodes: Int = 100_000, expandedBytes: Int = 16 << 20
    ) {
        self.documentBytes = documentBytes
        self.depth = depth
        self.nodes = nodes
        self.scalarBytes = scalarBytes
        self.documents = documents
        self.expandedNodes = expandedNodes
        self.expandedBytes = expandedBytes
    }

    /// What manifests may ask.
    public static let `default` = YAMLLimits()

    /// For what has been read before.
    static let none = YAMLLimits(
        documentBytes: .max, depth: .max, nodes: .max, scalarBytes: .max, documents: .max, expandedNodes: .max,
        expandedBytes: .max)

    /// How many errors one file reports, and how many warnings: a file with more has one cause.
    static let mostFaults = 100
    /// How many `%TAG` lines a document may have: libyaml compares each with all before it.
    static let tagDirectives = 16
    /// Positions are kept in 32 bits.
    static let mostBytes = 1 << 30
}
