/// Turns the tree of a pattern into instructions. It stops growing soon after the limit, so that nested repetitions
/// such as `((a{1000}){1000}){1000}` cost no more than the limit.
struct PatternProgram {
    private(set) var instructions: [Pattern.Instruction] = []

    init(_ tree: PatternTree) {
        emit(tree)
        instructions.append(.match)
    }

    private var isFull: Bool { instructions.count > Pattern.programLimit }

    private mutating func emit(_ tree: PatternTree) {
        guard !isFull else { return }
        switch tree {
        case .empty: break
        case .one(let set): instructions.append(.one(set))
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let parts): for part in parts { emit(part) }
        case .choice(let branches): emit(branches[...])
        case .repeated(let tree, let least, let most): emit(tree, least, most)
        }
    }

    private mutating func emit(_ branches: ArraySlice<PatternTree>) {
        var jumps: [Int] = []
        for (offset, branch) in branches.enumerated() {
            guard !isFull else { return }
            guard offset < branches.count - 1 else {
                emit(branch)
                break
            }
            let fork = reserve()
            emit(branch)
            jumps.append(reserve())
            instructions[fork] = .fork(fork + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emit(_ tree: PatternTree, _ least: Int, _ most: Int?) {
        for _ in 0..<least where !isFull {
            let before = instructions.count
            emit(tree)
            // Nothing repeated is nothing, however often; nested, the counting alone would take forever.
            if instructions.count == before { break }
        }
        guard let most else {
            let fork = reserve()
            emit(tree)
            instructions.append(.jump(fork))
            instructions[fork] = .fork(fork + 1, instructions.count)
            return
        }
        var forks: [Int] = []
        for _ in 0..<(most - least) where !isFull {
            forks.append(reserve())
            emit(tree)
        }
        for fork in forks { instructions[fork] = .fork(fork + 1, instructions.count) }
    }

    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }
}
