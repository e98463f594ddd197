import Synchronization

/// A stretch of a file in characters from its beginning, as libyaml counts them.
struct Place: Sendable {
    var first: UInt32
    var last: UInt32
}

/// One node of a file: 24 bytes without references, so that a million of them are one allocation.
struct RawNode: Sendable {
    enum Kind: UInt8 {
        case scalar
        case sequence
        case mapping
        case alias
    }

    /// The tags of the core schema that say how a scalar is read.
    enum Tag: UInt8 {
        case none
        case string
        case integer
        case float
        case boolean
        case null
    }

    var kind: Kind
    var tag = Tag.none
    /// Written without quotes and not as a block: the only scalars whose text decides their type.
    var isPlain = false
    /// A mapping with a `<<` key.
    var hasMerge = false
    /// The index behind the node's last descendant, which is where its next sibling is.
    var end: UInt32
    /// Of a scalar: where its text is in the pool. Of an alias: the index of the node it stands for.
    var offset: UInt32 = 0
    /// Of a scalar: its length in the pool, in bytes. Of a collection: how many elements or entries it has.
    var length: UInt32 = 0
    var place: Place
}

/// The nodes of one file, in the order in which they were written (pre-order): the first child of node `i` is `i + 1`,
/// the next sibling is at `end`. Nothing changes after parsing.
final class Tree: Sendable {
    let source: SourceFile
    let nodes: [RawNode]
    /// The texts of all scalars.
    let pool: [UInt8]
    /// How many bytes of the file stand before its first character.
    private let base: Int
    /// Made by the first who asks for a place.
    private let lines: Mutex<LineTable?>

    init(source: SourceFile, base: Int, nodes: [RawNode], pool: [UInt8], lines: LineTable?) {
        self.source = source
        self.base = base
        self.nodes = nodes
        self.pool = pool
        self.lines = Mutex(lines)
    }

    func location(of index: Int) -> SourceLocation { lineTable.location(in: source.path, nodes[index].place) }

    func span(of index: Int) -> Span {
        let (lines, place) = (lineTable, nodes[index].place)
        return Span(start: lines.mark(at: Int(place.first)), end: lines.mark(at: Int(place.last)))
    }

    private var lineTable: LineTable {
        lines.withLock { known in
            if let known { return known }
            let made = LineTable(bytes: source.bytes, base: base)
            known = made
            return made
        }
    }

    /// Lends the text of a scalar; empty for anything else.
    func withText<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        let node = nodes[index]
        guard node.kind == .scalar else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        return try pool.withUnsafeBufferPointer { pool in
            try body(UnsafeBufferPointer(rebasing: pool[Int(node.offset)..<Int(node.offset) + Int(node.length)]))
        }
    }

    /// Whether a node is the key `<<` that merges; quoted it is a key like any other.
    func isMergeKey(_ index: Int) -> Bool {
        let node = nodes[index]
        return node.kind == .scalar && node.isPlain && node.tag == .none && node.length == 2
            && pool[Int(node.offset)] == UInt8(ascii: "<") && pool[Int(node.offset) + 1] == UInt8(ascii: "<")
    }
}
