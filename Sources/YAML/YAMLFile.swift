/// One parsed file: its documents and everything that is wrong with it.
public struct YAMLFile: Sendable {
    /// What was parsed: in UTF-8, also where the file was in UTF-16.
    public var source: SourceFile { text.source }
    /// The roots of the documents in order; empty documents are left out.
    ///
    /// Documents before an error that ends reading are here. So are those with an error that does not, such as a
    /// duplicate key, so that whoever reads on can report everything in one go; they are not to be used.
    public let documents: [Node]
    /// Errors and warnings in the order of their places, at most a hundred of each.
    public let diagnostics: [Diagnostic]

    let text: SourceText

    /// Parses a file in UTF-8 or UTF-16, with or without byte order mark. It never fails as a whole: what is wrong is
    /// in `diagnostics`.
    public static func parse(_ source: SourceFile, limits: YAMLLimits = .default) -> YAMLFile {
        let most = min(limits.documentBytes, YAMLLimits.mostBytes)
        if source.bytes.count > most {
            return YAMLFile(refused: source, .fileTooLarge(source.path, bytes: source.bytes.count, limit: most))
        }
        switch Encoding(of: source.bytes) {
        case .utf8: return parse(source, broken: [], limits)
        case .utf16(let isBigEndian):
            let text = TranscodedText(utf16: source.bytes, isBigEndian: isBigEndian)
            return parse(SourceFile(path: source.path, bytes: text.bytes), broken: text.broken, limits)
        case .utf32: return YAMLFile(refused: source, .utf32(source.path))
        }
    }

    /// Parses a file in UTF-8; `broken` are characters that were none before they became UTF-8.
    private static func parse(_ source: SourceFile, broken: [UInt32], _ limits: YAMLLimits) -> YAMLFile {
        var composer = Composer(source: source, limits: limits)
        for character in broken {
            let place = Place(first: character)
            composer.faults.error(at: place) { .brokenUTF16(at: $0(place)) }
        }
        composer.run()
        return composer.finish()
    }

    /// The documents of a text that was read before, and was within its limits.
    static func documents(of text: SourceText) -> [Node] { parse(text.source, broken: [], .none).documents }

    init(text: SourceText, documents: [Node], diagnostics: [Diagnostic]) {
        self.text = text
        self.documents = documents
        self.diagnostics = diagnostics
    }

    private init(refused source: SourceFile, _ diagnostic: Diagnostic) {
        let text = SourceText(source)
        self.init(text: text, documents: [], diagnostics: [diagnostic])
    }
}
