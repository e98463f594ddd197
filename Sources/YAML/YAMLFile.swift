/// One parsed file: its documents and everything that is wrong with it.
public struct YAMLFile: Sendable {
    public let source: SourceFile
    /// The roots of the documents in order; empty documents are left out.
    ///
    /// Documents before an error that ends reading are here. So are those with an error that does not, such as a
    /// duplicate key, so that whoever reads on can report everything in one go; they are not to be used.
    public let documents: [Node]
    /// Errors and warnings in the order of their places, at most a hundred of each.
    public let diagnostics: [Diagnostic]

    /// Parses a file in UTF-8, with or without byte order mark. It never fails as a whole: what is wrong is in
    /// `diagnostics`.
    public static func parse(_ source: SourceFile, limits: YAMLLimits = .default) -> YAMLFile {
        let most = min(limits.documentBytes, YAMLLimits.mostBytes)
        if source.bytes.count > most {
            return YAMLFile(refused: source, .fileTooLarge(source.path, bytes: source.bytes.count, limit: most))
        }
        if source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF]) {
            return YAMLFile(refused: source, .utf16(source.path))
        }
        var composer = Composer(source: source, limits: limits)
        composer.run()
        return composer.finish()
    }

    init(source: SourceFile, documents: [Node], diagnostics: [Diagnostic]) {
        self.source = source
        self.documents = documents
        self.diagnostics = diagnostics
    }

    private init(refused source: SourceFile, _ diagnostic: Diagnostic) {
        self.init(source: source, documents: [], diagnostics: [diagnostic])
    }
}
