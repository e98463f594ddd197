/// What a person sees in the end: the rows of a terminal after a program wrote to it.
///
/// It knows just what `reconcile` may use: text that wraps, line breaks, the cursor going up, erasing below, colours.
struct TerminalScreen {
    let width: Int
    private(set) var rows: [[Character]] = [[]]
    /// Whether any colour was asked for.
    private(set) var isColoured = false
    private var row = 0
    private var column = 0

    init(width: Int, showing text: String) {
        self.width = width
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\u{1B}": escape(&scalars)
            case "\r": column = 0
            case "\n": moveDown()
            default: put(Character(scalar))
            }
        }
    }

    var text: String { rows.map { String($0) }.joined(separator: "\n") }

    private mutating func put(_ character: Character) {
        if column == width {
            column = 0
            moveDown()
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func moveDown() {
        row += 1
        if row == rows.count { rows.append([]) }
    }

    /// `ESC [ number letter`.
    private mutating func escape(_ scalars: inout ArraySlice<Unicode.Scalar>) {
        guard scalars.first == "[" else { return }
        scalars.removeFirst()
        var number = ""
        while let scalar = scalars.popFirst() {
            guard !("0"..."9").contains(scalar), scalar != ";" else {
                number.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "A": row = max(0, row - (Int(number) ?? 1))
            case "J":
                rows.removeSubrange((row + 1)...)
                rows[row] = Array(rows[row].prefix(column))
            case "m": isColoured = true
            default: put("?")
            }
            return
        }
    }
}
