public import Manifests
public import Records
import YAML

/// One step of writing: everything in it is kept together or not at all.
public struct StateTransaction {
    let connection: any SQLConnection
    /// Where the state is, for messages.
    let location: String
    /// Who does it, from which commit.
    let provenance: Provenance
    /// The moment of this step, by the clock that everybody shares.
    public let now: Timestamp

    /// The record as this transaction sees it.
    public var snapshot: StateSnapshot { StateSnapshot(connection: connection) }

    /// Adds events to the audit trail.
    public func append(_ drafts: [EventDraft]) throws {
        // Who has the state open since before it was moved away is told here, for nothing happens without an event.
        var head = try snapshot.chainHead(toWriteTo: location)
        for draft in drafts {
            let event = EventRecord(draft, after: head.sequence, hash: head.hash, at: now, provenance: provenance)
            try connection.execute(
                "INSERT INTO events (\(EventRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .int(event.sequence), .int(event.at.milliseconds), .text(event.kind), .text(event.subject),
                    .text(event.cause), .text(event.revision), .text(event.actor), .text(event.details),
                    .text(event.previous), .text(event.hash),
                ])
            head = (event.sequence, event.hash)
        }
        try setMeta("chain", "\(head.sequence) \(head.hash)")
    }

    func setMeta(_ name: String, _ value: String) throws {
        try connection.execute(
            "INSERT INTO slipway_meta (name, value) VALUES (?, ?) "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value", [.text(name), .text(value)])
    }

    /// The next value of a counter that only grows.
    func next(_ counter: String) throws -> Int64 {
        let last = try connection.first("SELECT value FROM slipway_meta WHERE name = ?", [.text(counter)]) {
            Int64($0.text(0)) ?? 0
        }
        let next = (last ?? 0) + 1
        try setMeta(counter, String(next))
        return next
    }

    public func write(_ object: ObjectRecord) throws {
        try connection.execute(
            "INSERT INTO objects (\(ObjectRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT (kind, namespace, name) DO UPDATE SET digest = excluded.digest, "
                + "content = excluded.content, file = excluded.file, line = excluded.line, "
                + "prunable = excluded.prunable, identity = excluded.identity, version = excluded.version, "
                + "revision = excluded.revision, dirty = excluded.dirty, applied_at = excluded.applied_at",
            [
                .text(object.key.kind.rawValue), .text(object.key.name.namespace), .text(object.key.name.name),
                .text(object.digest.description), .text(object.content), .text(object.file), .int(Int64(object.line)),
                .int(object.isPrunable ? 1 : 0), SQLValue(object.identity?.description),
                SQLValue(object.version.map(Int64.init)), SQLValue(object.revision.commit),
                .int(object.revision.isDirty ? 1 : 0), .int(object.appliedAt.milliseconds),
            ])
    }

    public func remove(_ key: ObjectKey) throws {
        try connection.execute(
            "DELETE FROM objects WHERE kind = ? AND namespace = ? AND name = ?",
            [.text(key.kind.rawValue), .text(key.name.namespace), .text(key.name.name)])
    }

    public func write(_ version: JobVersionRecord) throws {
        try connection.execute(
            "INSERT INTO job_versions (\(JobVersionRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .text(version.job.namespace), .text(version.job.name), .int(Int64(version.number)),
                .text(version.digest.description), .text(version.content.canonical.canonicalText),
                .int(version.createdAt.milliseconds), SQLValue(version.commit),
            ])
    }

    /// Records which image belongs to a job version.
    public func writeImage(ofJob job: Digest, manifest: Digest, details: JSONValue) throws {
        try connection.execute(
            "INSERT INTO images (job_digest, manifest, details, built_at) VALUES (?, ?, ?, ?) "
                + "ON CONFLICT (job_digest) DO UPDATE SET manifest = excluded.manifest, details = excluded.details, "
                + "built_at = excluded.built_at",
            [
                .text(job.description), .text(manifest.description), .text(details.canonicalText),
                .int(now.milliseconds),
            ])
    }
}
