import Manifests
public import Planning
public import Records
public import Store

extension StateTransaction {
    /// Writes down what a plan decides: objects, job versions, new runs, cancellations, and an event for each.
    public func apply(_ plan: Plan, revision: Revision, at now: Timestamp) throws {
        var events: [EventDraft] = []
        var cancellations: [Cancellation] = []
        for action in plan.actions {
            guard let change = action.change else { continue }
            let cause = action.cause.map { "\($0)" } ?? ""
            var details: [String: JSONValue] = [
                "reason": .string(action.reason.rawValue), "message": .string(action.message),
            ]
            if !action.fields.isEmpty {
                details["fields"] = .array(action.fields.map { .string($0.path.joined(separator: ".")) })
            }
            if let identity = change.object?.identity { details["identity"] = .string(identity.description) }
            if let version = change.newVersion {
                try write(
                    JobVersionRecord(
                        job: action.key.name, number: version.number, digest: version.digest, content: version.content,
                        createdAt: now, commit: revision.isDirty ? nil : revision.commit))
                events.append(
                    EventDraft(
                        .jobVersionAdded, of: action.key, cause: cause,
                        details: [
                            "digest": .string(version.digest.description), "version": .int(Int64(version.number)),
                        ]))
            }
            try write(change.object, of: action.key, revision: revision, at: now)
            if let execution = change.execution {
                try carryOut(execution, for: action, cause: cause, details: details, into: &events)
            }
            if let id = change.cancels {
                cancellations.append(Cancellation(id: id, reason: action.message, cause: cause, details: details))
            }
            if let kind = EventKind(action.operation) {
                events.append(EventDraft(kind, of: action.key, cause: cause, details: details))
            }
        }
        // Last, and those first that wait for others: nobody is told that a run was cancelled who will not wait for it
        // any more.
        for cancellation in cancellations.reversed() { events.append(try carryOut(cancellation)) }
        try append(events)
    }

    private struct Cancellation {
        var id: RunID
        var reason: String
        var cause: String
        var details: [String: JSONValue]
    }

    private func carryOut(_ cancellation: Cancellation) throws -> EventDraft {
        let run = try advance(
            cancellation.id, by: .cancelRequested(by: "reconcile", reason: cancellation.reason))
        var details = cancellation.details
        details["identity"] = .string(run.identity.description)
        return EventDraft(
            .runCancelRequested, of: ObjectKey(.run, run.name), cause: cancellation.cause, details: details)
    }

    private func write(_ draft: ObjectDraft?, of key: ObjectKey, revision: Revision, at now: Timestamp) throws {
        guard let draft else { return try remove(key) }
        try write(
            ObjectRecord(
                key: key, digest: draft.digest, content: draft.content, file: draft.file, line: draft.line,
                isPrunable: draft.isPrunable, identity: draft.identity, version: draft.version, revision: revision,
                appliedAt: now))
    }

    private func carryOut(
        _ execution: RecordChange.Execution, for action: Action, cause: String, details: [String: JSONValue],
        into events: inout [EventDraft]
    ) throws {
        switch execution {
        case .start(let specification):
            let run = try startRun(action.key.name, specification)
            var details = details
            details["identity"] = .string(run.identity.description)
            events.append(EventDraft(.runQueued, of: action.key, cause: cause, details: details))
        case .requeue(let id, let specification):
            let run = try advance(id, by: .requeued(by: "reconcile", reason: action.message))
            // What is under way stays where it is until its end.
            if !run.phase.isActive { try advance(id, by: .placed(specification)) }
            events.append(EventDraft(.runRequeued, of: action.key, cause: cause, details: details))
        case .place(let id, let specification):
            try advance(id, by: .placed(specification))
            events.append(EventDraft(.runPlaced, of: action.key, cause: cause, details: details))
        }
    }
}

extension EventKind {
    /// What an operation does to the object that the manifest describes.
    fileprivate init?(_ operation: Planning.Operation) {
        switch operation {
        case .create: self = .objectCreated
        case .update, .run, .replace: self = .objectUpdated
        case .satisfied: self = .runSatisfied
        case .delete: self = .objectDeleted
        case .unchanged: return nil
        }
    }
}
