import CLibYAML

/// Turns libyaml's events into nodes, and checks what libyaml does not: limits, duplicate keys, aliases, tags.
///
/// There is no recursion: open collections are on a stack of their own, whose height is the first thing limited.
struct Composer {
    private let source: SourceFile
    /// Where the text begins: behind a byte order mark.
    private let base: Int
    let limits: YAMLLimits
    var nodes: [RawNode] = []
    var pool: [UInt8] = []
    var faults = Faults()
    /// The keys of the mapping that is looked at; kept for its memory.
    var keys: [Int] = []
    private var roots: [Int] = []
    private var open: [Frame] = []
    private var anchors: [[UInt8]: Anchor] = [:]
    private var documents = 0
    /// The first node behind the last whole document.
    private var documentStart = 0
    /// The first byte of text behind it.
    private var documentText = 0
    private var isStopped = false

    /// What a node stands for with all aliases followed.
    private struct Extent {
        var nodes = 1
        /// Of text.
        var bytes = 0
        /// How many collections are nested in it, itself included.
        var height = 0
    }

    /// A collection whose end has not come yet.
    private struct Frame {
        var node: Int
        var isMapping: Bool
        /// How many nodes are directly in it.
        var children = 0
        var extent = Extent(height: 1)
        /// Where its last child ends, in characters.
        var last: UInt32
        var anchor: [UInt8]?
    }

    private struct Anchor {
        var node: Int
        var extent = Extent()
        /// Its collection has not ended: an alias to it would never end.
        var isOpen = false
    }

    init(source: SourceFile, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        base = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        // About what manifests need; memory that is not touched costs nothing.
        nodes.reserveCapacity(source.bytes.count / 10)
        pool.reserveCapacity(source.bytes.count * 3 / 4)
    }

    mutating func run() {
        source.bytes.withUnsafeBufferPointer { bytes in
            let parser = Parser(bytes[base...])
            while !isStopped {
                guard parser.next() else { return fail(parser.problem) }
                defer { parser.dispose() }
                if parser.type == YAML_STREAM_END_EVENT { return }
                take(parser)
            }
        }
    }

    consuming func finish() -> YAMLFile {
        // What is open when parsing stops is a document that nobody may use.
        nodes.removeSubrange(documentStart...)
        let lines = faults.isEmpty ? nil : LineTable(bytes: source.bytes, base: base)
        let diagnostics = lines.map { faults.diagnostics(Faults.Locator(path: source.path, lines: $0)) } ?? []
        let tree = Tree(source: source, base: base, nodes: nodes, pool: pool, lines: lines)
        let whole = roots.filter { $0 < tree.nodes.count }
        return YAMLFile(
            source: source, documents: whole.map { Node(tree: tree, index: $0) }, diagnostics: diagnostics)
    }

    // MARK: Events

    private mutating func take(_ parser: borrowing Parser) {
        switch parser.type {
        case YAML_SCALAR_EVENT: scalar(parser)
        case YAML_MAPPING_START_EVENT: begin(.mapping, parser)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: end(parser.place)
        case YAML_SEQUENCE_START_EVENT: begin(.sequence, parser)
        case YAML_ALIAS_EVENT: alias(parser)
        case YAML_DOCUMENT_START_EVENT: beginDocument(parser)
        case YAML_DOCUMENT_END_EVENT:
            (documentStart, documentText) = (nodes.count, pool.count)
            if !anchors.isEmpty { anchors = [:] }
        default: break
        }
    }

    private mutating func beginDocument(_ parser: borrowing Parser) {
        documents += 1
        let place = parser.place
        if parser.tagDirectives > YAMLLimits.tagDirectives { stop(at: place) { .tooManyDirectives(at: $0(place)) } }
        let limit = limits.documents
        if documents > limit { stop(at: place) { .tooManyDocuments(limit, at: $0(place)) } }
    }

    private mutating func scalar(_ parser: borrowing Parser) {
        let (text, place, isPlain) = (parser.text, parser.place, parser.isPlain)
        guard text.count <= limits.scalarBytes else {
            let (count, limit) = (text.count, limits.scalarBytes)
            return stop(at: place) { .scalarTooLong(count, limit: limit, at: $0(place)) }
        }
        let tag = parser.tag.map { known($0, text: text, at: place) } ?? .none
        let anchor = parser.anchor
        if open.isEmpty, isPlain, text.isEmpty, tag == .none, anchor == nil { return }
        let isKey = isAtKey
        if isPlain, !isKey, tag == .none, OlderMeaning.differs(text) {
            let word = String(decoding: text, as: UTF8.self)
            faults.warning(at: place) { .readDifferently(word, at: $0(place)) }
        }
        let index = append(
            RawNode(
                kind: .scalar, tag: tag, isPlain: isPlain, end: UInt32(nodes.count + 1),
                offset: UInt32(pool.count), length: UInt32(text.count), place: place))
        pool.append(contentsOf: text)
        if isKey, isPlain, tag == .none, text.elementsEqual(("<<" as StaticString).bytes), let frame = open.last {
            nodes[frame.node].hasMerge = true
        }
        let extent = Extent(bytes: text.count)
        if let anchor { anchors[anchor] = Anchor(node: index, extent: extent) }
        add(extent, at: place)
    }

    private mutating func alias(_ parser: borrowing Parser) {
        let (name, place) = (parser.alias, parser.place)
        let written = String(decoding: name, as: UTF8.self)
        guard let anchor = anchors[name], !anchor.isOpen else {
            if let anchor = anchors[name] {
                let target = nodes[anchor.node].place
                error(at: place) { .endlessAlias(written, at: $0(place), anchor: $0(target)) }
            } else {
                error(at: place) { .unknownAnchor(written, at: $0(place)) }
            }
            // Something has to stand here, so that keys and values stay in step.
            append(RawNode(kind: .scalar, tag: .null, end: UInt32(nodes.count + 1), place: place))
            return add(Extent(), at: place)
        }
        if isAtKey, nodes[anchor.node].kind != .scalar { error(at: place) { .keyNotScalar(at: $0(place)) } }
        append(RawNode(kind: .alias, end: UInt32(nodes.count + 1), offset: UInt32(anchor.node), place: place))
        add(anchor.extent, at: place)
    }

    private mutating func begin(_ kind: RawNode.Kind, _ parser: borrowing Parser) {
        let place = parser.place
        guard open.count < limits.depth else {
            let limit = limits.depth
            return stop(at: place) { .tooDeep(limit: limit, at: $0(place)) }
        }
        if isAtKey { error(at: place) { .keyNotScalar(at: $0(place)) } }
        if let tag = parser.tag { check(tag, of: kind, at: place) }
        let anchor = parser.anchor
        let index = append(RawNode(kind: kind, end: UInt32(nodes.count + 1), place: place))
        if let anchor { anchors[anchor] = Anchor(node: index, isOpen: true) }
        open.append(Frame(node: index, isMapping: kind == .mapping, last: place.last, anchor: anchor))
    }

    private mutating func end(_ place: Place) {
        guard let frame = open.popLast() else { return }
        let children = frame.isMapping ? frame.children / 2 : frame.children
        nodes[frame.node].end = UInt32(nodes.count)
        nodes[frame.node].length = UInt32(children)
        // A bracket is part of the collection; the end of a block is only seen at the next thing that is written.
        nodes[frame.node].place.last = place.first < place.last ? place.last : frame.last
        // The anchor may have been given to another node meanwhile.
        if let anchor = frame.anchor, anchors[anchor]?.node == frame.node {
            anchors[anchor] = Anchor(node: frame.node, extent: frame.extent)
        }
        if frame.isMapping {
            if children > 1 { checkKeys(of: frame.node) }
            if nodes[frame.node].hasMerge { checkMerges(of: frame.node) }
            if faults.isFull { isStopped = true }
        }
        add(frame.extent, at: nodes[frame.node].place)
    }

    // MARK: Nodes

    /// Whether the next node would be a key of a mapping.
    private var isAtKey: Bool {
        guard let frame = open.last else { return false }
        return frame.isMapping && frame.children.isMultiple(of: 2)
    }

    @discardableResult
    private mutating func append(_ node: RawNode) -> Int {
        if open.isEmpty { roots.append(nodes.count) }
        nodes.append(node)
        let limit = limits.nodes
        if nodes.count > limit { stop(at: node.place) { .tooManyNodes(limit, at: $0(node.place)) } }
        return nodes.count - 1
    }

    /// Adds a whole node to the collection it is in, and holds what aliases may stand for.
    private mutating func add(_ extent: Extent, at place: Place) {
        let last = open.count - 1
        guard last >= 0 else { return }
        open[last].children += 1
        open[last].last = place.last
        // Neither sum can overflow: both parts have been held below the limits before.
        open[last].extent.nodes += extent.nodes
        open[last].extent.bytes += extent.bytes
        open[last].extent.height = max(open[last].extent.height, extent.height + 1)
        let whole = open[last].extent
        let (nodeLimit, byteLimit, depth) = (limits.expandedNodes, limits.expandedBytes, limits.depth)
        if whole.nodes - (nodes.count - documentStart) > nodeLimit {
            stop(at: place) { .expandsTooFar("\(nodeLimit) values", at: $0(place)) }
        } else if whole.bytes - (pool.count - documentText) > byteLimit {
            stop(at: place) { .expandsTooFar("\(byteLimit) bytes", at: $0(place)) }
        } else if open.count + extent.height > depth {
            stop(at: place) { .tooDeep(limit: depth, at: $0(place)) }
        }
    }

    // MARK: Faults

    mutating func error(at place: Place, _ make: @escaping (Faults.Locator) -> Diagnostic) {
        faults.error(at: place, make)
        if faults.isFull { isStopped = true }
    }

    /// Reports what makes the rest of the file unreadable.
    private mutating func stop(at place: Place, _ make: @escaping (Faults.Locator) -> Diagnostic) {
        guard !isStopped else { return }
        error(at: place, make)
        isStopped = true
    }

    private mutating func fail(_ problem: Parser.Problem) {
        // libyaml reads ahead of what it parses: what it cannot read is behind everything that has been said.
        let behind = Place(first: .max, last: .max)
        switch problem {
        case .memory: stop(at: behind) { .noMemory(at: $0(Place(first: 0, last: 0))) }
        case .tooManyDirectives: stop(at: behind) { .tooManyDirectives(at: $0(Place(first: 0, last: 0))) }
        case .encoding(let offset, let value, let words):
            let offset = base + offset
            stop(at: behind) { .encoding(value, words: words, at: $0.lines.location(in: $0.path, offset: offset)) }
        case .syntax(let words, let index, let context, let start):
            let place = Place(first: UInt32(index), last: UInt32(index + 1))
            let from = Place(first: UInt32(start), last: UInt32(start + 1))
            stop(at: place) {
                .syntax(
                    words, byte: $0.lines.byte(at: index), at: $0(place), context: context, from: $0(from))
            }
        }
    }
}
