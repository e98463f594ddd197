import Synchronization

/// A file that was read, and where its lines are.
final class SourceText: Sendable {
    /// In UTF-8.
    let source: SourceFile
    /// How many bytes of the file stand before its first character.
    let base: Int
    /// Made by the first who asks for a place.
    private let lines: Mutex<LineTable?>

    init(_ source: SourceFile, base: Int, lines: LineTable?) {
        self.source = source
        self.base = base
        self.lines = Mutex(lines)
    }

    func location(of place: Place) -> SourceLocation { lineTable.location(in: source.path, place) }

    func span(of place: Place) -> Span {
        let lines = lineTable
        return Span(start: lines.mark(at: Int(place.first)), end: lines.mark(at: Int(place.last)))
    }

    private var lineTable: LineTable {
        lines.withLock { known in
            if let known { return known }
            let made = LineTable(bytes: source.bytes, base: base)
            known = made
            return made
        }
    }
}
