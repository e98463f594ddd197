extension Composer {
    /// Refuses a key that is there twice. Keys are the same when their text is the same, however it was quoted.
    mutating func checkKeys(of mapping: Int) {
        keys.removeAll(keepingCapacity: true)
        var index = mapping + 1
        while index < nodes.count {
            let node = nodes[nodes.target(of: index)]
            // A key that is a collection has been refused already, and counts as empty here.
            let isText = node.kind == .scalar && node.length > 0
            keys.append(
                Key(
                    node: index, start: isText ? Int(node.link) : 0, count: isText ? Int(node.length) : 0,
                    isInFile: node.form == .verbatim))
            index = nodes.end(of: nodes.end(of: index))
        }
        for (key, first) in Key.twins(keys, pool: pool, file: source.bytes) {
            let (place, firstPlace) = (nodes[key.node].place, nodes[first.node].place)
            let word = key.text(pool: pool, file: source.bytes)
            faults.error(at: place) { .duplicateKey(word, at: $0(place), first: $0(firstPlace)) }
            if faults.isFull { return }
        }
    }

    /// Refuses `<<` with anything behind it but a mapping or a list of mappings.
    mutating func checkMerges(of mapping: Int) {
        var key = mapping + 1
        while key < nodes.count {
            let value = nodes.end(of: key)
            if nodes[key].kind == .scalar, nodes[key].merges, !isMergeable(value) {
                let place = nodes[value].place
                error(at: place) { .mergeNotMapping(at: $0(place)) }
            }
            key = nodes.end(of: value)
        }
    }

    private func isMergeable(_ value: Int) -> Bool {
        let target = nodes.target(of: value)
        guard nodes[target].kind == .sequence else { return nodes[target].kind == .mapping }
        var element = target + 1
        while element < nodes.end(of: target) {
            guard nodes[nodes.target(of: element)].kind == .mapping else { return false }
            element = nodes.end(of: element)
        }
        return true
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
