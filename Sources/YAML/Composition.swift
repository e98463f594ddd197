/// A document that is put together from what was written in several places; each value keeps the place where it was
/// written.
public indirect enum Composition: Sendable {
    /// As it is, with everything below it. Aliases and merge keys become what they stand for.
    case node(Node)
    /// A text that is not in any file, a string as if it had quotes, at the place of what it was made from.
    case scalar(String, at: Node)
    /// No key may be there twice.
    case mapping([(key: Composition, value: Composition)], at: Node)
    case sequence([Composition], at: Node)
}

extension Node {
    /// The root of a document that is put together. It is read like one that was parsed.
    public init(composing composition: Composition) {
        var builder = TreeBuilder()
        builder.append(composition)
        self.init(tree: builder.finish(), index: 0)
    }
}

/// Writes the nodes of a composition into an arena of their own.
///
/// It goes down as deep as the composition is nested: parsed documents are held to `YAMLLimits.depth`.
private struct TreeBuilder {
    private var nodes: [RawNode] = []
    private var pool: [UInt8] = []
    private var texts: [SourceText] = []
    private var owners: [UInt32] = []
    private var known: [ObjectIdentifier: UInt32] = [:]

    mutating func append(_ composition: Composition) {
        switch composition {
        case .node(let node): copy(node)
        case .scalar(let text, let at):
            begin(.scalar, at: at)
            end(with: Array(text.utf8))
        case .mapping(let entries, let at):
            let index = begin(.mapping, at: at)
            for (key, value) in entries {
                append(key)
                append(value)
            }
            end(index, count: entries.count)
        case .sequence(let elements, let at):
            let index = begin(.sequence, at: at)
            for element in elements { append(element) }
            end(index, count: elements.count)
        }
    }

    func finish() -> Tree { Tree(nodes: nodes, pool: pool, origins: Tree.Origins(texts: texts, owners: owners)) }

    private mutating func copy(_ node: Node) {
        var count = 0
        switch node.kind {
        case .scalar:
            let index = begin(.scalar, at: node)
            (nodes[index].form, nodes[index].tag) = (node.isPlain ? .plain : .quoted, node.tag)
            end(with: node.withText(Array.init))
        case .sequence:
            let index = begin(.sequence, at: node)
            for element in node.elements {
                copy(element)
                count += 1
            }
            end(index, count: count)
        case .mapping:
            let index = begin(.mapping, at: node)
            for (key, value) in node.entries {
                copy(key)
                copy(value)
                count += 1
            }
            end(index, count: count)
        }
    }

    @discardableResult
    private mutating func begin(_ kind: RawNode.Kind, at node: Node) -> Int {
        let (text, place) = node.origin
        nodes.append(RawNode(kind: kind, place: place))
        owners.append(number(of: text))
        return nodes.count - 1
    }

    /// Ends the scalar that was begun last.
    private mutating func end(with text: [UInt8]) {
        nodes[nodes.count - 1].link = UInt32(pool.count)
        nodes[nodes.count - 1].length = UInt32(text.count)
        pool += text
    }

    private mutating func end(_ collection: Int, count: Int) {
        nodes[collection].link = UInt32(nodes.count)
        nodes[collection].length = UInt32(count)
    }

    private mutating func number(of text: SourceText) -> UInt32 {
        if let last = owners.last, texts[Int(last)] === text { return last }
        let next = UInt32(texts.count)
        let number = known[ObjectIdentifier(text), default: next]
        if number == next {
            texts.append(text)
            known[ObjectIdentifier(text)] = next
        }
        return number
    }
}
