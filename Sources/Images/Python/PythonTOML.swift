import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads `pyproject.toml` and `uv.lock` with the interpreter's own `tomllib`.
///
/// No TOML library is to be had as a C library of the distribution, and none of Swift's is kept by people for whom TOML
/// is their field. An interpreter with pip is there anyway where packages are installed: Python's own reader is the one
/// that these files are written for (pip's copy of it before Python 3.11), and pip's `packaging` says what the
/// conditions in them mean. Only a text of Slipway's is run: data goes in by a file, and comes out as JSON.
struct PythonTOML: Sendable {
    let environment: [String: String]
    let tool: PythonInterpreter
    var deadline = Duration.seconds(30)

    /// What a file may be large; `uv.lock` of a workspace has a few megabytes.
    static let limit = 16 << 20

    private static let program = """
        import json, sys
        try:
            import resource
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        except (ImportError, ValueError, OSError):
            pass
        try:
            import tomllib
        except ImportError:
            from pip._vendor import tomli as tomllib
        from pip._vendor.packaging.markers import Marker
        from pip._vendor.packaging.specifiers import SpecifierSet
        source, target, answer = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]

        def texts(value, key):
            pending, found = [value], set()
            while pending:
                value = pending.pop()
                if isinstance(value, dict):
                    if isinstance(value.get(key), str):
                        found.add(value[key])
                    pending.extend(value.values())
                elif isinstance(value, list):
                    pending.extend(value)
            return found

        def read():
            with open(source, "rb") as file:
                document = tomllib.load(file)
            project = document.get("project")
            wanted = (project or document).get("requires-python")
            # The patch version of the target is not known: any that fits is enough.
            patches = [target.get("python_version", "") + end for end in (".0", ".99")]
            fits = not wanted or not target or any(SpecifierSet(wanted).contains(patch) for patch in patches)
            environment = dict(target, extra="")
            conditions = texts(document.get("package"), "marker")
            return {
                "project": project,
                "sources": document.get("tool", {}).get("uv", {}).get("sources"),
                "version": document.get("version"),
                "package": document.get("package"),
                "markers": {text: Marker(text).evaluate(environment) for text in conditions},
                "requiresPython": wanted,
                "fits": fits,
            }

        try:
            text = json.dumps(read(), default=str, allow_nan=False)
        except RecursionError:
            text = json.dumps({"error": "it is nested too deeply"})
        except MemoryError:
            text = json.dumps({"error": "it takes too much memory"})
        except Exception as error:
            text = json.dumps({"error": "%s: %s" % (type(error).__name__, str(error)[:400])})
        with open(answer, "w") as file:
            file.write(text)
        """

    private struct Failure: Decodable { var error: String? }

    /// - Parameter scratch: a folder that nobody else uses.
    /// - Throws: a `Diagnostic` for what is no TOML or has none of the form that `Document` has.
    func read<Document: Decodable & Sendable>(
        _ file: SourceFile, for target: PythonTarget, scratch: String
    ) async throws -> Document {
        let (source, answer) = ("\(scratch)/source.toml", "\(scratch)/answer.json")
        try FileAccess.replace(source, with: file.bytes)
        try FileAccess.remove(answer)
        let markers = JSONValue.object(target.markers.mapValues(JSONValue.string)).canonicalText
        let process = ToolProcess(
            executable: tool.path, arguments: ["-I", "-c", Self.program, source, markers, answer],
            environment: environment, workingFolder: scratch, deadline: deadline)
        let outcome = try await process.run(line: { _ in })
        if outcome.timedOut { throw Diagnostic.tomlUnreadable(file.path, reason: "reading it takes too long") }
        guard outcome.status == 0 else {
            throw Diagnostic.toolAnswerUnreadable(
                tool.path, reason: Diagnostic.printable(outcome.lastLines.last ?? "it ended with \(outcome.status)"))
        }
        let bytes = Data(try FileAccess.read(answer, limit: Self.limit * 8))
        if let reason = (try? JSONDecoder().decode(Failure.self, from: bytes))?.error {
            throw Diagnostic.tomlUnreadable(file.path, reason: Diagnostic.printable(reason))
        }
        do {
            return try JSONDecoder().decode(Document.self, from: bytes)
        } catch let error as DecodingError {
            throw Diagnostic.tomlUnreadable(file.path, reason: error.inWords)
        }
    }
}

extension DecodingError {
    /// Which value is not what it should be, without the decoder's own types.
    fileprivate var inWords: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(Self.path(context.codingPath)) has a value of another kind"
        case .keyNotFound(let key, let context): "\(Self.path(context.codingPath + [key])) is missing"
        @unknown default: "it is not of the form expected"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        let names = keys.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
        return names.isEmpty ? "the file" : Diagnostic.quoted(names.joined(separator: "."))
    }
}
