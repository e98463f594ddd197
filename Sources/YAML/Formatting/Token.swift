/// One word of YAML, as libyaml's scanner tells them apart, with the comments around it.
struct Token {
    enum Kind {
        case streamEnd
        case directive
        case documentStart
        case documentEnd
        case blockSequenceStart
        case blockMappingStart
        case blockEnd
        case flowSequenceStart
        case flowSequenceEnd
        case flowMappingStart
        case flowMappingEnd
        case blockEntry
        case flowEntry
        case key
        case value
        case alias
        case anchor
        case tag
        case scalar(Style)
    }

    enum Style {
        case plain
        case singleQuoted
        case doubleQuoted
        case block
    }

    var kind: Kind
    /// Where it is in the text, in bytes; what libyaml only infers is empty.
    var text: Range<Int>
    /// Counted in characters from 0.
    var column: Int
    /// The comments on lines of their own before it.
    var comments: [Comment] = []
    /// The comment behind it on its line, with those below that go on with it.
    var trailing: [Comment] = []
    /// Whether there is anything between it and the token before.
    var hasGap = false
    /// Whether an empty line stands directly before it.
    var followsBlank = false
    /// Whether it is the first on its line.
    var startsLine = false
}

/// One comment, from its `#` to the last character that is no space.
struct Comment {
    var text: Range<Int>
    /// Where it starts, counted in characters from 0.
    var column: Int
    /// Whether an empty line stands before it.
    var followsBlank = false
    /// Whether something else stands before it on its line.
    var isTrailing = false
    /// Whether it goes on with the comment above, which is trailing: both start in one column.
    var continues = false
    /// Whether it stands behind an opening bracket.
    var isInBrackets = false
}

extension [Comment] {
    /// Those that stand behind what is before them, on its line: one, and what goes on with it below.
    var onLine: [Comment] {
        guard let first, first.isTrailing else { return [] }
        return [first] + dropFirst().prefix(while: \.continues)
    }
}
