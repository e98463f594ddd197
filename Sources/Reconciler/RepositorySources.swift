import Agents
import Foundation
import Images
import Manifests
import Records
import Store
import YAML

/// The sources of job versions, from what is checked out, and otherwise from the commit that the version came with.
///
/// An agent on another machine has the repository too: Git is how work reaches it, and so is its source. The commit
/// that is needed is fetched where it is not there yet.
actor RepositorySources: JobSources {
    private let repository: Repository
    private let manifests: [String]
    private let store: StateStore
    /// Below it a folder for each commit that was needed.
    private let exports: String
    private let unique: @Sendable () -> String
    private var known: [Digest: BuildRequest]
    /// Whether the checkout has to be read before anything is known of it.
    private var isUnread: Bool
    private var exported: Set<String> = []

    /// - Parameters:
    ///   - reading: the checkout as it has been read; `nil` to read it when something is asked for.
    ///   - unique: a part of names that nobody else has.
    init(
        repository: Repository, manifests: [String], reading: DesiredReading?, store: StateStore, exports: String,
        unique: @escaping @Sendable () -> String
    ) {
        self.repository = repository
        self.manifests = manifests
        self.store = store
        self.exports = exports
        self.unique = unique
        known = reading?.requests ?? [:]
        isUnread = reading == nil
    }

    func request(forJob digest: Digest) async throws -> BuildRequest? {
        if let request = known[digest], isAsRead(request) { return request }
        if isUnread, let request = try await checkedOut(digest) { return request }
        guard repository.isGit, let commit = try await store.read({ try $0.commit(ofJobVersion: digest) }),
            Repository.isObjectName(commit)
        else { return nil }
        let folder = "\(exports)/\(commit)"
        // Housekeeping takes away what nobody has used for days.
        if !exported.contains(commit) || !Repository.keepExport(folder) {
            guard try await repository.obtain(commit) else { return nil }
            try await repository.export(commit, to: folder, unique: unique())
            let paths = manifests.map { path in
                Repository.relative(path, to: repository.root).map { "\(folder)/\($0)" } ?? path
            }
            let reading = try await DesiredReader(root: folder, paths: paths).read()
            known.merge(reading.requests) { old, _ in old }
            exported.insert(commit)
        }
        return known[digest]
    }

    /// Looks at the checkout. One whose manifests are invalid, because somebody is at work on them, gives nothing.
    private func checkedOut(_ digest: Digest) async throws -> BuildRequest? {
        guard let reading = try? await DesiredReader(root: repository.root, paths: manifests).read() else { return nil }
        known.merge(reading.requests) { _, new in new }
        return known[digest]
    }

    /// Whether the folder still holds what was read: somebody may have checked out another commit meanwhile.
    private func isAsRead(_ request: BuildRequest) -> Bool {
        (try? SourceTree.read(request.sourceRoot).digest) == request.sourceDigest
    }
}
