/// What a scalar means by the core schema of YAML 1.2 (specification 1.2.2, chapter 10.3).
public enum Scalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Also an integer beyond 64 bits, as JSON readers take it. It need not be finite.
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
    /// Where it was written: the same, or an alias.
    private let written: Int

    init(tree: Tree, index: Int) {
        self.tree = tree
        self.index = tree.nodes.target(of: index)
        written = index
    }

    private var raw: RawNode { tree.nodes[index] }

    /// How a scalar is read, by its tag.
    var tag: RawNode.Tag { raw.tag }

    /// The file in which it was written, and where.
    var origin: (text: SourceText, place: Place) { tree.origin(of: written) }

    public var kind: Kind {
        switch raw.kind {
        case .scalar, .alias: .scalar
        case .sequence: .sequence
        case .mapping: .mapping
        }
    }

    /// Where the node was written; of an alias, where the alias stands.
    public var span: Span { tree.span(of: written) }

    /// Where the node was written, with the text of its line, cut to what a message can bear.
    public var location: SourceLocation { tree.location(of: written) }

    /// The path of the file in which it was written, as it is shown.
    public var file: String { origin.text.source.path }

    /// How much memory the nodes of its document take, in bytes, and those of all others that were parsed with it.
    public var treeBytes: Int { tree.nodes.count * MemoryLayout<RawNode>.stride + tree.pool.count }

    /// Whether it was written without quotes and not as a block.
    public var isPlain: Bool { raw.kind == .scalar && raw.form != .quoted }

    /// A scalar's text as written, quotes, escapes and folding resolved; empty for collections.
    public var text: String { withText { String(decoding: $0, as: UTF8.self) } }

    /// Lends a scalar's text without copying it; nothing for collections.
    public func withText<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try tree.withText(of: index, body)
    }

    /// Compares a scalar's text without copying it.
    public func textEquals(_ other: StaticString) -> Bool {
        raw.kind == .scalar && withText { $0.elementsEqual(other.bytes) }
    }

    /// What a scalar means; `nil` for collections.
    ///
    /// Only a plain scalar can be anything else than a string, unless it has a tag (`!!int "1"`).
    public var scalar: Scalar? {
        let raw = raw
        guard raw.kind == .scalar else { return nil }
        return withText { ScalarResolution.resolve($0, isPlain: raw.form != .quoted, tag: raw.tag) }
    }
}

extension Node {
    /// Whether it is nothing: empty, or one of the words for it (YAML 1.2.2, 10.3.2), without quotes.
    public var isNull: Bool {
        let raw = raw
        guard raw.kind == .scalar, raw.form != .quoted, raw.tag == .none || raw.tag == .null else { return false }
        return withText(ScalarResolution.isNull)
    }

    /// The place of a scalar's text among some words; `nil` where it is none of them.
    public func index(in words: [StaticString]) -> Int? {
        guard raw.kind == .scalar else { return nil }
        return withText { text in
            words.firstIndex { $0.utf8CodeUnitCount == text.count && text.elementsEqual($0.bytes) }
        }
    }
}

extension StaticString {
    /// Its text in UTF-8, which lives as long as the program.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
