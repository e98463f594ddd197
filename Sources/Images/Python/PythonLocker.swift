import Manifests
import YAML

/// Writes the locks of jobs' requirements, and tells whether they still belong.
public struct PythonLocker: Sendable {
    private let cache: BuildCache
    private let environment: [String: String]

    /// - Parameter cacheFolder: absolute; holds scratch folders.
    public init(cacheFolder: String, environment: [String: String] = ToolEnvironment.current) {
        cache = BuildCache(folder: cacheFolder, patience: .seconds(3600))
        self.environment = environment
    }

    /// What there is of one lock, or came of writing it.
    public struct Report: Sendable, Hashable {
        public enum State: String, Sendable {
            /// The file pins everything itself, or asks for nothing.
            case notNeeded = "not needed"
            case missing
            case stale
            case current
            case written
        }

        public struct Target: Sendable, Hashable {
            /// `cpython 3.11 linux/amd64`
            public var name: String
            /// `name==version`, sorted.
            public var packages: [String]
        }

        public var state: State
        /// The requirements file, and its lock, relative to the source; without a lock `nil`.
        public var file: String
        public var lock: String?
        /// Why a lock is missing or stale.
        public var reasons: [String] = []
        public var targets: [Target] = []
        /// What was written and was not there before, and the other way round: `name==version`.
        public var added: [String] = []
        public var removed: [String] = []
    }

    /// Looks at the lock that jobs share; resolves nothing and needs no network.
    ///
    /// - Parameter requests: of jobs with one source and one requirements file.
    public func check(_ requests: [BuildRequest]) async throws -> Report {
        let found = try await look(requests)
        var report = found.report
        report.targets = found.targets.compactMap { $0.current.map { .init(name: $0.target, packages: $0.pins) } }
        return report
    }

    /// Resolves what the lock does not hold yet, and writes it beside the requirements.
    ///
    /// - Parameter upgrade: whether what is locked already is resolved anew too.
    public func lock(
        _ requests: [BuildRequest], upgrade: Bool, log: @escaping @Sendable (String) -> Void
    ) async throws -> Report {
        let found = try await look(requests)
        guard let path = found.report.lock, let root = requests.first?.sourceRoot else { return found.report }
        let before = try found.tree.bytes(of: path, limit: PythonLock.limit)
        if let before, !PythonLock.isOurs(before) { throw Diagnostic.lockNotOurs(path) }
        var parts: [PythonLock.Part] = []
        for wanted in found.targets where !wanted.asked.requirements.lines.isEmpty {
            if !upgrade, var part = wanted.current {
                part.condition = wanted.target.condition
                parts.append(part)
            } else {
                parts.append(try await resolve(wanted, found.tool, log))
            }
        }
        let bytes = Array(PythonLock(parts).text(of: name(of: found.report.file)).utf8)
        var report = found.report
        report.reasons = []
        report.targets = parts.map { .init(name: $0.target, packages: $0.pins) }
        report.state = bytes == before ? .current : .written
        guard bytes != before else { return report }
        let old = try before.map { Set(try PythonLock(parsing: $0, path: path).parts.flatMap(\.pins)) } ?? []
        let new = Set(parts.flatMap(\.pins))
        report.added = new.subtracting(old).sorted()
        report.removed = old.subtracting(new).sorted()
        try FileAccess.replace("\(root)/\(path)", with: bytes)
        return report
    }

    // MARK: What is there

    private struct Wanted {
        var target: PythonTarget
        var asked: RequirementsReader.Asked
        var current: PythonLock.Part?
    }

    private struct Found {
        var tree: SourceTree
        var tool: PythonTool
        var targets: [Wanted]
        var report: Report
    }

    private func look(_ requests: [BuildRequest]) async throws -> Found {
        guard let first = requests.first, let path = first.build.python?.requirements else {
            throw Diagnostic.requirementsMissing("", job: requests.first?.jobName ?? "")
        }
        let tree = try await BlockingWork.run { try SourceTree.read(first.sourceRoot) }
        let reader = RequirementsReader(cache: cache, environment: environment)
        var interpreter: PythonInterpreter?
        if requests.contains(where: { $0.build.python?.version == nil }) {
            interpreter = try await PythonInterpreter.find(version: nil, environment: environment)
        }
        let tool = PythonTool(known: interpreter, environment: environment)
        var targets: [Wanted] = []
        var report = Report(state: .notNeeded, file: path)
        for request in requests {
            let identity = try await tool.identity(version: request.build.python?.version)
            let target = try PythonTarget(identity, request.platform)
            guard !targets.contains(where: { $0.target == target }) else { continue }
            let asked = try await reader.read(
                path, in: tree, job: request.jobName, target: target, tool: { try await tool.interpreter(for: target) })
            var wanted = Wanted(target: target, asked: asked)
            report.file = asked.file
            if !asked.requirements.lines.isEmpty {
                if asked.lockPath != nil { report.lock = asked.lockPath }
                switch try LockState(of: asked, for: target, in: tree) {
                case .notNeeded: break
                case .current(let part): wanted.current = part
                case .missing: report.reasons.append("there is none for \(target)")
                case .foreign: report.reasons.append("the file of that name was not written by `reconcile lock`")
                case .stale(let reason): report.reasons.append(reason)
                }
            }
            targets.append(wanted)
        }
        if let lock = report.lock {
            let isThere = tree.entry(at: lock) != nil
            report.state = report.reasons.isEmpty ? .current : isThere ? .stale : .missing
        }
        return Found(tree: tree, tool: tool, targets: targets, report: report)
    }

    private func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

    private func resolve(
        _ wanted: Wanted, _ tool: PythonTool, _ log: @escaping @Sendable (String) -> Void
    ) async throws -> PythonLock.Part {
        let download = WheelDownload(
            environment: environment, tool: try await tool.interpreter(for: wanted.target), target: wanted.target)
        let wheels = try await cache.withScratchFolder { scratch in
            try await download.fetch(wanted.asked.requirements, scratch: scratch, log: log)
        }
        return PythonLock.part(wheels, asked: wanted.asked.requirements.digest, target: wanted.target)
    }
}
