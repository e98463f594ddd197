import YAML

/// Values that were written for one place of a document, one above the other, and what they are together: a JSON merge
/// patch (RFC 7396) of the lowest by the next, of that by the one after, and so on.
///
/// Mappings are merged, everything else is replaced, and `null` takes away. Each value keeps the place at which it was
/// written.
struct Layers {
    private struct Layer {
        let node: Node
        /// Of a patch, a `null` only takes away. Of what is patched, one is a value, unless it takes away something.
        let isPatch: Bool
    }

    /// Lowest first.
    private let layers: [Layer]

    private init(_ layers: [Layer]) { self.layers = layers }

    /// - Parameters:
    ///   - defaults: what holds where nothing else was written, the weakest first.
    ///   - document: what is patched; `nil` for nothing.
    ///   - patches: in the order in which they are applied.
    static func merge(defaults: [Node], _ document: Node?, patches: [Node]) -> Composition? {
        let layers =
            defaults.map { Layer(node: $0, isPatch: true) }
            + (document.map { [Layer(node: $0, isPatch: false)] } ?? [])
            + patches.map { Layer(node: $0, isPatch: true) }
        return Layers(layers).composition?.value
    }

    /// What they are together, and the number of the layer at whose place it stands; `nil` for nothing.
    private var composition: (value: Composition, layer: Int)? {
        guard let top = layers.last else { return nil }
        if top.node.kind != .mapping {
            let takesAway = top.node.isNull && (top.isPatch || layers.count > 1)
            return takesAway ? nil : (.node(top.node), layers.count - 1)
        }
        // Below the last value that is no mapping, nothing counts; and it gives way to the mappings above it.
        let first = (layers.lastIndex { $0.node.kind != .mapping } ?? -1) + 1
        let mappings = layers[first...]
        let owner = mappings.firstIndex { !$0.isPatch } ?? (layers.count - 1)
        if mappings.count == 1, !layers[owner].isPatch { return (.node(layers[owner].node), owner) }
        // What a person sees first is the document, then what was added to it, then what was not written there.
        let order = Array(mappings.indices[owner...]) + mappings.indices[..<owner].reversed()
        return (.mapping(entries(of: order), at: layers[owner].node), owner)
    }

    /// The entries of some mappings, keys in the order in which they are met.
    private func entries(of order: [Int]) -> [(key: Composition, value: Composition)] {
        var positions: [[UInt8]: Int] = [:]
        var found: [[(key: Node, value: Node, layer: Int)]] = []
        for layer in order {
            for (key, value) in layers[layer].node.entries {
                let text = key.withText(Array.init)
                let position = positions[text, default: found.count]
                if position == found.count {
                    positions[text] = position
                    found.append([])
                }
                // A key that is there twice has been refused.
                if found[position].last?.layer != layer { found[position].append((key, value, layer)) }
            }
        }
        return found.compactMap { entries in
            let entries = entries.sorted { $0.layer < $1.layer }
            let values = Layers(entries.map { Layer(node: $0.value, isPatch: layers[$0.layer].isPatch) })
            return values.composition.map { (.node(entries[$0.layer].key), $0.value) }
        }
    }
}
