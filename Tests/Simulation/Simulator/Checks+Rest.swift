import Manifests

extension World {
    /// Looks whether all is in order when nothing is left to do.
    func checkAtRest() {
        for start in starts {
            if let what = leftover(start) {
                violate(record.runs[start.run]?.phase == "cancelled" ? .cancelComplete : .noLeftovers, what)
            }
        }
        checkEnds()
        for (key, attempt) in record.attempts.sorted(by: { $0.key < $1.key }) {
            let start = starts(of: key).first
            if attempt.submittedAt != nil, start == nil {
                violate(.recordAgrees, "attempt \(key) is recorded as submitted, and was never started")
            }
            if attempt.reason == "Succeeded", start?.end(at: loop.now) != .status(0) {
                violate(.recordAgrees, "attempt \(key) succeeded, they say; \(say(start))")
            }
        }
        for run in record.runs.values.sorted(by: { $0.id < $1.id }) {
            let successes = record.attempts.filter { $0.key.run == run.id && $0.value.reason == "Succeeded" }
            if (run.phase == "succeeded") != (successes.count == 1) {
                violate(.noRepeat, "run \(run.id) is \(run.phase) and has \(successes.count) successes")
            }
        }
    }

    /// Says what is wrong with a command that runs and that no run owns any more; `nil` where nothing is.
    func leftover(_ start: Start) -> String? {
        guard start.isLive(at: loop.now) else { return nil }
        let key = RecordView.AttemptKey(run: start.run, number: start.attempt)
        let run = record.runs[start.run]
        if let run, run.isActive, run.attempt == start.attempt { return nil }
        let reason = record.attempts[key]?.reason
        // Where no agent works there is nobody to look.
        let isServed = processes.contains { $0.isAlive && $0.host === start.host && $0.name.hasPrefix("agent") }
        if reason == "Lost", !isServed { return nil }
        return "nobody wants \(key), which is recorded as \(reason ?? "under way"), of a run that is "
            + "\(run?.phase ?? "unknown"); \(say(start))"
    }
}
