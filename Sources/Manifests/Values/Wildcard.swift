/// A pattern for a whole text: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of some, `\` the next as it is.
public struct Wildcard: Sendable, Hashable {
    public let source: String
    private let glob: NameGlob

    /// `nil` for a text that could match nothing: an empty one, or one with a `[` that is never closed.
    public init?(_ source: String) {
        let glob = NameGlob(Array(source.unicodeScalars))
        guard !source.isEmpty, glob.isSatisfiable else { return nil }
        self.init(source: source, glob: glob)
    }

    private init(source: String, glob: NameGlob) {
        self.source = source
        self.glob = glob
    }

    /// Matches everything.
    public static let any = Wildcard(source: "*", glob: NameGlob(["*"]))

    public func matches(_ text: String) -> Bool { glob.matches(Array(text.unicodeScalars)) }
}
