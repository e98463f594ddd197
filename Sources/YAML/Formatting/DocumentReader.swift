/// Puts tokens together to documents, as libyaml's parser does, and gives every comment to what it stands at.
///
/// It recurses: the text has been read before, so that its depth is within limits.
struct DocumentReader {
    private let text: [UInt8]
    private let tokens: [Token]
    private var index = -1
    /// Comments that have been met and belong to nothing yet.
    private var pending: [Comment] = []
    private var followsBlank = false
    /// The column of the block that is being read.
    private var blockColumn = -1

    typealias Failure = TokenScanner.Failure

    static func documents(of text: [UInt8]) throws(Failure) -> [WrittenDocument] {
        var reader = DocumentReader(text: text, tokens: try TokenScanner.tokens(of: text))
        return try reader.stream()
    }

    private init(text: [UInt8], tokens: [Token]) {
        self.text = text
        self.tokens = tokens
        advance()
    }

    // MARK: Tokens

    private var token: Token { tokens[min(index, tokens.count - 1)] }

    private mutating func advance() {
        index += 1
        guard index < tokens.count else { return }
        if tokens[index].hasGap { followsBlank = tokens[index].followsBlank }
        pending += tokens[index].comments
    }

    private var failure: Failure { Failure(offset: token.text.lowerBound) }

    private mutating func takeComments() -> [Comment] {
        defer {
            pending = []
            followsBlank = false
        }
        return pending
    }

    /// Takes the first pending comments that satisfy a condition; what follows them stays.
    private mutating func takeComments(while belongs: (Comment) -> Bool) -> [Comment] {
        let taken = Array(pending.prefix(while: belongs))
        pending.removeFirst(taken.count)
        return taken
    }

    // MARK: Documents

    private mutating func stream() throws(Failure) -> [WrittenDocument] {
        var documents: [WrittenDocument] = []
        while true {
            switch token.kind {
            case .streamEnd:
                let rest = takeComments()
                if !rest.isEmpty {
                    if documents.isEmpty { documents.append(WrittenDocument()) }
                    documents[documents.count - 1].footer += rest
                }
                return documents
            case .documentEnd:
                let trailing = token.trailing
                advance()
                pending = trailing.map(\.onItsOwnLine) + pending
            default:
                let document = try document(isFirst: documents.isEmpty) { (comments: [Comment]) in
                    documents[documents.count - 1].footer += comments
                }
                documents.append(document)
            }
        }
    }

    private mutating func document(
        isFirst: Bool, footer: ([Comment]) -> Void
    ) throws(Failure) -> WrittenDocument {
        var document = WrittenDocument()
        while case .directive = token.kind {
            document.directives.append(.init(lead: takeComments(), text: token.text, trailing: token.trailing))
            advance()
        }
        if case .documentStart = token.kind {
            let marker = token.trailing
            if !document.directives.isEmpty {
                document.directives[document.directives.count - 1].trailing += takeComments()
                document.marker = marker
                advance()
            } else if isFirst {
                // The marker says nothing here and goes; what stands above it is apart from what stands below.
                let above = pending + marker.map(\.onItsOwnLine)
                pending = []
                advance()
                if !above.isEmpty, !pending.isEmpty { pending[0].followsBlank = true }
                pending = above + pending
            } else {
                footer(takeComments())
                document.marker = marker
                advance()
            }
        }
        switch token.kind {
        case .documentStart, .documentEnd, .directive, .streamEnd: break
        default: document.root = try node(isBlock: true)
        }
        document.footer = takeComments()
        return document
    }

    // MARK: Nodes

    /// Reads a value whose introduction has been read; `before` are the comments since.
    private mutating func node(
        isBlock: Bool, mayBeIndentless: Bool = false, before: [Comment] = []
    ) throws(Failure) -> WrittenNode {
        var node = WrittenNode()
        node.before = before
        node.blockColumn = blockColumn
        node.startsLine = isBlock && token.startsLine
        while true {
            switch token.kind {
            case .anchor, .tag:
                node.before += takeComments()
                node.properties.append(token.text)
                node.before += token.trailing
                advance()
                continue
            case .alias: node.content = .alias(token.text)
            case .scalar(let style): node.content = .scalar(token.text, style)
            case .flowSequenceStart, .flowMappingStart:
                node.before += takeComments()
                try readFlow(&node)
                return node
            case .blockSequenceStart where isBlock, .blockMappingStart where isBlock:
                try readBlock(&node)
                return node
            case .blockEntry where mayBeIndentless:
                try readIndentless(&node)
                return node
            default: return node
            }
            node.before += takeComments()
            node.after = token.trailing
            advance()
            if case .scalar(let range, .block) = node.content { markBlanks(behind: range) }
            return node
        }
    }

    /// Empty lines at the end of a block scalar that are no part of its text stand before what comes next.
    private mutating func markBlanks(behind scalar: Range<Int>) {
        guard ScalarText.block(text, scalar, blockColumn: blockColumn).endsWithBlanks else { return }
        if pending.isEmpty { followsBlank = true } else { pending[0].followsBlank = true }
    }

    private mutating func readBlock(_ node: inout WrittenNode) throws(Failure) {
        let outer = blockColumn
        blockColumn = token.column
        defer { blockColumn = outer }
        if case .blockMappingStart = token.kind { node.content = .mapping } else { node.content = .sequence }
        advance()
        while true {
            switch token.kind {
            case .blockEntry: node.children.append(try element())
            case .key: node.children.append(try entry(isBlock: true))
            case .blockEnd:
                node.inside += takeComments { [column = blockColumn] in $0.column >= column }
                advance()
                return
            default: throw failure
            }
        }
    }

    /// A sequence that is not indented below its key, for which libyaml has no start and no end.
    private mutating func readIndentless(_ node: inout WrittenNode) throws(Failure) {
        node.content = .sequence
        let column = token.column
        while case .blockEntry = token.kind { node.children.append(try element()) }
        // What follows in the same column is the next key's, unless it is an element that was commented out.
        node.inside += takeComments { [text] comment in
            comment.column > column || comment.column == column && comment.isElement(in: text)
        }
    }

    private mutating func element() throws(Failure) -> WrittenChild {
        var child = WrittenChild()
        child.followsBlank = followsBlank
        child.lead = takeComments()
        let trailing = token.trailing
        let column = token.column
        advance()
        child.value = try node(isBlock: true, before: trailing)
        takeInside(&child.value, column)
        return child
    }

    private mutating func entry(isBlock: Bool) throws(Failure) -> WrittenChild {
        var child = WrittenChild()
        child.followsBlank = followsBlank
        child.lead = takeComments()
        child.isExplicit = !token.text.isEmpty
        let (trailing, column) = (token.trailing, token.column)
        advance()
        child.key = try node(isBlock: isBlock, before: trailing)
        if case .value = token.kind {
            let before = takeComments() + token.trailing
            advance()
            child.value = try node(isBlock: isBlock, mayBeIndentless: isBlock, before: before)
        }
        if isBlock { takeInside(&child.value, column) }
        return child
    }

    /// Comments below a key without a value, and deeper than it, stand where the value would.
    private mutating func takeInside(_ value: inout WrittenNode, _ column: Int) {
        guard case .empty = value.content else { return }
        value.inside += takeComments { $0.column > column }
    }

    // MARK: Brackets

    private mutating func readFlow(_ node: inout WrittenNode) throws(Failure) {
        node.isFlow = true
        var isMapping = false
        if case .flowMappingStart = token.kind { isMapping = true }
        node.content = isMapping ? .mapping : .sequence
        node.before += token.trailing.map { comment in
            var comment = comment
            comment.isInBrackets = true
            return comment
        }
        advance()
        /// Comments before a comma.
        var carried: [Comment] = []
        while true {
            switch token.kind {
            case .flowSequenceEnd, .flowMappingEnd:
                node.inside += carried + takeComments()
                node.after = token.trailing
                advance()
                return
            case .flowEntry:
                carried += takeComments()
                if let last = node.children.indices.last, node.children[last].value.after.isEmpty, carried.isEmpty {
                    node.children[last].value.after = token.trailing
                } else {
                    carried += token.trailing.map(\.onItsOwnLine)
                }
                advance()
            case .key:
                var child = try entry(isBlock: false)
                swap(&carried, &child.lead)
                child.lead += carried
                carried = []
                node.children.append(isMapping ? child : child.asPair)
            case .streamEnd: throw failure
            default:
                var child = WrittenChild()
                child.followsBlank = followsBlank
                child.lead = carried + takeComments()
                carried = []
                let before = index
                let value = try self.node(isBlock: false)
                guard index > before else { throw failure }
                if isMapping { child.key = value } else { child.value = value }
                node.children.append(child)
            }
        }
    }
}

extension Comment {
    fileprivate var onItsOwnLine: Comment {
        var comment = self
        comment.isTrailing = false
        comment.continues = false
        return comment
    }

    /// Whether it looks like an element of a sequence that somebody took out for a while.
    fileprivate func isElement(in source: [UInt8]) -> Bool {
        let rest = source[text].drop { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: " ") }
        return rest.starts(with: "- ".utf8)
    }
}

extension WrittenChild {
    /// An entry in a flow sequence is a mapping of its own.
    fileprivate var asPair: WrittenChild {
        var (pair, entry) = (WrittenNode(), self)
        pair.content = .mapping
        pair.isFlow = true
        pair.isPair = true
        entry.lead = []
        entry.followsBlank = false
        pair.children = [entry]
        return WrittenChild(lead: lead, followsBlank: followsBlank, value: pair)
    }
}
