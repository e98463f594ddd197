import CLibYAML

/// Turns libyaml's events into nodes, and checks what libyaml does not: limits, duplicate keys, aliases, tags.
///
/// There is no recursion: open collections are on a stack of their own, whose height is the first thing limited.
struct Composer {
    let source: SourceFile
    /// Where the text begins: behind a byte order mark.
    let base: Int
    /// Whether characters and bytes are the same.
    let isASCII: Bool
    let limits: YAMLLimits
    var nodes: [RawNode] = []
    var pool: [UInt8] = []
    var faults = Faults()
    /// The keys of the mapping that is looked at; kept for its memory.
    var keys: [Key] = []
    private var roots: [Int] = []
    /// The collection that the next node belongs to, and those around it.
    private var current = Frame.none
    private var outer: [Frame] = []
    private var depth = 0
    private var anchors: [[UInt8]: Anchor] = [:]
    /// The anchors of the collections that are open.
    private var openAnchors: [[UInt8]] = []
    private var documents = 0
    /// The first node behind the last whole document.
    private var documentStart = 0
    /// How many bytes of text have been written.
    private var text = 0
    /// What the aliases of the document stand for so far, besides themselves.
    private var expanded = Size()
    /// Where the last node ends, in characters.
    private var last: UInt32 = 0
    var isStopped = false
    /// Whether a `?` may stand directly before a key.
    private var mayHaveTightQuestionMarks = true
    private var knownLines: LineTable?

    /// What a node stands for with all aliases followed.
    private struct Size {
        var nodes = 0
        /// Of text.
        var bytes = 0
    }

    /// A collection whose end has not come yet.
    private struct Frame {
        var node: Int
        var isMapping: Bool
        /// How many nodes are directly in it.
        var children = 0
        /// How many collections are nested in it, itself included, aliases followed.
        var height = 1
        /// How much text was written before it, in bytes.
        var text = 0
        /// What aliases stood for before it.
        var expanded = Size()
        var hasAnchor = false
        /// Whether it is a mapping in brackets.
        var isFlowMapping = false

        /// Around a document.
        static let none = Frame(node: 0, isMapping: false)
    }

    private struct Anchor {
        var node: Int
        var size = Size(nodes: 1)
        var height = 0
        /// Its collection has not ended: an alias to it would never end.
        var isOpen = false
    }

    init(source: SourceFile, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        base = source.bytes.startOfText
        isASCII = source.bytes.isASCII
        // A little more than manifests need: memory that is not touched costs nothing, moving to a larger piece does.
        nodes.reserveCapacity(source.bytes.count / 7)
        pool.reserveCapacity(isASCII ? source.bytes.count / 4 : source.bytes.count * 3 / 4)
    }

    mutating func run() {
        let odd = isASCII ? nil : OddCharacters(in: source.bytes, from: base)
        if let odd {
            mayHaveTightQuestionMarks = odd.hasTightQuestionMark
            reportOddCharacters(odd)
        }
        (odd?.replaced ?? source.bytes).withUnsafeBufferPointer { bytes in
            let parser = Parser(bytes[base...])
            while !isStopped {
                guard parser.next() else { return fail(parser.problem) }
                defer { parser.dispose() }
                if parser.type == YAML_STREAM_END_EVENT { return }
                take(parser)
            }
        }
    }

    mutating func finish() -> YAMLFile {
        // What is open when parsing stops is a document that nobody may use.
        if documentStart < nodes.count { nodes.removeSubrange(documentStart...) }
        let lines = faults.isEmpty ? knownLines : lineTable()
        let diagnostics = lines.map { faults.diagnostics(Faults.Locator(path: source.path, lines: $0)) } ?? []
        let text = SourceText(source, lines: lines)
        let tree = Tree(text: text, nodes: nodes, pool: pool)
        let whole = roots.filter { $0 < tree.nodes.count }
        return YAMLFile(
            text: text, documents: whole.map { Node(tree: tree, index: $0) }, diagnostics: diagnostics)
    }

    /// Where lines begin, found out when somebody asks.
    mutating func lineTable() -> LineTable {
        if let knownLines { return knownLines }
        let lines = LineTable(bytes: source.bytes, base: base)
        knownLines = lines
        return lines
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
            documentStart = nodes.count
            expanded = Size()
            if !anchors.isEmpty { anchors = [:] }
        default: break
        }
    }

    private mutating func beginDocument(_ parser: borrowing Parser) {
        documents += 1
        let place = parser.place
        checkVersion(parser)
        if parser.tagDirectives > YAMLLimits.tagDirectives { stop(at: place) { .tooManyDirectives(at: $0(place)) } }
        let limit = limits.documents
        if documents > limit { stop(at: place) { .tooManyDocuments(limit, at: $0(place)) } }
    }

    private mutating func scalar(_ parser: borrowing Parser) {
        let (text, place, isPlain) = (parser.text, parser.place, parser.isPlain)
        guard text.count <= limits.scalarBytes else { return stopAtScalar(of: text.count, at: place) }
        var node = RawNode(
            kind: .scalar, form: isPlain ? .plain : .quoted, length: UInt32(truncatingIfNeeded: text.count),
            place: place)
        if parser.hasProperties {
            if let tag = parser.tag { node.tag = known(tag, text: text, at: place) }
            if let anchor = parser.anchor {
                checkName(anchor, sigil: "&", of: place)
                anchors[anchor] = Anchor(node: nodes.count, size: Size(nodes: 1, bytes: text.count))
            }
        } else if isPlain {
            if depth == 0, text.isEmpty { return }
            if isAtKey {
                if text.count == 2, text[0] == UInt8(ascii: "<"), text[1] == UInt8(ascii: "<") {
                    node.merges = true
                    nodes[current.node].merges = true
                }
            } else {
                doubt(text, at: place)
            }
            if !isASCII, let lookalike = Lookalike.of(text) {
                faults.warning(at: place) { .lookalike(lookalike, at: $0(place)) }
            }
        }
        if current.isFlowMapping, isAtKey, mayHaveTightQuestionMarks { checkQuestionMark(before: place) }
        keep(text, in: &node, isOneLine: parser.isOneLine)
        append(node)
    }

    /// Warns of a plain text that is read here as somebody else may not read it, or not as it was written.
    @inline(__always)
    private mutating func doubt(_ text: UnsafeBufferPointer<UInt8>, at place: Place) {
        if let value = ScalarResolution.tooLarge(text) {
            let word = String(decoding: text, as: UTF8.self)
            faults.warning(at: place) { .numberTooLarge(word, as: value, at: $0(place)) }
        } else if let older = OlderMeaning.of(text) {
            let word = String(decoding: text, as: UTF8.self)
            let here = ScalarResolution.resolve(text, isPlain: true, tag: .none)
            faults.warning(at: place) { .readDifferently(word, here: here, older: older, at: $0(place)) }
        }
    }

    /// Most texts need not be copied: a plain one on one line is in the file as it is.
    @inline(__always)
    private mutating func keep(_ text: UnsafeBufferPointer<UInt8>, in node: inout RawNode, isOneLine: Bool) {
        self.text += text.count
        if isASCII, node.form == .plain, isOneLine, node.place.last &- node.place.first == node.length {
            node.form = .verbatim
            node.link = UInt32(truncatingIfNeeded: base) &+ node.place.first
        } else {
            node.link = UInt32(truncatingIfNeeded: pool.count)
            pool.append(contentsOf: text)
        }
    }

    private mutating func alias(_ parser: borrowing Parser) {
        let (name, place) = (parser.alias, parser.place)
        let written = String(decoding: name, as: UTF8.self)
        checkName(name, sigil: "*", of: place)
        if current.isFlowMapping, isAtKey, mayHaveTightQuestionMarks { checkQuestionMark(before: place) }
        guard let anchor = anchors[name], !anchor.isOpen else {
            if let anchor = anchors[name] {
                let target = nodes[anchor.node].place
                error(at: place) { .endlessAlias(written, at: $0(place), anchor: $0(target)) }
            } else {
                error(at: place) { .unknownAnchor(written, at: $0(place)) }
            }
            // Something has to stand here, so that keys and values stay in step.
            return append(RawNode(kind: .scalar, tag: .null, place: place))
        }
        if isAtKey, nodes[anchor.node].kind != .scalar { error(at: place) { .keyNotScalar(at: $0(place)) } }
        append(RawNode(kind: .alias, link: UInt32(anchor.node), place: place))
        expand(anchor, at: place)
    }

    /// Holds what aliases may stand for. Neither sum can overflow: both parts are within the limits.
    private mutating func expand(_ anchor: Anchor, at place: Place) {
        expanded.nodes += anchor.size.nodes - 1
        expanded.bytes += anchor.size.bytes
        current.height = max(current.height, anchor.height + 1)
        let (nodes, bytes, deepest) = (limits.expandedNodes, limits.expandedBytes, limits.depth)
        if expanded.nodes > nodes {
            stop(at: place) { .expandsTooFar("\(nodes) values", at: $0(place)) }
        } else if expanded.bytes > bytes {
            stop(at: place) { .expandsTooFar("\(bytes) bytes", at: $0(place)) }
        } else if depth + anchor.height > deepest {
            stop(at: place) { .tooDeep(limit: deepest, at: $0(place)) }
        }
    }

    private mutating func begin(_ kind: RawNode.Kind, _ parser: borrowing Parser) {
        let place = parser.place
        guard depth < limits.depth else {
            let limit = limits.depth
            return stop(at: place) { .tooDeep(limit: limit, at: $0(place)) }
        }
        if isAtKey { error(at: place) { .keyNotScalar(at: $0(place)) } }
        var frame = Frame(
            node: nodes.count, isMapping: kind == .mapping, text: text, expanded: expanded,
            isFlowMapping: kind == .mapping && parser.isFlowMapping)
        if parser.hasProperties {
            if let tag = parser.tag { check(tag, of: kind, at: place) }
            if let anchor = parser.anchor {
                checkName(anchor, sigil: "&", of: place)
                anchors[anchor] = Anchor(node: frame.node, isOpen: true)
                openAnchors.append(anchor)
                frame.hasAnchor = true
            }
        }
        append(RawNode(kind: kind, place: place))
        outer.append(current)
        depth += 1
        current = frame
    }

    private mutating func end(_ place: Place) {
        guard let parent = outer.popLast() else { return }
        let ended = current
        current = parent
        current.height = max(current.height, ended.height + 1)
        depth -= 1
        let children = ended.isMapping ? ended.children / 2 : ended.children
        nodes[ended.node].link = UInt32(truncatingIfNeeded: nodes.count)
        nodes[ended.node].length = UInt32(truncatingIfNeeded: children)
        // A bracket is part of the collection; the end of a block is only seen at the next thing that is written.
        if place.first < place.last { last = place.last }
        nodes[ended.node].place.last = last
        if ended.hasAnchor, let anchor = openAnchors.popLast() { close(anchor, ended) }
        if ended.isMapping, children > 1 { checkKeys(of: ended.node) }
        if nodes[ended.node].merges { checkMerges(of: ended.node) }
        if faults.isFull { isStopped = true }
    }

    private mutating func close(_ anchor: [UInt8], _ frame: Frame) {
        // It may have been given to another node meanwhile.
        guard anchors[anchor]?.node == frame.node else { return }
        let size = Size(
            nodes: nodes.count - frame.node + expanded.nodes - frame.expanded.nodes,
            bytes: text - frame.text + expanded.bytes - frame.expanded.bytes)
        anchors[anchor] = Anchor(node: frame.node, size: size, height: frame.height)
    }

    /// Whether the next node would be a key of a mapping.
    private var isAtKey: Bool { current.isMapping && current.children.isMultiple(of: 2) }

    @inline(__always)
    private mutating func append(_ node: RawNode) {
        if depth == 0 { roots.append(nodes.count) }
        nodes.append(node)
        current.children += 1
        last = node.place.last
        if nodes.count > limits.nodes { stopAtNode(node.place) }
    }
}
