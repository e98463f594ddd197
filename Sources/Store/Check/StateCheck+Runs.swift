import Manifests
import Records

extension StateCheck {
    /// Words that stand in a run's reason and are no attempt's outcome, by the phase that they belong to.
    private static let reasons: [String: RunPhase] = {
        let blocks = BlockReason.allCases.map { ($0.rawValue, RunPhase.pending) }
        let others: [(String, RunPhase)] = [
            ("Queued", .queued), ("BackOff", .pending), ("Building", .building), ("Submitting", .submitting),
            ("Waiting", .waiting), ("Running", .running),
        ]
        return Dictionary(uniqueKeysWithValues: blocks + others)
    }()

    mutating func checkRuns() throws {
        var sequences: Set<Int64> = []
        var tokens: Set<Int64> = []
        try read(.runs) { check, row in
            check.result.runs += 1
            let phase = row.text("phase").flatMap(RunPhase.init(rawValue:))
            let specification = check.checkSpecification(row)
            check.checkCounters(row, &sequences, &tokens)
            if let phase {
                check.checkReason(row, phase)
                check.checkLease(row, phase)
                check.checkProgress(row, phase)
            } else {
                check.report(.phase, row, "\((row.text("phase") ?? "").quoted) is no phase")
            }
            check.remember(row, phase, specification)
        }
    }

    /// Keeps what later tables are held against. What takes room has been seen to.
    private mutating func remember(_ row: StateRow, _ phase: RunPhase?, _ specification: RunSpecification?) {
        let id = row.text("id") ?? ""
        runsByID[id] = runs.count
        if let identity = row.text("identity") { identities.insert(identity) }
        var facts = RunFacts(
            row: row.without(["specification", "message"]), phase: phase, attempt: row.number("attempt") ?? 0)
        facts.untoldUpstreams = specification.map { Set($0.dependencies.map(\.identity.description)) }
        runs.append(facts)
        if readsEvents { trail.expectRun(row, phase) }
    }

    /// Returns the specification where it can be read.
    private mutating func checkSpecification(_ row: StateRow) -> RunSpecification? {
        guard let identity = row.text("identity").flatMap({ Digest($0) }) else {
            report(.identity, row, "its identity is no digest")
            return nil
        }
        if RunID(identity: identity).text != row.text("id") {
            report(.identity, row, "its id is not the beginning of its identity \(identity.short)…")
        }
        guard let recorded = document("specification", of: row) else { return nil }
        guard let specification = RunSpecification(recorded: recorded) else {
            report(.specification, row, "its specification lacks a field, or has one of another type")
            return nil
        }
        if specification.identity != identity {
            report(.identity, row, "its specification gives identity \(specification.identity.short)…, not its own")
        }
        if specification.queue.recorded != row.text("queue") {
            report(.placement, row, "its specification names queue \(specification.queue.recorded)")
        }
        if Int64(specification.priority.rank) != row.number("priority") {
            report(
                .placement, row,
                "its specification has priority \(specification.priority.rawValue), which is "
                    + "\(specification.priority.rank)")
        }
        let version = "\(specification.job.recorded)@v\(specification.jobVersion)"
        if versions[version]?.digest != specification.jobDigest.description {
            report(.reference, row, "job version \(version) is not recorded, or has another digest")
        }
        return specification
    }

    private mutating func checkCounters(_ row: StateRow, _ sequences: inout Set<Int64>, _ tokens: inout Set<Int64>) {
        if let sequence = row.number("sequence") {
            if sequence < 1 || sequence > counters["sequence"] ?? 0 {
                report(.counter, row, "its sequence \(sequence) was never counted out")
            }
            if !sequences.insert(sequence).inserted {
                report(.counter, row, "another run has its sequence \(sequence)")
            }
        }
        if let token = row.number("lease_token") {
            if token < 1 || token > counters["token"] ?? 0 {
                report(.counter, row, "its lease's token \(token) was never counted out")
            }
            if !tokens.insert(token).inserted {
                report(.lease, row, "another run is held with its token \(token)")
            }
        }
    }

    private mutating func checkReason(_ row: StateRow, _ phase: RunPhase) {
        let reason = row.text("reason") ?? ""
        let outcome = AttemptOutcome(reason: reason, exitCode: nil, message: "")
        let isWithEngine = [.submitting, .waiting, .running].contains(phase)
        let fits =
            switch reason {
            // In the engine's own queue it is the engine's word.
            case _ where phase == .waiting: !reason.isEmpty && outcome == nil
            case EngineProgress.unreachableReason: isWithEngine
            default: outcome.map { $0.phase == phase } ?? (Self.reasons[reason] == phase)
            }
        if !fits { report(.reason, row, "\(reason.quoted) is no reason to be \(phase.rawValue)") }
    }

    private mutating func checkLease(_ row: StateRow, _ phase: RunPhase) {
        // Of a lease that was released the moment stays, until the next begins or the attempt ends.
        let parts = ["lease_agent", "lease_token", "lease_expires"].filter { !row.isNull($0) }
        if ![[], ["lease_expires"]].contains(parts), parts.count < 3 {
            report(.lease, row, "of its lease there is only \(parts.joined(separator: " and "))")
        }
        if !parts.isEmpty, !phase.isActive { report(.lease, row, "it is \(phase.rawValue), and has a lease on it") }
        if let agent = row.text("lease_agent"), !agents.contains(agent) {
            report(.reference, row, "agent \(agent.quoted), which holds it, is not recorded")
        }
    }

    private mutating func checkProgress(_ row: StateRow, _ phase: RunPhase) {
        let attempt = row.number("attempt") ?? 0
        let forgiven = row.number("forgiven") ?? 0
        let name = phase.rawValue
        if forgiven < 0 || forgiven > attempt {
            report(.attempts, row, "\(forgiven) of its \(attempt) attempts are forgiven")
        }
        if row.isNull("finished_at") == phase.isTerminal {
            report(.times, row, phase.isTerminal ? "it is \(name) since no moment" : "it is \(name), and has finished")
        }
        if phase != .pending, !row.isNull("not_before") {
            report(.times, row, "it is \(name), and waits for a moment")
        } else if row.isNull("not_before"), row.text("reason") == "BackOff" {
            report(.times, row, "it waits for a moment, but for none that is recorded")
        } else if !row.isNull("not_before"), BlockReason(rawValue: row.text("reason") ?? "") != nil {
            report(.times, row, "it waits for other runs, and for a moment")
        }
        let isStarted = !row.isNull("started_at")
        if phase == .running, !isStarted { report(.times, row, "it runs since no moment") }
        if isStarted, phase == .building || phase == .submitting || attempt == 0 {
            report(.times, row, "it is \(name), and has been started")
        }
        if !row.isNull("cancelled_by"), phase == .queued || phase == .pending {
            report(.cancellation, row, "it is \(name), although its end was asked for")
        }
        if row.isNull("cancelled_by"), phase == .cancelled, row.text("reason") == "Cancelled" {
            report(.cancellation, row, "it was cancelled by nobody")
        }
        checkImage(row, phase)
    }

    private mutating func checkImage(_ row: StateRow, _ phase: RunPhase) {
        switch row.text("image") {
        case let image? where Digest(image) == nil: report(.image, row, "its image \(image.quoted) is no digest")
        case nil where [.submitting, .waiting, .running, .succeeded].contains(phase):
            report(.image, row, "it is \(phase.rawValue) without an image")
        default: break
        }
    }
}
