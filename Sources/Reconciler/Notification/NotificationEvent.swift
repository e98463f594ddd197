import Agents
import Images
public import Manifests
import Planning
import Records
public import YAML

/// What a notification says: one JSON document, described by `schemas/notification.schema.json`.
public struct NotificationEvent: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An apply came to its end.
        case applyFinished = "apply.finished"
        /// An apply ended with an error.
        case applyFailed = "apply.failed"
        /// A plan found that what is there is not what is recorded.
        case planDrift = "plan.drift"
    }

    /// In the words of commit statuses.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// What was wanted is there.
        case success
        /// Runs failed, or there is drift.
        case failure
        /// It could not be done.
        case error
        /// Something goes on.
        case pending
    }

    public var kind: Kind
    public var state: State
    /// Unique for all time, so that a receiver can tell a repetition.
    public var id: String
    /// One line, of letters, digits, spaces and `.,:;/+-()` alone: it can stand in any text without harming it.
    public var description: String
    var fields: [String: JSONValue]

    /// The most runs, drifts and errors that are listed.
    public static let listed = 200

    /// The characters of a description.
    static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || " .,:;/+-()".unicodeScalars.contains(scalar))
                return isPlain ? Character(scalar) : " "
            }.prefix(140))
    }

    public var json: JSONValue {
        .object(
            fields.merging([
                "formatVersion": .string("1"), "event": .string(kind.rawValue), "state": .string(state.rawValue),
                "id": .string(id), "description": .string(description),
            ]) { own, _ in own })
    }
}

extension Reconciler {
    private func event(
        _ kind: NotificationEvent.Kind, _ state: NotificationEvent.State, _ description: String, commit: String?,
        isDirty: Bool, _ fields: [String: JSONValue]
    ) -> NotificationEvent {
        var fields = fields
        fields["at"] = .string(setting.time.now().description)
        fields["actor"] = .string(setting.actor)
        fields["commit"] = commit.map(JSONValue.string) ?? .null
        fields["dirty"] = .bool(isDirty)
        fields["url"] = setting.pageOfThisRun.map(JSONValue.string) ?? .null
        return NotificationEvent(
            kind: kind, state: state, id: "\(setting.unique())\(setting.unique())\(setting.unique())",
            description: NotificationEvent.plain(description), fields: fields)
    }

    /// What there is to tell of an apply that came to its end.
    public func notification(of result: ApplyResult) -> NotificationEvent {
        let phases = Dictionary(grouping: result.runs, by: \.execution.phase)
        let counts = RunPhase.allCases.compactMap { phase in phases[phase].map { (phase, $0.count) } }
        let faults = result.deploymentFaults.count
        let hasFailed =
            faults > 0 || result.runs.contains { [.failed, .cancelled, .lost].contains($0.execution.phase) }
        let isOver = result.runs.allSatisfy { $0.execution.phase.isTerminal }
        let state: NotificationEvent.State = hasFailed ? .failure : isOver ? .success : .pending
        let words = counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
        let plan = result.work.plan
        // Those that did not end well come first, for where not all are listed.
        let runs = result.runs.sorted {
            ($0.execution.phase == .succeeded ? 1 : 0, $0.name) < ($1.execution.phase == .succeeded ? 1 : 0, $1.name)
        }
        return event(
            .applyFinished, state,
            (words.isEmpty ? "no runs are wanted" : "\(words) of \(result.runs.count) runs")
                + (faults > 0 ? ", \(faults) Deployments are not as they should be" : ""),
            commit: result.work.revision.commit, isDirty: result.work.revision.isDirty,
            [
                "end": .string("\(result.end)"),
                "summary": plan.json["summary"] ?? .null,
                "phases": .object(
                    Dictionary(uniqueKeysWithValues: counts.map { ($0.0.rawValue, .int(Int64($0.1))) })),
                "runCount": .int(Int64(result.runs.count)),
                "runs": .array(runs.prefix(NotificationEvent.listed).map { Self.view($0.name, $0.execution) }),
                "drift": .array(plan.drift.prefix(NotificationEvent.listed).map(\.json)),
            ])
    }

    /// What there is to tell of an apply that could not be done.
    public func notification(of faults: [Diagnostic]) async -> NotificationEvent {
        // Where even Git fails, it is told without a commit.
        let revision = (try? await surroundings.revision()) ?? .none
        let errors = faults.filter { $0.severity == .error }
        let codes = Set(errors.map(\.code.rawValue)).sorted().prefix(5).joined(separator: ", ")
        return event(
            .applyFailed, .error, "\(errors.count) error\(errors.count == 1 ? "" : "s") (\(codes))",
            commit: revision.commit, isDirty: revision.isDirty,
            [
                "errors": .array(
                    errors.prefix(NotificationEvent.listed).map { error in
                        .object([
                            "code": .string(error.code.rawValue), "message": .string(error.message),
                            "file": error.location.map { .string($0.path) } ?? .null,
                            "line": error.location.map { .int(Int64($0.span.start.line)) } ?? .null,
                        ])
                    })
            ])
    }

    /// What there is to tell of a plan; `nil` where there is no drift.
    public func notification(ofDriftIn work: PlannedWork) -> NotificationEvent? {
        let drift = work.plan.drift
        guard !drift.isEmpty else { return nil }
        let reasons = Set(drift.map(\.reason.rawValue)).sorted().joined(separator: ", ")
        return event(
            .planDrift, .failure, "\(drift.count) differ from what is recorded: \(reasons)",
            commit: work.revision.commit, isDirty: work.revision.isDirty,
            [
                "driftCount": .int(Int64(drift.count)),
                "drift": .array(drift.prefix(NotificationEvent.listed).map(\.json)),
            ])
    }

    private static func view(_ name: ObjectName, _ run: RunRecord) -> JSONValue {
        .object([
            "namespace": .string(name.namespace), "name": .string(name.name), "id": .string(run.id.text),
            "phase": .string(run.phase.rawValue), "reason": .string(run.reason), "message": .string(run.message),
            "attempts": .int(Int64(run.attempt)),
        ])
    }
}

extension Setting {
    /// The page of the CI run that this process is part of; `nil` where it is none.
    var pageOfThisRun: String? {
        let page: String? =
            if let server = environment["GITHUB_SERVER_URL"], let repository = environment["GITHUB_REPOSITORY"],
                let run = environment["GITHUB_RUN_ID"]
            {
                "\(server)/\(repository)/actions/runs/\(run)"
            } else {
                environment["CI_JOB_URL"] ?? environment["BUILD_URL"]
            }
        return page.flatMap { HTTPAddress($0)?.text }
    }
}
