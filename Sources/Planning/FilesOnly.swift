import Manifests
import Records

/// What a planner knows of the past.
enum Knowledge {
    /// The record: the numbers of job versions mean what they mean in `train@v3`.
    case record
    /// The files of two commits. How many versions a job has had they do not tell, nor what a pinned one holds.
    case files
}

/// Compares two commits from their files alone: what an apply of the one would do if the other had been applied to
/// nothing before, and every run had succeeded.
///
/// Pure, like `plan`. Version numbers are neither known nor shown; a run that is pinned to one counts as another
/// computation for each number.
public func plan(_ input: DesiredInput, against base: DesiredInput, policy: PlanPolicy = PlanPolicy()) -> Plan {
    var planner = Planner(input: input, recorded: RecordedState(assumingApplied: base), knowledge: .files)
    return planner.plan(observed: ObservedState(), policy: policy)
}

extension RecordedState {
    /// What would be recorded if some manifests had been applied to nothing and every run had succeeded.
    init(assumingApplied input: DesiredInput) {
        self.init()
        var planner = Planner(input: input, recorded: RecordedState(), knowledge: .files)
        let plan = planner.plan(observed: ObservedState(), policy: PlanPolicy())
        let moment = Timestamp(milliseconds: 0)
        for action in plan.actions {
            guard let change = action.change, let draft = change.object else { continue }
            objects[action.key] = ObjectRecord(
                key: action.key, digest: draft.digest, content: draft.content, file: draft.file, line: draft.line,
                isPrunable: draft.isPrunable, identity: draft.identity, version: draft.version, revision: .none,
                appliedAt: moment)
            if let version = change.newVersion {
                jobVersions[action.key.name, default: []].append(
                    JobVersionRecord(
                        job: action.key.name, number: version.number, digest: version.digest, content: version.content,
                        createdAt: moment))
            }
            if case .start(let specification)? = change.execution, let identity = draft.identity {
                var run = RunRecord(
                    identity: identity, name: action.key.name, specification: specification,
                    sequence: Int64(runs.count + 1), createdAt: moment)
                run.phase = .succeeded
                runs[identity] = run
            }
        }
    }
}

extension Planner {
    /// Stands for the content of a job version of which only the number is known.
    private static func standIn(for reference: JobReference) -> Digest { Digest(of: "unknown content of \(reference)") }

    /// A run that is pinned to a version whose content nobody knows: what can be compared is its number, and what the
    /// run itself says.
    func unresolved(_ run: Manifest<RunSpec>, _ job: JobSpec, version: Int) -> RunSpecification {
        RunSpecification(
            run, job: job, version: version, digest: Self.standIn(for: run.spec.job), definition: JobDefinition())
    }

    /// How a specification's job is called: `train@v3`, without the number where that would be made up.
    func reference(_ specification: RunSpecification) -> String {
        knowledge == .record || isUnresolved(specification)
            ? specification.jobReference : specification.job.description
    }

    /// What has to be said of a run whose job version is not known; empty otherwise.
    func note(on specification: RunSpecification) -> String {
        isUnresolved(specification)
            ? "; whether there is a v\(specification.jobVersion), and what it holds, files alone do not tell" : ""
    }

    private func isUnresolved(_ specification: RunSpecification) -> Bool {
        let reference = JobReference(name: specification.job, version: specification.jobVersion)
        return knowledge == .files && specification.jobDigest == Self.standIn(for: reference)
    }
}
