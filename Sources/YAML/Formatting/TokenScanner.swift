import CLibYAML

/// Splits a text that is known to be YAML into tokens and comments.
///
/// libyaml's scanner drops comments. They are found again in what lies between its tokens, where there is nothing else
/// but white space.
struct TokenScanner {
    /// What cannot happen in a text that has been read without errors.
    struct Failure: Error {
        /// In bytes.
        var offset: Int
    }

    private let text: [UInt8]
    private let isASCII: Bool
    private var tokens: [Token] = []
    /// Up to where the text has been looked at.
    private var position = 0
    /// The same in libyaml's count, which is characters.
    private var character = 0
    private var byte = 0
    /// The first byte of the line that `position` is on.
    private var lineStart = 0

    /// The tokens of a text without byte order mark and carriage returns.
    static func tokens(of text: [UInt8]) throws(Failure) -> [Token] {
        var scanner = TokenScanner(text: text, isASCII: text.isASCII)
        let isWhole = text.withUnsafeBufferPointer { scanner.scan($0) }
        guard isWhole else { throw Failure(offset: scanner.position) }
        return scanner.tokens
    }

    private init(text: [UInt8], isASCII: Bool) {
        self.text = text
        self.isASCII = isASCII
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // libyaml keeps pointers to its parser, so it has a place of its own.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { return false }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        while true {
            var token = yaml_token_t()
            guard yaml_parser_scan(parser, &token) == 1 else { return false }
            defer { yaml_token_delete(&token) }
            if token.type == YAML_STREAM_START_TOKEN { continue }
            guard let kind = Self.kind(of: token) else { return false }
            take(kind, token.start_mark, token.end_mark)
            if token.type == YAML_STREAM_END_TOKEN { return true }
        }
    }

    private static func kind(of token: yaml_token_t) -> Token.Kind? {
        switch token.type {
        case YAML_STREAM_END_TOKEN: .streamEnd
        case YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN: .directive
        case YAML_DOCUMENT_START_TOKEN: .documentStart
        case YAML_DOCUMENT_END_TOKEN: .documentEnd
        case YAML_BLOCK_SEQUENCE_START_TOKEN: .blockSequenceStart
        case YAML_BLOCK_MAPPING_START_TOKEN: .blockMappingStart
        case YAML_BLOCK_END_TOKEN: .blockEnd
        case YAML_FLOW_SEQUENCE_START_TOKEN: .flowSequenceStart
        case YAML_FLOW_SEQUENCE_END_TOKEN: .flowSequenceEnd
        case YAML_FLOW_MAPPING_START_TOKEN: .flowMappingStart
        case YAML_FLOW_MAPPING_END_TOKEN: .flowMappingEnd
        case YAML_BLOCK_ENTRY_TOKEN: .blockEntry
        case YAML_FLOW_ENTRY_TOKEN: .flowEntry
        case YAML_KEY_TOKEN: .key
        case YAML_VALUE_TOKEN: .value
        case YAML_ALIAS_TOKEN: .alias
        case YAML_ANCHOR_TOKEN: .anchor
        case YAML_TAG_TOKEN: .tag
        case YAML_SCALAR_TOKEN: .scalar(style(of: token.data.scalar.style))
        default: nil
        }
    }

    private static func style(of style: yaml_scalar_style_t) -> Token.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }

    // MARK: Places

    private mutating func take(_ kind: Token.Kind, _ start: yaml_mark_t, _ end: yaml_mark_t) {
        let first = max(offset(ofCharacter: start.index), position)
        let last = max(offset(ofCharacter: end.index), first)
        var token = Token(kind: kind, text: first..<last, column: start.column)
        if position < first || tokens.isEmpty { lookBetween(&token) }
        position = last
        tokens.append(token)
    }

    /// Marks come in the order of the text, so that characters are counted once.
    private mutating func offset(ofCharacter index: Int) -> Int {
        if isASCII { return min(index, text.count) }
        while character < index, byte < text.count {
            byte += 1
            while byte < text.count, text[byte] & 0xC0 == 0x80 { byte += 1 }
            character += 1
        }
        return byte
    }

    // MARK: Comments

    /// Reads the gap before a token: its comments, and whether there are empty lines.
    private mutating func lookBetween(_ token: inout Token) {
        token.hasGap = true
        let previous = tokens.indices.last
        var breaks = previous.map(breaksAtEnd) ?? 1
        lineStart = breaks > 0 ? position : lineStart(before: position)
        /// Where a comment starts that a following one can go on with.
        var column: Int?
        var comments: [Comment] = []
        var index = position
        while index < token.text.lowerBound {
            switch text[index] {
            case UInt8(ascii: "\n"):
                breaks += 1
                index += 1
                lineStart = index
            case UInt8(ascii: "#"):
                var end = index
                while end < token.text.lowerBound, text[end] != UInt8(ascii: "\n") { end += 1 }
                var comment = Comment(
                    text: index..<trimmed(index..<end), column: width(lineStart..<index), followsBlank: breaks > 1)
                comment.isTrailing = breaks == 0
                if breaks == 1, comment.column == column, comment.column != token.column { comment.continues = true }
                if comment.isTrailing || comment.continues {
                    column = comment.column
                    tokens[previous ?? 0].trailing.append(comment)
                } else {
                    column = nil
                    comments.append(comment)
                }
                breaks = 0
                index = end
            default: index += 1
            }
        }
        token.comments = comments
        token.followsBlank = breaks > 1
        token.startsLine = breaks > 0
    }

    /// A block scalar ends behind its last line break.
    private func breaksAtEnd(ofToken index: Int) -> Int {
        if case .scalar(.block) = tokens[index].kind, text[tokens[index].text].last == UInt8(ascii: "\n") {
            1
        } else {
            0
        }
    }

    private func lineStart(before position: Int) -> Int {
        // The line was begun by a token or a gap that is known, so this looks at each line once.
        var start = position
        while start > lineStart, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    private func trimmed(_ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1].isBlank { end -= 1 }
        return end
    }

    private func width(_ range: Range<Int>) -> Int { text[range].count { $0 & 0xC0 != 0x80 } }
}

extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
