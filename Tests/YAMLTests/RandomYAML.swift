import Support

/// Writes YAML as people, editors and generators do, and worse: every style, any indentation, comments everywhere.
///
/// Each comment is there once: `#~1`, `#~2` and so on.
struct RandomYAML {
    private var random: SeededRandom
    private(set) var comments: [String] = []
    private var keys = 0
    /// Anchors of scalars that have been written, for aliases.
    private var anchors: [String] = []
    private var anchorsInDocument = 0
    private let usesTabs: Bool

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        usesTabs = random.chance(1, in: 8)
    }

    static func file(seed: UInt64) -> (text: String, comments: [String]) {
        var writer = RandomYAML(seed: seed)
        let text = writer.stream()
        return (text, writer.comments)
    }

    // MARK: Streams

    private mutating func stream() -> String {
        var text = random.chance(1, in: 10) ? "\u{FEFF}" : ""
        let count = random.int(0...3)
        for index in 0...count {
            anchors = []
            text += between()
            let needsMarker = index > 0 || random.chance(1, in: 4)
            if random.chance(1, in: 8) {
                if index > 0 { text += "...\(trailing())\n" }
                text += "%YAML 1.2\(trailing())\n\(between())---\(trailing())\n"
            } else if needsMarker {
                text += "---\(trailing())\n"
            }
            switch random.int(0...9) {
            case 0: text += between()
            case 1: text += between() + scalar(0) + trailing() + "\n"
            case 2: text += between() + flow(0, depth: 2) + trailing() + "\n"
            case 3 where needsMarker: text += between() + sequence(0, depth: 3)
            default: text += between() + mapping(0, depth: 4)
            }
            if random.chance(1, in: 6) { text += "...\(trailing())\n" }
        }
        text += between()
        if random.chance(1, in: 6), text.hasSuffix("\n") { text.removeLast() }
        if random.chance(1, in: 5) {
            text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        }
        return text
    }

    // MARK: Comments and space

    private mutating func comment() -> String {
        let text = "#~\(comments.count)" + random.pick("~", "~ text", "~: [x", "~ 'q")
        comments.append(text)
        return text + random.pick("", "", "  ")
    }

    private mutating func trailing() -> String {
        random.chance(1, in: 4) ? random.pick(" ", "   ", "          ") + comment() : random.pick("", "", "", " ")
    }

    /// Empty lines and comments, at any indentation.
    private mutating func between() -> String {
        var text = ""
        while random.chance(1, in: 3) {
            text += random.chance(1, in: 2) ? random.pick("\n", "  \n") : indent(random.int(0...9)) + comment() + "\n"
        }
        return text
    }

    private func indent(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: Blocks

    private mutating func mapping(_ column: Int, depth: Int, isFirstCompact: Bool = false) -> String {
        var text = ""
        for index in 0...random.int(0...3) {
            if index > 0 || !isFirstCompact { text += between() + indent(column) }
            if random.chance(1, in: 8) {
                text += "? " + key() + trailing() + "\n" + between() + indent(column) + ":"
            } else if anchors.count > 0, random.chance(1, in: 20) {
                // The same alias twice would be the same key twice.
                text += "*\(anchors.removeLast()) :"
            } else {
                text += key() + ":"
            }
            text += value(column, depth: depth, mayBeIndentless: true)
        }
        return text
    }

    private mutating func sequence(_ column: Int, depth: Int, isFirstCompact: Bool = false) -> String {
        var text = ""
        for index in 0...random.int(0...3) {
            if index > 0 || !isFirstCompact { text += between() + indent(column) }
            text += "-"
            if depth > 0, random.chance(1, in: 3) {
                let gap = random.int(1...3)
                text += indent(gap)
                let inner = column + 1 + gap
                text +=
                    random.chance(2, in: 3)
                    ? mapping(inner, depth: depth - 1, isFirstCompact: true)
                    : sequence(inner, depth: depth - 1, isFirstCompact: true)
            } else {
                text += value(column, depth: depth, mayBeIndentless: false)
            }
        }
        return text
    }

    /// What stands behind `key:` or `-`, with the end of its last line.
    private mutating func value(_ column: Int, depth: Int, mayBeIndentless: Bool) -> String {
        let properties = random.chance(1, in: 10) ? " " + self.properties() : ""
        switch random.int(0...9) {
        case 0: return properties + trailing() + "\n"
        case 1...3 where depth > 0:
            let inner = column + random.int(1...4)
            return properties + trailing() + "\n"
                + (random.chance(2, in: 3) ? mapping(inner, depth: depth - 1) : sequence(inner, depth: depth - 1))
        case 4 where depth > 0 && mayBeIndentless:
            return properties + trailing() + "\n" + sequence(column, depth: depth - 1)
        case 5: return properties + " " + block(column)
        case 6, 7:
            let gap = random.chance(1, in: 5) ? trailing() + "\n" + between() + indent(column + 2) : " "
            return properties + gap + flow(column, depth: 2) + trailing() + "\n"
        default:
            if !anchors.isEmpty, properties.isEmpty, random.chance(1, in: 4) {
                return " *\(anchors[random.int(0...anchors.count - 1)])" + trailing() + "\n"
            }
            let gap = random.chance(1, in: 5) ? trailing() + "\n" + between() + indent(column + 2) : " "
            let anchor = random.chance(1, in: 8) ? "a\(anchorsInDocument)" : nil
            anchorsInDocument += 1
            let text = gap + (anchor.map { "&\($0) " } ?? "") + scalar(column) + trailing() + "\n"
            if let anchor { anchors.append(anchor) }
            return text
        }
    }

    private mutating func properties() -> String {
        anchorsInDocument += 1
        return "&p\(anchorsInDocument)"
    }

    private mutating func block(_ column: Int) -> String {
        let explicit = random.chance(1, in: 4) ? random.int(1...4) : nil
        let chomping = random.pick("", "-", "+")
        let digit = explicit.map(String.init) ?? ""
        let margin = column + (explicit ?? random.int(1...4))
        var text = random.pick("|", ">") + (random.chance(1, in: 2) ? digit + chomping : chomping + digit)
        text += trailing() + "\n"
        for line in 0...random.int(0...4) {
            let body = random.pick("text", "more: text", "- x", "# none", "\ttab", "end  ")
            switch random.int(0...4) {
            case 0 where line > 0: text += random.pick("\n", indent(column) + "\n")
            case 1 where line > 0 || explicit != nil: text += indent(margin + 2) + body + "\n"
            default: text += indent(margin) + body + "\n"
            }
        }
        return text
    }

    // MARK: Values

    private mutating func key() -> String {
        keys += 1
        return random.pick("k\(keys)", "'k\(keys)'", "\"k\(keys)\"", "k \(keys)", "ключ\(keys)", "b\(keys % 7)_\(keys)")
    }

    private mutating func scalar(_ column: Int) -> String {
        let next = "\n" + random.pick("", "\n") + indent(column + random.int(1...4))
        return random.pick(
            "text", "12", "true", "~", "'single'", "'it''s'", "'a \"b\" \\c'", "\"double \\\" \\u00e9\"", "0x1F", "a#b",
            "plain with words", "plain\(next)over lines\(next)and more", "'single\(next)lines'",
            "\"double  \(next)lines \\\n\(indent(column + 2))\\ end\"", "http://x/y?z", "!!str 12", "日本語", "\"\"", "''")
    }

    private mutating func flow(_ column: Int, depth: Int) -> String {
        let isMapping = random.chance(1, in: 2)
        var text = isMapping ? "{" : "["
        let count = random.int(0...4)
        for index in 0..<max(count, 0) {
            text += flowSpace(column)
            if isMapping || random.chance(1, in: 6) {
                text +=
                    random.chance(1, in: 6)
                    ? "? \(key()) :" : random.chance(1, in: 6) && isMapping ? key() : key() + ":"
                if text.hasSuffix(":") { text += " " + flowSpace(column) + flowValue(column, depth) }
            } else {
                text += flowValue(column, depth)
            }
            text += flowSpace(column)
            if index < count - 1 || random.chance(1, in: 4) { text += "," }
        }
        return text + flowSpace(column) + (isMapping ? "}" : "]")
    }

    private mutating func flowValue(_ column: Int, _ depth: Int) -> String {
        if depth > 0, random.chance(1, in: 4) { return flow(column, depth: depth - 1) }
        return random.pick(
            "1", "x", "'y'", "\"z\"", "long text that takes room on its line", "a\n\(indent(column + 2))b", "~")
    }

    private mutating func flowSpace(_ column: Int) -> String {
        switch random.int(0...11) {
        case 0: return " " + comment() + "\n" + indent(column + random.int(1...6))
        case 1: return "\n" + between() + indent(column + random.int(1...6))
        case 2...5: return " "
        default: return ""
        }
    }
}
