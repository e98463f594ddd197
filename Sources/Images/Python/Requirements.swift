import Manifests
import YAML

/// A requirements file, read by Slipway's own rules and not by pip's: what pip would take as an option, a path or an
/// address is refused, so that the file can choose packages and nothing else.
struct Requirements: Sendable, Hashable {
    /// The requirement specifiers (PEP 508) with their `--hash` options, one each, sorted, without comments.
    let lines: [String]
    /// Whether they name all that is to be installed, so that nobody has to ask what else they need.
    let isComplete: Bool

    private static let limit = 10_000

    /// Reads a requirements file.
    ///
    /// - Throws: `Diagnostics` with all that is refused.
    init(_ bytes: [UInt8], path: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Diagnostic.requirementsNotText(path) }
        try self.init(
            Self.logicalLines(text).lazy.map { (Self.withoutComment($0.1), $0.0, $0.1) },
            of: SourceFile(path: path, bytes: bytes), isComplete: false)
    }

    /// Takes requirements that stand in a file of another kind.
    init(_ specifiers: [String], of file: SourceFile, isComplete: Bool = false) throws {
        try self.init(
            specifiers.lazy.map { specifier in
                let (number, line) = Self.whereabouts(of: specifier, in: file)
                return (specifier.split { $0 == " " || $0 == "\t" }.joined(separator: " "), number, line)
            }, of: file, isComplete: isComplete)
    }

    private init(
        _ found: some Sequence<(text: String, number: Int, line: String)>, of file: SourceFile, isComplete: Bool
    ) throws {
        var problems: [Diagnostic] = []
        var result: Set<String> = []
        for (text, number, line) in found where !text.isEmpty {
            if let reason = Self.objection(to: text) {
                problems.append(.requirementRefused(text, reason: reason, at: Self.place(file, number, line)))
            } else {
                result.insert(text)
            }
            guard result.count <= Self.limit, problems.count <= Self.limit else {
                throw Diagnostic.tooManyRequirements(file.path, limit: Self.limit)
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        lines = result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.isComplete = isComplete
    }

    /// Whether each of them is one version of a package with the digests that its files may have.
    var isLocked: Bool {
        !lines.isEmpty
            && lines.allSatisfy { line in
                let words = line.split(separator: " ")
                return words.contains(where: Self.isHash) && (words.first?.contains("==") ?? false)
            }
    }

    /// Of what is asked for, however the file is written.
    var digest: Digest { Digest(of: JSONValue.array(lines.map(JSONValue.string)).canonicalBytes) }

    /// The file as pip gets it.
    var text: String { lines.map { $0 + "\n" }.joined() }

    /// Lines with the backslash at their end taken together, as pip does, each with the number of its first.
    private static func logicalLines(_ text: String) -> [(Int, String)] {
        var result: [(Int, String)] = []
        var open: (Int, String)?
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let continues = line.hasSuffix("\\")
            let part = continues ? String(line.dropLast()) : String(line)
            let joined = open.map { ($0.0, $0.1 + " " + part) } ?? (index + 1, part)
            open = continues ? joined : nil
            if !continues { result.append(joined) }
        }
        if let open { result.append(open) }
        return result
    }

    /// A `#` starts a comment at the start of a line and after a blank.
    private static func withoutComment(_ line: String) -> String {
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\u{FEFF}" }
        return words.prefix { !$0.hasPrefix("#") }.joined(separator: " ")
    }

    /// Why a line is refused; `nil` for a requirement that names a package of the index.
    private static func objection(to line: String) -> String? {
        guard line.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else {
            return "it holds characters that no package name or version has"
        }
        guard line.utf8.count <= 4096 else { return "it is longer than 4096 characters" }
        guard !line.contains("${") else { return "variables are not filled in" }
        guard !line.hasPrefix("-") else { return "options are not taken from a requirements file" }
        let words = line.split(separator: " ")
        for word in words where word.hasPrefix("-") && !isHash(word) {
            return "the only option a requirement may have is --hash=sha256:…"
        }
        let specifier = words.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
        // The part after “;” is a condition in quotes, which may hold any of these.
        let package = specifier.prefix { $0 != ";" }
        guard !package.contains("@"), !package.contains("/"), !package.contains("\\"), !package.contains("://") else {
            return "packages come from the index by name, not from an address or a path"
        }
        guard let first = package.utf8.first, isNameStart(first) else { return "it does not start with a package name" }
        guard package.utf8.allSatisfy(isSpecifier) else {
            return "it is not a name with versions, such as numpy==2.1.0"
        }
        // “name.whl” and “name.tar.gz” are files to pip where such files exist.
        let name = package.prefix { $0 != "[" && $0 != "=" && $0 != "<" && $0 != ">" && $0 != "~" && $0 != "!" }
        let lower = name.lowercased()
        guard ![".whl", ".zip", ".gz", ".bz2", ".xz", ".tgz", ".tar"].contains(where: lower.hasSuffix) else {
            return "packages come from the index by name, not from a file"
        }
        return nil
    }

    private static func isHash(_ word: Substring) -> Bool {
        guard let colon = word.firstIndex(of: ":") else { return false }
        let algorithm = word[..<colon]
        let digits = word[word.index(after: colon)...].utf8
        return ["--hash=sha256", "--hash=sha384", "--hash=sha512"].contains(algorithm)
            && digits.count >= 64 && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static let marks = Set(" ._-[],<>=!~*+()".utf8)

    private static func isSpecifier(_ byte: UInt8) -> Bool { isNameStart(byte) || marks.contains(byte) }

    /// The line on which a text first stands, which a reader of its values no longer knows; only for few of them is it
    /// looked for, because each search is of the whole file.
    private static func whereabouts(of text: String, in file: SourceFile) -> (Int, String) {
        guard file.bytes.count <= 1 << 18, objection(to: text) != nil else { return (1, "") }
        let lines = String(decoding: file.bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let found = lines.firstIndex { $0.contains(text) }
        return found.map { ($0 + 1, String(lines[$0])) } ?? (1, "")
    }

    private static func place(_ file: SourceFile, _ number: Int, _ line: String) -> SourceLocation {
        let mark = Mark(line: number, column: 1, offset: 0)
        let end = Mark(line: number, column: 1 + line.unicodeScalars.count, offset: 0)
        return SourceLocation(path: file.path, span: Span(start: mark, end: end), line: String(line.prefix(400)))
    }
}
