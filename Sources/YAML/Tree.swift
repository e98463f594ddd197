import Synchronization

/// A stretch of a file in characters from its beginning, as libyaml counts them.
struct Place: Sendable {
    var first: UInt32
    var last: UInt32
}

/// One node of a file: 20 bytes without references, so that a million of them are one allocation.
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

    /// How a scalar was written.
    enum Form: UInt8 {
        /// With quotes, or as a block: it is text whatever it looks like.
        case quoted
        /// Without quotes, so that its text decides its type.
        case plain
        /// Plain, and its text is not in the pool but in the file, where it is the same.
        case verbatim
    }

    var kind: Kind
    var tag = Tag.none
    var form = Form.quoted
    /// Of a key: it is `<<`, neither quoted nor tagged. Of a mapping: it has such a key.
    var merges = false
    /// Of a scalar: where its text is, in bytes. Of an alias: the index of the node it stands for. Of a collection: the
    /// index behind its last descendant.
    var link: UInt32 = 0
    /// Of a scalar: the length of its text, in bytes. Of a collection: how many elements or entries it has.
    var length: UInt32 = 0
    var place: Place
}

extension [RawNode] {
    /// The index behind a node and all its descendants, which is where its next sibling is.
    func end(of index: Int) -> Int {
        switch self[index].kind {
        case .scalar, .alias: index + 1
        case .sequence, .mapping: Int(self[index].link)
        }
    }

    /// Follows an alias to what it stands for.
    func target(of index: Int) -> Int { self[index].kind == .alias ? Int(self[index].link) : index }
}

/// The nodes of one file, or of a document that is put together from several, in the order in which they were written
/// (pre-order): the first child of a node is behind it. Nothing changes after it has been made.
final class Tree: Sendable {
    /// Where the nodes of a document come from that is put together.
    struct Origins: Sendable {
        /// The files.
        let trees: [Tree]
        /// For each node the number of its file, in which its place is.
        let owners: [UInt32]
    }

    /// Without a text where the nodes come from several files.
    let source: SourceFile
    let nodes: [RawNode]
    /// The texts of the scalars that are not in the file as they are.
    let pool: [UInt8]
    /// How many bytes of the file stand before its first character.
    private let base: Int
    /// Made by the first who asks for a place.
    private let lines: Mutex<LineTable?>
    /// `nil` where all nodes are of this file.
    private let origins: Origins?

    init(source: SourceFile, base: Int, nodes: [RawNode], pool: [UInt8], lines: LineTable?) {
        self.source = source
        self.base = base
        self.nodes = nodes
        self.pool = pool
        self.lines = Mutex(lines)
        origins = nil
    }

    init(nodes: [RawNode], pool: [UInt8], origins: Origins) {
        source = SourceFile(path: "", bytes: [])
        base = 0
        self.nodes = nodes
        self.pool = pool
        lines = Mutex(nil)
        self.origins = origins
    }

    /// The file in which a node was written, and where.
    func origin(of index: Int) -> (tree: Tree, place: Place) {
        (origins.map { $0.trees[Int($0.owners[index])] } ?? self, nodes[index].place)
    }

    func location(of index: Int) -> SourceLocation {
        let (tree, place) = origin(of: index)
        return tree.lineTable.location(in: tree.source.path, place)
    }

    func span(of index: Int) -> Span {
        let (tree, place) = origin(of: index)
        let lines = tree.lineTable
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
        return try (node.form == .verbatim ? source.bytes : pool).withUnsafeBufferPointer { texts in
            try body(UnsafeBufferPointer(rebasing: texts[Int(node.link)..<Int(node.link) + Int(node.length)]))
        }
    }
}
