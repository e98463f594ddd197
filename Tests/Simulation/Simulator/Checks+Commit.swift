import Manifests

/// One piece of writing that was kept.
struct Commit {
    let before: RecordView
    let after: RecordView
    let events: [RecordView.Event]
    let process: SimulatedProcess

    /// The runs that somebody took in this commit, in the order of their tokens.
    var claimed: [RecordView.Run] {
        after.runs.values.filter { run in
            run.leaseToken != nil && run.leaseToken != before.runs[run.id]?.leaseToken
        }.sorted { ($0.leaseToken ?? 0) < ($1.leaseToken ?? 0) }
    }

    /// The runs that are other than before, by id.
    var changed: [(before: RecordView.Run, after: RecordView.Run)] {
        before.runs.keys.sorted().compactMap { id in
            guard let old = before.runs[id], let new = after.runs[id], old != new else { return nil }
            return (old, new)
        }
    }
}

extension World {
    /// Looks whether a commit may be.
    func check(_ commit: Commit) {
        checkAppendOnly(commit)
        checkOneReconciler(commit)
        checkTransitions(commit)
        checkAttempts(commit)
        checkFencing(commit)
        checkLimits(commit)
        checkDependencies(commit)
    }

    private func checkAppendOnly(_ commit: Commit) {
        var newest = commit.before.events
        for event in commit.events {
            if event.sequence != newest + 1 { violate(.chain, "event \(event.sequence) follows \(newest)") }
            newest = event.sequence
        }
        if commit.after.events < commit.before.events { violate(.chain, "events are gone") }
        for id in commit.before.runs.keys where commit.after.runs[id] == nil { violate(.chain, "run \(id) is gone") }
        for key in commit.before.attempts.keys where commit.after.attempts[key] == nil {
            violate(.chain, "attempt \(key) is gone")
        }
    }

    private func checkOneReconciler(_ commit: Commit) {
        if commit.before.objects != commit.after.objects, lastHolder !== commit.process {
            violate(.oneReconciler, "\(commit.process.name) writes a plan and does not hold the state")
        }
    }

    private func checkTransitions(_ commit: Commit) {
        for (old, new) in commit.changed {
            let label = "run \(new.id) (\(old.phase) → \(new.phase))"
            if old.phase == "succeeded" { violate(.transitions, "\(label) was changed after its success") }
            if old.identity != new.identity { violate(.transitions, "\(label) computes something else") }
            if old.phase != new.phase, !Self.successors(of: old.phase).contains(new.phase) {
                violate(.transitions, "\(label) cannot be")
            }
            let begins = !old.isActive && new.isActive
            if new.attempt != old.attempt + (begins ? 1 : 0) {
                violate(.transitions, "\(label) goes from attempt \(old.attempt) to \(new.attempt)")
            }
            if new.forgiven < old.forgiven || new.forgiven > new.attempt {
                violate(.transitions, "\(label) has \(new.forgiven) of \(new.attempt) attempts forgiven")
            }
        }
    }

    /// The phases that may follow one. A commit carries a run through one event, or through two where a run is put
    /// back into a queue and placed.
    private static func successors(of phase: String) -> Set<String> {
        let ends: Set<String> = ["pending", "queued", "succeeded", "failed", "cancelled", "lost"]
        return switch phase {
        case "pending": ["building", "cancelled", "queued"]
        case "queued": ["building", "cancelled", "pending"]
        case "building": ["submitting", "failed", "cancelled", "queued", "pending"]
        case "submitting": ends.union(["running", "waiting"])
        case "waiting", "running": ends.union(["running"])
        case "failed", "cancelled", "lost": ["queued", "pending"]
        default: []
        }
    }

    private func checkAttempts(_ commit: Commit) {
        for (key, new) in commit.after.attempts where commit.before.attempts[key] != new {
            let old = commit.before.attempts[key]
            if let old, old.endedAt != nil, old.reason != new.reason || old.exitCode != new.exitCode {
                violate(.transitions, "attempt \(key) ended before, with \(old.reason ?? "-")")
            }
            if new.submittedAt != nil, old?.submittedAt == nil, self.starts(of: key).isEmpty {
                violate(.recordAgrees, "attempt \(key) is recorded as submitted, and was never started")
            }
            if new.endedAt != nil, old?.endedAt == nil { checkEnd(of: key, new, commit) }
        }
    }

    func starts(of key: RecordView.AttemptKey) -> [Start] {
        starts.filter { $0.run == key.run && $0.attempt == key.number }
    }

    /// Compares a recorded end with what happened.
    private func checkEnd(of key: RecordView.AttemptKey, _ attempt: RecordView.Attempt, _ commit: Commit) {
        let start = starts(of: key).first
        let end = start?.end(at: loop.now)
        let isHere = start?.host === commit.process.host
        let live = start != nil && end == nil
        switch attempt.reason {
        case "Succeeded":
            if end != .status(0) { violate(.recordAgrees, "attempt \(key) succeeded, and its command: \(say(start))") }
        case "CommandFailed":
            if end != .status(Int32(attempt.exitCode ?? -1)) {
                violate(.recordAgrees, "attempt \(key) ended with \(attempt.exitCode ?? -1); \(say(start))")
            }
        case "Lost":
            if live, isHere, start?.isForgotten == false {
                violate(.recordAgrees, "attempt \(key) is called lost, and runs on this machine")
            }
            if start == nil, attempt.host == commit.process.host.name, commit.process.host.seals["\(key)"] != nil {
                violate(.fencing, "attempt \(key) is called lost because somebody sealed it who had lost it")
            }
        case "Cancelled", "TimedOut":
            if live { violate(.cancelComplete, "attempt \(key) is recorded as \(attempt.reason ?? ""); \(say(start))") }
        case "SubmissionFailed", "BuildFailed":
            if start != nil { violate(.recordAgrees, "attempt \(key) was not started, they say; \(say(start))") }
        default: break
        }
    }

    func say(_ start: Start?) -> String {
        guard let start else { return "it was never started" }
        let end = start.end(at: loop.now)
        return "it was started at \(start.at) on \(start.host.name) and " + (end.map { "ended: \($0)" } ?? "runs")
    }

    private func checkFencing(_ commit: Commit) {
        for (old, new) in commit.changed where old.isActive && old.attempt == new.attempt && old.phase != new.phase {
            let owner = old.leaseAgent.flatMap { commit.before.agents[$0] }
            let process = owner.flatMap { owner in processes.first { Int64($0.number) == owner.process } }
            if let process, process === commit.process { continue }
            // Who holds the state may end what nobody has a lease on any more.
            let isOver = (old.leaseExpires ?? 0) <= (commit.events.first?.at ?? 0)
            if let process, process.isAlive, !isOver || lastHolder !== commit.process {
                violate(
                    .fencing,
                    "\(commit.process.name) carries run \(old.id) from \(old.phase) to \(new.phase), "
                        + "which \(process.name) has in hand")
            } else if lastHolder !== commit.process {
                violate(
                    .fencing,
                    "\(commit.process.name) carries run \(old.id) from \(old.phase) to \(new.phase) without a lease")
            }
        }
    }

    private func checkLimits(_ commit: Commit) {
        let claimed = commit.claimed
        guard !claimed.isEmpty else { return }
        let at = commit.events.first { $0.kind == "attempt.claimed" }?.at ?? 0
        let begun = claimed.filter { commit.before.runs[$0.id]?.isActive == false }
        for (name, runs) in Dictionary(grouping: begun, by: \.queue).sorted(by: { $0.key < $1.key }) {
            guard let queue = commit.after.queues[name] else { continue }
            if queue.isSuspended { violate(.limits, "queue \(name) is suspended and begins run \(runs[0].id)") }
            let active = commit.after.runs.values.count { $0.queue == name && $0.isActive }
            if let most = queue.concurrency, active > most {
                violate(.limits, "queue \(name) has \(active) runs under way; \(most) are allowed")
            }
            checkOrder(of: runs, in: queue, commit, at: at)
        }
        for agent in Set(claimed.compactMap(\.leaseAgent)).sorted() {
            let inHand = commit.after.runs.values.count { $0.isActive && $0.leaseAgent == agent }
            if let pool = commit.after.agents[agent]?.pool, let most = commit.after.maxRuns[pool], inHand > most {
                violate(.limits, "agent \(agent) has \(inHand) runs in hand; \(most) are allowed")
            }
        }
    }

    private func checkOrder(
        of begun: [RecordView.Run], in queue: RecordView.Queue, _ commit: Commit, at now: Int64
    ) {
        func place(_ run: RecordView.Run) -> (Int64, Int64) { (queue.isByPriority ? run.priority : 0, run.sequence) }
        guard let last = begun.map(place).max(by: <) else { return }
        let ids = Set(begun.map(\.id))
        let skipped = commit.before.runs.values.filter { run in
            run.queue == begun[0].queue && !ids.contains(run.id) && place(run) < last
                && (run.phase == "queued" || run.phase == "pending" && run.notBefore.map { $0 <= now } ?? false)
        }
        if let first = skipped.map(\.id).min() {
            violate(.limits, "run \(first) stood before \(begun[0].id) in its queue and was left standing")
        }
    }
}
