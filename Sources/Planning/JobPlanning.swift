import Manifests
import Records
import YAML

/// A job as it will be once the plan is applied.
struct ResolvedJob {
    var number: Int
    var digest: Digest
    var content: JobVersionContent
    var isNew: Bool
    /// The version that was current before; `nil` for a new job.
    var previous: Int?
    /// What made the version another one, for the runs that follow it.
    var cause: Cause
}

extension Planner {
    /// Decides about one job: its action, and the version that its runs will follow.
    mutating func planJob(_ name: ObjectName, _ job: Manifest<JobSpec>) {
        let key = ObjectKey(.job, name)
        guard let source = input.sources[name] else { return }
        let content = JobVersionContent(of: job.spec, source: source)
        let digest = content.digest
        let versions = recorded.jobVersions[name] ?? []
        let known = versions.last { $0.digest == digest }
        let number = known?.number ?? (versions.last?.number ?? 0) + 1

        let draft = draft(
            job.metadata, spec: job.spec.canonical, source: source, origin: job.origin, version: number)
        let record = recorded.objects[key]
        let changes = record.map { differences(from: $0, to: draft) } ?? []
        let cause = place(of: changes, in: job.origin)
        jobs[name] = ResolvedJob(
            number: number, digest: digest, content: content, isNew: known == nil, previous: record?.version,
            cause: cause)

        let newVersion = known == nil ? JobVersionDraft(number: number, digest: digest, content: content) : nil
        guard let record else {
            let note = knowledge == .files ? "" : known == nil ? ", v\(number)" : ", same content as v\(number)"
            add(
                .create, key, .manifestAdded, "new job\(note)", cause: cause,
                change: RecordChange(object: draft, newVersion: newVersion))
            return
        }
        guard !changes.isEmpty || record.version != number else {
            add(.unchanged, key, .upToDate, knowledge == .files ? "" : "v\(number)", cause: cause)
            return
        }
        let version =
            knowledge == .files
            ? ""
            : record.version == number
                ? "still v\(number): " : "v\(record.version ?? 0) → v\(number)\(known == nil ? "" : " again"): "
        let sourceOnly = changes.allSatisfy { $0.path == ["source"] }
        let reason: Reason = sourceOnly ? .sourceChanged : reason(for: changes)
        let what = sourceOnly ? "source files changed" : summary(of: changes)
        add(
            .update, key, reason, version + what, fields: changes, cause: cause,
            change: RecordChange(object: draft, newVersion: newVersion))
    }

    /// Decides about a queue or a pool, which have no versions.
    mutating func planObject(_ key: ObjectKey, _ metadata: Metadata, _ spec: JSONValue, _ origin: Origin) {
        let draft = draft(metadata, spec: spec, origin: origin)
        guard let record = recorded.objects[key] else {
            let cause = place(of: [], in: origin)
            add(.create, key, .manifestAdded, "new \(key.kind.word)", cause: cause, change: RecordChange(object: draft))
            return
        }
        guard record.digest != draft.digest else {
            add(.unchanged, key, .upToDate, "", cause: place(of: [], in: origin))
            return
        }
        let changes = differences(from: record, to: draft)
        add(
            .update, key, reason(for: changes), summary(of: changes), fields: changes,
            cause: place(of: changes, in: origin), change: RecordChange(object: draft))
    }
}

extension Kind {
    /// The kind as a word in a sentence.
    var word: String {
        switch self {
        case .job: "job"
        case .queue: "queue"
        case .agentPool: "agent pool"
        case .run: "run"
        case .policy: "policy"
        }
    }
}
