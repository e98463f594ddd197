extension Composer {
    /// Up to this many keys are compared with each other; beyond, a table does it in linear time.
    private static let fewKeys = 8

    /// Refuses a key that is there twice. Keys are the same when their text is the same, however it was quoted.
    mutating func checkKeys(of mapping: Int) {
        keys.removeAll(keepingCapacity: true)
        var key = mapping + 1
        while key < Int(nodes[mapping].end) {
            keys.append(key)
            key = Int(nodes[Int(nodes[key].end)].end)
        }
        for (key, first) in keys.count <= Self.fewKeys ? twinsOfFew() : twinsOfMany() {
            let (place, firstPlace) = (nodes[key].place, nodes[first].place)
            let word = withText(ofKey: key) { String(decoding: $0, as: UTF8.self) }
            faults.error(at: place) { .duplicateKey(word, at: $0(place), first: $0(firstPlace)) }
            if faults.isFull { return }
        }
    }

    private func twinsOfFew() -> [(key: Int, first: Int)] {
        var twins: [(key: Int, first: Int)] = []
        for position in keys.indices.dropFirst() {
            let key = keys[position]
            let twin = keys[..<position].first { other in
                withText(ofKey: key) { text in withText(ofKey: other) { $0.elementsEqual(text) } }
            }
            if let twin { twins.append((key, twin)) }
        }
        return twins
    }

    private func twinsOfMany() -> [(key: Int, first: Int)] {
        var twins: [(key: Int, first: Int)] = []
        pool.withUnsafeBytes { pool in
            var seen: [BorrowedText: Int] = [:]
            seen.reserveCapacity(keys.count)
            for key in keys {
                let text = BorrowedText(bytes: UnsafeRawBufferPointer(rebasing: pool[textRange(ofKey: key)]))
                if let first = seen[text] {
                    twins.append((key, first))
                    if twins.count >= YAMLLimits.mostFaults { return }
                } else {
                    seen[text] = key
                }
            }
        }
        return twins
    }

    private func withText<R>(ofKey key: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let range = textRange(ofKey: key)
        return pool.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// A key that is a collection has been refused already, and counts as empty here.
    private func textRange(ofKey key: Int) -> Range<Int> {
        let node = nodes[key].kind == .alias ? nodes[Int(nodes[key].offset)] : nodes[key]
        guard node.kind == .scalar else { return 0..<0 }
        return Int(node.offset)..<Int(node.offset) + Int(node.length)
    }

    /// Refuses `<<` with anything behind it but a mapping or a list of mappings.
    mutating func checkMerges(of mapping: Int) {
        var key = mapping + 1
        while key < Int(nodes[mapping].end) {
            let value = Int(nodes[key].end)
            if isMergeKey(key), !isMergeable(value) {
                let place = nodes[value].place
                error(at: place) { .mergeNotMapping(at: $0(place)) }
            }
            key = Int(nodes[value].end)
        }
    }

    private func isMergeKey(_ key: Int) -> Bool {
        nodes[key].kind == .scalar && nodes[key].isPlain && nodes[key].tag == .none
            && withText(ofKey: key) { $0.elementsEqual(("<<" as StaticString).bytes) }
    }

    private func isMergeable(_ value: Int) -> Bool {
        let target = aliased(value)
        guard nodes[target].kind == .sequence else { return nodes[target].kind == .mapping }
        var element = target + 1
        while element < Int(nodes[target].end) {
            guard nodes[aliased(element)].kind == .mapping else { return false }
            element = Int(nodes[element].end)
        }
        return true
    }

    private func aliased(_ index: Int) -> Int {
        nodes[index].kind == .alias ? Int(nodes[index].offset) : index
    }

    // MARK: Tags

    /// The tag of a scalar; one that is not of the core schema, or that the text does not fit, is reported.
    mutating func known(_ tag: String, text: UnsafeBufferPointer<UInt8>, at place: Place) -> RawNode.Tag {
        let core: RawNode.Tag
        switch tag {
        case "!", "tag:yaml.org,2002:str": return .string
        case "tag:yaml.org,2002:int": core = .integer
        case "tag:yaml.org,2002:float": core = .float
        case "tag:yaml.org,2002:bool": core = .boolean
        case "tag:yaml.org,2002:null": core = .null
        default:
            error(at: place) { .unknownTag(tag, at: $0(place)) }
            return .string
        }
        if ScalarResolution.tagged(text, core) == nil { error(at: place) { .tagDoesNotFit(tag, at: $0(place)) } }
        return core
    }

    mutating func check(_ tag: String, of kind: RawNode.Kind, at place: Place) {
        guard tag != "!", tag != (kind == .mapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq") else { return }
        error(at: place) { .unknownTag(tag, at: $0(place)) }
    }
}

/// The text of a key, borrowed from the pool.
private struct BorrowedText: Hashable {
    let bytes: UnsafeRawBufferPointer

    static func == (left: BorrowedText, right: BorrowedText) -> Bool { left.bytes.elementsEqual(right.bytes) }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
}
