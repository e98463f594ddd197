import CLibYAML

/// Turns libyaml's events into nodes, and checks what libyaml does not: limits, duplicate keys, aliases, tags.
///
/// There is no recursion: open collections are on a stack of their own, whose height is the first thing limited.
struct Composer {
    private let source: SourceFile
    private let limits: YAMLLimits
    private var nodes: [RawNode] = []
    private var pool: [UInt8] = []
    private var roots: [Int] = []
    private var open: [Frame] = []
    private var anchors: [[UInt8]: Anchor] = [:]
    private var documents = 0
    private var documentStart = 0
    /// What is wrong, by the place where libyaml saw it; made into diagnostics when the nodes are complete.
    private var faults: [Fault] = []
    private var isStopped = false

    /// A collection whose end has not come yet.
    private struct Frame {
        var node: Int
        var anchor: [UInt8]?
        /// How many nodes it stands for with all aliases expanded, itself included.
        var expanded: Int
        /// How many levels are below it, aliases followed.
        var height: Int
    }

    private struct Anchor {
        var node: Int
        var expanded: Int
        var height: Int
        /// Its collection has not ended: an alias to it would never end.
        var isOpen: Bool
    }

    private struct Fault {
        var mark: (line: Int, column: Int, index: Int)
        var make: (SourceLocation, Tree) -> Diagnostic
    }

    init(source: SourceFile, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        nodes.reserveCapacity(source.bytes.count / 12)
        pool.reserveCapacity(source.bytes.count / 2)
    }

    mutating func run() {
        let parser = Parser()
        source.bytes.withUnsafeBufferPointer { bytes in
            parser.read(bytes)
            while !isStopped {
                guard parser.next() else {
                    report(parser.problem(bytes))
                    return
                }
                defer { parser.dispose() }
                if parser.type == YAML_STREAM_END_EVENT { return }
                take(parser)
            }
        }
    }

    consuming func finish() -> YAMLFile {
        // What is open when parsing stops is a document that nobody may use.
        if !open.isEmpty || isStopped { nodes.removeSubrange(documentStart...) }
        let tree = Tree(source: source, nodes: nodes, pool: pool)
        let found = faults.map { fault in
            let start = tree.mark(line: fault.mark.line, column: fault.mark.column, index: fault.mark.index)
            let end = Mark(line: start.line, column: start.column + 1, offset: start.offset + 1)
            let location = SourceLocation(
                path: source.path, span: Span(start: start, end: end), line: tree.text(ofLineAt: start))
            return fault.make(location, tree)
        }
        return YAMLFile(
            source: source, documents: roots.filter { $0 < nodes.count }.map { Node(tree: tree, index: $0) },
            diagnostics: found)
    }

    // MARK: Events

    private mutating func take(_ parser: borrowing Parser) {
        switch parser.type {
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            documentStart = nodes.count
            anchors.removeAll(keepingCapacity: true)
            let limit = limits.documents
            if documents > limit { stop(parser.start) { at, _ in .tooManyDocuments(limit, at: at) } }
        case YAML_SCALAR_EVENT: scalar(parser)
        case YAML_ALIAS_EVENT: alias(parser)
        case YAML_SEQUENCE_START_EVENT: begin(.sequence, parser)
        case YAML_MAPPING_START_EVENT: begin(.mapping, parser)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: end(parser)
        default: break
        }
    }

    private mutating func scalar(_ parser: borrowing Parser) {
        let text = parser.text
        guard text.count <= limits.scalarBytes else {
            let (count, limit) = (text.count, limits.scalarBytes)
            return stop(parser.start) { at, _ in .scalarTooLong(count, limit: limit, at: at) }
        }
        let isKey = isAtKey
        let isPlain = parser.isPlain
        if open.isEmpty, isPlain, text.isEmpty { return }
        guard let tag = tag(parser) else { return }
        if isPlain, !isKey, tag == .none, ScalarResolution.differsFromYAML11(text) {
            let word = String(decoding: text, as: UTF8.self)
            warn(parser.start) { at, _ in .readDifferently(word, at: at) }
        }
        let isMerge = isKey && isPlain && text.count == 2 && text[0] == UInt8(ascii: "<") && text[1] == UInt8(ascii: "<")
        if isMerge, let frame = open.last { nodes[frame.node].hasMerge = true }
        let index = append(.scalar, parser, length: text.count, tag: tag, isPlain: isPlain)
        nodes[index].offset = UInt32(truncatingIfNeeded: pool.count)
        pool.append(contentsOf: text)
        if let name = parser.anchor { anchors[name] = Anchor(node: index, expanded: 1, height: 0, isOpen: false) }
        count(expanded: 1, height: 0, at: parser.start)
    }

    private mutating func alias(_ parser: borrowing Parser) {
        guard let name = parser.alias else { return }
        let written = String(decoding: name, as: UTF8.self)
        guard let anchor = anchors[name] else {
            fault(parser.start) { at, _ in .unknownAnchor(written, at: at) }
            return placeholder(parser)
        }
        guard !anchor.isOpen else {
            fault(parser.start) { at, tree in .endlessAlias(written, at: at, anchor: tree.location(of: anchor.node)) }
            return placeholder(parser)
        }
        if isAtKey, nodes[anchor.node].kind != .scalar {
            fault(parser.start) { at, _ in .keyNotScalar(at: at) }
        }
        let index = append(.alias, parser, length: 0, tag: .none, isPlain: false)
        nodes[index].offset = UInt32(truncatingIfNeeded: anchor.node)
        count(expanded: anchor.expanded, height: anchor.height, at: parser.start)
    }

    /// Stands where nothing usable was written, so that the nodes around it stay in step.
    private mutating func placeholder(_ parser: borrowing Parser) {
        let index = append(.scalar, parser, length: 0, tag: .null, isPlain: true)
        nodes[index].offset = 0
        count(expanded: 1, height: 0, at: parser.start)
    }

    private mutating func begin(_ kind: RawNode.Kind, _ parser: borrowing Parser) {
        if isAtKey { fault(parser.start) { at, _ in .keyNotScalar(at: at) } }
        guard open.count < limits.depth else {
            let limit = limits.depth
            return stop(parser.start) { at, _ in .tooDeep(limit: limit, at: at) }
        }
        if let tag = parser.tag, !Self.isCore(tag, of: kind) {
            fault(parser.start) { at, _ in .unknownTag(tag, at: at) }
        }
        let index = append(kind, parser, length: 0, tag: .none, isPlain: false)
        let anchor = parser.anchor
        if let anchor { anchors[anchor] = Anchor(node: index, expanded: 0, height: 0, isOpen: true) }
        open.append(Frame(node: index, anchor: anchor, expanded: 1, height: 0))
    }

    private mutating func end(_ parser: borrowing Parser) {
        guard let frame = open.popLast() else { return }
        nodes[frame.node].end = UInt32(truncatingIfNeeded: nodes.count)
        nodes[frame.node].last = UInt32(truncatingIfNeeded: parser.end)
        if let anchor = frame.anchor {
            anchors[anchor] = Anchor(
                node: frame.node, expanded: frame.expanded, height: frame.height, isOpen: false)
        }
        if nodes[frame.node].kind == .mapping {
            checkKeys(of: frame.node)
            if nodes[frame.node].hasMerge { checkMerges(of: frame.node) }
        }
        count(expanded: frame.expanded, height: frame.height, at: parser.start)
    }

    /// Whether the next node would be a key of a mapping.
    private var isAtKey: Bool {
        guard let frame = open.last, nodes[frame.node].kind == .mapping else { return false }
        // A mapping's `length` counts its keys and values.
        return nodes[frame.node].length.isMultiple(of: 2)
    }

    private mutating func append(
        _ kind: RawNode.Kind, _ parser: borrowing Parser, length: Int, tag: RawNode.Tag, isPlain: Bool
    ) -> Int {
        if let frame = open.last {
            if nodes[frame.node].kind == .mapping { nodes[frame.node].length += 1 }
        } else {
            roots.append(nodes.count)
        }
        let start = parser.start
        nodes.append(
            RawNode(
                kind: kind, isPlain: isPlain, tag: tag, hasMerge: false, end: UInt32(truncatingIfNeeded: nodes.count + 1),
                offset: 0, length: UInt32(truncatingIfNeeded: length), line: UInt32(truncatingIfNeeded: start.line),
                column: UInt32(truncatingIfNeeded: start.column), first: UInt32(truncatingIfNeeded: start.index),
                last: UInt32(truncatingIfNeeded: parser.end)))
        let limit = limits.nodes
        if nodes.count > limit { stop(start) { at, _ in .tooManyNodes(limit, at: at) } }
        return nodes.count - 1
    }

    /// Adds a finished node to what its parent stands for, and holds the budgets.
    private mutating func count(expanded: Int, height: Int, at mark: (line: Int, column: Int, index: Int)) {
        guard !open.isEmpty else { return }
        let last = open.count - 1
        open[last].expanded = min(open[last].expanded.addingReportingOverflow(expanded).partialValue, Int(Int32.max))
        open[last].height = max(open[last].height, height + 1)
        let written = nodes.count - documentStart
        let (most, deepest) = (limits.expandedNodes, limits.depth)
        if open[last].expanded > written + most { stop(mark) { at, _ in .expandsTooFar(limit: most, at: at) } }
        if open.count + height > deepest { stop(mark) { at, _ in .tooDeep(limit: deepest, at: at) } }
    }

    // MARK: Checks

    /// Up to this many keys are compared with each other; beyond, a set does it in linear time.
    private static let fewKeys = 12

    private mutating func checkKeys(of mapping: Int) {
        let count = Int(nodes[mapping].length) / 2
        guard count > 1 else { return }
        var keys: [Int] = []
        keys.reserveCapacity(count)
        var next = mapping + 1
        while next < nodes.count {
            keys.append(nodes[next].kind == .alias ? Int(nodes[next].offset) : next)
            let value = Int(nodes[next].end)
            guard value < nodes.count else { break }
            next = Int(nodes[value].end)
        }
        if count <= Self.fewKeys {
            for (position, key) in keys.enumerated().dropFirst() {
                if let first = keys[..<position].first(where: { sameText($0, key) }) { duplicate(key, first) }
            }
        } else {
            var seen: [ArraySlice<UInt8>: Int] = [:]
            for key in keys {
                let node = nodes[key]
                let text = pool[Int(node.offset)..<Int(node.offset) + (node.kind == .scalar ? Int(node.length) : 0)]
                if let first = seen[text] { duplicate(key, first) } else { seen[text] = key }
            }
        }
    }

    private func sameText(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (nodes[left], nodes[right])
        guard a.kind == .scalar, b.kind == .scalar, a.length == b.length else { return false }
        let length = Int(a.length)
        return pool.withUnsafeBufferPointer { pool in
            pool[Int(a.offset)..<Int(a.offset) + length].elementsEqual(pool[Int(b.offset)..<Int(b.offset) + length])
        }
    }

    private mutating func duplicate(_ key: Int, _ first: Int) {
        let node = nodes[key]
        let word = String(decoding: pool[Int(node.offset)..<Int(node.offset) + Int(node.length)], as: UTF8.self)
        fault((Int(node.line), Int(node.column), Int(node.first))) { _, tree in
            .duplicateKey(word, at: tree.location(of: key), first: tree.location(of: first))
        }
    }

    private mutating func checkMerges(of mapping: Int) {
        var next = mapping + 1
        while next < nodes.count {
            let value = Int(nodes[next].end)
            guard value < nodes.count else { return }
            let key = nodes[next]
            let isMerge = key.kind == .scalar && key.isPlain && key.length == 2 && pool[Int(key.offset)] == UInt8(ascii: "<")
            if isMerge, !isMergeable(value) {
                fault((Int(key.line), Int(key.column), Int(key.first))) { at, _ in .mergeNotMapping(at: at) }
            }
            next = Int(nodes[value].end)
        }
    }

    private func isMergeable(_ index: Int) -> Bool {
        let target = nodes[index].kind == .alias ? Int(nodes[index].offset) : index
        if nodes[target].kind == .mapping { return true }
        guard nodes[target].kind == .sequence else { return false }
        var next = target + 1
        while next < Int(nodes[target].end) {
            let element = nodes[next].kind == .alias ? Int(nodes[next].offset) : next
            guard nodes[element].kind == .mapping else { return false }
            next = Int(nodes[next].end)
        }
        return true
    }

    /// The tag of a scalar; `nil` after reporting one that is not of the core schema.
    private mutating func tag(_ parser: borrowing Parser) -> RawNode.Tag? {
        guard let tag = parser.tag else { return RawNode.Tag.none }
        switch tag {
        case "!", "tag:yaml.org,2002:str": return .string
        case "tag:yaml.org,2002:int": return .integer
        case "tag:yaml.org,2002:float": return .float
        case "tag:yaml.org,2002:bool": return .boolean
        case "tag:yaml.org,2002:null": return .null
        default:
            fault(parser.start) { at, _ in .unknownTag(tag, at: at) }
            return .string
        }
    }

    private static func isCore(_ tag: String, of kind: RawNode.Kind) -> Bool {
        tag == "!" || tag == (kind == .mapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq")
    }

    // MARK: Faults

    /// How many faults one file reports: a file with more has one cause.
    private static let mostFaults = 100

    private mutating func fault(
        _ mark: (line: Int, column: Int, index: Int), _ make: @escaping (SourceLocation, Tree) -> Diagnostic
    ) {
        faults.append(Fault(mark: mark, make: make))
        if faults.count >= Self.mostFaults { isStopped = true }
    }

    private mutating func warn(
        _ mark: (line: Int, column: Int, index: Int), _ make: @escaping (SourceLocation, Tree) -> Diagnostic
    ) {
        guard faults.count < Self.mostFaults / 2 else { return }
        faults.append(Fault(mark: mark, make: make))
    }

    private mutating func stop(
        _ mark: (line: Int, column: Int, index: Int), _ make: @escaping (SourceLocation, Tree) -> Diagnostic
    ) {
        guard !isStopped else { return }
        fault(mark, make)
        isStopped = true
    }

    private mutating func report(_ problem: Parser.Problem) {
        isStopped = true
        faults.append(Fault(mark: problem.mark) { at, _ in .syntax(problem, at: at) })
    }
}

extension Tree {
    func location(of index: Int) -> SourceLocation {
        // A node of a document that was given up is only known by where it began.
        guard index < nodes.count else { return SourceLocation(path: source.path) }
        return Node(tree: self, index: index).location
    }
}
