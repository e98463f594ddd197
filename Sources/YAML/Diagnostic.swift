/// What an error or warning is, for machines and for searching: `SLW` and four digits, never reused.
///
/// The first digit names the module that owns it: 1 YAML, 2 Manifests, 3 Planning, 4 Store, 5 Images, 6 Engines,
/// 7 Agents, 8 Reconciler, 9 the command line.
public struct DiagnosticCode: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// One thing that is wrong, said for the person who can mend it: what, where, why, and what to do.
///
/// Every module makes its own through static factories in its `Diagnostics.swift`, so that the wording can be
/// found and tested. It lives in the lowest module because every module above reports with it.
public struct Diagnostic: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable {
        case error
        case warning
    }

    /// A second place that explains the first, such as “first declared here”.
    public struct Note: Sendable, Hashable {
        public var message: String
        public var location: SourceLocation?

        public init(_ message: String, at location: SourceLocation? = nil) {
            self.message = message
            self.location = location
        }
    }

    /// A change of the text that mends it.
    public struct Fix: Sendable, Hashable {
        /// What is replaced; where it starts and ends at one mark, text is put in there.
        public var location: SourceLocation
        public var replacement: String
        /// Whether nothing else can have been meant, or the text means the same afterwards, so that it may be made
        /// unseen (`validate --fix`). Of all others a person, or an editor, decides.
        public var isCertain: Bool

        public init(replacing location: SourceLocation, with replacement: String, isCertain: Bool = false) {
            self.location = location
            self.replacement = replacement
            self.isCertain = isCertain
        }
    }

    public var code: DiagnosticCode
    public var severity: Severity
    /// One sentence without a full stop, in the user's words.
    public var message: String
    public var location: SourceLocation?
    public var notes: [Note]
    /// What to do about it, in one sentence; `nil` only where the message already says it.
    public var remedy: String?
    /// Changes that together do what the remedy says; none where it takes more than a change of the text.
    public var fixes: [Fix]

    /// Whether it can be mended without anybody's judgement.
    public var isMendable: Bool { !fixes.isEmpty && fixes.allSatisfy(\.isCertain) }

    public init(
        _ code: DiagnosticCode, _ message: String, at location: SourceLocation? = nil,
        severity: Severity = .error, notes: [Note] = [], remedy: String? = nil, fixes: [Fix] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.location = location
        self.notes = notes
        self.remedy = remedy
        self.fixes = fixes
    }
}

/// Several diagnostics thrown together, in the order in which they should be read.
public struct Diagnostics: Error, Sendable, Hashable {
    public var all: [Diagnostic]

    public init(_ all: [Diagnostic]) { self.all = all }
}
