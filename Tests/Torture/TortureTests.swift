import Support
import Testing

/// Nothing is lost and nothing is run twice, whoever is killed and whenever.
@Suite(.serialized) struct TortureTests {
    @Test(arguments: TortureSize.asked.backends)
    func ledgerAndRecordAgree(_ backend: StateBackend) async throws {
        let size = TortureSize.asked
        let round = try await TortureRound(backend, size)
        var findings: [String] = []
        var figures = ""
        do {
            try await round.run()
            let verdict = try await Verdict(round)
            findings = try await verdict.findings()
            figures = verdict.figures
        } catch {
            findings = ["\(error)"]
        }
        findings = round.ground.diary.found + findings
        if size.isLong { print("\(backend), seed \(size.seed): \(figures); \(round.ground.diary.summary)") }
        guard findings.isEmpty else {
            await round.ground.keepRecord()
            Issue.record(
                """
                \(backend), seed \(size.seed): \(findings.count) findings
                \(findings.prefix(40).joined(separator: "\n"))
                What was done when, and what everybody said: \(round.ground.path) (diary, logs, ledger, record)
                """)
            return
        }
        try round.ground.remove()
    }
}
