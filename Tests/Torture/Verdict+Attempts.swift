/// Attempts and runs: what was started is what is recorded, and each ended as its parameters foretell.
extension Verdict {
    /// Every start belongs to an attempt and happened once; every attempt that was submitted has one.
    func ledgerFindings() -> [String] {
        var found = ledger.damaged.map { "damaged line in the ledger: \($0)" }
        found += ledger.unstarted.map { "an end without a start: \($0)" }
        let recorded = Dictionary(grouping: record.attempts.filter { $0.folder != nil }) { $0.folder ?? "" }
        let starts = Dictionary(grouping: ledger.starts, by: \.folder)
        for (folder, entries) in starts.sorted(by: { $0.key < $1.key }) {
            if entries.count > 1 { found.append("started \(entries.count) times: \(folder)") }
            if recorded[folder] == nil { found.append("started and not recorded: \(folder)") }
        }
        for (folder, attempts) in recorded.sorted(by: { $0.key < $1.key }) {
            if attempts.count > 1 { found.append("\(attempts.count) attempts in one folder: \(folder)") }
            for attempt in attempts { found += findings(of: attempt, folder, starts[folder]?.first) }
        }
        return found
    }

    /// The runs of job versions that were read from files which no commit had at that moment.
    private var uncommitted: Set<String> {
        let versions = record.events.filter { $0.kind == "jobVersion.added" && $0.revision.hasSuffix("+changes") }
            .map { "\($0.subject.dropFirst("Job/".count))@\($0.parsed?.version ?? 0)" }
        let known = Set(versions)
        guard !known.isEmpty else { return [] }
        return Set(specifications.filter { known.contains("\($0.value.jobName)@\($0.value.jobVersion)") }.keys)
    }

    private func findings(
        of attempt: ExportedRecord.Attempt, _ folder: String, _ entry: Ledger.Entry?
    ) -> [String] {
        var found: [String] = []
        let label = "\(folder) (\(attempt.reason ?? "not ended"))"
        // A command that is ended at once may not come to its first line.
        let isCut = attempt.reason == "Cancelled" || struck.contains(folder)
        if attempt.submittedAt != nil, entry == nil, !isCut { found.append("submitted and never started: \(label)") }
        if attempt.reason == "Succeeded" || attempt.reason == "CommandFailed" && !isCut, entry?.end == nil,
            !isSignalled(attempt)
        {
            found.append("no end in the ledger: \(label)")
        }
        // Who applies files that nobody has committed yet leaves others without them.
        let isForetold = attempt.reason == "BuildFailed" && uncommitted.contains(attempt.run)
        if ["SubmissionFailed", "BuildFailed", "OutputMissing", "TimedOut"].contains(attempt.reason), !isForetold {
            found.append("nobody foretold that: \(label): \(attempt.message ?? "")")
        }
        return found
    }

    private func isSignalled(_ attempt: ExportedRecord.Attempt) -> Bool {
        [128 + 9, 128 + 15].contains(attempt.exitCode ?? 0)
    }

    /// Each attempt ended as the parameters of its run foretell, unless its processes were killed, its run was
    /// cancelled, or nobody could look at it any more.
    func outcomeFindings() -> [String] {
        let cancelled = Set(record.events.filter { $0.kind == "run.cancelRequested" }.map(\.subject))
        return record.runs.flatMap { run -> [String] in
            guard let specification = specifications[run.id] else { return ["run \(run.id) has no specification"] }
            return (attempts[run.id] ?? []).compactMap { attempt in
                let fails = attempt.number <= specification.parameters.failures
                let folder = attempt.folder ?? ""
                let isExcused: Bool
                switch attempt.reason {
                case "Succeeded": isExcused = !fails
                case "CommandFailed":
                    let isForetold = fails && attempt.exitCode == specification.parameters.status
                    isExcused =
                        isForetold
                        || isSignalled(attempt)
                            && (struck.contains(folder) || cancelled.contains("Run/default/\(run.name)"))
                case "Lost": isExcused = struck.contains(folder) || isElsewhere(attempt)
                case "Cancelled": isExcused = cancelled.contains("Run/default/\(run.name)")
                default: isExcused = false
                }
                return isExcused
                    ? nil
                    : "\(folder): \(attempt.reason ?? "has not ended"), status \(attempt.exitCode ?? -1): "
                        + "\(attempt.message ?? ""); its run fails \(specification.parameters.failures) times with "
                        + "\(specification.parameters.status)"
            }
        }
    }

    /// Whether an attempt was given up by somebody who could not see its folder.
    private func isElsewhere(_ attempt: ExportedRecord.Attempt) -> Bool {
        round.ground.checkouts.count > 1 && attempt.message?.contains("is not the folder in which") == true
    }

    /// Each run is where its attempts and its policy lead.
    func runFindings() -> [String] {
        var found: [String] = []
        let wanted = record.wanted
        let objects = Set(record.objects.filter { $0.kind == "Run" }.map(\.name))
        if objects != Set(round.names) {
            found.append("wanted are \(Set(round.names).symmetricDifference(objects).sorted()) in one place only")
        }
        let wantedIDs = Set(wanted.map(\.id))
        for run in record.runs {
            let own = attempts[run.id] ?? []
            let label = "run \(run.name) (\(run.id), \(run.phase), \(run.reason))"
            if own.map(\.number) != Array(0..<own.count).map({ $0 + 1 }) || own.count != run.attempt {
                found.append("\(label) has attempts \(own.map(\.number)) and counts \(run.attempt)")
            }
            let successes = own.count { $0.reason == "Succeeded" }
            if successes != (run.phase == "succeeded" ? 1 : 0) { found.append("\(label) has \(successes) successes") }
            if let what = objection(to: run, own) { found.append("\(label): \(what)") }
            if !run.isTerminal, !wantedIDs.contains(run.id) { found.append("\(label) is wanted by nobody") }
        }
        return found
    }

    /// Why a run cannot have stayed where it is.
    private func objection(to run: ExportedRecord.Run, _ own: [ExportedRecord.Attempt]) -> String? {
        guard let specification = specifications[run.id] else { return nil }
        let policy = specification.retry
        let counted = own.count - run.forgiven
        if counted > policy.limit + 1 { return "\(counted) attempts, and \(policy.limit + 1) are allowed" }
        func mayGoOn(_ cause: String) -> Bool { policy.on.contains(cause) && counted <= policy.limit }
        switch run.phase {
        case "succeeded": return own.last?.reason == "Succeeded" ? nil : "its last attempt did not succeed"
        case "failed":
            if own.last?.reason != "CommandFailed" { return "its last attempt is \(own.last?.reason ?? "missing")" }
            return mayGoOn("error") ? "its policy allows another attempt" : nil
        case "lost":
            if own.last?.reason != "Lost" { return "its last attempt is \(own.last?.reason ?? "missing")" }
            return mayGoOn("interruption") ? "its policy allows another attempt" : nil
        case "cancelled":
            let subject = "Run/default/\(run.name)"
            let wasAsked = record.events.contains { event in
                event.subject == subject && (event.kind == "run.cancelRequested" || event.kind == "object.deleted")
            }
            return wasAsked ? nil : "nobody asked for its end"
        case "pending":
            let upstreams = specification.dependsOn ?? []
            let isStuck = upstreams.contains { upstream in
                guard let other = record.runs.first(where: { $0.identity == upstream.identity }) else { return true }
                return other.phase == "pending" || other.isTerminal && other.phase != "succeeded"
            }
            return isStuck && run.reason == "DependencyFailed" ? nil : "it waits for nothing: \(run.message)"
        default: return "it is not where anything stays: \(run.message)"
        }
    }
}
