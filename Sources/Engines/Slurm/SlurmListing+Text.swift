import Manifests

/// Reads what Slurm's commands list.
enum SlurmListing {
    /// What is asked of `squeue --Format`, in this order. Texts that a user wrote come last, and are compared as a
    /// whole.
    static let queueFields = [
        "JobArrayID", "State", "Reason", "StartTime", "EndTime", "exit_code", "RestartCnt", "NodeList", "Name",
        "Comment",
    ]
    static var queueFormat: String { queueFields.map { "\($0):;" }.joined(separator: ",") }

    /// What is asked of `sacct --format`.
    static let accountFields = ["JobID", "State", "ExitCode", "Reason", "Start", "End", "NodeList", "JobName"]

    /// The variable with which both print moments as seconds since 1970: else they are in the machine's own zone.
    static let timeFormat = ["SLURM_TIME_FORMAT": "%s"]

    /// - Returns: the jobs, and the first line that is none.
    static func queue(_ text: String) -> (jobs: [SlurmJob], nonsense: String?) {
        lines(text, separator: ";", fields: queueFields.count - 1) { fields in
            // A comment of somebody else may go on in the next line, which then is none of ours.
            guard fields.count == queueFields.count - 1, let id = SlurmJobID(fields[0]) else { return nil }
            let states = SlurmState.words(fields[1])
            guard !states.isEmpty else { return nil }
            return SlurmJob(
                id: id, states: states, reason: SlurmJob.said(String(fields[2])), start: SlurmJob.moment(fields[3]),
                end: SlurmJob.moment(fields[4]), exit: SlurmJob.Exit(fields[5]), restarts: Int(fields[6]) ?? 0,
                nodes: SlurmJob.said(String(fields[7])),
                label: String(fields[8].hasSuffix(";") ? fields[8].dropLast() : fields[8]))
        }
    }

    static func accounts(_ text: String) -> (jobs: [SlurmJob], nonsense: String?) {
        lines(text, separator: "|", fields: accountFields.count) { fields in
            guard fields.count == accountFields.count, let id = SlurmJobID(fields[0]) else { return nil }
            let states = SlurmState.words(fields[1])
            guard !states.isEmpty else { return nil }
            return SlurmJob(
                id: id, states: states, reason: SlurmJob.said(String(fields[3])), start: SlurmJob.moment(fields[4]),
                end: SlurmJob.moment(fields[5]), exit: SlurmJob.Exit(fields[2]),
                nodes: SlurmJob.said(String(fields[6])), name: String(fields[7]))
        }
    }

    private static func lines(
        _ text: String, separator: Character, fields: Int, _ job: ([Substring]) -> SlurmJob?
    ) -> (jobs: [SlurmJob], nonsense: String?) {
        var jobs: [SlurmJob] = []
        var nonsense: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: separator, maxSplits: fields - 1, omittingEmptySubsequences: false)
            if let job = job(parts) {
                jobs.append(job)
            } else if nonsense == nil {
                nonsense = String(line.prefix(200))
            }
        }
        return (jobs, nonsense)
    }
}
