/// Text in which `${parameters.name}` stands for the value of a parameter; `$${` stands for `${` itself.
///
/// A template renders to exactly one text, whatever the values contain: nothing is split, quoted or evaluated.
public struct Template: Sendable, Hashable {
    public enum Piece: Sendable, Hashable {
        case text(String)
        case parameter(String)
    }

    /// What is wrong with a text that should be a template.
    public struct Malformed: Error, Hashable {
        public enum Reason: Sendable, Hashable {
            /// `${` without `}`.
            case unclosed
            /// Something other than `parameters.name` between the braces.
            case unknownReference(String)
            /// More references than `Template.referenceLimit`.
            case tooManyReferences
            /// U+0000, which no argument or environment variable can hold.
            case containsNull
        }

        public var reason: Reason
        /// Where it starts, in Unicode scalars from the beginning of the text.
        public var offset: Int
    }

    /// References in one template; with the limit on the length of a scalar it bounds what a template can grow to.
    public static let referenceLimit = 64

    public let source: String

    /// Found out by whoever asks: there are tens of thousands of templates, and few are rendered at a time.
    public var pieces: [Piece] { (try? Self.pieces(of: source)) ?? [] }

    /// Reads a template.
    ///
    /// - Throws: `Malformed`, with the place in the text.
    public init(parsing source: String) throws(Malformed) {
        _ = try Self.pieces(of: source)
        self.source = source
    }

    private static func pieces(of source: String) throws(Malformed) -> [Piece] {
        let bytes = source.utf8
        // Most texts refer to nothing.
        guard bytes.contains(where: { $0 == Self.dollar || $0 == 0 }) else {
            return source.isEmpty ? [] : [.text(source)]
        }
        if let null = bytes.firstIndex(of: 0) { throw Self.malformed(.containsNull, source, null) }
        var pieces: [Piece] = []
        var text = ""
        var references = 0
        var rest = source[...]
        while let start = rest.utf8.firstIndex(of: Self.dollar) {
            let tail = rest[start...]
            text += rest[..<start]
            if tail.utf8.starts(with: "$${".utf8) {
                text += "${"
                rest = Self.drop(3, of: tail)
            } else if tail.utf8.starts(with: "${".utf8) {
                guard let end = tail.utf8.firstIndex(of: UInt8(ascii: "}")) else {
                    throw Self.malformed(.unclosed, source, start)
                }
                let inside = Self.drop(2, of: tail[..<end])
                guard inside.hasPrefix("parameters."), Syntax.isParameterName(Self.drop(11, of: inside)) else {
                    throw Self.malformed(.unknownReference(String(inside)), source, start)
                }
                references += 1
                guard references <= Self.referenceLimit else {
                    throw Self.malformed(.tooManyReferences, source, start)
                }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.parameter(String(Self.drop(11, of: inside))))
                rest = Self.drop(1, of: tail[end...])
            } else {
                text += "$"
                rest = Self.drop(1, of: tail)
            }
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    private static let dollar = UInt8(ascii: "$")

    /// Drops ASCII characters; as bytes, since to Swift one of them and a combining mark after it are one character.
    private static func drop(_ count: Int, of text: Substring) -> Substring {
        text[text.utf8.index(text.startIndex, offsetBy: count)...]
    }

    private static func malformed(_ reason: Malformed.Reason, _ source: String, _ place: String.Index) -> Malformed {
        Malformed(reason: reason, offset: source.unicodeScalars.distance(from: source.startIndex, to: place))
    }

    /// The names of the parameters that it refers to, in the order of their first use.
    public var references: [String] {
        var found: [String] = []
        for case .parameter(let name) in pieces where !found.contains(name) { found.append(name) }
        return found
    }

    /// The text with each reference replaced: strings as they are, everything else as canonical JSON. A parameter
    /// that is missing renders as nothing; validation has refused such a run before.
    public func rendered(parameters: [String: JSONValue]) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .parameter(let name):
                guard let value = parameters[name] else { continue }
                text += value.inText
            }
        }
        return text
    }
}
