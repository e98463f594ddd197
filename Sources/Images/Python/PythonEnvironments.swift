import Manifests
import YAML

/// The Python environment of a job: from the file that it names, and the lock beside it, to a layer.
struct PythonEnvironments: Sendable {
    let layout: ImageLayout
    let cache: BuildCache
    let environment: [String: String]
    var compression = LayerCompression.none

    struct Made: Sendable {
        /// What the packages are for.
        var identity: PythonInterpreter.Identity
        /// `nil` where the file asks for nothing.
        var layer: PythonPackages.Layer?
    }

    /// - Parameters:
    ///   - path: the requirements file, relative to the source.
    ///   - known: the interpreter whose version decides where the job wants none.
    func make(
        _ path: String, version: String?, known: PythonInterpreter?, for request: BuildRequest, in tree: SourceTree,
        log: @escaping @Sendable (String) -> Void
    ) async throws -> Made {
        let reader = RequirementsReader(cache: cache, environment: environment)
        let tool = PythonTool(known: known, environment: environment)
        let target = try PythonTarget(try await tool.identity(version: version), request.platform)
        let asked = try await reader.read(
            path, in: tree, job: request.jobName, target: target, tool: { try await tool.interpreter(for: target) })
        let requirements = try locked(asked, for: target, request, in: tree, log)
        guard !requirements.lines.isEmpty else { return Made(identity: target.identity) }
        let packages = PythonPackages(
            layout: layout, cache: cache, environment: environment, compression: compression)
        let layer = try await packages.layer(
            for: requirements, target: target, tool: { try await tool.interpreter(for: target) }, log: log)
        return Made(identity: target.identity, layer: layer)
    }

    /// What the lock says, where there is one that belongs to the file.
    private func locked(
        _ asked: RequirementsReader.Asked, for target: PythonTarget, _ request: BuildRequest, in tree: SourceTree,
        _ log: (String) -> Void
    ) throws -> Requirements {
        // Whatever a lock says that is still there: there is nothing to install.
        guard !asked.requirements.lines.isEmpty else { return asked.requirements }
        let lock = asked.lockPath ?? ""
        switch try LockState(of: asked, for: target, in: tree) {
        case .notNeeded: return asked.requirements
        case .current(let part): return try Requirements(part.lines, of: SourceFile(path: lock, bytes: []))
        case .stale(let reason): throw Diagnostic.lockStale(lock, reason: reason, job: request.jobName)
        case .missing, .foreign:
            let file = tree.entry(at: lock) == nil ? "" : " (\(lock) is another tool's)"
            log(
                "\(asked.file) has no lock\(file): what pip chooses now is recorded with the image; "
                    + "`reconcile lock \(request.jobName)` writes it down for review")
            return asked.requirements
        }
    }
}

/// The interpreters that a build needs: one that decides the version where the job names none, and one that has pip.
struct PythonTool: Sendable {
    let known: PythonInterpreter?
    let environment: [String: String]

    /// What packages are to be for: the version that the job names, or the interpreter that is there.
    func identity(version: String?) async throws -> PythonInterpreter.Identity {
        if let version {
            guard PythonInterpreter.isVersion(version) else { throw Diagnostic.pythonVersionInvalid(version) }
            return PythonInterpreter.Identity(implementation: "cpython", version: version)
        }
        if let known { return known.identity }
        return try await PythonInterpreter.find(version: nil, environment: environment).identity
    }

    /// An interpreter that has pip. It only fetches, so any will do, as long as pip can be told what the packages are
    /// for; otherwise it is the one that they are for.
    func interpreter(for target: PythonTarget) async throws -> PythonInterpreter {
        if let known, known.hasPip { return known }
        if !target.isDescribed {
            return try await PythonInterpreter.find(version: target.identity.version, environment: environment)
        }
        return try await PythonInterpreter.findWithPip(environment: environment)
    }
}
