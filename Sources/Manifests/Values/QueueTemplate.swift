/// The text and values in a queue's document that stand for something else.
///
/// `{{name}}` stands for a variable of the queue, which a run may set within its bounds; where it is a whole value, it
/// keeps its type. `${macro}` stands for what is known of the attempt, as text. `{{{{` and `$${` stand for `{{` and
/// `${` themselves. Everything is put in as data: nothing that a value contains is read again.
public enum QueueTemplate {
    /// What `${…}` may name besides `parameters.NAME`.
    public enum Macro: String, Sendable, Hashable, CaseIterable {
        case runID = "run_id"
        case runName = "run_name"
        case attempt
        case image
        /// The job's name.
        case job
        case namespace
        case author
        case commit
    }

    /// A part of a text.
    public enum Piece: Sendable, Hashable {
        case text(String)
        case variable(String)
        case macro(Macro)
        case parameter(String)
    }

    /// What is wrong with a text that should be a template.
    public struct Malformed: Error, Hashable {
        public enum Reason: Sendable, Hashable {
            /// `{{` or `${` without its end.
            case unclosed(String)
            /// Something between `${` and `}` that is no macro.
            case unknownMacro(String)
            /// Something between `{{` and `}}` that cannot be a variable's name.
            case badVariable(String)
            case tooManyReferences
        }

        public var reason: Reason
        /// Where it starts, in Unicode scalars from the beginning of the text.
        public var offset: Int
    }

    /// References in one text; with the limit on the length of a scalar it bounds what a text can grow to.
    public static let referenceLimit = 64

    /// Splits a text.
    ///
    /// - Throws: `Malformed`, with the place in the text.
    public static func pieces(of text: String) throws(Malformed) -> [Piece] {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text.isEmpty ? [] : [.text(text)] }
        var scanner = Scanner(text)
        return try scanner.scan()
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0
        private var literal: [UInt8] = []
        private var pieces: [Piece] = []
        private var references = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func scan() throws(Malformed) -> [Piece] {
            while position < bytes.count {
                if isHere("$${") {
                    take("${", skipping: 3)
                } else if isHere("{{{{") {
                    take("{{", skipping: 4)
                } else if isHere("${") {
                    let name = try inside("${", "}")
                    add(try reference(name))
                } else if isHere("{{") {
                    let name = try inside("{{", "}}")
                    let trimmed = String(name.text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                    guard Syntax.isParameterName(trimmed[...]) else {
                        throw malformed(.badVariable(name.text), at: name.start)
                    }
                    add(.variable(trimmed))
                } else {
                    literal.append(bytes[position])
                    position += 1
                }
                if references > QueueTemplate.referenceLimit { throw malformed(.tooManyReferences, at: 0) }
            }
            flush()
            return pieces
        }

        private func isHere(_ mark: StaticString) -> Bool {
            let rest = bytes[position...]
            return mark.withUTF8Buffer { rest.starts(with: $0) }
        }

        private mutating func take(_ text: String, skipping count: Int) {
            literal += text.utf8
            position += count
        }

        private mutating func inside(
            _ open: String, _ close: String
        ) throws(Malformed) -> (text: String, start: Int) {
            let start = position
            position += open.utf8.count
            let mark = Array(close.utf8)
            var end = position
            while end + mark.count <= bytes.count, !bytes[end...].starts(with: mark) { end += 1 }
            guard end + mark.count <= bytes.count else { throw malformed(.unclosed(open), at: start) }
            let text = String(decoding: bytes[position..<end], as: UTF8.self)
            position = end + mark.count
            return (text, start)
        }

        private func reference(_ name: (text: String, start: Int)) throws(Malformed) -> Piece {
            if let macro = Macro(rawValue: name.text) { return .macro(macro) }
            let prefix = "parameters."
            if name.text.hasPrefix(prefix) {
                let parameter = name.text.dropFirst(prefix.count)
                if Syntax.isParameterName(parameter) { return .parameter(String(parameter)) }
            }
            throw malformed(.unknownMacro(name.text), at: name.start)
        }

        private mutating func add(_ piece: Piece) {
            flush()
            pieces.append(piece)
            references += 1
        }

        private mutating func flush() {
            guard !literal.isEmpty else { return }
            pieces.append(.text(String(decoding: literal, as: UTF8.self)))
            literal = []
        }

        private func malformed(_ reason: Malformed.Reason, at offset: Int) -> Malformed {
            Malformed(
                reason: reason,
                offset: String(decoding: bytes[..<offset], as: UTF8.self).unicodeScalars.count)
        }
    }

    /// A document with everything put in. What is not known stands there as it was written; validation has refused such
    /// a queue or run before, except for an image that is not built yet.
    public static func rendered(
        _ document: JSONValue, variables: [String: JSONValue], macros: [Macro: String],
        parameters: [String: JSONValue]
    ) -> JSONValue {
        switch document {
        case .null, .bool, .int, .double: return document
        case .array(let elements):
            return .array(
                elements.map { rendered($0, variables: variables, macros: macros, parameters: parameters) })
        case .object(let members):
            return .object(
                members.mapValues { rendered($0, variables: variables, macros: macros, parameters: parameters) })
        case .string(let text):
            guard let pieces = try? pieces(of: text) else { return document }
            if pieces.count == 1, case .variable(let name) = pieces[0], let value = variables[name] { return value }
            return .string(pieces.map { $0.text(variables, macros, parameters) }.joined())
        }
    }

    /// The names of the parameters that a document refers to, sorted.
    public static func parameters(in document: JSONValue) -> [String] {
        var found: Set<String> = []
        var pending = [document]
        while let value = pending.popLast() {
            switch value {
            case .null, .bool, .int, .double: break
            case .array(let elements): pending += elements
            case .object(let members): pending += members.values
            case .string(let text):
                for case .parameter(let name) in (try? pieces(of: text)) ?? [] { found.insert(name) }
            }
        }
        return found.sorted()
    }

    /// Whether a document, or anything in it, takes something from a run: a variable that it may set, or a parameter.
    public static func takesFromRun(_ document: JSONValue) -> Bool {
        switch document {
        case .null, .bool, .int, .double: false
        case .array(let elements): elements.contains(where: takesFromRun)
        case .object(let members): members.values.contains(where: takesFromRun)
        case .string(let text):
            ((try? pieces(of: text)) ?? []).contains { piece in
                switch piece {
                case .variable, .parameter: true
                case .text, .macro: false
                }
            }
        }
    }
}

extension QueueTemplate.Piece {
    fileprivate func text(
        _ variables: [String: JSONValue], _ macros: [QueueTemplate.Macro: String], _ parameters: [String: JSONValue]
    ) -> String {
        switch self {
        case .text(let text): text
        case .variable(let name): variables[name]?.inText ?? "{{\(name)}}"
        case .parameter(let name): parameters[name]?.inText ?? "${parameters.\(name)}"
        case .macro(let macro): macros[macro] ?? "${\(macro.rawValue)}"
        }
    }
}

extension JSONValue {
    /// As it stands inside a text: a string as it is, everything else as canonical JSON.
    var inText: String { if case .string(let text) = self { text } else { canonicalText } }
}
