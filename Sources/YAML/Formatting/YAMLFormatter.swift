/// Rewrites a file in one canonical style (docs/formatting.md), keeping its meaning and every comment.
///
/// It works on the text, not on the tree: what has no place in the tree, such as comments, quotes and anchors, is
/// carried over. Afterwards both texts are read and compared, whatever was done; where they differ in anything but
/// style, the file is left alone.
public enum YAMLFormatter {
    public struct Outcome: Sendable {
        /// The text in canonical style; `nil` where the file is to be left alone.
        public var text: [UInt8]?
        /// Why it is.
        public var diagnostics: [Diagnostic] = []
    }

    /// - Parameter order: for the root of a document, the order of the fields in it.
    public static func format(
        _ source: SourceFile, limits: YAMLLimits = .default, order: (Node) -> FieldOrder = { _ in .asWritten }
    ) -> Outcome {
        let file = YAMLFile.parse(source, limits: limits)
        let errors = file.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { return Outcome(diagnostics: errors) }
        // What was UTF-16 is UTF-8 from here on.
        let plain = SourceFile(path: source.path, bytes: withPlainBreaks(file.source.bytes))
        do throws(TokenScanner.Failure) {
            guard let text = try canonical(plain.bytes, file.documents.map(order)) else {
                return Outcome(diagnostics: [.formattingTooLong(at: SourceLocation(path: source.path))])
            }
            // The limits are for what people write.
            var limits = limits
            limits.documentBytes = YAMLLimits.mostBytes
            let result = YAMLFile.parse(SourceFile(path: source.path, bytes: text), limits: limits)
            guard !result.diagnostics.contains(where: { $0.severity == .error }) else {
                return Outcome(diagnostics: [.unsafeFormatting(at: SourceLocation(path: source.path))])
            }
            if let place = FormattingCheck.difference(file, result) {
                return Outcome(diagnostics: [.unsafeFormatting(at: place)])
            }
            guard try FormattingCheck.haveSameNotes(plain.bytes, text) else {
                return Outcome(diagnostics: [.unsafeFormatting(at: SourceLocation(path: source.path))])
            }
            return Outcome(text: text)
        } catch {
            let place = LineTable(bytes: plain.bytes, base: 0).location(in: source.path, offset: error.offset)
            return Outcome(diagnostics: [.unsafeFormatting(at: place)])
        }
    }

    private static func canonical(
        _ text: [UInt8], _ orders: [FieldOrder]
    ) throws(TokenScanner.Failure) -> [UInt8]? {
        var documents = try DocumentReader.documents(of: text)
        // The tree leaves documents out in which nothing is.
        var orders = orders[...]
        let arrangement = Arrangement(text: text)
        for index in documents.indices where !documents[index].root.isEmpty {
            guard let order = orders.popFirst() else { throw TokenScanner.Failure(offset: 0) }
            documents[index].root = arrangement.arranged(documents[index].root, order).withCommentsAboveElements
        }
        return Layout.text(of: tidied(documents), in: text)
    }

    /// Takes out documents without anything in them, and puts comments before the first where the first is.
    private static func tidied(_ documents: [WrittenDocument]) -> [WrittenDocument] {
        var documents = documents
        while documents.count > 1, documents[0].isEmpty {
            let first = documents.removeFirst()
            let above = first.lead + first.marker + first.root.before + first.root.inside + first.footer
            documents[0].lead = above + documents[0].lead
            if documents[0].directives.isEmpty {
                documents[0].lead += documents[0].marker
                documents[0].marker = []
            }
        }
        return documents.enumerated().filter { $0.offset == 0 || !$0.element.isEmpty || $0.element.hasComments }
            .map(\.element)
    }

    /// The text without byte order mark, with LF as its only line break.
    private static func withPlainBreaks(_ bytes: [UInt8]) -> [UInt8] {
        let text = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
        let carriageReturn = UInt8(ascii: "\r")
        guard text.contains(carriageReturn) else { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var previous: UInt8 = 0
        for byte in text {
            if byte == carriageReturn {
                result.append(UInt8(ascii: "\n"))
            } else if byte != UInt8(ascii: "\n") || previous != carriageReturn {
                result.append(byte)
            }
            previous = byte
        }
        return result
    }
}
