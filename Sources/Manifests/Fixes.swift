import YAML

// The changes of a text that mend a mistake where it is plain what was meant. A change is only offered for text that
// stands in one line as it is: what is escaped, folded or the content of an alias is left to a person.

extension [Diagnostic.Fix] {
    /// Writes a suggestion, which is a plain word, in place of a scalar.
    static func replacing(
        _ node: Node, with suggestion: String?, isCertain: Bool = false
    ) -> [Diagnostic.Fix] {
        guard let suggestion, node.kind == .scalar else { return [] }
        return correcting([node.text], to: suggestion, in: node.location, isCertain: isCertain)
    }

    /// Writes a suggestion in place of the first of some texts that stands in a place, just once.
    ///
    /// It is certain of words of the manifest language alone: a name that somebody gave may belong to what is still to
    /// be written, or is gone.
    static func correcting(
        _ texts: [String], to suggestion: String?, in location: SourceLocation, isCertain: Bool = false
    ) -> [Diagnostic.Fix] {
        guard let suggestion, let place = texts.lazy.compactMap(location.place(of:)).first else { return [] }
        return [Diagnostic.Fix(replacing: place, with: suggestion, isCertain: isCertain)]
    }

    /// Puts a plain scalar into quotes.
    static func quoting(_ node: Node) -> [Diagnostic.Fix] {
        let location = node.location
        let text = node.text
        guard node.isPlain, !text.isEmpty, location.text == text, !text.contains("\""), !text.contains("\\") else {
            return []
        }
        // `null` may be meant as nothing at all.
        return [Diagnostic.Fix(replacing: location, with: "\"\(text)\"", isCertain: !node.isNull)]
    }
}
