import Foundation
import Support
import Testing
import YAML

@testable import Manifests

/// `check-jsonschema`, an independent validator; `scripts/install-dependencies --tests` sees to it.
enum SchemaChecker {
    static let isThere = FileManager.default.isExecutableFile(atPath: BuiltProgram.schemaChecker)

    /// Holds documents against the schema of all kinds, and each against the file of its own kind, which has to say the
    /// same.
    ///
    /// - Parameter dialect: which regular expressions: `default` for those of ECMA-262, or `python`.
    /// - Returns: why it refuses those that it refuses, by their index.
    static func refusals(
        of documents: [JSONValue], dialect: String = "default", in folder: TestWorkspace
    ) throws -> [Int: String] {
        let names = documents.indices.map { "\($0).json" }
        for (name, document) in zip(names, documents) { try folder.write(name, document.canonicalText) }
        let refusals = try refusals(of: names.map { "\(folder.path)/\($0)" }, dialect: dialect, in: folder)
        let byKind = Dictionary(grouping: documents.indices) { documents[$0]["kind"]?.string ?? "" }
        for kind in Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind] {
            let files = (byKind[kind] ?? []).map { "\(folder.path)/\(names[$0])" }
            guard !files.isEmpty else { continue }
            let own = try Self.refusals(of: files, by: kind.lowercased(), dialect: dialect, in: folder)
            for file in files where (own[file] == nil) != (refusals[file] == nil) {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                let words = own[file] ?? refusals[file] ?? ""
                Issue.record(
                    "only \(own[file] == nil ? "all kinds'" : "its own kind's") schema refuses: \(words) \(text)")
            }
        }
        return Dictionary(
            uniqueKeysWithValues: names.indices.compactMap { index in
                refusals["\(folder.path)/\(names[index])"].map { (index, $0) }
            })
    }

    /// The same for files as they are, by their path, and one schema.
    static func refusals(
        of files: [String], by schema: String = "manifests", dialect: String = "default", in folder: TestWorkspace
    ) throws -> [String: String] {
        let schema = "\(BuiltProgram.checkout)/schemas/\(schema).schema.json"
        let options = ["--schemafile", schema, "--regex-variant", dialect, "--verbose", "--output-format", "json"]
        var refused: [String: String] = [:]
        // A command line has room for so many.
        for start in stride(from: 0, to: files.count, by: 5000) {
            let some = files[start..<min(start + 5000, files.count)]
            let (_, output) = try run(options + some, in: folder)
            let report = try JSONValue(parsing: Array(output.utf8))
            #expect(report["parse_errors"]?.array?.isEmpty != false, "\(output.prefix(300))")
            for error in report["errors"]?.array ?? [] {
                guard let file = error["filename"]?.string, let message = error["message"]?.string else { continue }
                refused[file] = "\(error["path"]?.string ?? ""): \(message)"
            }
            // It has looked at all of them.
            let accepted = (report["successes"] ?? report["checked_paths"])?.strings ?? []
            #expect(Set(accepted).union(refused.keys).isSuperset(of: some), "\(output.suffix(300))")
        }
        return refused
    }

    static func run(_ arguments: [String], in folder: TestWorkspace) throws -> (status: Int32, output: String) {
        let output = "\(folder.path)/output"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: BuiltProgram.schemaChecker)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8))
    }
}
