import Manifests

extension World {
    /// Looks whether all is in order when nothing is left to do.
    func checkAtRest() {
        for start in starts where start.isLive(at: loop.now) {
            let key = RecordView.AttemptKey(run: start.run, number: start.attempt)
            let run = record.runs[start.run]
            if run?.phase == "cancelled" {
                violate(.cancelComplete, "run \(start.run) is cancelled; attempt \(key): \(say(start))")
            }
            guard let run, run.isActive, run.attempt == start.attempt else {
                violate(.noLeftovers, "nobody wants \(key), which is recorded as "
                        + "\(record.attempts[key]?.reason ?? "under way"); \(say(start))")
                continue
            }
        }
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
}
