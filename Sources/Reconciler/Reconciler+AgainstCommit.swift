import Foundation
import Manifests
import Planning
import Records
import YAML

extension Reconciler {
    /// What the checked out files change against those of another commit, from files alone: no state is looked at, and
    /// nothing is fetched or written.
    ///
    /// - Parameter target: the branch that this is a proposal for, whose policies hold; `nil` for the other commit.
    /// - Throws: `Diagnostics` with every error of the checked out manifests, and with what is wrong with the other
    ///   commit.
    public func plan(against reference: String, for target: PolicyReference? = nil) async throws -> PlannedWork {
        let commit = try await repository.commit(named: reference)
        async let revision = surroundings.revision()
        // What is wrong with the other commit must not hide what is wrong with the proposal.
        let own = await Result { try await read() }
        let base = await Result { try await readInput(of: commit, as: reference) }
        switch (own, base) {
        case (.failure(let faults as Diagnostics), .failure(let fault as Diagnostic)):
            var fault = fault
            fault.severity = .warning
            throw Diagnostics(faults.all + [fault])
        case (.failure(let error), _), (.success, .failure(let error)): throw error
        case (.success(let reading), .success(let input)):
            guard !reading.input.desired.isEmpty || !input.desired.isEmpty else {
                throw Diagnostics([.noManifests(manifests)])
            }
            var plan = Planning.plan(reading.input, against: input, policy: policy)
            plan.warnings = reading.warnings
            let basis = try await basis(for: target ?? PolicyReference(reference))
            plan.refusals += try await denials(of: reading.input.desired, try await revision, by: basis)
            return PlannedWork(
                plan: plan, revision: try await revision, reading: reading,
                base: PlanContext.Base(reference: reference, commit: commit))
        }
    }

    /// What the manifests of a commit want.
    private func readInput(of commit: String, as reference: String) async throws -> DesiredInput {
        let paths = try repositoryPaths
        return try await repository.withFiles(of: commit) { folder in
            // A path that the proposal adds is not there yet, and wants nothing.
            let there = paths.map { $0 == "." ? folder : "\(folder)/\($0)" }.filter(Self.isThere)
            do {
                return try await DesiredReader(root: folder, paths: there).read().input
            } catch let faults as Diagnostics {
                throw Diagnostic.invalidBase(reference, commit: commit, faults.all)
            }
        }
    }

    /// Whether a name is there, be it a link that leads nowhere.
    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Where the manifests are, relative to the repository's root.
    ///
    /// - Throws: a `Diagnostic` for those that are not in it.
    var repositoryPaths: [String] {
        get throws {
            try manifests.map { path in
                guard let relative = Repository.relative(path, to: repository.root) else {
                    throw Diagnostic.manifestsOutside(path, root: repository.root)
                }
                return relative
            }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
