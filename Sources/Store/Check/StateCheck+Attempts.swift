import Manifests
import Records

extension StateCheck {
    mutating func checkAttempt(_ row: StateRow) {
        result.attempts += 1
        checkOutcome(row)
        if let image = row.text("image"), Digest(image) == nil {
            report(.image, row, "its image \(image.quoted) is no digest")
        }
        if row.isNull("image"), !row.isNull("submitted_at") { report(.image, row, "it was submitted without an image") }
        if !row.isNull("outputs") {
            _ = document("outputs", of: row)
            if row.text("reason") != AttemptOutcome.succeeded.reason {
                report(.outcome, row, "it left outputs, and did not succeed")
            }
        }
        if let text = row.text("artifact") {
            _ = document("artifact", of: row)
            if AttemptArtifact(recordedText: text) == nil {
                report(.outcome, row, "its artifact \(text.quoted) says neither where it is nor why it is not there")
            }
            if row.isNull("ended_at") { report(.outcome, row, "it has an artifact and has not ended") }
        }
        if let text = row.text("engine") {
            _ = document("engine", of: row)
            if EngineBinding(recordedText: text) == nil {
                report(.outcome, row, "its engine \(text.quoted) does not say what it was submitted to")
            }
        }
        guard let number = row.number("number") else { return }
        guard let index = row.text("run").flatMap({ runsByID[$0] }) else {
            return report(.reference, row, "its run is not recorded")
        }
        runs[index].attemptsSeen += 1
        if number != runs[index].attemptsSeen {
            report(.numbering, row, "attempt \(runs[index].attemptsSeen) ought to stand here")
            // Said once: those behind it are counted on from here.
            runs[index].attemptsSeen = number
        }
        let facts = AttemptFacts(
            isEnded: !row.isNull("ended_at"), isSubmitted: !row.isNull("submitted_at"), reason: row.text("reason"),
            image: row.text("image"))
        runs[index].newest = facts
        if !facts.isEnded, runs[index].firstUnended == nil { runs[index].firstUnended = number }
        if facts.reason == AttemptOutcome.succeeded.reason, runs[index].firstSuccess == nil {
            runs[index].firstSuccess = number
        }
        if readsEvents { trail.expectAttempt(row, of: runs[index].row) }
    }

    private mutating func checkOutcome(_ row: StateRow) {
        let told = ["ended_at", "reason", "message"].filter { !row.isNull($0) }
        guard !told.isEmpty else {
            if !row.isNull("exit_code") { report(.outcome, row, "it has an exit status and has not ended") }
            return
        }
        if told.count < 3 { report(.outcome, row, "of its end there is only \(told.joined(separator: " and "))") }
        guard let reason = row.text("reason") else { return }
        guard let outcome = AttemptOutcome(reason: reason, exitCode: 1, message: "") else {
            return report(.outcome, row, "\(reason.quoted) is no outcome")
        }
        let status = row.number("exit_code")
        switch outcome {
        case .succeeded where status != 0: report(.outcome, row, "it succeeded, and its exit status is not 0")
        case .exited where status == nil: report(.outcome, row, "its command failed with no exit status")
        case .exited, .succeeded: break
        default:
            if status != nil { report(.outcome, row, "it ended as \(reason), which has no exit status") }
        }
    }

    /// Holds a run against its attempts.
    mutating func checkAttempts(of run: RunFacts) {
        guard let phase = run.phase else { return }
        let name = phase.rawValue
        if run.attempt != run.attemptsSeen {
            report(.attempts, run.row, "it has had \(run.attempt) attempts, and \(run.attemptsSeen) are recorded")
            return
        }
        if phase.isActive, run.attempt < 1 { report(.attempts, run.row, "it is \(name) with no attempt") }
        if let unended = run.firstUnended, unended < run.attempt || !phase.isActive {
            report(.attempts, run.row, "attempt \(unended) has not ended, and the run is \(name)")
        }
        if let success = run.firstSuccess, success < run.attempt || phase != .succeeded {
            report(.attempts, run.row, "attempt \(success) succeeded, and that was not its end")
        }
        checkNewest(of: run, phase)
    }

    private mutating func checkNewest(of run: RunFacts, _ phase: RunPhase) {
        let row = run.row
        guard let newest = run.newest else {
            if [.succeeded, .lost].contains(phase) {
                report(.attempts, row, "it is \(phase.rawValue) without an attempt")
            }
            return
        }
        if phase.isActive, newest.isEnded {
            report(.attempts, row, "attempt \(run.attempt) has ended, and the run is \(phase.rawValue)")
        }
        // A run that somebody cancelled says so, however its attempt came to its end.
        let isOutcome = AttemptOutcome(reason: row.text("reason") ?? "", exitCode: nil, message: "") != nil
        if isOutcome, phase.isTerminal, phase != .cancelled, newest.reason != row.text("reason") {
            report(
                .outcome, row,
                "its reason is \(row.text("reason") ?? ""), that of its newest attempt \(newest.reason ?? "none")")
        }
        if !row.isNull("started_at"), !newest.isSubmitted {
            report(.times, row, "it has been started, and its newest attempt has not been submitted")
        }
        if let image = newest.image, image != row.text("image") {
            report(.image, row, "its image is not that of its newest attempt")
        }
        if newest.image == nil, [.submitting, .waiting, .running, .succeeded].contains(phase) {
            report(.image, row, "its newest attempt has no image")
        }
    }

    /// Holds what runs wait for against what their specifications say.
    mutating func checkDependencies() throws {
        try read(.dependencies) { check, row in
            guard let index = row.text("run").flatMap({ check.runsByID[$0] }) else {
                return check.report(.reference, row, "its run is not recorded")
            }
            guard check.runs[index].untoldUpstreams != nil else { return }
            if check.runs[index].untoldUpstreams?.remove(row.text("upstream") ?? "") == nil {
                check.report(.reference, row, "its run's specification does not wait for that")
            }
        }
        for run in runs {
            for upstream in (run.untoldUpstreams ?? []).sorted() {
                report(.reference, run.row, "it waits for \(upstream), and that is not in dependencies")
            }
        }
    }
}
