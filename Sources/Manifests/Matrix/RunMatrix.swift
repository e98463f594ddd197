import YAML

/// What the `matrix` of a Run says: the sets of parameters that it is executed with, as the product of some lists, as
/// sets that are written out, or both, in the manner of GitHub Actions.
struct RunMatrix: Sendable, Hashable {
    /// The parameters of which every combination is meant, in the order in which they are written.
    var axes: [Axis] = []
    /// What is added to combinations, or is a set of its own. A plain list of sets is nothing else.
    var include: [Entry] = []
    /// Which combinations are left out.
    var exclude: [Entry] = []

    /// A value of a parameter. Two are equal that say the same, wherever they were written.
    struct Cell: Sendable, Hashable {
        var name: String
        var value: JSONValue
        /// The length of its canonical form, in bytes.
        var bytes: Int
        /// Where the name and the value were written.
        var key: Node
        var node: Node
        /// Where the value begins in its file, which tells it from all others.
        var offset: Int

        init(name: String, value: JSONValue, key: Node, node: Node) {
            self.name = name
            self.value = value.normalized
            self.key = key
            self.node = node
            offset = node.span.start.offset
            bytes = self.value.canonicalBytes.count
        }

        static func == (left: Cell, right: Cell) -> Bool { left.name == right.name && left.value == right.value }

        func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    /// A parameter of a grid and its values.
    struct Axis: Sendable, Hashable {
        var name: String
        var values: [Cell]
    }

    /// Some values that are written together, and where.
    struct Entry: Sendable, Hashable {
        var cells: [Cell]
        var node: Node

        static func == (left: Entry, right: Entry) -> Bool { left.cells == right.cells }

        func hash(into hasher: inout Hasher) { hasher.combine(cells) }
    }
}

/// The parameters of one of a matrix's runs.
struct ParameterSet: Sendable {
    /// What makes it this one and gives it its name: of a grid's combination the values of the grid, of a set that is
    /// written out all values.
    var coordinates: [RunMatrix.Cell]
    /// What `include` added to a combination of the grid.
    var additions: [RunMatrix.Cell] = []
    /// Where it was written as a whole; of a combination, the grid.
    var place: Node
    /// Whether it was written by itself rather than as a combination.
    var isSeparate = false

    var cells: [RunMatrix.Cell] { coordinates + additions }
}
