/// A file with the changes made of which its diagnostics are certain (`Diagnostic.Fix.isCertain`).
///
/// Changes of a diagnostic are made together or not at all. Where two would meet, that of an error is made, or else the
/// earlier one: the other is offered again when the new text is read, if it still is one. Nothing else of the text
/// changes, nor does its encoding.
public struct MendedText: Sendable {
    /// The file's bytes; those that it had where nothing could be done.
    public private(set) var bytes: [UInt8]
    /// What was mended, in the order of its places in the text that it had.
    public private(set) var mended: [Diagnostic] = []

    /// - Parameters:
    ///   - source: as it was read when the diagnostics were found.
    ///   - diagnostics: of any files.
    public init(_ source: SourceFile, mending diagnostics: [Diagnostic], limits: YAMLLimits = .default) {
        bytes = source.bytes
        let encoding = Encoding(of: source.bytes)
        guard encoding != .utf32, let text = source.inUTF8 else { return }
        let wanted = diagnostics.filter { diagnostic in
            diagnostic.isMendable && diagnostic.fixes.allSatisfy { $0.location.path == source.path }
        }
        guard !wanted.isEmpty else { return }
        let before = Self.faults(in: text, source.path, limits)
        var attempt = Self.change(text, as: wanted)
        if Self.faults(in: attempt.text, source.path, limits) > before {
            // One of them would break what could be read: those are made that do not, one after the other.
            guard wanted.count <= Self.mostSingly else { return }
            var kept: [Diagnostic] = []
            attempt = (text, [])
            for diagnostic in wanted {
                let next = Self.change(text, as: kept + [diagnostic])
                guard next.made.count > kept.count, Self.faults(in: next.text, source.path, limits) <= before else {
                    continue
                }
                kept.append(diagnostic)
                attempt = next
            }
        }
        guard attempt.text != text else { return }
        bytes = encoding.encoded(attempt.text, asBeginning: source.bytes)
        mended = attempt.made
    }

    /// Each of so many is tried with a reading of the text.
    private static let mostSingly = 50

    /// How many mistakes of its syntax a text has.
    private static func faults(in text: [UInt8], _ path: String, _ limits: YAMLLimits) -> Int {
        YAMLFile.parse(SourceFile(path: path, bytes: text), limits: limits).diagnostics.count { $0.severity == .error }
    }

    /// A text with the changes of some diagnostics made that do not meet, and whose they are.
    private static func change(
        _ text: [UInt8], as diagnostics: [Diagnostic]
    ) -> (text: [UInt8], made: [Diagnostic]) {
        var changes: [Change] = []
        var made: [Diagnostic] = []
        let inOrder = diagnostics.sorted { $0.mendingRank < $1.mendingRank }
        for diagnostic in inOrder {
            let own = diagnostic.fixes.map(Change.init)
            // What is wrong with one value of several manifests is mended once for all.
            let new = own.filter { !changes.contains($0) }
            let fits = new.allSatisfy { change in change.fits(text) && !changes.contains { $0.meets(change) } }
            guard fits else { continue }
            changes += new
            made.append(diagnostic)
        }
        var result: [UInt8] = []
        var end = 0
        for change in changes.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result += text[end..<change.range.lowerBound] + Array(change.replacement.utf8)
            end = change.range.upperBound
        }
        return (result + text[end...], made.sorted { $0.firstChange < $1.firstChange })
    }

    /// A change in bytes of the text.
    private struct Change: Hashable {
        var range: Range<Int>
        var replacement: String
        /// What has to be there; `nil` where that is not known.
        var replaced: String?

        init(_ fix: Diagnostic.Fix) {
            let span = fix.location.span
            range = span.start.offset..<max(span.start.offset, span.end.offset)
            replacement = fix.replacement
            replaced = fix.location.text
        }

        /// Whether the place is one of the text, and what was seen there still is.
        func fits(_ text: [UInt8]) -> Bool {
            guard range.lowerBound >= 0, range.upperBound <= text.count else { return false }
            return replaced.map { text[range].elementsEqual($0.utf8) } ?? true
        }

        func meets(_ other: Change) -> Bool {
            if range.isEmpty || other.range.isEmpty {
                return range.lowerBound <= other.range.upperBound && other.range.lowerBound <= range.upperBound
            }
            return range.overlaps(other.range)
        }
    }
}

extension Diagnostic {
    /// In bytes of the text.
    fileprivate var firstChange: Int { fixes.map(\.location.span.start.offset).min() ?? 0 }

    fileprivate var mendingRank: (severity: Int, offset: Int) { (severity == .error ? 0 : 1, firstChange) }
}

extension SourceFile {
    /// The text as its diagnostics count it: of UTF-16 in UTF-8, of anything else the bytes as they are; `nil` where
    /// there is half a character.
    public var inUTF8: [UInt8]? {
        guard case .utf16(let isBigEndian) = Encoding(of: bytes) else { return bytes }
        let text = TranscodedText(utf16: bytes, isBigEndian: isBigEndian)
        return text.broken.isEmpty ? text.bytes : nil
    }
}
