extension Layout {
    /// A collection in brackets on the line of its introduction, where it was written so, fits, and has no comments
    /// inside.
    func flat(_ node: WrittenNode, _ introduction: Introduction, _ properties: [UInt8]) -> [UInt8]? {
        guard node.isFlow else { return nil }
        // Without children there is nothing that could stand in lines of its own.
        if node.children.isEmpty { return Array((node.isSequence ? "[]" : "{}").utf8) }
        let start = joined(introduction.text, properties).width
        guard !node.before.contains(where: \.isInBrackets), let text = flat(node),
            start + (start > 0 ? 1 : 0) + text.width <= Self.width
        else { return nil }
        return text
    }

    /// A value on one line, without its own properties and the comments before and behind it; `nil` where it cannot be.
    func flat(_ node: WrittenNode) -> [UInt8]? {
        switch node.content {
        case .empty: return []
        case .alias(let range): return Array(source[range])
        case .scalar(_, .block): return nil
        case .scalar(let range, let style): return ScalarText.oneLine(ScalarText.lines(source, range, style))
        case .sequence, .mapping:
            guard node.isFlow, node.inside.isEmpty else { return nil }
            // Only the colon makes a pair a mapping; where there is none to write, braces do.
            let isBare = node.isPair && node.children.first?.value.isEmpty == false
            let brackets: [UInt8] = isBare ? [] : Array((node.isSequence ? "[]" : "{}").utf8)
            var text = Array(brackets.prefix(1))
            for (index, child) in node.children.enumerated() {
                if index > 0 { text += [UInt8(ascii: ","), UInt8(ascii: " ")] }
                guard child.lead.isEmpty, let part = flat(child) else { return nil }
                text += part
                // What is so long needs no exact measure, and nested collections would be measured again and again.
                guard text.count <= 4 * Self.width else { return nil }
            }
            return text + brackets.dropFirst()
        }
    }

    private func flat(_ child: WrittenChild) -> [UInt8]? {
        guard let value = flatWithProperties(child.value) else { return nil }
        guard let key = child.key else { return value }
        guard let name = flatWithProperties(key) else { return nil }
        if name.isEmpty { return joined(Array("? :".utf8), value) }
        let colon: [UInt8] = Array((key.needsSpaceBehind ? " :" : ":").utf8)
        // In braces, a key alone is one without a value.
        return value.isEmpty ? name : joined(name + colon, value)
    }

    /// What has comments around it is not for one line.
    private func flatWithProperties(_ node: WrittenNode) -> [UInt8]? {
        guard node.before.isEmpty, node.after.isEmpty, let text = flat(node) else { return nil }
        // A bracket or comma behind a bare tag would be read as part of it.
        if text.isEmpty, !node.properties.isEmpty { return self.text(of: node.properties) + [UInt8(ascii: " ")] }
        return joined(self.text(of: node.properties), text)
    }
}

extension WrittenNode {
    var isSequence: Bool {
        if case .sequence = content { true } else { false }
    }
}
