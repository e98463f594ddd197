/// Measurements as text, in columns as wide as what is in them.
struct Table {
    private var rows: [[String]] = [["", "ours", "reference", "ratio", "goal"]]

    mutating func add(_ row: Measurement) {
        rows.append([row.what, row.ours, row.reference, row.figure, row.goal])
    }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { Self.line($0, widths) }.joined(separator: "\n")
    }

    /// Words to the left, figures to the right.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).enumerated().map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column == 0 ? cell.0 + padding : padding + cell.0
        }.joined(separator: "  ")
    }
}
