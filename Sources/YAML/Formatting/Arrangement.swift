/// Puts fields into the order that their format declares; comments go with what they stand at.
struct Arrangement {
    let text: [UInt8]

    /// A document in the order that is declared for it; as it was where that would part an alias from its anchor.
    func arranged(_ root: WrittenNode, _ order: FieldOrder) -> WrittenNode {
        guard !order.isEmpty else { return root }
        var result = root
        arrange(&result, order, isRoot: true)
        return bindings(of: root) == bindings(of: result) ? result : root
    }

    private func arrange(_ node: inout WrittenNode, _ order: FieldOrder, isRoot: Bool = false) {
        guard !order.isEmpty else { return }
        switch node.content {
        case .empty, .alias, .scalar: return
        case .sequence:
            for index in node.children.indices { arrange(&node.children[index].value, order.elements) }
        case .mapping:
            let names = node.children.map { $0.key.flatMap(name) }
            for index in node.children.indices {
                let field = order.fields.first { $0.name == names[index] }
                arrange(&node.children[index].value, field?.inside ?? order.elements)
            }
            if !order.fields.isEmpty { sort(&node, names, order, isRoot: isRoot) }
        }
    }

    private func sort(_ node: inout WrittenNode, _ names: [String?], _ order: FieldOrder, isRoot: Bool) {
        let ranks = names.map { name in
            // What is merged stays on top, where people look for it.
            name == "<<" ? -1 : order.fields.firstIndex { $0.name == name } ?? order.fields.count
        }
        let places = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        guard let first = places.first, places != Array(ranks.indices) else { return }
        if first != 0 { keepHeading(&node.children, newFirst: first, isRoot: isRoot) }
        node.children = places.map { node.children[$0] }
    }

    /// What stands at the top of a document, or above an empty line at the top of a block, is about all of it.
    private func keepHeading(_ children: inout [WrittenChild], newFirst: Int, isRoot: Bool) {
        var count = children[0].lead.count
        let isApart = children[0].followsBlank
        if !isRoot, !isApart {
            count = children[0].lead.indices.last { $0 > 0 && children[0].lead[$0].followsBlank } ?? 0
        }
        let heading = Array(children[0].lead.prefix(count))
        children[0].lead.removeFirst(count)
        let wasApart = children[newFirst].lead.first?.followsBlank ?? children[newFirst].followsBlank
        if children[newFirst].lead.isEmpty {
            children[newFirst].followsBlank = count > 0 && (isApart || !isRoot)
        } else {
            children[newFirst].lead[0].followsBlank = count > 0
        }
        children[newFirst].lead = heading + children[newFirst].lead
        if children[0].lead.isEmpty {
            children[0].followsBlank = wasApart
        } else {
            children[0].lead[0].followsBlank = wasApart
        }
    }

    /// The text of a key that can be the name of a field; one with escapes cannot.
    private func name(_ key: WrittenNode) -> String? {
        guard case .scalar(let range, let style) = key.content, key.properties.isEmpty else { return nil }
        switch style {
        case .plain: return String(decoding: text[range], as: UTF8.self)
        case .singleQuoted, .doubleQuoted:
            return String(decoding: text[range].dropFirst().dropLast(), as: UTF8.self)
        case .block: return nil
        }
    }

    // MARK: Anchors

    /// For each alias, the anchor that it stands for, both by their places in the file.
    private func bindings(of root: WrittenNode) -> [Int: Int] {
        var anchors: [ArraySlice<UInt8>: Int] = [:]
        var bindings: [Int: Int] = [:]
        bind(root, &anchors, &bindings)
        return bindings
    }

    private func bind(_ node: WrittenNode, _ anchors: inout [ArraySlice<UInt8>: Int], _ bindings: inout [Int: Int]) {
        for property in node.properties where text[property.lowerBound] == UInt8(ascii: "&") {
            anchors[text[property].dropFirst()] = property.lowerBound
        }
        if case .alias(let range) = node.content { bindings[range.lowerBound] = anchors[text[range].dropFirst()] ?? -1 }
        for child in node.children {
            if let key = child.key { bind(key, &anchors, &bindings) }
            bind(child.value, &anchors, &bindings)
        }
    }
}
