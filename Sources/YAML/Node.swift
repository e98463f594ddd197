/// What a scalar means by the core schema of YAML 1.2 (specification, chapter 10.3).
public enum Scalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Also an integer beyond 64 bits, as JSON readers take it.
    case double(Double)
    case string(String)
}

/// A view of one node of a file. An alias is what it stands for, except for where it was written.
public struct Node: Sendable {
    public enum Kind: Sendable, Hashable {
        case scalar
        case sequence
        case mapping
    }

    let tree: Tree
    /// The node itself, aliases followed.
    let index: Int
    /// Where it was written.
    let place: Int

    init(tree: Tree, index: Int) {
        self.tree = tree
        self.index = tree.resolved(index)
        place = index
    }

    private var raw: RawNode { tree.nodes[index] }

    public var kind: Kind {
        switch raw.kind {
        case .scalar, .alias: .scalar
        case .sequence: .sequence
        case .mapping: .mapping
        }
    }

    public var span: Span { tree.span(of: place) }

    /// Where the node was written, with the text of its line.
    public var location: SourceLocation {
        let span = span
        return SourceLocation(path: tree.source.path, span: span, line: tree.text(ofLineAt: span.start))
    }

    /// Whether it was written without quotes and not as a block.
    public var isPlain: Bool { raw.isPlain }

    /// A scalar's text as written, quotes and folding resolved; empty for collections.
    public var text: String { withText { String(decoding: $0, as: UTF8.self) } }

    /// Lends a scalar's text without copying it.
    public func withText<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        let raw = raw
        let start = raw.kind == .scalar ? Int(raw.offset) : 0
        let count = raw.kind == .scalar ? Int(raw.length) : 0
        return try tree.pool.withUnsafeBufferPointer { pool in
            try body(UnsafeBufferPointer(rebasing: pool[start..<start + count]))
        }
    }

    /// Compares a scalar's text without copying it.
    public func textEquals(_ other: StaticString) -> Bool {
        withText { text in
            text.count == other.utf8CodeUnitCount
                && text.elementsEqual(UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
        }
    }

    /// What a scalar means; `nil` for collections.
    public var scalar: Scalar? {
        let raw = raw
        guard raw.kind == .scalar else { return nil }
        return withText { ScalarResolution.resolve($0, isPlain: raw.isPlain, tag: raw.tag) }
    }

    /// How many elements or entries were written, merged ones not counted.
    public var count: Int {
        var children = 0
        var next = index + 1
        while next < Int(raw.end) {
            children += 1
            next = Int(tree.nodes[next].end)
        }
        return raw.kind == .mapping ? children / 2 : raw.kind == .sequence ? children : 0
    }

    /// The elements of a sequence, in order; none for anything else.
    public var elements: Elements {
        Elements(tree: tree, cursor: index + 1, end: raw.kind == .sequence ? Int(raw.end) : index + 1)
    }

    public struct Elements: Sequence, IteratorProtocol {
        let tree: Tree
        var cursor: Int
        let end: Int

        public mutating func next() -> Node? {
            guard cursor < end else { return nil }
            defer { cursor = Int(tree.nodes[cursor].end) }
            return Node(tree: tree, index: cursor)
        }
    }

    /// The entries of a mapping in the order in which they were written; none for anything else.
    ///
    /// Merge keys (`<<`, yaml.org/type/merge.html) are applied: entries of the mapping itself win over merged ones, and
    /// of those the earlier win.
    public var entries: Entries {
        guard raw.kind == .mapping else { return Entries(tree: tree, cursor: index + 1, end: index + 1, merged: nil) }
        guard raw.hasMerge else { return Entries(tree: tree, cursor: index + 1, end: Int(raw.end), merged: nil) }
        return Entries(tree: tree, cursor: 0, end: 0, merged: mergedEntries()[...])
    }

    public struct Entries: Sequence, IteratorProtocol {
        let tree: Tree
        var cursor: Int
        let end: Int
        var merged: ArraySlice<(key: Node, value: Node)>?

        public mutating func next() -> (key: Node, value: Node)? {
            if merged != nil { return merged?.popFirst() }
            guard cursor < end else { return nil }
            let value = Int(tree.nodes[cursor].end)
            defer { cursor = Int(tree.nodes[value].end) }
            return (Node(tree: tree, index: cursor), Node(tree: tree, index: value))
        }
    }

    /// Nested merges go as deep as aliases may nest, which the parser has limited.
    private func mergedEntries() -> [(key: Node, value: Node)] {
        var own: [(key: Node, value: Node)] = []
        var sources: [Node] = []
        for entry in Entries(tree: tree, cursor: index + 1, end: Int(raw.end), merged: nil) {
            if entry.key.isMergeKey {
                sources += entry.value.kind == .sequence ? Array(entry.value.elements) : [entry.value]
            } else {
                own.append(entry)
            }
        }
        var seen = Set(own.map(\.key.text))
        for source in sources {
            for entry in source.entries where seen.insert(entry.key.text).inserted { own.append(entry) }
        }
        return own
    }

    var isMergeKey: Bool { raw.kind == .scalar && raw.isPlain && textEquals("<<") }

    /// The value under a key of a mapping; `nil` where there is none.
    public subscript(_ key: String) -> Node? {
        var key = key
        return key.withUTF8 { wanted in
            for entry in entries where entry.key.withText({ $0.elementsEqual(wanted) }) { return entry.value }
            return nil
        }
    }
}
