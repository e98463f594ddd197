import Manifests
import YAML

/// A wheel that was fetched, with the digest of its bytes.
struct Wheel: Sendable, Hashable {
    let name: WheelName
    let path: String
    let digest: Digest

    /// What a lock says of it.
    var hash: String { "--hash=sha256:\(digest.hex)" }
}

/// Lets the machine's pip choose packages and fetch their wheels, and does nothing else with it: what a wheel holds is
/// put in its place by `WheelInstallation`.
///
/// pip knows platforms and versions other than its own (`--platform`, `--python-version`), but asks conditions such as
/// `; python_version < "3.11"` of the interpreter that it runs in (pip's issue 11664). So it is started by a few lines
/// that answer for the target.
struct WheelDownload: Sendable {
    let environment: [String: String]
    let tool: PythonInterpreter
    let target: PythonTarget
    var deadline = Duration.seconds(1800)

    private static let start = """
        import json, runpy, sys
        from pip._vendor.packaging import markers
        own, target = markers.default_environment, json.loads(sys.argv[1])
        markers.default_environment = lambda: {**own(), **target}
        sys.argv[1:2] = []
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
        """

    private static let mostWheels = 5_000

    /// - Parameter scratch: a folder that nobody else uses.
    /// - Returns: the wheels, sorted by name.
    func fetch(
        _ requirements: Requirements, scratch: String, log: @escaping @Sendable (String) -> Void
    ) async throws -> [Wheel] {
        let folder = "\(scratch)/wheels"
        let file = "\(scratch)/requirements.txt"
        try FileAccess.makeFolder(folder)
        try FileAccess.makeFolder("\(scratch)/tmp")
        try FileAccess.replace(file, with: Array(requirements.text.utf8))
        var variables = environment
        variables["TMPDIR"] = "\(scratch)/tmp"
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        let markers = JSONValue.object(target.markers.mapValues(JSONValue.string)).canonicalText
        var arguments = [
            // -I: neither this process's folder nor anybody's own packages have a say.
            "-I", "-c", Self.start, markers, "download", "--dest", folder, "--no-input", "--progress-bar", "off",
            // Only wheels: building from source would run foreign code here and give other bytes each time.
            "--no-color", "--only-binary", ":all:",
        ]
        arguments += target.options
        if requirements.isLocked { arguments.append("--require-hashes") }
        if requirements.isComplete { arguments.append("--no-deps") }
        let pip = ToolProcess(
            executable: tool.path, arguments: arguments + ["--requirement", file], environment: variables,
            workingFolder: scratch, deadline: deadline)
        let outcome = try await pip.run(line: log)
        guard outcome.status == 0 else { throw failure(of: outcome) }
        return try await BlockingWork.run { try Self.wheels(in: folder) }
    }

    private static func wheels(in folder: String) throws -> [Wheel] {
        let files = try FileAccess.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
        guard files.count <= mostWheels else { throw Diagnostic.tooManyRequirements("pip", limit: mostWheels) }
        return try files.sorted().map { file in
            guard let name = WheelName(file) else {
                throw Diagnostic.toolAnswerUnreadable("pip", reason: "it fetched \(Diagnostic.quoted(file)), no wheel")
            }
            let path = "\(folder)/\(file)"
            return Wheel(name: name, path: path, digest: try HandedFiles.content(of: path).digest)
        }.sorted { ($0.name.name, $0.name.version) < ($1.name.name, $1.name.version) }
    }

    /// pip tells what went wrong only in words.
    private func failure(of outcome: ToolProcess.Outcome) -> Diagnostic {
        let text = outcome.lastLines.joined(separator: "\n")
        let shown = Array(outcome.lastLines.suffix(8)).map(Diagnostic.printable)
        if outcome.timedOut { return .installTimedOut(after: deadline) }
        if text.contains("No module named 'pip'") || text.contains("No module named pip") {
            return .pipMissing(tool.path)
        }
        if text.contains("DO NOT MATCH THE HASHES") { return .hashMismatch(Self.mismatch(outcome.lastLines)) }
        if text.contains("--require-hashes mode") || text.contains("Hashes are required") {
            return .lockIncomplete(shown)
        }
        let unreachable = [
            "NewConnectionError", "Failed to establish a new connection", "Max retries exceeded", "ReadTimeoutError",
            "ConnectTimeoutError", "Temporary failure in name resolution", "ProxyError", "connection broken by",
            "Read timed out",
        ]
        if unreachable.contains(where: text.contains) { return .indexUnreachable(shown) }
        if text.contains("No matching distribution found") { return .packagesNotFound(shown, target: "\(target)") }
        return .installFailed(status: outcome.status, lines: shown)
    }

    /// The packages, and what was expected of them and found.
    private static func mismatch(_ lines: [String]) -> [String] {
        let start = lines.lastIndex { $0.contains("DO NOT MATCH THE HASHES") } ?? lines.startIndex
        return lines[start...].dropFirst().filter { !$0.allSatisfy(\.isWhitespace) }.map(Diagnostic.printable)
    }
}
