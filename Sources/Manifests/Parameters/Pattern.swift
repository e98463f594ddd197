/// A regular expression whose matching time grows with the length of the text and of the pattern, and not faster.
///
/// Manifests come from whoever can open a pull request. Swift's `Regex` and `NSRegularExpression` backtrack, so a short
/// pattern such as `(a+)+$` can keep them busy for years, and neither has a limit on time; there is no RE2 for Swift.
/// This is the classical construction (K. Thompson, “Regular Expression Search Algorithm”, 1968): all alternatives
/// advance together through the text. The syntax is the common part of ECMA 262, which JSON Schema names, and RE2:
/// literals, `.`, classes, `\d \w \s` and their negations, groups, `|`, `* + ? {m,n}`, `^` and `$`. Back references
/// and look-around are refused.
public struct Pattern: Sendable, Hashable {
    /// What is wrong with a text that should be a pattern.
    public struct Malformed: Error, Hashable {
        public var reason: String
        /// In Unicode scalars from the beginning.
        public var offset: Int
    }

    /// The longest text to match, in bytes.
    public static let textLimit = 65_536
    /// The longest pattern, in Unicode scalars, and the largest program that repetitions may unfold to.
    static let lengthLimit = 500
    static let programLimit = 2000

    public let source: String
    private let program: [Instruction]

    enum Instruction: Sendable, Hashable {
        case match
        case one(Set)
        case start
        case end
        /// Goes on at both places.
        case fork(Int, Int)
        case jump(Int)
    }

    /// A set of Unicode scalars, as ranges.
    struct Set: Sendable, Hashable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false

        func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
    }

    public init(_ source: String) throws(Malformed) {
        var parser = PatternParser(source)
        self.source = source
        program = PatternProgram(try parser.parse()).instructions
        guard program.count <= Self.programLimit else {
            throw Malformed(reason: "it repeats too much", offset: 0)
        }
    }

    /// How many instructions it is: the most that one scalar of a text can take.
    var size: Int { program.count }

    /// Whether some part of the text matches; with `whole`, whether all of it does.
    public func matches(_ text: String, whole: Bool = false) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = States(program.count)
        var next = States(program.count)
        for index in 0...scalars.count {
            let place = (isStart: index == 0, isEnd: index == scalars.count)
            let isAccepted = !whole || place.isEnd
            if !whole || place.isStart, add(0, to: &current, place, accepting: isAccepted) { return true }
            guard index < scalars.count else { return false }
            next.removeAll()
            // What an instruction leads to is added for the position after the scalar it takes.
            let after = (isStart: false, isEnd: index + 1 == scalars.count)
            for state in current.list {
                guard case .one(let set) = program[state], set.contains(scalars[index].value) else { continue }
                if add(state + 1, to: &next, after, accepting: !whole || after.isEnd) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Adds a state and all that it reaches without taking a scalar; says whether that is a match that counts.
    private func add(
        _ state: Int, to states: inout States, _ place: (isStart: Bool, isEnd: Bool), accepting: Bool
    ) -> Bool {
        states.waiting.append(state)
        while let state = states.waiting.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .match: if accepting { return true }
            case .one: continue
            case .start: if place.isStart { states.waiting.append(state + 1) }
            case .end: if place.isEnd { states.waiting.append(state + 1) }
            case .fork(let first, let second):
                states.waiting.append(second)
                states.waiting.append(first)
            case .jump(let target): states.waiting.append(target)
            }
        }
        return false
    }

    /// The states that are alive, each once.
    private struct States {
        private(set) var list: [Int] = []
        /// What has still to be added, kept here so that its memory is used again.
        var waiting: [Int] = []
        private var isAlive: [Bool]

        init(_ count: Int) { isAlive = Array(repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            guard !isAlive[state] else { return false }
            isAlive[state] = true
            list.append(state)
            return true
        }

        mutating func removeAll() {
            for state in list { isAlive[state] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}
