/// A pattern for one name in a path: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of some, `\` the next as it
/// is.
struct NameGlob: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case any
        case one
        case literal(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let parts: [Part]

    init(_ text: some Collection<Unicode.Scalar>) {
        var rest = Array(text)[...]
        var parts: [Part] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if parts.last != .any { parts.append(.any) }
            case "?": parts.append(.one)
            case "\\": parts.append(.literal(rest.popFirst() ?? "\\"))
            case "[":
                if let (set, after) = Self.set(rest) {
                    parts.append(set)
                    rest = after
                } else {
                    // What is never closed matches nothing, as with Git.
                    parts.append(.set([], isNegated: false))
                }
            default: parts.append(.literal(scalar))
            }
        }
        self.parts = parts
    }

    /// What follows a `[`; `nil` where nothing closes it.
    private static func set(_ text: ArraySlice<Unicode.Scalar>) -> (Part, ArraySlice<Unicode.Scalar>)? {
        var rest = text
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        // A `]` that comes first is a member.
        while let scalar = rest.popFirst(), scalar != "]" || ranges.isEmpty {
            let low = scalar == "\\" ? rest.popFirst() : scalar
            guard let low else { return nil }
            if rest.first == "-", let high = rest.dropFirst().first, high != "]" {
                rest.removeFirst(2)
                // A reversed range has no members; git says so, too.
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        guard text.startIndex < rest.startIndex, text[rest.startIndex - 1] == "]", !ranges.isEmpty else { return nil }
        return (.set(ranges, isNegated: isNegated), rest)
    }

    /// Whether there is a name that matches.
    var isSatisfiable: Bool { !parts.contains(.set([], isNegated: false)) }

    func matches(_ name: [Unicode.Scalar]) -> Bool {
        var part = 0
        var index = 0
        // Where to go on if what follows the last `*` fails: it then takes one character more. Earlier ones need not
        // be tried again, so time grows with the product of both lengths.
        var retry: (part: Int, index: Int)?
        while index < name.count {
            if part < parts.count, case .any = parts[part] {
                retry = (part + 1, index)
                part += 1
            } else if part < parts.count, takes(parts[part], name[index]) {
                part += 1
                index += 1
            } else if let (from, at) = retry {
                retry = (from, at + 1)
                part = from
                index = at + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .any }
    }

    private func takes(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .any, .one: true
        case .literal(let literal): literal == scalar
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }
}
