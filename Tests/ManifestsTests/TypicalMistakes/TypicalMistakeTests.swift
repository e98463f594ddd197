import Manifests
import Testing
import YAML

/// A manifest as people get it wrong, and all that is said about it: each message with its place, its remedy, and what
/// is underlined.
struct TypicalMistake: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var manifest: String
    /// Manifests that are right, in another file.
    var beside: String
    /// Files that exist; where there are any, the disk is looked at.
    var files: [String]
    var answer: String

    init(
        _ title: String, _ manifest: String, beside: String = "", files: [String] = [], _ answer: String
    ) {
        testDescription = title
        self.manifest = manifest
        self.beside = beside
        self.files = files
        self.answer = answer
    }

    static let all = lines + envelope + jobs + parameters + runs + queues + pools + policies
}

/// Whoever made one of these mistakes reads just this, and nothing besides.
@Suite("Typical mistakes")
struct TypicalMistakeTests {
    @Test(arguments: TypicalMistake.all)
    func `what is said of it`(_ mistake: TypicalMistake) async throws {
        let answers = try await Self.load(mistake).diagnostics.map(\.transcript)
        #expect(answers.joined(separator: "\n") == mistake.answer)
    }

    @Test func `there are many`() { #expect(TypicalMistake.all.count >= 40) }

    private static func load(_ mistake: TypicalMistake) async throws -> LoadedManifests {
        guard mistake.files.isEmpty else {
            let folder = try TemporaryFolder()
            try folder.write("new.yaml", mistake.manifest)
            for file in mistake.files { try folder.write(file, "") }
            return await folder.load(["."])
        }
        var files = [SourceFile(path: "new.yaml", text: mistake.manifest)]
        if !mistake.beside.isEmpty { files.append(SourceFile(path: "all.yaml", text: mistake.beside)) }
        return LoadedManifests(decoding: files)
    }
}

extension Diagnostic {
    /// As the command line shows it: place, message and code; the line with the place underlined; notes and remedy.
    fileprivate var transcript: String {
        var lines = ["\(location?.description ?? ""): \(severity): \(message) [\(code.rawValue)]"]
        if let location, let line = location.line {
            let start = location.span.start.column - 1
            let isOneLine = location.span.end.line == location.span.start.line
            let end = isOneLine ? location.span.end.column - 1 : line.unicodeScalars.count
            lines.append("| \(line.replacing("\t", with: "→"))")
            lines.append(
                "| " + String(repeating: " ", count: start) + "^"
                    + String(repeating: "~", count: max(0, end - start - 1)))
        }
        lines += notes.map { "note: \($0.location.map { "\($0): " } ?? "")\($0.message)" }
        if let remedy { lines.append("help: \(remedy)") }
        return lines.joined(separator: "\n")
    }
}

extension Sample {
    /// A job, a queue, and a pool that serves it.
    static let training = [queue, pool, job.replacing("    data: {type: string}\n", with: "")]
        .joined(separator: "---\n")

    /// The same, and a run of it.
    static let trainingInUse = """
        \(training)---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: other}
        spec: {job: train, queue: local}

        """
}
