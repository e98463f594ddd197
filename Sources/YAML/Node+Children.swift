extension Node {
    /// How many elements a sequence has, or how many entries a mapping has, merged ones included; 0 for a scalar.
    public var count: Int {
        let node = tree.nodes[index]
        switch node.kind {
        case .scalar, .alias: return 0
        case .sequence: return Int(node.length)
        case .mapping: return node.merges ? mergedEntries().count : Int(node.length)
        }
    }

    /// The elements of a sequence, in order; none for anything else.
    public var elements: Elements { Elements(tree: tree, children: tree.children(of: index, if: .sequence)) }

    /// The entries of a mapping in the order in which they were written; none for anything else.
    ///
    /// Merge keys (`<<`, yaml.org/type/merge.html) are applied: the mapping's own entries win over merged ones, of
    /// those the earlier win, and they follow its own. A merged key's place is where it was written.
    public var entries: Entries {
        guard tree.nodes[index].merges else {
            return Entries(tree: tree, children: tree.children(of: index, if: .mapping), merged: nil)
        }
        return Entries(tree: tree, children: 0..<0, merged: mergedEntries()[...])
    }

    /// The value under a key of a mapping, merged ones included; `nil` where there is none.
    ///
    /// It looks at one key after the other: whoever wants most of a mapping goes through `entries` once.
    public subscript(_ key: String) -> Node? {
        var key = key
        return key.withUTF8 { wanted in
            entries.first { entry in entry.key.withText { $0.elementsEqual(wanted) } }?.value
        }
    }

    /// The elements of a sequence.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        fileprivate let tree: Tree
        fileprivate var children: Range<Int>

        public mutating func next() -> Node? {
            guard let child = children.first else { return nil }
            children = tree.nodes.end(of: child)..<children.upperBound
            return Node(tree: tree, index: child)
        }
    }

    /// The entries of a mapping.
    public struct Entries: Sequence, IteratorProtocol, Sendable {
        fileprivate let tree: Tree
        fileprivate var children: Range<Int>
        fileprivate var merged: ArraySlice<(key: Node, value: Node)>?

        public mutating func next() -> (key: Node, value: Node)? {
            if merged != nil { return merged?.popFirst() }
            guard let (key, value) = tree.popEntry(of: &children) else { return nil }
            return (Node(tree: tree, index: key), Node(tree: tree, index: value))
        }
    }

    /// The entries of a mapping that merges others, which may merge others again.
    ///
    /// Each mapping is gone through once, however often it is merged: the second time, all its keys are there.
    private func mergedEntries() -> [(key: Node, value: Node)] {
        var found: [(key: Node, value: Node)] = []
        // Compared byte for byte, as everywhere here: strings would take two spellings of one letter for one key.
        var keys: Set<[UInt8]> = []
        var visited: Set<Int> = []
        var pending = [index]
        while let mapping = pending.popLast() {
            guard visited.insert(mapping).inserted else { continue }
            var sources: [Int] = []
            var children = tree.children(of: mapping, if: .mapping)
            while let (key, value) = tree.popEntry(of: &children) {
                let entry = (key: Node(tree: tree, index: key), value: Node(tree: tree, index: value))
                if tree.nodes[key].merges {
                    let isList = entry.value.kind == .sequence
                    sources += isList ? entry.value.elements.map(\.index) : [entry.value.index]
                } else if keys.insert(entry.key.withText(Array.init)).inserted {
                    found.append(entry)
                }
            }
            pending += sources.reversed()
        }
        return found
    }
}

extension Tree {
    /// The nodes below a collection of one kind; empty for anything else.
    func children(of index: Int, if kind: RawNode.Kind) -> Range<Int> {
        nodes[index].kind == kind ? index + 1..<nodes.end(of: index) : 0..<0
    }

    /// Takes the next key and its value off the nodes of a mapping.
    func popEntry(of children: inout Range<Int>) -> (key: Int, value: Int)? {
        guard let key = children.first else { return nil }
        let value = nodes.end(of: key)
        children = nodes.end(of: value)..<children.upperBound
        return (key, value)
    }
}
