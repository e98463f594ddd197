import Manifests
import Planning
import Records

/// A plan that asks for something that the state machine or the record forbids.
struct ImpossiblePlan: Error {
    let why: String
}

extension RecordedState {
    /// Carries a plan out in memory, as the reconciler does in the store.
    mutating func apply(_ plan: Plan, at now: Timestamp) throws {
        for action in plan.actions {
            guard let change = action.change else { continue }
            if let version = change.newVersion {
                jobVersions[action.key.name, default: []].append(
                    JobVersionRecord(
                        job: action.key.name, number: version.number, digest: version.digest, content: version.content,
                        createdAt: now))
            }
            objects[action.key] = change.object.map { draft in
                ObjectRecord(
                    key: action.key, digest: draft.digest, content: draft.content, file: draft.file, line: draft.line,
                    isPrunable: draft.isPrunable, identity: draft.identity, version: draft.version, revision: .none,
                    appliedAt: now)
            }
            if let execution = change.execution { try carryOut(execution, for: action.key.name, at: now) }
            if let id = change.cancels {
                try advance(id, by: .cancelRequested(by: "reconcile", reason: action.message), at: now)
            }
        }
    }

    private mutating func carryOut(
        _ execution: RecordChange.Execution, for name: ObjectName, at now: Timestamp
    ) throws {
        switch execution {
        case .start(let specification):
            let identity = specification.identity
            guard runs[identity] == nil else { throw ImpossiblePlan(why: "\(name) starts what is recorded already") }
            runs[identity] = RunRecord(
                identity: identity, name: name, specification: specification, sequence: Int64(runs.count + 1),
                createdAt: now)
        case .requeue(let id, let specification):
            try advance(id, by: .requeued(by: "reconcile", reason: "written anew"), at: now)
            let isActive = runs.values.contains { $0.id == id && $0.phase.isActive }
            if !isActive { try advance(id, by: .placed(specification), at: now) }
        case .place(let id, let specification):
            try advance(id, by: .placed(specification), at: now)
        }
    }

    /// Carries an execution through an event of its life.
    mutating func advance(_ id: RunID, by event: RunEvent, at now: Timestamp) throws {
        guard let run = runs.values.first(where: { $0.id == id }) else {
            throw ImpossiblePlan(why: "there is no run \(id)")
        }
        runs[run.identity] = try run.after(event, at: now)
    }

    /// The execution of what a run's manifest asked for when it was last applied.
    func execution(of name: String) -> RunRecord? {
        objects[ObjectKey(.run, ObjectName(name: name))]?.identity.flatMap { runs[$0] }
    }
}
