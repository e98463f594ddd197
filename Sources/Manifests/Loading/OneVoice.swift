import YAML

/// Lets one mistake be said once, where both the parser and what reads its values have something to say about a place.
enum OneVoice {
    /// All of both but what follows from the rest.
    ///
    /// Of a value in which something is no YAML the parser knows more; of several lines it may have other mistakes. Of
    /// a word that older YAML reads differently and that the field does not take either, the field knows more.
    static func merged(_ parsing: [Diagnostic], _ reading: [Diagnostic]) -> [Diagnostic] {
        guard !parsing.isEmpty else { return reading }
        var unread: [String: [Int]] = [:]
        for location in parsing.filter({ $0.severity == .error }).compactMap(\.location) {
            unread[location.path, default: []].append(location.span.start.offset)
        }
        let kept = reading.filter { diagnostic in
            guard let location = diagnostic.location, let offsets = unread[location.path] else { return true }
            let span = location.span
            let isOneLine = span.start.line == span.end.line
            return !offsets.contains { offset in
                offset == span.start.offset || (isOneLine && span.start.offset..<span.end.offset ~= offset)
            }
        }
        let refused = Set(kept.filter { $0.severity == .error }.compactMap { $0.location.map(Place.init) })
        let others = parsing.filter { diagnostic in
            guard diagnostic.severity == .warning, let location = diagnostic.location else { return true }
            return !refused.contains(Place(location))
        }
        return others + kept
    }

    private struct Place: Hashable {
        var path: String
        var offset: Int

        init(_ location: SourceLocation) {
            path = location.path
            offset = location.span.start.offset
        }
    }
}
