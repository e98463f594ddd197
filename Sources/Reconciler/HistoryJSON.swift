public import Manifests
public import Records
import YAML

// The documents of `schemas/history.schema.json`, `commit-history.schema.json` and `explanation.schema.json`.

extension EventRecord {
    /// As `history --output json` prints it.
    public var json: JSONValue {
        let document = document
        return .object([
            "sequence": .int(sequence), "at": .string(at.description), "kind": .string(kind),
            "subject": .string(subject), "cause": .string(cause), "revision": .string(revision),
            "actor": .string(actor), "details": document == .null ? .string(details) : document,
            "hash": .string(hash),
        ])
    }
}

extension CommitKnowledge {
    /// What is known of a commit, and whether it is there at all.
    func json(id: String?, recordedAuthor: String?) -> JSONValue {
        var fields: [String: JSONValue] = [
            "id": id.map(JSONValue.string) ?? .null,
            "recordedAuthor": recordedAuthor.map(JSONValue.string) ?? .null,
        ]
        switch self {
        case .known(let facts):
            fields["found"] = .string("yes")
            fields["author"] = .object([
                "name": .string(facts.authorName), "address": .string(facts.authorAddress),
            ])
            fields["writtenAt"] = .string(facts.writtenAt)
            fields["subject"] = .string(facts.subject)
            fields["reachable"] = .bool(facts.isReachable)
        case .absent: fields["found"] = .string("no")
        case .noRepository: fields["found"] = .string("noRepository")
        case .none: fields["found"] = .string("noCommit")
        }
        return .object(fields)
    }
}

extension CommitHeading {
    public var json: JSONValue { knowledge.json(id: commit, recordedAuthor: recordedAuthor) }
}

extension Consequence {
    /// As `history COMMIT --output json` prints it.
    public var json: JSONValue {
        var fields: [String: JSONValue] = [
            "sequence": .int(sequence), "at": .string(at.description), "actor": .string(actor),
            "kind": .string(key.kind.rawValue), "namespace": .string(key.name.namespace),
            "name": .string(key.name.name), "events": .array(kinds.map(JSONValue.string)),
            "reason": .string(reason), "message": .string(message), "cause": .string(cause),
            "fields": .array(fields.map(JSONValue.string)), "dirty": .bool(isDirty),
        ]
        fields["version"] = version.map { .int(Int64($0)) }
        fields["versionDigest"] = versionDigest.map(JSONValue.string)
        fields["run"] = outcome?.json
        return .object(fields)
    }
}

extension RunOutcome {
    fileprivate var json: JSONValue {
        var fields = run.historyFields(attempts)
        fields["queuedEarlier"] = queuedEarlier?.json
        return .object(fields)
    }
}

extension RunRecord {
    /// What came of an execution, down to attempts and images.
    fileprivate func historyFields(_ attempts: [AttemptRecord]) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "id": .string(id.text), "identity": .string(identity.description),
            "executedAs": .string(name.description), "job": .string(specification.job.description),
            "jobVersion": .int(Int64(specification.jobVersion)), "phase": .string(phase.rawValue),
            "reason": .string(reason), "message": .string(message),
            "attempts": .array(attempts.map(\.view)),
        ]
        fields["image"] = image.map { .string($0.description) }
        fields["startedAt"] = startedAt.map { .string($0.description) }
        fields["finishedAt"] = finishedAt.map { .string($0.description) }
        return fields
    }
}

extension Trace {
    fileprivate var json: JSONValue {
        let revision = event.recordedRevision
        return .object([
            "event": event.json,
            "commit": knowledge.json(id: revision.commit, recordedAuthor: recordedAuthor),
            "dirty": .bool(revision.isDirty),
            "plan": plan.map(JSONValue.string) ?? .null,
            "renamedTo": newFile.map(JSONValue.string) ?? .null,
        ])
    }
}

extension Explanation {
    /// As `explain --output json` prints it.
    public var json: JSONValue {
        var fields: [String: JSONValue] = [
            "formatVersion": .string("1"), "kind": .string(key.kind.rawValue),
            "namespace": .string(key.name.namespace), "name": .string(key.name.name),
            "recorded": .bool(view != nil), "phase": .string(phase), "message": .string(message),
            "wanted": wanted?.json ?? .null, "computed": computed?.json ?? .null, "removed": removed?.json ?? .null,
            "events": .array(events.map(\.json)),
        ]
        fields["object"] = view?.json
        fields["run"] = execution.map { .object($0.historyFields(attempts)) }
        fields["deployment"] = deployment?.json
        if !reproductions.isEmpty { fields["reproductions"] = .array(reproductions.map(\.json)) }
        return .object(fields)
    }

    /// In a word.
    public var phase: String { view?.phase ?? execution?.phase.rawValue ?? "deleted" }

    /// In a sentence.
    public var message: String { view?.message ?? execution?.message ?? "" }
}

extension ChainReport {
    /// As `history --verify --output json` prints it.
    public var json: JSONValue {
        .object([
            "formatVersion": .string("1"), "valid": .bool(isIntact), "events": .int(events),
            "anchors": .int(Int64(anchors)), "count": .int(Int64(count)),
            "firstBad": findings.first.map { .int($0.sequence) } ?? .null,
            "findings": .array(
                findings.map { finding in
                    .object([
                        "sequence": .int(finding.sequence), "kind": .string(finding.kind.rawValue),
                        "message": .string(finding.message),
                    ])
                }),
        ])
    }
}
