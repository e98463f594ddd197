/// What a text of the wrong form was probably meant to be: for “did you mean”, and never taken for it.
enum Meant {
    private static let longest = 64

    /// `Local_GPU` as `local-gpu`.
    static func name(_ text: String) -> String? {
        guard text.utf8.count <= longest else { return nil }
        let written = text.lowercased().map { " _./".contains($0) ? "-" : $0 }
        let name = String(written).split(separator: "-").joined(separator: "-")
        return Syntax.isName(name[...]) ? name : nil
    }

    /// One text where a list is wanted, as the list of its words.
    static func list(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard !words.isEmpty, text.utf8.count <= longest, !text.utf8.contains(where: { $0 < 0x20 }),
            !text.contains(where: { "\"\\".contains($0) })
        else { return nil }
        return "[" + words.map { isPlain($0) ? String($0) : "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// Whether YAML reads a word within brackets as text without quotes.
    static func isPlain(_ word: some StringProtocol) -> Bool {
        guard let first = word.utf8.first, Syntax.isAlphanumeric(first), !("0"..."9").contains(word.first ?? "0") else {
            return false
        }
        return word.utf8.allSatisfy { Syntax.isAlphanumeric($0) || [0x2D, 0x2E, 0x2F, 0x5F].contains($0) }
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(word.lowercased())
    }
}
