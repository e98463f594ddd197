import Planning

/// A line as a terminal shows it: for each character (Unicode scalar, as columns are counted) the text that stands for
/// it and how many columns of the screen that takes, so that what is drawn below a line stands where it should.
struct DisplayCells {
    struct Cell {
        var text: String
        var width: Int
    }

    private(set) var cells: [Cell] = []

    /// How far apart the stops of a tab are.
    private static let tab = 4

    init(_ line: String) {
        var column = 0
        for character in line {
            // What a character is composed of takes the place of its widest part.
            let whole = character.unicodeScalars.map(\.width).max() ?? 0
            for (index, scalar) in character.unicodeScalars.enumerated() {
                var cell = Cell(text: String(scalar), width: index == 0 ? whole : 0)
                if scalar == "\t" {
                    cell.width = Self.tab - column % Self.tab
                    cell.text = String(repeating: " ", count: cell.width)
                } else {
                    let printable = cell.text.printable
                    if printable != cell.text { cell = Cell(text: printable, width: printable.count) }
                }
                cells.append(cell)
                column += cell.width
            }
        }
    }

    /// Some of its characters, as they are shown.
    func text(_ range: Range<Int>) -> String { cells[clamped(range)].map(\.text).joined() }

    /// How many columns some of its characters take.
    func width(_ range: Range<Int>) -> Int { cells[clamped(range)].reduce(0) { $0 + $1.width } }

    /// The part around a place that has room in so many columns, where not all of it has.
    func window(around place: Int, columns: Int) -> Range<Int> {
        guard width(cells.indices) > columns else { return cells.indices }
        var first = min(max(place, 0), cells.count)
        var before = 0
        while first > 0, before + cells[first - 1].width <= columns / 2 {
            first -= 1
            before += cells[first].width
        }
        var end = first
        var taken = 0
        while end < cells.count, taken + cells[end].width <= columns {
            taken += cells[end].width
            end += 1
        }
        return first..<end
    }

    private func clamped(_ range: Range<Int>) -> Range<Int> { range.clamped(to: cells.indices) }
}

extension Unicode.Scalar {
    /// The columns that it takes on a screen.
    ///
    /// By ranges, as neither Swift nor a C library without a locale knows East Asian width (Unicode, annex 11); a
    /// terminal may disagree about what is rare.
    fileprivate var width: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
