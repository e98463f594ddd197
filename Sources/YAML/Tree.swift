/// A stretch of a file in characters from its beginning, as libyaml counts them.
struct Place: Sendable {
    var first: UInt32
    var last: UInt32

    init(first: UInt32, last: UInt32) {
        self.first = first
        self.last = last
    }

    /// One character.
    init(first: UInt32) { self.init(first: first, last: first + 1) }
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
        let texts: [SourceText]
        /// For each node the number of its file, in which its place is.
        let owners: [UInt32]
    }

    let nodes: [RawNode]
    /// The texts of the scalars that are not in the file as they are.
    let pool: [UInt8]
    /// The file in which the others are; empty where the nodes come from several.
    private let bytes: [UInt8]
    private let writing: Writing

    private enum Writing: Sendable {
        case one(SourceText)
        case several(Origins)
    }

    init(text: SourceText, nodes: [RawNode], pool: [UInt8]) {
        self.nodes = nodes
        self.pool = pool
        bytes = text.source.bytes
        writing = .one(text)
    }

    init(nodes: [RawNode], pool: [UInt8], origins: Origins) {
        self.nodes = nodes
        self.pool = pool
        bytes = []
        writing = .several(origins)
    }

    /// The file in which a node was written, and where.
    func origin(of index: Int) -> (text: SourceText, place: Place) {
        switch writing {
        case .one(let text): (text, nodes[index].place)
        case .several(let origins): (origins.texts[Int(origins.owners[index])], nodes[index].place)
        }
    }

    func location(of index: Int) -> SourceLocation {
        let (text, place) = origin(of: index)
        return text.location(of: place)
    }

    func span(of index: Int) -> Span {
        let (text, place) = origin(of: index)
        return text.span(of: place)
    }

    /// Lends the text of a scalar; empty for anything else.
    func withText<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        let node = nodes[index]
        guard node.kind == .scalar else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        return try (node.form == .verbatim ? bytes : pool).withUnsafeBufferPointer { texts in
            try body(UnsafeBufferPointer(rebasing: texts[Int(node.link)..<Int(node.link) + Int(node.length)]))
        }
    }
}
