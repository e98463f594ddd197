/// One parsed file: its documents and everything that is wrong with it.
public struct YAMLFile: Sendable {
    public let source: SourceFile
    /// The roots of the documents in order; empty documents are left out. Documents before a syntax error are here.
    public let documents: [Node]
    /// Errors and warnings in the order of their places.
    public let diagnostics: [Diagnostic]

    /// Parses a file.
    public static func parse(_ source: SourceFile, limits: YAMLLimits = .default) -> YAMLFile {
        guard source.bytes.count <= limits.fileBytes else {
            return YAMLFile(
                source: source, documents: [],
                diagnostics: [.fileTooLarge(source.path, bytes: source.bytes.count, limit: limits.fileBytes)])
        }
        guard let source = decoded(source) else {
            return YAMLFile(source: source, documents: [], diagnostics: [.brokenUTF16(source.path)])
        }
        var composer = Composer(source: source, limits: limits)
        composer.run()
        return composer.finish()
    }

    /// The file as UTF-8. YAML allows UTF-16 with a byte order mark; marks and excerpts want one encoding.
    private static func decoded(_ source: SourceFile) -> SourceFile? {
        let isLittle = source.bytes.starts(with: [0xFF, 0xFE])
        guard isLittle || source.bytes.starts(with: [0xFE, 0xFF]) else { return source }
        guard source.bytes.count.isMultiple(of: 2) else { return nil }
        let units = stride(from: 2, to: source.bytes.count, by: 2).map { index in
            let (first, second) = (UInt16(source.bytes[index]), UInt16(source.bytes[index + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        guard let text = String(validating: units, as: UTF16.self) else { return nil }
        return SourceFile(path: source.path, text: text)
    }

    init(source: SourceFile, documents: [Node], diagnostics: [Diagnostic]) {
        self.source = source
        self.documents = documents
        self.diagnostics = diagnostics
    }
}
