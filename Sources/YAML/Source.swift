/// The bytes of one text that a person wrote, under the name by which messages call it.
public struct SourceFile: Sendable, Hashable {
    /// The path as it should be shown: relative to the repository's root where there is one.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    public init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }
}

/// A position in a source file.
///
/// `line` and `column` count from 1, as editors do; `column` counts characters (Unicode scalars), not bytes.
/// `offset` counts bytes from 0.
public struct Mark: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int
    public var offset: Int

    public init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }

    public static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A half-open stretch of a source file.
public struct Span: Sendable, Hashable {
    public var start: Mark
    public var end: Mark

    public init(start: Mark, end: Mark) {
        self.start = start
        self.end = end
    }
}

/// A stretch of a named file, with the text of its first line, so that a message can show it without the file.
public struct SourceLocation: Sendable, Hashable {
    public var path: String
    public var span: Span
    /// The whole line on which the span starts, without its line break; `nil` where the text is not at hand.
    public var line: String?

    public init(path: String, span: Span, line: String? = nil) {
        self.path = path
        self.span = span
        self.line = line
    }

    /// A place that is a file as a whole.
    public init(path: String) {
        let start = Mark(line: 1, column: 1, offset: 0)
        self.init(path: path, span: Span(start: start, end: start))
    }
}

extension SourceLocation {
    /// The text that it spans; `nil` where that is not part of one line that is at hand.
    public var text: String? {
        guard let line, span.start.line == span.end.line, span.start.column <= span.end.column else { return nil }
        let characters = line.unicodeScalars
        guard span.end.column - 1 <= characters.count else { return nil }
        let rest = characters.dropFirst(span.start.column - 1)
        return String(String.UnicodeScalarView(rest.prefix(span.end.column - span.start.column)))
    }

    /// The place of a text within one that is at hand; `nil` where it is not there, or more than once.
    public func place(of part: String) -> SourceLocation? {
        // By scalars: what Unicode takes for the same text need not be as long.
        guard !part.isEmpty, let text = text?.unicodeScalars, let found = text.firstRange(of: part.unicodeScalars)
        else { return nil }
        guard text[text.index(after: found.lowerBound)...].firstRange(of: part.unicodeScalars) == nil else {
            return nil
        }
        let before = text[..<found.lowerBound]
        var place = self
        place.span.start.column += before.count
        place.span.start.offset += before.reduce(0) { $0 + UTF8.width($1) }
        place.span.end.column = place.span.start.column + part.unicodeScalars.count
        place.span.end.offset = place.span.start.offset + part.utf8.count
        return place
    }
}

extension SourceLocation: CustomStringConvertible {
    /// `path:line:column`, the form that editors and CI systems turn into a link.
    public var description: String { "\(path):\(span.start.line):\(span.start.column)" }
}
