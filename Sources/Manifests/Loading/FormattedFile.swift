public import YAML

/// A manifest file, and what it is in canonical style.
public struct FormattedFile: Sendable {
    /// As it is shown.
    public var path: String
    /// Without symbolic links, so that it is written and not a link to it.
    public var real: String
    public var before: [UInt8] = []
    /// The same where the file is to be left alone.
    public var after: [UInt8] = []
    /// Why it is left alone.
    public var diagnostics: [Diagnostic] = []

    public var isChanged: Bool { before != after }

    init(path: String, real: String, diagnostics: [Diagnostic]) {
        self.path = path
        self.real = real
        self.diagnostics = diagnostics
    }

    /// Formats a text that is at hand.
    public init(formatting source: SourceFile, real: String = "", limits: YAMLLimits = .default) {
        path = source.path
        self.real = real
        before = source.bytes
        let outcome = YAMLFormatter.format(source, limits: limits, order: ManifestSchemas.fieldOrder)
        after = outcome.text ?? source.bytes
        diagnostics = outcome.diagnostics
    }
}
