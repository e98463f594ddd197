import Manifests

extension World {
    /// Looks whether something may be started now.
    func check(starting start: Start, by process: SimulatedProcess) {
        let key = RecordView.AttemptKey(run: start.run, number: start.attempt)
        if let earlier = starts(of: key).first {
            return violate(.oneSubmission, "\(key) is started a second time; \(say(earlier))")
        }
        guard let run = record.runs[start.run], let attempt = record.attempts[key] else {
            return violate(.intentFirst, "\(key) is started, and no attempt of that name is recorded")
        }
        // Who was stopped between its last look and the engine starts what is over by the record. Nothing can hold it
        // back; it has to be found and ended afterwards, see `noLeftovers`.
        guard attempt.endedAt == nil else {
            return note(process, "\(key) is started after its end was recorded: a stray")
        }
        guard run.attempt == start.attempt, ["submitting", "waiting", "running"].contains(run.phase) else {
            return violate(.intentFirst, "\(key) is started while run and attempt are \(run.phase), \(run.attempt)")
        }
        for other in starts where other.run == start.run && other.isLive(at: loop.now) {
            let recorded = record.attempts[RecordView.AttemptKey(run: other.run, number: other.attempt)]
            guard recorded?.reason != "Lost", recorded?.endedAt == nil || other.by == process.name else { continue }
            violate(.oneSubmission, "\(key) is started while attempt \(other.attempt) runs on \(other.host.name)")
        }
        let done = starts.contains {
            $0.run == start.run
                && record.attempts[
                    RecordView.AttemptKey(run: $0.run, number: $0.attempt)]?.reason == "Succeeded"
        }
        if done { violate(.noRepeat, "\(key) is started after the success of run \(start.run)") }
    }
}
