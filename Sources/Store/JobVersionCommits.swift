public import Manifests
public import Records

extension StateSnapshot {
    /// Which of some job versions are recorded without a commit: they were read from files that none had.
    public func uncommittedVersions(among digests: Set<Digest>) throws -> [JobVersionRecord] {
        try connection.rows(
            "SELECT \(JobVersionRecord.columns) FROM job_versions WHERE revision IS NULL "
                + "ORDER BY namespace, job, number"
        ) { try JobVersionRecord($0) }.filter { digests.contains($0.digest) }
    }
}

extension StateTransaction {
    /// Says in which commit the source of a job version is, so that agents elsewhere find it.
    public func commit(_ version: JobVersionRecord, in commit: String, cause: String) throws {
        try connection.execute(
            "UPDATE job_versions SET revision = ? WHERE namespace = ? AND job = ? AND number = ? AND revision IS NULL",
            [.text(commit), .text(version.job.namespace), .text(version.job.name), .int(Int64(version.number))])
        try append([
            EventDraft(
                .jobVersionCommitted, of: ObjectKey(.job, version.job), cause: cause,
                details: ["version": .int(Int64(version.number)), "commit": .string(commit)])
        ])
    }
}
