import Foundation
import Support

/// Compares what the jobs wrote down themselves with what is recorded of them.
struct Verdict {
    let round: TortureRound
    let ledger: Ledger
    let record: ExportedRecord
    let attempts: [String: [ExportedRecord.Attempt]]
    let specifications: [String: ExportedRecord.Specification]
    /// The attempts whose processes were killed, by folder.
    let struck: Set<String>

    init(_ round: TortureRound) async throws {
        self.round = round
        ledger = Ledger(path: round.ground.ledger)
        let export = try await round.ground.reconcile("state", "export")
        guard export.status == 0 else { throw Ground.Failure(description: "state export: \(export)") }
        let record = try ExportedRecord(export.output)
        self.record = record
        attempts = record.attemptsByRun
        specifications = try Dictionary(
            uniqueKeysWithValues: record.runs.map { run in
                (
                    run.id,
                    try JSONDecoder().decode(
                        ExportedRecord.Specification.self, from: Data(run.specification.utf8))
                )
            })
        struck = round.struck.all
    }

    /// Everything that is not as it should be.
    func findings() async throws -> [String] {
        var found = ledgerFindings() + outcomeFindings() + runFindings() + orderFindings()
        found += concurrencyFindings() + handFindings()
        found += try await restFindings()
        return found
    }

    /// What happened, in figures.
    var figures: String {
        func events(_ kind: String) -> Int { record.events.count { $0.kind == kind } }
        func ended(_ reason: String) -> Int { record.attempts.count { $0.reason == reason } }
        let retried = record.runs.count { $0.attempt > 1 }
        return "\(record.runs.count) runs, \(retried) of them more than once; \(record.attempts.count) attempts, "
            + "\(ledger.starts.count) started; \(ended("Succeeded")) succeeded, \(ended("CommandFailed")) failed, "
            + "\(ended("Cancelled")) cancelled, \(ended("Lost")) lost (\(struck.count) struck, "
            + "\(strays.count) started too late, \(events("attempt.reaped")) reaped); "
            + "\(events("attempt.adopted")) adoptions, \(events("attempt.refused")) refusals, "
            + "\(events("agent.lost")) agents lost"
    }

    /// Attempts that were started although they counted as lost already: who was stopped between its last look and the
    /// start starts what is over by the record, and nothing can hold it back. It is found and ended afterwards.
    var strays: [ExportedRecord.Attempt] {
        let starts = Dictionary(ledger.starts.map { ($0.folder, $0.start) }) { first, _ in first }
        return record.attempts.filter { attempt in
            guard attempt.reason == "Lost", let folder = attempt.folder, let start = starts[folder] else {
                return false
            }
            return start / 1_000_000 > attempt.endedAt ?? .max
        }
    }

    // MARK: - At rest

    /// The record keeps its rules, nothing is left to do, and nothing is left over.
    private func restFindings() async throws -> [String] {
        let ground = round.ground
        var found: [String] = []
        func expect(_ isTrue: Bool, _ what: String, _ answer: Ground.Answer) {
            if !isTrue { found.append("\(what): \(answer)") }
        }
        let marker = "\(Ground.markerName)=\(ground.marker)"
        found += ProcessTable.processes(with: marker).map { "process \($0.process) is left: \($0.what)" }
        found += ground.checkouts.flatMap { RunningAttempt.all(in: $0) }.map { "\($0.folder) runs still" }

        let check = try await ground.reconcile("state", "check")
        expect(check.status == 0, "state check", check)
        let history = try await ground.reconcile("history", "--verify")
        expect(history.status == 0, "history --verify", history)
        let plan = try await ground.reconcile("plan", "--detailed-exitcode")
        expect(plan.status == 0, "the plan is not empty", plan)
        let hasFailed = round.names.count > record.wanted.count { $0.phase == "succeeded" }
        let again = try await ground.reconcile("apply")
        let isIdle = hasFailed ? again.status == 4 : again.output.contains("Nothing to do")
        expect(isIdle, "a second apply", again)
        let export = try await ground.reconcile("state", "export")
        let events = try ExportedRecord(export.output).events.count
        if events != record.events.count { found.append("a second apply adds \(events - record.events.count) events") }
        let status = try await ground.reconcile("status")
        expect(status.status == 0 && !status.output.contains("Held by"), "the state is held", status)
        return found
    }
}

extension ExportedRecord {
    /// The executions of the runs that manifests want.
    var wanted: [Run] {
        let identities = objects.filter { $0.kind == "Run" }.compactMap(\.identity)
        let byIdentity = Dictionary(uniqueKeysWithValues: runs.map { ($0.identity, $0) })
        return identities.compactMap { byIdentity[$0] }
    }
}
