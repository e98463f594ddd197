/// Writes documents in their canonical style (docs/formatting.md).
struct Layout {
    let source: [UInt8]
    private(set) var lines: CanonicalLines
    /// Up to where a bracketed collection may reach on its line; one that is longer becomes a block.
    static let width = 120

    init(source: [UInt8]) {
        self.source = source
        lines = CanonicalLines(source: source)
    }

    /// `nil` where it would be many times as long as the source.
    static func text(of documents: [WrittenDocument], in source: [UInt8]) -> [UInt8]? {
        var layout = Layout(source: source)
        for (index, document) in documents.enumerated() { layout.add(document, isFirst: index == 0) }
        return layout.lines.isTooLong ? nil : layout.lines.text()
    }

    // MARK: Documents

    private mutating func add(_ document: WrittenDocument, isFirst: Bool) {
        if !isFirst, !document.directives.isEmpty { lines.addMarker(Array("...".utf8)) }
        let start = lines.count
        add(document.lead, indent: 0, isStart: true)
        for directive in document.directives {
            add(directive.lead, indent: 0, isStart: lines.count == start)
            let trailing = directive.trailing.onLine
            lines.addMarker(Array(source[directive.text]), trailing)
            add(Array(directive.trailing.dropFirst(trailing.count)), indent: 0, isStart: false)
        }
        if !isFirst || !document.directives.isEmpty { lines.addMarker(Array("---".utf8), document.marker) }
        let isStart = isFirst ? lines.count == 0 : true
        let below = lines.count
        addRoot(document.root, isStart: isStart && document.lead.isEmpty)
        add(document.footer, indent: 0, isStart: isStart && lines.count == below)
    }

    private mutating func addRoot(_ root: WrittenNode, isStart: Bool) {
        guard !root.isEmpty else {
            return add(root.before + root.inside, indent: 0, isStart: isStart)
        }
        add(root, Introduction(text: [], isRoot: true, isStart: isStart), indent: -2)
    }

    /// Adds comments on lines of their own.
    mutating func add(_ comments: [Comment], indent: Int, isStart: Bool) {
        for (index, comment) in comments.enumerated() {
            if comment.followsBlank, index > 0 || !isStart { lines.addBlank() }
            lines.add(comment, indent: indent)
        }
    }

    // MARK: Values

    /// What stands before a value: `  key:`, `  -`, or nothing.
    struct Introduction {
        var text: [UInt8]
        /// Whether a block may start on the same line.
        var isCompact = false
        var isRoot = false
        /// At the top: whether nothing stands above it.
        var isStart = true
    }

    /// Adds a value in a block whose own lines start at `indent`.
    private mutating func add(_ node: WrittenNode, _ introduction: Introduction, indent: Int) {
        let properties = text(of: node.properties)
        switch node.content {
        case .empty: addEmpty(node, introduction, properties, indent)
        case .scalar(let range, .block): addBlockScalar(node, range, introduction, properties, indent)
        case .scalar(let range, let style):
            addLines(ScalarText.lines(source, range, style), node, introduction, properties, indent)
        case .alias(let range): addLines([Array(source[range])], node, introduction, properties, indent)
        case .sequence, .mapping:
            if let line = flat(node, introduction, properties) {
                addLines([line], node, introduction, properties, indent)
            } else {
                addBlock(node, introduction, properties, indent)
            }
        }
    }

    private mutating func addEmpty(
        _ node: WrittenNode, _ introduction: Introduction, _ properties: [UInt8], _ indent: Int
    ) {
        let trailing = node.before.onLine
        let onLine = trailing.isEmpty ? node.after : trailing
        lines.add(joined(introduction.text, properties), onLine)
        add(Array(node.before.dropFirst(trailing.count)), indent: indent + 2, isStart: true)
        if !trailing.isEmpty { add(node.after, indent: indent + 2, isStart: false) }
        add(node.inside, indent: indent + 2, isStart: true)
    }

    /// Adds a value of one or more lines: behind its introduction, or below it where comments stand between.
    private mutating func addLines(
        _ texts: [[UInt8]], _ node: WrittenNode, _ introduction: Introduction, _ properties: [UInt8], _ indent: Int
    ) {
        let first = joined(properties, texts[0])
        // A collection that has nothing but comments in it.
        let comments = node.before + (node.isCollection ? node.inside : [])
        var start = joined(introduction.text, first)
        if !comments.isEmpty || (node.startsLine && (texts.count > 1 || start.width > Self.width)) {
            addHeader(introduction, [], comments, indent)
            start = spaces(indent + 2) + first
        }
        // At the top, a line that goes on could be taken for something else in the first column.
        let continuation = spaces(max(indent + 2, 2))
        lines.add(start, texts.count == 1 ? node.after : [])
        for (index, text) in texts.enumerated().dropFirst() {
            let isLast = index == texts.count - 1
            if isLast {
                lines.add(continuation + text, node.after)
            } else {
                lines.addText(text.isEmpty ? [] : continuation + text)
            }
        }
    }

    /// Adds what introduces a value that starts on a later line, and the comments between.
    private mutating func addHeader(
        _ introduction: Introduction, _ properties: [UInt8], _ comments: [Comment], _ indent: Int
    ) {
        let header = joined(introduction.text, properties)
        let trailing = header.isEmpty ? [] : comments.onLine
        if !header.isEmpty { lines.add(header, trailing) }
        add(
            Array(comments.dropFirst(trailing.count)), indent: indent + 2,
            isStart: !introduction.isRoot || introduction.isStart)
    }

    private mutating func addBlockScalar(
        _ node: WrittenNode, _ range: Range<Int>, _ introduction: Introduction, _ properties: [UInt8], _ indent: Int
    ) {
        let scalar = ScalarText.block(source, range, blockColumn: node.blockColumn)
        let header = joined(properties, scalar.header)
        let comments = scalar.comment.map { range in
            [Comment(text: range, column: node.headerColumn(range, source), isTrailing: true)]
        }
        if node.before.isEmpty {
            lines.add(joined(introduction.text, header), comments ?? [])
        } else {
            addHeader(introduction, [], node.before, indent)
            lines.add(spaces(indent + 2) + header, comments ?? [])
        }
        let margin = spaces(max(indent + 2, 2))
        for (index, line) in scalar.lines.enumerated() {
            let keeps = scalar.keepsBlanks && index == scalar.lines.count - 1
            lines.addText(line.isEmpty ? [] : margin + line, keepsBlanks: keeps)
        }
    }

    // MARK: Blocks

    private mutating func addBlock(
        _ node: WrittenNode, _ introduction: Introduction, _ properties: [UInt8], _ indent: Int
    ) {
        var node = node
        // What stands behind a closing bracket is about the whole.
        var after = node.isFlow ? node.after : []
        if node.before.isEmpty {
            node.before = after
            after = []
        }
        let inner = indent + 2
        let isCompact =
            introduction.isCompact && node.before.isEmpty && properties.isEmpty && node.children[0].lead.isEmpty
        let first = lines.count
        var isStart = true
        if !isCompact {
            let header = joined(introduction.text, properties)
            let trailing = header.isEmpty ? [] : node.before.onLine
            if !header.isEmpty { lines.add(header, trailing) }
            let rest = Array(node.before.dropFirst(trailing.count))
            isStart = header.isEmpty ? introduction.isStart : true
            add(rest, indent: inner, isStart: isStart)
            if !rest.isEmpty { isStart = false }
        }
        for child in node.children {
            add(child.lead, indent: inner, isStart: isStart)
            if child.followsBlank, !isStart || !child.lead.isEmpty { lines.addBlank() }
            add(child, isSequence: child.key == nil, indent: inner)
            isStart = false
        }
        if isCompact { lines.begin(line: first, with: introduction.text + [UInt8(ascii: " ")]) }
        add(node.inside, indent: inner, isStart: false)
        add(after, indent: inner, isStart: false)
    }

    private mutating func add(_ child: WrittenChild, isSequence: Bool, indent: Int) {
        let margin = spaces(indent)
        guard let key = child.key else {
            let dash = Introduction(text: margin + [UInt8(ascii: "-")], isCompact: true)
            return add(child.value, dash, indent: indent)
        }
        if let text = implicit(key, isExplicit: child.isExplicit) {
            let colon = [UInt8](key.needsSpaceBehind ? " :".utf8 : ":".utf8)
            return add(child.value, Introduction(text: margin + text + colon), indent: indent)
        }
        add(key, Introduction(text: margin + [UInt8(ascii: "?")], isCompact: true), indent: indent)
        // `? key` alone has no value; a comment needs a place where it would be.
        let value = child.value
        guard !value.isEmpty || !(value.before + value.inside + value.after).isEmpty else { return }
        add(child.value, Introduction(text: margin + [UInt8(ascii: ":")], isCompact: true), indent: indent)
    }

    /// A key that can stand before its colon; `nil` for one that needs `?`.
    func implicit(_ key: WrittenNode, isExplicit: Bool) -> [UInt8]? {
        guard !key.isEmpty, key.before.isEmpty, key.after.isEmpty, key.inside.isEmpty, var text = flat(key) else {
            return nil
        }
        if !key.properties.isEmpty { text = joined(self.text(of: key.properties), text) }
        // libyaml takes keys of up to 1,024 characters without `?`.
        return text.width <= (isExplicit ? Self.width : 1000) ? text : nil
    }

    // MARK: Text

    func text(of properties: [Range<Int>]) -> [UInt8] {
        Array(properties.map { source[$0] }.joined(separator: [UInt8(ascii: " ")]))
    }

    func joined(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        left.isEmpty ? right : right.isEmpty ? left : left + [UInt8(ascii: " ")] + right
    }
}

extension WrittenNode {
    /// Whether a colon directly behind it would become part of it.
    var needsSpaceBehind: Bool {
        switch content {
        case .alias: true
        case .empty: !properties.isEmpty
        case .scalar, .sequence, .mapping: false
        }
    }

    /// The column of a comment behind the indicator of a block scalar.
    fileprivate func headerColumn(_ comment: Range<Int>, _ source: [UInt8]) -> Int {
        let before = source[..<comment.lowerBound]
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return Array(source[start..<comment.lowerBound]).width
    }
}
