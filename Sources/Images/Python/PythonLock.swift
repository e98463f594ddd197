import Manifests
import YAML

/// The lock of a requirements file: every package in one version, with the digest of its wheel, for one target or
/// several. pip can read it too.
///
/// It holds no time and nothing of the machine: the same choice gives the same bytes. For each target it says which
/// requirements it answers, so that a lock that no longer belongs to its file is noticed.
struct PythonLock: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        /// `cpython 3.11 linux/amd64`
        var target: String
        /// Of the requirements that were resolved.
        var asked: Digest
        /// `name==version --hash=…`, sorted.
        var lines: [String]
        /// What holds for this target and no other; written only where the lock has others.
        var condition = ""

        /// `name==version` of each.
        var pins: [String] { lines.map { String($0.prefix { $0 != " " }) } }
    }

    /// Sorted by target.
    var parts: [Part]

    static let limit = 16 << 20
    private static let title = "# Written by `reconcile lock`: what is installed for "
    private static let partStart = "# target "

    /// Whether a file was written by `text(of:)`; others may use the same name.
    static func isOurs(_ bytes: [UInt8]) -> Bool { bytes.starts(with: title.utf8) }

    // MARK: Writing

    /// - Parameter file: the name of the requirements file.
    func text(of file: String) -> String {
        var text = "\(Self.title)\(file). To be committed, not edited.\n"
        for part in parts {
            text += "\n\(Self.partStart)\(part.target), asked \(part.asked)\n"
            let condition = parts.count > 1 ? "; \(part.condition)" : ""
            for line in part.lines {
                let pin = line.prefix { $0 != " " }
                text +=
                    pin + condition + line.dropFirst(pin.count).replacing(" --hash=", with: " \\\n    --hash=") + "\n"
            }
        }
        return text
    }

    /// Wheels as a part of a lock.
    static func part(_ wheels: [Wheel], asked: Digest, target: PythonTarget) -> Part {
        let lines = wheels.map { "\($0.name.pin) \($0.hash)" }
        return Part(
            target: "\(target)", asked: asked,
            lines: lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, condition: target.condition)
    }

    init(_ parts: [Part]) {
        self.parts = parts.sorted { $0.target.utf8.lexicographicallyPrecedes($1.target.utf8) }
    }

    // MARK: Reading

    /// - Throws: a `Diagnostic` or `Diagnostics` for what is no lock any more: it was edited.
    init(parsing bytes: [UInt8], path: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Diagnostic.requirementsNotText(path) }
        var parts: [Part] = []
        // The lines before a part stay as empty ones, so that a place in it is a place in the file.
        var open: [String] = []
        func close() throws {
            guard !parts.isEmpty else { return }
            let requirements = try Requirements(Array(open.joined(separator: "\n").utf8), path: path)
            guard requirements.isLocked || requirements.lines.isEmpty else {
                throw Diagnostic.lockUnreadable(path, reason: "a package in it has no version or no digest")
            }
            parts[parts.count - 1].lines = requirements.lines.map(Self.withoutCondition)
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            guard line.hasPrefix(Self.partStart) else {
                open.append(String(line))
                continue
            }
            try close()
            open = Array(repeating: "", count: index + 1)
            let words = line.dropFirst(Self.partStart.count).split(separator: ", asked ")
            guard words.count == 2, let asked = Digest(String(words[1])), parts.count < 100 else {
                throw Diagnostic.lockUnreadable(
                    path, reason: "the line \(Diagnostic.quoted(String(line))) is not its own")
            }
            parts.append(Part(target: String(words[0]), asked: asked, lines: []))
        }
        try close()
        self.init(parts)
    }

    /// The part that a line stands in says for which target it is.
    private static func withoutCondition(_ line: String) -> String {
        let pin = line.prefix { $0 != ";" && $0 != " " }
        return ([String(pin)] + line.split(separator: " ").filter { $0.hasPrefix("--hash=") }.map(String.init))
            .joined(separator: " ")
    }

    /// The requirements for a target; `nil` where it has none.
    func part(for target: PythonTarget) -> Part? { parts.first { $0.target == "\(target)" } }
}

/// Whether a requirements file has a lock, and whether it is the file's own.
enum LockState: Sendable, Hashable {
    /// The file pins every package with its digest, or is a `uv.lock`.
    case notNeeded
    case missing
    /// Some other tool's file has the lock's name.
    case foreign
    /// What moved, for people.
    case stale(String)
    case current(PythonLock.Part)

    /// - Throws: a `Diagnostic` where the lock cannot be read.
    init(of asked: RequirementsReader.Asked, for target: PythonTarget, in tree: SourceTree) throws {
        guard let path = asked.lockPath else {
            self = .notNeeded
            return
        }
        guard let bytes = try tree.bytes(of: path, limit: PythonLock.limit) else {
            self = .missing
            return
        }
        guard PythonLock.isOurs(bytes) else {
            self = .foreign
            return
        }
        let lock = try PythonLock(parsing: bytes, path: path)
        guard let part = lock.part(for: target) else {
            let others = lock.parts.map(\.target).joined(separator: ", ")
            self = .stale("it is for \(others.isEmpty ? "nothing" : others), and not for \(target)")
            return
        }
        guard part.asked == asked.requirements.digest else {
            self = .stale("\(asked.file) asks for something else than when it was locked")
            return
        }
        self = .current(part)
    }
}
