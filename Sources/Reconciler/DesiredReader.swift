import Foundation
public import Images
public import Manifests
public import Planning
import Records
public import YAML

/// What the files of a repository want, with all that building it needs.
public struct DesiredReading: Sendable {
    public var input: DesiredInput
    /// How to build each job version that is checked out, by its digest.
    public var requests: [Digest: BuildRequest]
    public var warnings: [Diagnostic]
    /// How many files held manifests.
    public var files: Int

    public init(input: DesiredInput, requests: [Digest: BuildRequest], warnings: [Diagnostic], files: Int) {
        self.input = input
        self.requests = requests
        self.warnings = warnings
        self.files = files
    }
}

/// Reads manifests and the sources that they name.
public struct DesiredReader: Sendable {
    private let root: String
    private let paths: [String]

    /// - Parameters:
    ///   - root: the repository's root, absolute.
    ///   - paths: files and folders of manifests.
    public init(root: String, paths: [String]) {
        self.root = root
        self.paths = paths
    }

    /// Reads everything.
    ///
    /// - Throws: `Diagnostics` with every error of every file.
    public func read() async throws -> DesiredReading {
        let loaded = await ManifestLoader(repositoryRoot: root).load(paths)
        guard !loaded.hasErrors else { throw Diagnostics(loaded.diagnostics) }
        var sources: [ObjectName: Digest] = [:]
        var requests: [Digest: BuildRequest] = [:]
        var errors: [Diagnostic] = []
        for (name, job) in loaded.desired.jobs.sorted(by: { $0.key < $1.key }) {
            guard case .path(let source) = job.spec.source else { continue }
            let folder = source.repositoryPath.isEmpty ? root : "\(root)/\(source.repositoryPath)"
            do {
                let tree = try SourceTree.read(folder)
                sources[name] = tree.digest
                let content = JobVersionContent(of: job.spec, source: tree.digest)
                let python = job.spec.build.python?.version
                requests[content.digest] = BuildRequest(
                    jobName: name.description, sourceRoot: folder, sourceDigest: tree.digest, source: tree,
                    repositoryRoot: root,
                    build: job.spec.build,
                    environment: python.map { [ImagePaths.pythonVersionVariable: $0] } ?? [:],
                    platform: job.spec.build.platforms.first.flatMap(Platform.init) ?? .host,
                    tag: "\(name.namespace).\(name.name)",
                    origin: BuildRequest.Origin(
                        manifestPath: job.origin.location.path, sourcePath: source.repositoryPath))
            } catch var diagnostic as Diagnostic {
                diagnostic.location = diagnostic.location ?? job.origin.location(of: ["spec", "source", "path"])
                errors.append(diagnostic)
            }
        }
        guard errors.isEmpty else { throw Diagnostics((loaded.diagnostics + errors).inReadingOrder) }
        return DesiredReading(
            input: DesiredInput(desired: loaded.desired, sources: sources), requests: requests,
            warnings: loaded.diagnostics, files: loaded.files)
    }
}
