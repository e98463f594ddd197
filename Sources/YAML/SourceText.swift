import Synchronization

/// A file that was read, and where its lines are.
final class SourceText: Sendable {
    /// In UTF-8.
    let source: SourceFile
    /// Made by the first who asks for a place: none or one, which takes no room where nobody asks.
    private let lines: Mutex<[LineTable]>

    init(_ source: SourceFile, lines: LineTable? = nil) {
        self.source = source
        self.lines = Mutex(lines.map { [$0] } ?? [])
    }

    func location(of place: Place) -> SourceLocation { lineTable.location(in: source.path, place) }

    func span(of place: Place) -> Span {
        let lines = lineTable
        return Span(start: lines.mark(at: Int(place.first)), end: lines.mark(at: Int(place.last)))
    }

    private var lineTable: LineTable {
        lines.withLock { known in
            if let known = known.first { return known }
            let made = LineTable(bytes: source.bytes, base: source.bytes.startOfText)
            known = [made]
            return made
        }
    }
}
