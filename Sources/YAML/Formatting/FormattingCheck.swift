/// Looks whether a text that was written anew still says the same. It knows nothing of how that was done.
struct FormattingCheck {
    /// Where the two differ in what they mean, as a place in the first; `nil` where they are the same.
    static func difference(_ left: YAMLFile, _ right: YAMLFile) -> SourceLocation? {
        guard left.documents.count == right.documents.count else { return SourceLocation(path: left.source.path) }
        guard let tree = left.documents.first?.tree, let other = right.documents.first?.tree else { return nil }
        var check = FormattingCheck(left: tree, right: other)
        for (first, second) in zip(left.documents, right.documents) {
            if let place = check.difference(first.index, second.index) { return tree.location(of: place) }
        }
        return nil
    }

    private let left: Tree
    private let right: Tree
    /// For what aliases stand for in the first, what it is in the second.
    private var twins: [Int: Int] = [:]

    private init(left: Tree, right: Tree) {
        self.left = left
        self.right = right
        for node in left.nodes where node.kind == .alias { twins[Int(node.link)] = -1 }
    }

    /// The first node of a part that is not the same; its depth is within limits.
    private mutating func difference(_ first: Int, _ second: Int) -> Int? {
        let (one, other) = (left.nodes[first], right.nodes[second])
        guard one.kind == other.kind, one.tag == other.tag, (one.form == .quoted) == (other.form == .quoted),
            one.merges == other.merges
        else { return first }
        if twins[first] != nil { twins[first] = second }
        switch one.kind {
        case .alias: return twins[Int(one.link)] == Int(other.link) ? nil : first
        case .scalar: return text(left, first) == text(right, second) ? nil : first
        case .sequence:
            guard one.length == other.length else { return first }
            var (child, twin) = (first + 1, second + 1)
            for _ in 0..<one.length {
                if let place = difference(child, twin) { return place }
                (child, twin) = (left.nodes.end(of: child), right.nodes.end(of: twin))
            }
            return nil
        case .mapping:
            guard one.length == other.length else { return first }
            return differenceOfEntries(first, second)
        }
    }

    /// The entries of a mapping may have changed their places; each key is there once.
    private mutating func differenceOfEntries(_ first: Int, _ second: Int) -> Int? {
        var twins: [[UInt8]: (key: Int, value: Int)] = [:]
        var others = right.children(of: second, if: .mapping)
        while let entry = right.popEntry(of: &others) { twins[text(right, entry.key)] = entry }
        var children = left.children(of: first, if: .mapping)
        while let (key, value) = left.popEntry(of: &children) {
            guard let twin = twins[text(left, key)] else { return key }
            if let place = difference(key, twin.key) ?? difference(value, twin.value) { return place }
        }
        return nil
    }

    private func text(_ tree: Tree, _ index: Int) -> [UInt8] {
        tree.withText(of: tree.nodes.target(of: index), Array.init)
    }

    // MARK: What is not in the tree

    /// Whether two texts have the same comments, anchors, aliases, tags and directives, wherever they are.
    static func haveSameNotes(_ left: [UInt8], _ right: [UInt8]) throws(TokenScanner.Failure) -> Bool {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for note in try notes(of: left) { counts[note, default: 0] += 1 }
        for note in try notes(of: right) { counts[note, default: 0] -= 1 }
        return counts.values.allSatisfy { $0 == 0 }
    }

    private static func notes(of text: [UInt8]) throws(TokenScanner.Failure) -> [ArraySlice<UInt8>] {
        var notes: [ArraySlice<UInt8>] = []
        for token in try TokenScanner.tokens(of: text) {
            notes += (token.comments + token.trailing).map { text[$0.text] }
            switch token.kind {
            case .anchor, .alias, .tag, .directive: notes.append(text[token.text])
            case .scalar(.block):
                let header = text[token.text].prefix { $0 != UInt8(ascii: "\n") }
                if let comment = header.firstIndex(of: UInt8(ascii: "#")) {
                    var note = header[comment...]
                    while note.last?.isBlank == true { note.removeLast() }
                    notes.append(note)
                }
            default: break
            }
        }
        return notes
    }
}
