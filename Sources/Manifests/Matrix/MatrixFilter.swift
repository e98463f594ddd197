/// Which combinations of a grid an entry of `include` or `exclude` fits.
///
/// Values are compared once, and combinations by their places: there may be thousands of each.
struct MatrixFilter {
    /// For each parameter of the grid that the entry has a value for: which of its values fit.
    private let fitting: [(axis: Int, values: [Bool])]
    /// The entry's values of other parameters.
    let additions: [RunMatrix.Cell]
    private let names: [String]

    init(_ entry: RunMatrix.Entry, of axes: [RunMatrix.Axis]) {
        let cells = entry.cells.map { cell in (cell: cell, axis: axes.firstIndex { $0.name == cell.name }) }
        fitting = cells.compactMap { cell, axis in
            axis.map { ($0, axes[$0].values.map { cell.value.fits($0.value) }) }
        }
        names = fitting.map { axes[$0.axis].name }
        additions = cells.filter { $0.axis == nil }.map(\.cell)
    }

    /// Whether a combination, given by the places of its values, is one of those that the entry means.
    func fits(_ place: [Int]) -> Bool { fitting.allSatisfy { $0.values[place[$0.axis]] } }

    /// Whether any value of the grid is what the entry says of a parameter.
    func fitsAny(of cell: RunMatrix.Cell) -> Bool {
        zip(names, fitting).contains { $0 == cell.name && $1.values.contains(true) }
    }
}

extension JSONValue {
    /// Whether it says nothing else than another value: of a mapping, it need not name all members.
    fileprivate func fits(_ value: JSONValue) -> Bool {
        guard case .object(let wanted) = self, case .object(let members) = value else { return self == value }
        return wanted.allSatisfy { name, value in members[name].map { value.fits($0) } ?? false }
    }
}
