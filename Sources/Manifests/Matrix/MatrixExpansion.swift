import YAML

/// How much one matrix may be.
enum MatrixLimits {
    /// Runs of one matrix, values of one parameter, and sets of one list.
    static let runs = 1_000
    /// Combinations of a grid before any is left out.
    static let combinations = 10_000
    /// What all runs of one matrix together may take in bytes: each is a manifest of its own, so that a long text is
    /// there as often as there are runs.
    static let bytes = 64 << 20
}

/// The sets of parameters that a matrix stands for, in the order of GitHub Actions: the combinations of the grid, of
/// which the first parameter changes last, without those that are excluded; then the sets of `include` that fit none.
struct MatrixExpansion {
    private(set) var sets: [ParameterSet] = []
    private(set) var diagnostics: [Diagnostic] = []

    private let matrix: RunMatrix
    /// Where the matrix was written.
    private let node: Node

    /// There are no sets where there is an error.
    init(_ matrix: RunMatrix, at node: Node) {
        self.matrix = matrix
        self.node = node
        guard isBounded() else { return }
        let excluded = matrix.exclude.compactMap { exclusion($0) }
        let included = matrix.include.map { MatrixFilter($0, of: matrix.axes) }
        guard !diagnostics.hasErrors else { return }
        guard let fits = combine(without: excluded, including: included) else {
            sets = []
            return
        }
        for (entry, fits) in zip(matrix.include, fits) where !fits { sets.append(separate(entry)) }
        checkResult()
        checkSeparateSets(fits)
        if diagnostics.hasErrors { sets = [] }
    }

    /// Counts before anything is made.
    private mutating func isBounded() -> Bool {
        if matrix.axes.isEmpty, matrix.include.isEmpty {
            diagnostics.append(.emptyMatrix(at: node.location))
            return false
        }
        var product: (value: Int, isTooLarge: Bool) = (1, false)
        for axis in matrix.axes {
            let (value, overflow) = product.value.multipliedReportingOverflow(by: axis.values.count)
            product = overflow ? (.max, true) : (value, value > MatrixLimits.combinations)
            guard !overflow else { break }
        }
        guard product.isTooLarge else { return true }
        diagnostics.append(.tooManyCombinations(matrix.axes.map { ($0.name, $0.values.count) }, at: node.location))
        return false
    }

    // MARK: Exclude

    /// What an entry of `exclude` leaves out; `nil` where that is nothing.
    private mutating func exclusion(_ entry: RunMatrix.Entry) -> MatrixFilter? {
        let known = matrix.axes.map(\.name)
        let unknown = entry.cells.filter { !known.contains($0.name) }
        diagnostics += unknown.map { .excludesUnknown($0.key, known: known) }
        guard unknown.isEmpty else { return nil }
        let filter = MatrixFilter(entry, of: matrix.axes)
        // Every combination is there, so it fits one unless one of its values fits none.
        for cell in entry.cells {
            guard let axis = matrix.axes.first(where: { $0.name == cell.name }), !filter.fitsAny(of: cell) else {
                continue
            }
            diagnostics.append(.excludesNothing(cell, values: axis.values.map(\.value), at: cell.node.location))
            return nil
        }
        return filter
    }

    // MARK: Combinations

    /// Makes the combinations of the grid; says of each entry of `include` whether it fits any. `nil` where there are
    /// too many.
    private mutating func combine(without excluded: [MatrixFilter], including included: [MatrixFilter]) -> [Bool]? {
        var fits = Array(repeating: false, count: included.count)
        guard !matrix.axes.isEmpty else { return fits }
        var place = Array(repeating: 0, count: matrix.axes.count)
        repeat {
            guard !excluded.contains(where: { $0.fits(place) }) else { continue }
            guard sets.count < MatrixLimits.runs else {
                diagnostics.append(.tooManyRuns(atLeast: sets.count + 1, at: node.location))
                return nil
            }
            var set = ParameterSet(coordinates: zip(matrix.axes, place).map { $0.values[$1] }, place: node)
            for (index, filter) in included.enumerated() where filter.fits(place) {
                fits[index] = true
                set.add(filter.additions)
            }
            sets.append(set)
        } while next(&place)
        return fits
    }

    /// Moves on to the next combination; says whether there is one.
    private func next(_ place: inout [Int]) -> Bool {
        for axis in place.indices.reversed() {
            place[axis] += 1
            if place[axis] < matrix.axes[axis].values.count { return true }
            place[axis] = 0
        }
        return false
    }

    /// An entry of `include` that is a set of its own; what the grid has comes first and in its order.
    private func separate(_ entry: RunMatrix.Entry) -> ParameterSet {
        let gridded = matrix.axes.compactMap { axis in entry.cells.first { $0.name == axis.name } }
        let others = entry.cells.filter { cell in !matrix.axes.contains { $0.name == cell.name } }
        return ParameterSet(coordinates: gridded + others, place: entry.node, isSeparate: true)
    }

    // MARK: The result

    private mutating func checkResult() {
        if sets.isEmpty { diagnostics.append(.everythingExcluded(at: node.location)) }
        if sets.count > MatrixLimits.runs {
            diagnostics.append(.tooManyRuns(atLeast: sets.count, at: node.location))
        }
    }

    private mutating func checkSeparateSets(_ fits: [Bool]) {
        let grid = Set(matrix.axes.map(\.name))
        var first: [Set<RunMatrix.Cell>: RunMatrix.Entry] = [:]
        for (entry, fits) in zip(matrix.include, fits) {
            if fits {
                if entry.cells.allSatisfy({ grid.contains($0.name) }) {
                    diagnostics.append(.includesNothing(at: entry.node.location))
                }
                continue
            }
            let cells = Set(entry.cells)
            if let twin = first[cells] {
                diagnostics.append(.parameterSetRepeated(at: entry.node.location, first: twin.node.location))
            } else {
                first[cells] = entry
            }
        }
    }
}

extension ParameterSet {
    /// Adds what `include` says; of two that set the same parameter, the later holds.
    fileprivate mutating func add(_ cells: [RunMatrix.Cell]) {
        for cell in cells {
            if let index = additions.firstIndex(where: { $0.name == cell.name }) {
                additions[index] = cell
            } else {
                additions.append(cell)
            }
        }
    }
}

extension [Diagnostic] {
    var hasErrors: Bool { contains { $0.severity == .error } }
}
