/// A pattern as a tree. Its depth is bounded by the limit on nested groups.
indirect enum PatternTree {
    case empty
    case one(Pattern.Set)
    case start
    case end
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, least: Int, most: Int?)
}

/// Reads a pattern into a tree, scalar by scalar.
struct PatternParser {
    private static let nestingLimit = 32
    private static let repetitionLimit = 1000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func parse() throws(Pattern.Malformed) -> PatternTree {
        guard scalars.count <= Pattern.lengthLimit else {
            throw Pattern.Malformed(reason: "it is longer than \(Pattern.lengthLimit) characters", offset: 0)
        }
        let tree = try choice()
        guard index == scalars.count else { throw fail("this `)` closes nothing") }
        return tree
    }

    private func fail(_ reason: String) -> Pattern.Malformed { Pattern.Malformed(reason: reason, offset: index) }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func choice() throws(Pattern.Malformed) -> PatternTree {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Pattern.Malformed) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repetition()) }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repetition() throws(Pattern.Malformed) -> PatternTree {
        let atom = try atom()
        var tree = atom
        if take("*") {
            tree = .repeated(atom, least: 0, most: nil)
        } else if take("+") {
            tree = .repeated(atom, least: 1, most: nil)
        } else if take("?") {
            tree = .repeated(atom, least: 0, most: 1)
        } else if take("{") {
            tree = try counted(atom)
        } else {
            return tree
        }
        // A lazy quantifier finds another match first; whether there is one is the same.
        _ = take("?")
        if let scalar = next, "*+?{".unicodeScalars.contains(scalar) { throw fail("`\(scalar)` repeats nothing") }
        return tree
    }

    private mutating func counted(_ atom: PatternTree) throws(Pattern.Malformed) -> PatternTree {
        let least = try number()
        var most: Int? = least
        if take(",") { most = next == "}" ? nil : try number() }
        guard take("}") else { throw fail("expected `}` after a repetition such as {2,5}") }
        guard most.map({ $0 >= least }) ?? true else { throw fail("the bounds of this repetition are reversed") }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func number() throws(Pattern.Malformed) -> Int {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = (value ?? 0) * 10 + Int(scalar.value - 48)
            index += 1
            guard let value, value <= Self.repetitionLimit else {
                throw fail("a repetition may count to \(Self.repetitionLimit) at most")
            }
        }
        guard let value else { throw fail("expected a number, as in {2,5}; write \\{ for a brace") }
        return value
    }

    private mutating func atom() throws(Pattern.Malformed) -> PatternTree {
        guard let scalar = next else { return .empty }
        switch scalar {
        case "^", "$":
            index += 1
            return scalar == "^" ? .start : .end
        case ".":
            index += 1
            return .one(Pattern.Set(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true))
        case "(": return try group()
        case "[": return .one(try set())
        case "\\": return .one(try escape())
        case "*", "+", "?", "{": throw fail("`\(scalar)` repeats nothing")
        default:
            index += 1
            return .one(Pattern.Set(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group() throws(Pattern.Malformed) -> PatternTree {
        let start = index
        index += 1
        if take("?"), !take(":") {
            throw fail("look-around and named groups are not supported; write (…) or (?:…)")
        }
        depth += 1
        guard depth <= Self.nestingLimit else { throw fail("groups are nested deeper than \(Self.nestingLimit)") }
        let tree = try choice()
        depth -= 1
        guard take(")") else {
            index = start
            throw fail("this `(` is never closed")
        }
        return tree
    }

    private mutating func escape() throws(Pattern.Malformed) -> Pattern.Set {
        index += 1
        guard let scalar = next else { throw fail("a `\\` at the end escapes nothing") }
        index += 1
        let digits: [ClosedRange<UInt32>] = [0x30...0x39]
        let word = digits + [0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
        let space: [ClosedRange<UInt32>] = [
            0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
        ]
        switch scalar {
        case "d", "D": return Pattern.Set(ranges: digits, isNegated: scalar == "D")
        case "w", "W": return Pattern.Set(ranges: word, isNegated: scalar == "W")
        case "s", "S": return Pattern.Set(ranges: space, isNegated: scalar == "S")
        case "n": return Pattern.Set(ranges: [0x0A...0x0A])
        case "r": return Pattern.Set(ranges: [0x0D...0x0D])
        case "t": return Pattern.Set(ranges: [0x09...0x09])
        case "a"..."z", "A"..."Z", "0"..."9":
            index -= 2
            throw fail("`\\\(scalar)` is not supported")
        default: return Pattern.Set(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func set() throws(Pattern.Malformed) -> Pattern.Set {
        let start = index
        index += 1
        var set = Pattern.Set(ranges: [], isNegated: take("^"))
        while let scalar = next, scalar != "]" {
            let low = try member()
            guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                set.ranges += low
                continue
            }
            index += 1
            let high = try member()
            guard let from = low.single, let to = high.single else { throw fail("a range needs single characters") }
            guard from <= to else { throw fail("the range beginning with `\(scalar)` is reversed") }
            set.ranges.append(from...to)
        }
        guard take("]") else {
            index = start
            throw fail("this `[` is never closed")
        }
        return set
    }

    /// One member of a class; a negated class inside a class is turned inside out.
    private mutating func member() throws(Pattern.Malformed) -> [ClosedRange<UInt32>] {
        guard next == "\\" else {
            guard let scalar = next else { throw fail("this class is never closed") }
            index += 1
            return [scalar.value...scalar.value]
        }
        let set = try escape()
        guard set.isNegated else { return set.ranges }
        var gaps: [ClosedRange<UInt32>] = []
        var from: UInt32 = 0
        for range in set.ranges {
            if range.lowerBound > from { gaps.append(from...(range.lowerBound - 1)) }
            from = range.upperBound + 1
        }
        gaps.append(from...0x10FFFF)
        return gaps
    }
}

extension [ClosedRange<UInt32>] {
    fileprivate var single: UInt32? { count == 1 && self[0].count == 1 ? self[0].lowerBound : nil }
}
