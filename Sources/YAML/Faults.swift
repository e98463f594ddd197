/// What is wrong with a file, collected while it is read: places are still characters then, and become lines, columns
/// and excerpts only if there is anything to say.
struct Faults {
    /// Makes a place readable.
    struct Locator {
        let path: String
        let lines: LineTable

        func callAsFunction(_ place: Place) -> SourceLocation { lines.location(in: path, place) }
    }

    private struct Fault {
        var place: Place
        var make: (Locator) -> Diagnostic
    }

    private var errors: [Fault] = []
    private var warnings: [Fault] = []

    var isEmpty: Bool { errors.isEmpty && warnings.isEmpty }
    /// Whether a reader has seen enough.
    var isFull: Bool { errors.count >= YAMLLimits.mostFaults }

    mutating func error(at place: Place, _ make: @escaping (Locator) -> Diagnostic) {
        errors.append(Fault(place: place, make: make))
    }

    /// Keeps a warning; those beyond the limit say nothing new.
    mutating func warning(at place: Place, _ make: @escaping (Locator) -> Diagnostic) {
        if warnings.count < YAMLLimits.mostFaults { warnings.append(Fault(place: place, make: make)) }
    }

    /// All of them in the order of their places.
    func diagnostics(_ locate: Locator) -> [Diagnostic] {
        let found = (errors + warnings).enumerated()
            .sorted { ($0.element.place.first, $0.offset) < ($1.element.place.first, $1.offset) }
            .map { $0.element.make(locate) }
        guard isFull, let last = errors.last?.make(locate).location else { return found }
        return found + [.tooManyErrors(errors.count, at: last)]
    }
}
