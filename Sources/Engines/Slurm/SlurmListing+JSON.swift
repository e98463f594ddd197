import Manifests
import Records

extension SlurmListing {
    /// Reads what `squeue --json` and `sacct --json` print, in both dialects: up to Slurm 23.02 a state is a text, a
    /// number is a number and `exit_code` is what wait(2) says; from 23.11 on (`data_parser/v0.0.40`) a state is a
    /// list, a number is `{"set", "infinite", "number"}` and `exit_code` says status and signal.
    ///
    /// - Returns: the jobs; `nil` where it is no such document. What is no job in it is left out.
    static func json(_ bytes: [UInt8]) -> [SlurmJob]? {
        guard let document = try? JSONValue(parsing: bytes), let jobs = document["jobs"]?.array else { return nil }
        return jobs.compactMap(job)
    }

    private static func job(_ value: JSONValue) -> SlurmJob? {
        // `sacct` has it in `state`, together with its reason.
        let state = value["job_state"] ?? value["state"]?["current"]
        guard let id = id(value), let states = words(state) else { return nil }
        let time = value["time"]
        let reason = value["state_reason"] ?? value["state"]?["reason"]
        // `sacct` tells of three comments; what `sbatch --comment` says is the job's own.
        let comment = value["comment"]?["job"] ?? value["comment"]
        return SlurmJob(
            id: id, states: states, reason: SlurmJob.said(reason?.string),
            start: SlurmJob.moment(number(value["start_time"] ?? time?["start"])),
            end: SlurmJob.moment(number(value["end_time"] ?? time?["end"])), exit: exit(value["exit_code"]),
            restarts: Int(number(value["restart_cnt"]) ?? 0), nodes: SlurmJob.said(value["nodes"]?.string),
            name: value["name"]?.string, comment: comment?.string,
            user: value["user_name"]?.string ?? value["user"]?.string)
    }

    /// Tasks of an array that wait have one number together, which says nothing of a task.
    private static func id(_ value: JSONValue) -> SlurmJobID? {
        let array = value["array"]
        if let task = number(value["array_task_id"] ?? array?["task_id"]).flatMap({ UInt32(exactly: $0) }),
            let job = number(value["array_job_id"] ?? array?["job_id"]).flatMap({ UInt32(exactly: $0) }), job > 0
        {
            return SlurmJobID(job, task: task)
        }
        return number(value["job_id"]).flatMap { UInt32(exactly: $0) }.map { SlurmJobID($0) }
    }

    private static func words(_ value: JSONValue?) -> [String]? {
        if let text = value?.string {
            let words = SlurmState.words(text)
            return words.isEmpty ? nil : words
        }
        guard let list = value?.array else { return nil }
        let words = list.compactMap(\.string)
        return words.isEmpty || words.count != list.count ? nil : words
    }

    private static func number(_ value: JSONValue?) -> Int64? {
        if case .int(let number)? = value { return number }
        guard case .bool(true)? = value?["set"], case .int(let number)? = value?["number"] else { return nil }
        return number
    }

    private static func exit(_ value: JSONValue?) -> SlurmJob.Exit? {
        if case .int(let number)? = value { return SlurmJob.Exit(waitStatus: number) }
        guard let value, value.object != nil else { return nil }
        // Slurm 22.05 writes `signal_id` where later ones write `id`.
        let signal = number(value["signal"]?["id"]) ?? number(value["signal"]?["signal_id"]) ?? 0
        guard let status = number(value["return_code"]) ?? (signal != 0 ? 0 : nil) else { return nil }
        return SlurmJob.Exit(status: Int32(truncatingIfNeeded: status), signal: Int32(truncatingIfNeeded: signal))
    }
}
