import YAML

// The changes of a text that mend a mistake where it is plain what was meant. A change is only offered for text that
// stands in one line as it is: what is escaped, folded or the content of an alias is left to a person.

extension [Diagnostic.Fix] {
    /// Writes a suggestion, which is a plain word, in place of a scalar.
    static func replacing(_ node: Node, with suggestion: String?) -> [Diagnostic.Fix] {
        guard let suggestion, node.kind == .scalar else { return [] }
        return correcting([node.text], to: suggestion, in: node.location)
    }

    /// Writes a suggestion in place of the first of some texts that stands in a place, just once.
    static func correcting(
        _ texts: [String], to suggestion: String?, in location: SourceLocation
    ) -> [Diagnostic.Fix] {
        guard let suggestion, let place = texts.lazy.compactMap(location.place(of:)).first else { return [] }
        return [Diagnostic.Fix(replacing: place, with: suggestion)]
    }

    /// Puts a plain scalar into quotes.
    static func quoting(_ node: Node) -> [Diagnostic.Fix] {
        let location = node.location
        let text = node.text
        guard node.isPlain, !text.isEmpty, location.text == text, !text.contains("\""), !text.contains("\\") else {
            return []
        }
        return [Diagnostic.Fix(replacing: location, with: "\"\(text)\"")]
    }
}
