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
    public let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Throws: `Malformed`, with the place in the text.
    public init(parsing source: String) throws(Malformed) {
        self.source = source
        let scalars = source.unicodeScalars
        if !scalars.contains("$") && !scalars.contains("\0") {
            pieces = source.isEmpty ? [] : [.text(source)]
            return
        }
        var pieces: [Piece] = []
        var text = ""
        var references = 0
        var index = scalars.startIndex
        func fail(_ reason: Malformed.Reason, at place: String.UnicodeScalarView.Index) -> Malformed {
            Malformed(reason: reason, offset: scalars.distance(from: scalars.startIndex, to: place))
        }
        while index < scalars.endIndex {
            let rest = scalars[index...]
            if rest.starts(with: "$${".unicodeScalars) {
                text += "${"
                index = scalars.index(index, offsetBy: 3)
            } else if rest.starts(with: "${".unicodeScalars) {
                guard let end = rest.firstIndex(of: "}") else { throw fail(.unclosed, at: index) }
                let inside = String(scalars[scalars.index(index, offsetBy: 2)..<end])
                let parts = inside.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0] == "parameters", Syntax.isParameterName(parts[1]) else {
                    throw fail(.unknownReference(inside), at: index)
                }
                references += 1
                guard references <= Self.referenceLimit else { throw fail(.tooManyReferences, at: index) }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.parameter(String(parts[1])))
                index = scalars.index(after: end)
            } else {
                guard scalars[index] != "\0" else { throw fail(.containsNull, at: index) }
                text.unicodeScalars.append(scalars[index])
                index = scalars.index(after: index)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
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
                if case .string(let string) = value { text += string } else { text += value.canonicalText }
            }
        }
        return text
    }
}
