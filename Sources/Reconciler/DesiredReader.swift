import Foundation
public import Images
public import Manifests
public import Planning
import Records
import Synchronization
public import YAML

/// What the files of a repository want, with all that building it needs.
public struct DesiredReading: Sendable {
    public var input: DesiredInput
    public var warnings: [Diagnostic]
    /// How many files held manifests.
    public var files: Int
    private let preparation: BuildPreparation

    /// - Parameter requests: makes those; it is asked once, and only by who builds or looks for a job's version.
    public init(
        input: DesiredInput, requests: @escaping @Sendable () -> [Digest: BuildRequest], warnings: [Diagnostic],
        files: Int
    ) {
        self.input = input
        self.warnings = warnings
        self.files = files
        preparation = BuildPreparation(requests)
    }

    /// How to build each job version that is checked out, by its digest.
    public var requests: [Digest: BuildRequest] { preparation.requests }
}

/// The requests to build, made when somebody first asks for them.
private final class BuildPreparation: Sendable {
    private let make: @Sendable () -> [Digest: BuildRequest]
    private let made = Mutex<[Digest: BuildRequest]?>(nil)

    init(_ make: @escaping @Sendable () -> [Digest: BuildRequest]) { self.make = make }

    var requests: [Digest: BuildRequest] {
        made.withLock { known in
            if let known { return known }
            let requests = make()
            known = requests
            return requests
        }
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
    public func read() async throws -> DesiredReading { try reading(of: await load()) }

    /// Reads the manifests alone.
    ///
    /// - Parameter texts: what is read instead of files.
    func load(_ texts: ManifestTexts? = nil) async -> LoadedManifests {
        await ManifestLoader(repositoryRoot: root, texts: texts).load(paths)
    }

    /// Reads the sources that manifests name.
    ///
    /// - Throws: `Diagnostics` with every error.
    func reading(of loaded: LoadedManifests) throws -> DesiredReading {
        guard !loaded.hasErrors else { throw Diagnostics(loaded.diagnostics) }
        var sources: [ObjectName: Digest] = [:]
        var errors: [Diagnostic] = []
        // Many jobs share a folder.
        var trees: [String: Result<SourceTree, any Error>] = [:]
        for (name, job) in loaded.desired.jobs.sorted(by: { $0.key < $1.key }) {
            guard case .path(let source) = job.spec.source else { continue }
            let path = source.repositoryPath
            let tree = trees[path] ?? Result { try SourceTree.read(folder(path)) }
            trees[path] = tree
            do {
                sources[name] = try tree.get().digest
            } catch var diagnostic as Diagnostic {
                diagnostic.location = diagnostic.location ?? job.origin.location(of: ["spec", "source", "path"])
                errors.append(diagnostic)
            }
        }
        guard errors.isEmpty else { throw Diagnostics((loaded.diagnostics + errors).inReadingOrder) }
        let desired = loaded.desired
        let read = trees.compactMapValues { try? $0.get() }
        return DesiredReading(
            input: DesiredInput(desired: desired, sources: sources), requests: { requests(desired, read) },
            warnings: loaded.diagnostics, files: loaded.files)
    }

    /// A folder of the repository.
    private func folder(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

    private func requests(_ desired: DesiredState, _ trees: [String: SourceTree]) -> [Digest: BuildRequest] {
        var requests: [Digest: BuildRequest] = [:]
        for (name, job) in desired.jobs.sorted(by: { $0.key < $1.key }) {
            guard case .path(let source) = job.spec.source, let tree = trees[source.repositoryPath] else { continue }
            let content = JobVersionContent(of: job.spec, source: tree.digest)
            let python = job.spec.build.python?.version
            requests[content.digest] = BuildRequest(
                jobName: name.description, sourceRoot: folder(source.repositoryPath), sourceDigest: tree.digest,
                source: tree, repositoryRoot: root, build: job.spec.build,
                environment: python.map { [ImagePaths.pythonVersionVariable: $0] } ?? [:],
                platform: job.spec.build.platforms.first.flatMap(Platform.init) ?? .host,
                tag: "\(name.namespace).\(name.name)",
                origin: BuildRequest.Origin(
                    manifestPath: job.origin.location.path, sourcePath: source.repositoryPath))
        }
        return requests
    }
}
