import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension PythonInterpreter {
    /// Finds an interpreter on `PATH`: `pythonX.Y` where a version is wanted, or else a `python3` of that version.
    ///
    /// Each candidate is asked what it is, since a name says little: version managers put wrappers there that start
    /// another version, or none.
    ///
    /// - Throws: a `Diagnostic` that names what was found instead.
    public static func find(
        version: String?, environment: [String: String] = ToolEnvironment.current
    ) async throws -> PythonInterpreter {
        if let version, !isVersion(version) { throw Diagnostic.pythonVersionInvalid(version) }
        var found: [String] = []
        for candidate in candidates(version: version, path: environment["PATH"] ?? "") {
            guard let interpreter = await probe(candidate, environment: environment) else { continue }
            if version == nil || interpreter.identity.version == version { return interpreter }
            let description = "\(interpreter.identity.implementation) \(interpreter.fullVersion) (\(candidate))"
            if !found.contains(description) { found.append(description) }
        }
        throw Diagnostic.pythonMissing(wanted: version, found: found)
    }

    /// Finds an interpreter that has pip, of whatever version.
    static func findWithPip(environment: [String: String]) async throws -> PythonInterpreter {
        var first: PythonInterpreter?
        for candidate in candidates(version: nil, path: environment["PATH"] ?? "") {
            guard let interpreter = await probe(candidate, environment: environment) else { continue }
            if interpreter.hasPip { return interpreter }
            first = first ?? interpreter
        }
        guard let first else { throw Diagnostic.pythonMissing(wanted: nil, found: []) }
        throw Diagnostic.pipMissing(first.path)
    }

    /// `3.11`, and nothing that could be a path or an option.
    static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "3" && (1...3).contains(parts[1].utf8.count)
            && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func candidates(version: String?, path: String) -> [String] {
        // An empty or relative part of PATH would be looked up in whatever folder this process is in.
        let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }.prefix(256)
        let names = (version.map { ["python\($0)"] } ?? []) + ["python3", "python"]
        return names.flatMap { name in folders.map { "\($0)/\(name)" } }.filter { access($0, X_OK) == 0 }
    }

    private static let question = """
        import importlib.util, platform, sys
        v = sys.version_info
        pip = 'pip' if importlib.util.find_spec('pip') else '-'
        full = platform.python_version()
        print('slipway-python', sys.implementation.name, '%d.%d' % v[:2], full, pip, sys.executable)
        """

    /// `nil` for what does not start or does not answer like Python: it is not a candidate then, and no error.
    private static func probe(_ path: String, environment: [String: String]) async -> PythonInterpreter? {
        let process = ToolProcess(
            executable: path, arguments: ["-I", "-c", question], environment: environment, workingFolder: "/",
            deadline: .seconds(20))
        guard let outcome = try? await process.run(line: { _ in }), outcome.status == 0 else { return nil }
        for line in outcome.lastLines {
            let parts = line.split(separator: " ", maxSplits: 5)
            guard parts.count == 6, parts[0] == "slipway-python", parts[5].hasPrefix("/") else { continue }
            return PythonInterpreter(
                identity: Identity(implementation: String(parts[1]), version: String(parts[2])),
                fullVersion: String(parts[3]), path: String(parts[5]), hasPip: parts[4] == "pip")
        }
        return nil
    }
}
