import Manifests
import YAML

/// What holds for every file whatsoever, besides that reading it ends and does not crash.
///
/// `public` for the fuzzer, which runs it on file after file, and for the tests, which run it on those that once broke
/// something.
public struct Invariants {
    /// What does not hold, in words; empty where all is well.
    public private(set) var violations: [String] = []
    private let bytes: [UInt8]
    /// The line and column of each byte and of the file's end, counted anew; `nil` for what is no UTF-8, where nobody
    /// agrees on characters.
    private let positions: [Position]?

    /// Reads a file twice, as YAML and as manifests, and looks at all that came of it.
    public init(of bytes: [UInt8]) {
        let source = SourceFile(path: "manifests/fuzz.yaml", bytes: bytes)
        let file = YAMLFile.parse(source)
        self.bytes = file.source.bytes
        let isUTF8 = String(validating: file.source.bytes, as: UTF8.self) != nil
        positions = isUTF8 ? Self.positions(in: file.source.bytes) : nil
        for document in file.documents { check(document) }
        check(file.diagnostics)
        let again = YAMLFile.parse(source)
        if again.diagnostics != file.diagnostics { violations.append("another reading reports something else") }
        if again.documents.map(Self.outline) != file.documents.map(Self.outline) {
            violations.append("another reading has other values")
        }
        let loaded = LoadedManifests(decoding: [source])
        check(loaded.diagnostics)
        if LoadedManifests(decoding: [source]).diagnostics != loaded.diagnostics {
            violations.append("another decoding reports something else")
        }
        let errors = file.diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty, !loaded.hasErrors { violations.append("manifests with a broken file have no error") }
    }

    private mutating func check(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            let code = diagnostic.code.rawValue
            if diagnostic.message.isEmpty { violations.append("\(code) says nothing") }
            if let location = diagnostic.location { check(location, code) }
            for note in diagnostic.notes {
                if note.message.isEmpty { violations.append("a note of \(code) says nothing") }
                if let location = note.location { check(location, "a note of \(code)") }
            }
            for fix in diagnostic.fixes { check(fix.location, "a fix of \(code)") }
        }
    }

    private mutating func check(_ location: SourceLocation, _ what: String) {
        check(location.span, what)
        guard positions != nil, let line = location.line else { return }
        let written = Self.line(at: location.span.start.offset, in: bytes)
        if !written.starts(with: line.utf8) { violations.append("\(what) shows another line than its own: “\(line)”") }
    }

    private mutating func check(_ span: Span, _ what: String) {
        let (start, end) = (span.start, span.end)
        guard start.offset >= 0, start.offset <= end.offset, end.offset <= bytes.count else {
            return violations.append("\(what) is at bytes \(start.offset)..<\(end.offset) of \(bytes.count)")
        }
        if end < start { violations.append("\(what) ends before it starts: \(span)") }
        guard let positions else { return }
        for mark in [start, end] where !Self.isRight(mark, positions) {
            violations.append("\(what) says line \(mark.line), column \(mark.column) of byte \(mark.offset)")
        }
    }

    private mutating func check(_ root: Node) {
        var pending = [root]
        // Aliases of aliases stand for more than anybody goes through for each of millions of files.
        var left = 5000
        while let node = pending.popLast(), left > 0 {
            left -= 1
            check(node.span, "a node")
            if node.kind == .scalar, node.scalar == nil { violations.append("a scalar has no value") }
            pending += node.elements
            for entry in node.entries { pending += [entry.key, entry.value] }
        }
    }

    private struct Position {
        var line: Int
        var column: Int
    }

    /// At the end of the file there is one more character, where something is missing.
    private static func isRight(_ mark: Mark, _ positions: [Position]) -> Bool {
        let position = positions[mark.offset]
        guard position.line == mark.line else { return false }
        return position.column == mark.column || mark.offset == positions.count - 1 && mark.column > position.column
    }

    private static func positions(in bytes: [UInt8]) -> [Position] {
        let base = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var position = Position(line: 1, column: 1)
        var positions = Array(repeating: position, count: base)
        for index in base..<bytes.count {
            positions.append(position)
            if bytes[index] & 0xC0 != 0x80 { position.column += 1 }
            if endsLine(at: index, in: bytes) { position = Position(line: position.line + 1, column: 1) }
        }
        return positions + [position]
    }

    private static func line(at offset: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
        var start = min(offset, bytes.count)
        while start > 0, !endsLine(at: start - 1, in: bytes) { start -= 1 }
        if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        var end = start
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        return bytes[start..<end]
    }

    private static func endsLine(at index: Int, in bytes: [UInt8]) -> Bool {
        bytes[index] == 0x0A || bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
    }

    /// The values of a document, as far as two readings need them to be compared.
    private static func outline(_ root: Node) -> [String] {
        var texts: [String] = []
        var pending = [root]
        while let node = pending.popLast(), texts.count < 1000 {
            texts.append("\(node.kind) \(node.text) \(node.scalar.map { "\($0)" } ?? "")")
            pending += node.elements
            for entry in node.entries { pending += [entry.key, entry.value] }
        }
        return texts
    }
}
