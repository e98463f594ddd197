/// What happened at the same time or in an order.
extension Verdict {
    /// When an attempt's command was at work, in nanoseconds; `nil` where it never was.
    private struct Span {
        let attempt: ExportedRecord.Attempt
        let start: Int64
        let end: Int64
    }

    /// The spans of a run's attempts. What counts as lost is over as far as limits go: nobody can see it any more.
    private var spans: [Span] {
        let entries = Dictionary(ledger.starts.map { ($0.folder, $0) }) { first, _ in first }
        return record.attempts.compactMap { attempt in
            guard let folder = attempt.folder, let entry = entries[folder] else { return nil }
            let recorded = (attempt.endedAt ?? Int64.max / 1_000_000) * 1_000_000
            return Span(
                attempt: attempt, start: entry.start, end: max(entry.start, min(entry.end ?? recorded, recorded)))
        }
    }

    /// No start after a success, no two attempts of a run at once, none before what it waits for.
    func orderFindings() -> [String] {
        var found: [String] = []
        let strays = Set(strays.map { "\($0.run)/\($0.number)" })
        let byRun = Dictionary(grouping: spans.filter { !strays.contains("\($0.attempt.run)/\($0.attempt.number)") }) {
            $0.attempt.run
        }
        for (run, spans) in byRun.sorted(by: { $0.key < $1.key }) {
            let sorted = spans.sorted { $0.start < $1.start }
            for (earlier, later) in zip(sorted, sorted.dropFirst()) {
                if later.start < earlier.end {
                    found.append("attempts \(earlier.attempt.number) and \(later.attempt.number) of \(run) overlap")
                }
                if earlier.attempt.reason == "Succeeded" {
                    found.append("attempt \(later.attempt.number) of \(run) starts after a success")
                }
            }
        }
        let ids = Dictionary(uniqueKeysWithValues: record.runs.map { ($0.identity, $0.id) })
        var wishes: [String: Int64] = [:]
        for event in record.events where ["run.queued", "run.requeued", "run.placed"].contains(event.kind) {
            if let id = event.parsed?.identity.flatMap({ ids[$0] }) { wishes[id] = event.at }
        }
        for (run, specification) in specifications.sorted(by: { $0.key < $1.key }) {
            for upstream in specification.dependsOn ?? [] where upstream.condition == "succeeded" {
                guard let id = ids[upstream.identity] else { continue }
                // For whom it waits may have been written anew since earlier attempts: it orders, and is not what the
                // run computes.
                let asked = wishes[run] ?? 0
                let starts = byRun[run]?.filter { $0.attempt.createdAt >= asked }.map(\.start)
                guard let first = starts?.min() else { continue }
                let success = byRun[id]?.first { $0.attempt.reason == "Succeeded" }
                if success.map({ $0.end > first }) ?? true { found.append("\(run) starts before \(id) has succeeded") }
            }
        }
        return found
    }

    /// No queue has more commands at work than it allows.
    func concurrencyFindings() -> [String] {
        let limits = ["default/near": 2, "default/shared": 3, "default/far": 3]
        // An attempt stays in the queue from which it was claimed, whatever becomes of its run; the claim is written
        // in the same moment as the attempt.
        var queues: [String: String] = [:]
        for event in record.events where event.kind == "attempt.claimed" {
            guard let number = event.parsed?.attempt, event.cause.hasPrefix("queue ") else { continue }
            let queue = event.cause.dropFirst("queue ".count)
            queues["\(event.subject)/\(number)/\(event.at)"] = queue.contains("/") ? String(queue) : "default/\(queue)"
        }
        let names = Dictionary(uniqueKeysWithValues: record.runs.map { ($0.id, $0.name) })
        var found: [String] = []
        var changes: [String: [(at: Int64, by: Int, who: String)]] = [:]
        for span in spans where span.end > span.start {
            let attempt = span.attempt
            let key = "Run/default/\(names[attempt.run] ?? "")/\(attempt.number)/\(attempt.createdAt)"
            guard let queue = queues[key], limits[queue] != nil else {
                found.append("no claim of \(key)")
                continue
            }
            changes[queue, default: []] += [(span.start, 1, key), (span.end, -1, key)]
        }
        for (queue, changes) in changes.sorted(by: { $0.key < $1.key }) {
            var present: Set<String> = []
            for change in changes.sorted(by: { ($0.at, $0.by) < ($1.at, $1.by) }) {
                if change.by < 0 { present.remove(change.who) } else { present.insert(change.who) }
                if present.count > limits[queue] ?? 0 {
                    found.append("queue \(queue) has \(present.count) at work: \(present.sorted())")
                }
            }
        }
        return found
    }

    /// No agent has more runs in hand than its pool allows.
    func handFindings() -> [String] {
        var holders: [String: String] = [:]
        var found: [String] = []
        for event in record.events {
            // The leases of an agent that was said to be gone are over, also where it comes back.
            if event.kind == "agent.lost" || event.kind == "agent.stopped", let agent = event.parsed?.agent {
                holders = holders.filter { $0.value != agent }
            }
            guard event.kind.hasPrefix("attempt."), let details = event.parsed, let number = details.attempt else {
                continue
            }
            let key = "\(event.subject)/\(number)"
            switch event.kind {
            case "attempt.claimed", "attempt.adopted":
                guard let agent = details.agent else { continue }
                holders[key] = agent
                let inHand = holders.filter { $0.value == agent }.keys.sorted()
                let most = agent.hasPrefix(Pools.remote) ? 2 : 1
                if inHand.count > most { found.append("\(agent) has \(inHand) in hand at event \(event.sequence)") }
            case "attempt.ended": holders[key] = nil
            default: break
            }
        }
        return found
    }
}
