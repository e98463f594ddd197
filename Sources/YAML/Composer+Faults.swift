extension Composer {
    mutating func stopAtNode(_ place: Place) {
        let limit = limits.nodes
        stop(at: place) { .tooManyNodes(limit, at: $0(place)) }
    }

    mutating func stopAtScalar(of count: Int, at place: Place) {
        let limit = limits.scalarBytes
        stop(at: place) { .scalarTooLong(count, limit: limit, at: $0(place)) }
    }

    mutating func error(at place: Place, _ make: @escaping (Faults.Locator) -> Diagnostic) {
        faults.error(at: place, make)
        if faults.isFull { isStopped = true }
    }

    /// Reports what makes the rest of the file unreadable.
    mutating func stop(at place: Place, _ make: @escaping (Faults.Locator) -> Diagnostic) {
        guard !isStopped else { return }
        error(at: place, make)
        isStopped = true
    }

    mutating func fail(_ problem: Parser.Problem) {
        // libyaml reads ahead of what it parses: what it cannot read is behind everything that has been said.
        let behind = Place(first: .max, last: .max)
        switch problem {
        case .memory: stop(at: behind) { .noMemory(at: $0(Place(first: 0, last: 0))) }
        case .tooManyDirectives: stop(at: behind) { .tooManyDirectives(at: $0(Place(first: 0, last: 0))) }
        case .encoding(let offset, let value, let words):
            let offset = base + offset
            stop(at: behind) { .encoding(value, words: words, at: $0.lines.location(in: $0.path, offset: offset)) }
        case .syntax(let words, let index, let context, let start):
            let place = Place(first: UInt32(index), last: UInt32(index + 1))
            let from = Place(first: UInt32(start), last: UInt32(start + 1))
            stop(at: place) {
                .syntax(
                    words, byte: $0.lines.byte(at: index), at: $0(place), context: context, from: $0(from))
            }
        }
    }
}
