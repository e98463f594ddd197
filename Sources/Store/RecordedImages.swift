public import Manifests
public import Records

/// An image that the record names.
public struct RecordedImage: Sendable, Hashable {
    public var digest: Digest
    /// The newest of the job versions that it is of, such as `train@v3`; `nil` where only attempts name it.
    public var version: String?
    /// Whether what is wanted or under way now needs it: the newest version of a job, that of a run that some manifest
    /// wants, of one that has not ended, or of a reproduction that has not.
    public var isCurrent: Bool
    /// When it was built, or an attempt with it began or ended last.
    public var usedAt: Timestamp
}

extension StateSnapshot {
    /// Every image that the record names, by digest.
    public func recordedImages() throws -> [Digest: RecordedImage] {
        let present = try presentState()
        var current: Set<Digest> = []
        var versions: [Digest: JobVersionRecord] = [:]
        for records in present.jobVersions.values {
            if let newest = records.max(by: { $0.number < $1.number }) { current.insert(newest.digest) }
            for record in records { versions[record.digest] = record }
        }
        let wanted = Set(present.objects.values.compactMap(\.identity))
        let runs = present.runs.values.filter { !$0.phase.isTerminal || wanted.contains($0.identity) }
        current.formUnion(runs.map(\.specification.jobDigest))
        let open = try reproductions().filter { $0.end == nil }.map(\.image)
        let needed = Set(runs.compactMap(\.image) + open)

        var found: [Digest: RecordedImage] = [:]
        func note(_ digest: Digest, _ job: Digest?, usedAt moment: Int64) {
            let used = Timestamp(milliseconds: moment)
            let version = job.flatMap { versions[$0]?.reference }
            let isCurrent = needed.contains(digest) || job.map(current.contains) ?? false
            var image = found[digest] ?? RecordedImage(digest: digest, version: nil, isCurrent: false, usedAt: used)
            image.version = image.version ?? version
            image.isCurrent = image.isCurrent || isCurrent
            image.usedAt = max(image.usedAt, used)
            found[digest] = image
        }
        try connection.forEachRow("SELECT manifest, job_digest, built_at FROM images ORDER BY job_digest", []) { row in
            if let digest = Digest(row.text(0)) { note(digest, Digest(row.text(1)), usedAt: row.int(2)) }
        }
        try connection.forEachRow(
            "SELECT image, MAX(created_at), MAX(COALESCE(ended_at, created_at)) FROM attempts "
                + "WHERE image IS NOT NULL GROUP BY image", []
        ) { row in
            if let digest = Digest(row.text(0)) { note(digest, nil, usedAt: max(row.int(1), row.int(2))) }
        }
        return found
    }

    /// The attempts of one place that have ended for good, with their runs, in order.
    ///
    /// - Parameters:
    ///   - location: the id of the folder that holds the attempts of that place.
    ///   - moment: only those that ended before it.
    public func endedAttempts(
        at location: String, before moment: Timestamp
    ) throws -> [(attempt: AttemptRecord, run: RunRecord)] {
        let attempts = try connection.rows(
            "SELECT \(AttemptRecord.columns) FROM attempts WHERE location = ? AND ended_at < ? "
                + "AND (reason <> 'Lost' OR confirmed_at IS NOT NULL) ORDER BY run, number",
            [.text(location), .int(moment.milliseconds)]
        ) { try AttemptRecord($0) }
        return try attempts.compactMap { attempt in try run(attempt.run).map { (attempt, $0) } }
    }
}
