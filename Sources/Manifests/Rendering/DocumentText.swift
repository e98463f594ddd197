import YAML

/// Writes a document in block style: two spaces for each level, one value on a line.
struct DocumentText {
    /// A line, and what a comment behind it says.
    private struct Line {
        var text: String
        var comment: String?
    }

    private var lines: [Line] = []
    private let comment: (Node) -> String?

    /// - Parameter comment: what is said of a value on its line; `nil` for nothing.
    init(_ document: Node, comment: @escaping (Node) -> String? = { _ in nil }) {
        self.comment = comment
        switch document.kind {
        case .mapping where document.count > 0: write(entriesOf: document, first: "", indentation: 0)
        case .sequence where document.count > 0: write(elementsOf: document, first: "", indentation: 0)
        case .mapping, .sequence, .scalar: write(document, behind: "---", indentation: 0)
        }
    }

    /// With a line break at its end. Comments of lines that are not too long stand below each other.
    var text: String {
        let most = 60
        let column = lines.lazy.filter { $0.comment != nil }.map(\.text.unicodeScalars.count).filter { $0 <= most }
            .max()
        return lines.map { line in
            guard let comment = line.comment else { return line.text + "\n" }
            let width = line.text.unicodeScalars.count
            let gap = String(repeating: " ", count: max((column ?? 0) - width, 0) + 2)
            return "\(line.text)\(gap)# \(comment.commentable)\n"
        }.joined()
    }

    /// libyaml, as other readers, takes no longer keys without a mark before them.
    private static let longestKey = 500

    private mutating func write(entriesOf mapping: Node, first: String, indentation: Int) {
        var start = first
        for (key, value) in mapping.entries {
            let text = RenderedScalar.line(key.text)
            if text.utf8.count > Self.longestKey {
                add(start + "? " + text)
                write(value, behind: Self.spaces(indentation) + ":", indentation: indentation)
            } else {
                write(value, behind: start + text + ":", indentation: indentation)
            }
            start = Self.spaces(indentation)
        }
    }

    private mutating func write(elementsOf sequence: Node, first: String, indentation: Int) {
        var start = first
        for element in sequence.elements {
            let inside = indentation + 2
            switch element.kind {
            case .mapping where element.count > 0: write(entriesOf: element, first: start + "- ", indentation: inside)
            case .sequence where element.count > 0: write(elementsOf: element, first: start + "- ", indentation: inside)
            case .mapping, .sequence, .scalar: write(element, behind: start + "-", indentation: indentation)
            }
            start = Self.spaces(indentation)
        }
    }

    private mutating func write(_ value: Node, behind head: String, indentation: Int) {
        let inside = Self.spaces(indentation + 2)
        switch value.kind {
        case .mapping where value.count > 0:
            add(head)
            write(entriesOf: value, first: inside, indentation: indentation + 2)
        case .sequence where value.count > 0:
            add(head)
            write(elementsOf: value, first: inside, indentation: indentation + 2)
        case .mapping: add(head + " {}", value)
        case .sequence: add(head + " []", value)
        case .scalar:
            guard case .string(let text)? = value.scalar, let block = RenderedScalar.block(text) else {
                return add(head + " " + RenderedScalar.line(value), value)
            }
            add(head + " " + block.header, value)
            for line in block.lines { add(line.isEmpty ? "" : inside + line) }
        }
    }

    private mutating func add(_ text: String, _ value: Node? = nil) {
        lines.append(Line(text: text, comment: value.flatMap(comment)))
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension String {
    /// The names of files may hold what would end a comment.
    fileprivate var commentable: String {
        unicodeScalars.allSatisfy(RenderedScalar.isPrintable) ? self : RenderedScalar.quoted(self)
    }
}
