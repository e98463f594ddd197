/// What is said of one diagnostic code beyond its message: why the rule is there, what usually leads to it, what to do.
///
/// A message has to be short and is about one place; its page has room. Each module writes the pages of its own codes
/// in its folder `Catalogue`; a test holds that every code has exactly one.
public struct DiagnosticPage: Sendable, Hashable {
    /// Manifests that are refused (or warned about) with the code, and the same as they should be.
    public struct Example: Sendable, Hashable {
        public var wrong: String
        public var right: String
        /// Manifests that stand beside either of them and need not be seen to understand it.
        public var beside: String
        /// Files that either needs, by their paths from the folder of the manifest.
        public var files: [String]

        public init(wrong: String, right: String, beside: String = "", files: [String] = []) {
            self.wrong = wrong
            self.right = right
            self.beside = beside
            self.files = files
        }
    }

    public let code: DiagnosticCode
    /// What it is about, in a few words that begin with a capital letter and end without a full stop.
    public let title: String
    /// One paragraph of whole sentences.
    public let explanation: String
    public let example: Example?

    /// - Parameter explanation: its line breaks are those of the source and count as spaces.
    public init(_ code: DiagnosticCode, _ title: String, _ explanation: String, example: Example? = nil) {
        self.code = code
        self.title = title
        self.explanation = explanation.split(separator: "\n").joined(separator: " ")
        self.example = example
    }
}
