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
    static func queue(_ text: [UInt8]) -> (jobs: [SlurmJob], nonsense: String?) {
        lines(text, separator: UInt8(ascii: ";"), fields: queueFields.count - 1) { fields in
            // A comment of somebody else may go on in the next line, which then is none of ours.
            guard fields.count == queueFields.count - 1, let id = SlurmJobID(fields[0]) else { return nil }
            let states = SlurmState.words(fields[1])
            guard !states.isEmpty else { return nil }
            return SlurmJob(
                id: id, states: states, reason: SlurmJob.said(fields[2]), start: SlurmJob.moment(fields[3]),
                end: SlurmJob.moment(fields[4]), exit: SlurmJob.Exit(fields[5]), restarts: Int(fields[6]) ?? 0,
                nodes: SlurmJob.said(fields[7]),
                label: fields[8].utf8.last == UInt8(ascii: ";") ? String(fields[8].dropLast()) : fields[8])
        }
    }

    static func accounts(_ text: [UInt8]) -> (jobs: [SlurmJob], nonsense: String?) {
        lines(text, separator: UInt8(ascii: "|"), fields: accountFields.count) { fields in
            guard fields.count == accountFields.count, let id = SlurmJobID(fields[0]) else { return nil }
            let states = SlurmState.words(fields[1])
            guard !states.isEmpty else { return nil }
            return SlurmJob(
                id: id, states: states, reason: SlurmJob.said(fields[3]), start: SlurmJob.moment(fields[4]),
                end: SlurmJob.moment(fields[5]), exit: SlurmJob.Exit(fields[2]), nodes: SlurmJob.said(fields[6]),
                name: fields[7])
        }
    }

    /// Reads bytes and not characters: of a thousand jobs there are two hundred thousand in every answer.
    private static func lines(
        _ text: [UInt8], separator: UInt8, fields: Int, _ job: ([String]) -> SlurmJob?
    ) -> (jobs: [SlurmJob], nonsense: String?) {
        var jobs: [SlurmJob] = []
        var nonsense: String?
        var parts: [String] = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            parts.removeAll(keepingCapacity: true)
            var rest = line
            while parts.count < fields - 1, let end = rest.firstIndex(of: separator) {
                parts.append(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[(end + 1)...]
            }
            parts.append(String(decoding: rest, as: UTF8.self))
            if let job = job(parts) {
                jobs.append(job)
            } else if nonsense == nil {
                nonsense = String(decoding: line.prefix(200), as: UTF8.self)
            }
        }
        return (jobs, nonsense)
    }
}
