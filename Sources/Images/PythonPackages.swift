import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes the layer of a job's Python packages with the machine's pip, and finds it again.
///
/// The layer is kept by what was asked for, the interpreter and the platform, so all jobs with the same requirements
/// share one, and a change of the code costs no installation. What pip chose for the parts that nobody pinned is
/// frozen with it: it stays until the requirements change.
struct PythonPackages: Sendable {
    let layout: ImageLayout
    let cache: BuildCache
    let environment: [String: String]

    struct Layer: Sendable, Codable {
        var frozen: [String]
        var blob: BlobDescriptor
    }

    private static let deadline = Duration.seconds(1800)

    func layer(
        for requirements: Requirements, interpreter: PythonInterpreter, platform: Platform,
        log: @escaping @Sendable (String) -> Void
    ) async throws -> Layer {
        guard platform == .host else { throw Diagnostic.platformUnsupported(platform, host: .host) }
        let key = Digest(
            of: JSONValue.object([
                "format": .int(1),
                "requirements": .array(requirements.lines.map(JSONValue.string)),
                "implementation": .string(interpreter.identity.implementation),
                "version": .string(interpreter.identity.version),
                "platform": .string("\(platform)"),
            ]).canonicalBytes)
        if let layer = known(key) { return layer }
        let lock = try await cache.lock("packages", key) { log("waiting for another build of the same packages") }
        if let layer = known(key) { return layer }
        let layer = try await cache.withScratchFolder { scratch in
            try await install(requirements, interpreter, scratch, log)
        }
        try cache.store(layer, "packages", key)
        _ = consume lock
        return layer
    }

    private func known(_ key: Digest) -> Layer? {
        guard let layer: Layer = cache.record("packages", key) else { return nil }
        return layout.keepBlob(layer.blob.digest, size: layer.blob.size) ? layer : nil
    }

    private func install(
        _ requirements: Requirements, _ interpreter: PythonInterpreter, _ scratch: String,
        _ log: @escaping @Sendable (String) -> Void
    ) async throws -> Layer {
        let site = "\(scratch)/site"
        let file = "\(scratch)/requirements.txt"
        let report = "\(scratch)/report.json"
        try FileAccess.makeFolder(site)
        try FileAccess.makeFolder("\(scratch)/tmp")
        try FileAccess.replace(file, with: Array(requirements.text.utf8))
        var variables = environment
        variables["TMPDIR"] = "\(scratch)/tmp"
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        let pip = ToolProcess(
            executable: interpreter.path,
            arguments: [
                // -I: neither this process's folder nor anybody's own packages have a say.
                "-I", "-m", "pip", "install", "--target", site, "--no-compile", "--no-user", "--no-input",
                // Only wheels: building from source would run foreign code here and give other bytes each time.
                "--only-binary", ":all:", "--no-warn-script-location", "--root-user-action", "ignore",
                "--progress-bar", "off", "--no-color", "--report", report, "--requirement", file,
            ], environment: variables, workingFolder: scratch, deadline: Self.deadline)
        let outcome = try await pip.run(line: log)
        guard outcome.status == 0 else { throw Self.failure(of: outcome, interpreter) }
        let frozen = try Self.frozen(report)
        return try await BlockingWork.run { [layout] in
            try InstalledPackages(folder: site).normalise()
            let tree = try SourceTree.read(site, limits: .packages, rules: IgnoreRules("__pycache__/\n*.pyc\n"))
            return Layer(frozen: frozen, blob: try LayerWriter(layout: layout).write(tree, under: ImagePaths.packages))
        }
    }

    /// pip tells what went wrong only in words.
    private static func failure(of outcome: ToolProcess.Outcome, _ interpreter: PythonInterpreter) -> Diagnostic {
        if outcome.timedOut { return .installTimedOut(after: deadline) }
        let text = outcome.lastLines.joined(separator: "\n")
        let shown = Array(outcome.lastLines.suffix(8)).map(Diagnostic.printable)
        if text.contains("No module named pip") { return .pipMissing(interpreter.path) }
        let unreachable = [
            "NewConnectionError", "Failed to establish a new connection", "Max retries exceeded", "ReadTimeoutError",
            "ConnectTimeoutError", "Temporary failure in name resolution", "ProxyError", "connection broken by",
        ]
        if unreachable.contains(where: text.contains) { return .indexUnreachable(shown) }
        if text.contains("No matching distribution found") { return .packagesNotFound(shown) }
        return .installFailed(status: outcome.status, lines: shown)
    }

    private struct Report: Decodable {
        struct Item: Decodable {
            struct Metadata: Decodable {
                var name: String
                var version: String
            }

            var metadata: Metadata
        }

        var install: [Item]
    }

    /// The installed packages as `name==version`, the names in their normal form (PyPA, Names and normalization).
    private static func frozen(_ report: String) throws -> [String] {
        let bytes = try FileAccess.read(report, limit: 64 << 20)
        let items: [Report.Item]
        do {
            items = try JSONDecoder().decode(Report.self, from: Data(bytes)).install
        } catch {
            throw Diagnostic.toolAnswerUnreadable("pip", reason: "\(error)")
        }
        return items.map { item in
            PackageNames.normal(item.metadata.name) + "==" + item.metadata.version
        }.sorted()
    }
}
