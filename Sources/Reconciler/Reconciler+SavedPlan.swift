import Manifests
public import Planning
import Records
import YAML

extension Reconciler {
    /// A plan in the form in which it is kept.
    ///
    /// - Parameter tool: the version of this `reconcile`.
    /// - Throws: a `Diagnostic` where no commit says what it is a plan of.
    public func save(_ work: PlannedWork, tool: String) async throws -> SavedPlan {
        guard work.revision.commit != nil else { throw Diagnostic.planWithoutCommit() }
        return SavedPlan(
            work.plan, of: work.reading.input, tool: tool, repository: try await repository.firstCommit() ?? "",
            revision: work.revision, manifests: try repositoryPaths, state: work.head, policy: policy)
    }

    /// Sees to it that a saved plan is one of this repository.
    func demandOwn(_ saved: SavedPlan) async throws {
        let commit = saved.revision.commit ?? ""
        // A commit that both have is proof enough, and all that a shallow clone has to offer.
        if try await repository.hasCommit(commit) { return }
        let first = try await repository.firstCommit() ?? ""
        guard !first.isEmpty, first == saved.repository else {
            throw Diagnostic.planFromElsewhere(commit, isShallow: first.isEmpty || saved.repository.isEmpty)
        }
    }

    /// Sees to it that a plan made now would do exactly what a saved one says.
    ///
    /// - Throws: a `Diagnostic` that names all that moved.
    func demand(_ saved: SavedPlan, in work: PlannedWork) throws {
        let now = SavedPlan(
            work.plan, of: work.reading.input, tool: saved.tool, repository: saved.repository, revision: work.revision,
            manifests: saved.manifests, state: work.head, policy: policy)
        let movements = saved.movements(to: now, of: work.plan)
        guard movements.isEmpty else {
            throw Diagnostic.stalePlan(movements, isDone: !work.plan.hasRecordChanges && !saved.steps.isEmpty)
        }
    }
}
