import Manifests
import YAML

/// What the file that a job names as its requirements asks for, read by its kind.
struct RequirementsReader: Sendable {
    let cache: BuildCache
    let environment: [String: String]

    /// What is asked for.
    struct Asked: Sendable {
        /// The file, relative to the source.
        var file: String
        var requirements: Requirements

        /// Where the lock of it is kept, relative to the source; `nil` where the file is a lock itself.
        var lockPath: String? {
            guard !requirements.isLocked, !requirements.isComplete else { return nil }
            return Self.lockPath(of: file)
        }

        private static func lockPath(of file: String) -> String? {
            let start = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
            let name = file[start...]
            guard !name.hasSuffix(".lock") else { return nil }
            let stem = name.dropFirst().lastIndex(of: ".").map { name[..<$0] } ?? name
            return file[..<start] + stem + ".lock"
        }
    }

    /// - Parameter tool: finds an interpreter that has pip; asked only where the file is in TOML.
    /// - Throws: a `Diagnostic` or `Diagnostics` with everything that is refused.
    func read(
        _ path: String, in tree: SourceTree, job: String, target: PythonTarget,
        tool: () async throws -> PythonInterpreter
    ) async throws -> Asked {
        let normal = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        guard let bytes = try tree.bytes(of: normal, limit: PythonTOML.limit) else {
            throw Diagnostic.requirementsMissing(path, job: job)
        }
        let file = SourceFile(path: normal, bytes: bytes)
        guard let kind = Kind(normal) else {
            return Asked(file: normal, requirements: try Requirements(bytes, path: normal))
        }
        let toml = PythonTOML(environment: environment, tool: try await tool())
        let requirements = try await cache.withScratchFolder { scratch in
            switch kind {
            case .project:
                let project: ProjectFile = try await toml.read(file, for: target, scratch: scratch)
                return try project.requirements(of: file, for: target)
            case .uvLock:
                let lock: UVLock = try await toml.read(file, for: target, scratch: scratch)
                return try lock.requirements(of: file, for: target)
            }
        }
        return Asked(file: normal, requirements: requirements)
    }

    private enum Kind {
        case project
        case uvLock

        init?(_ path: String) {
            switch path.split(separator: "/").last {
            case "pyproject.toml": self = .project
            case "uv.lock": self = .uvLock
            default: return nil
            }
        }
    }
}

extension SourceTree {
    /// The bytes of one of the tree's own files; `nil` where there is none. Then the tree's digest covers them.
    ///
    /// - Throws: a `Diagnostic` where the file is too large or no longer what it was.
    func bytes(of path: String, limit: Int) throws -> [UInt8]? {
        switch entry(at: path)?.kind {
        case .file(_, let content), .executable(_, let content):
            let bytes = try FileAccess.read("\(root)/\(path)", limit: limit)
            guard Digest(of: bytes) == content else { throw Diagnostic.sourceChangedWhileRead(path) }
            return bytes
        case .directory, .symbolicLink, nil: return nil
        }
    }
}
