import Records
import Support
import Testing

/// The form in which moments stand in files.
@Suite struct PreciseTimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (999, "1970-01-01T00:00:00.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_426_867_007, "2026-11-23T09:41:07.007Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func isWrittenAndRead(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).precise == text)
        #expect(Timestamp(precise: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test func anyMomentComesBack() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let moment = Timestamp(milliseconds: Int64(random.int(-62_135_596_800_000...253_402_300_799_999)))
            guard Timestamp(precise: moment.precise) == moment else {
                Issue.record("\(moment.milliseconds) is written \(moment.precise)")
                return
            }
        }
    }

    @Test(arguments: [
        "", "Z", "2026-11-23T09:41:07Z", "2026-11-23T09:41:07.25Z", "2026-11-23T09:41:07.2500Z",
        "2026-11-23 09:41:07.250Z", "2026-11-23T09:41:07.250", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z",
        "2026-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z", "2026-04-31T00:00:00.000Z", "2026-11-00T00:00:00.000Z",
        "2026-11-23T24:00:00.000Z", "2026-11-23T09:60:07.000Z", "2026-11-23T09:41:60.000Z", "02026-11-23T09:41:07.000Z",
        "2026-1a-23T09:41:07.250Z", "-026-11-23T09:41:07.250Z", "2026-11-23T09:41:07,250Z", "٢٠٢٦-11-23T09:41:07.250Z",
    ]) func anythingElseIsNone(_ text: String) {
        #expect(Timestamp(precise: text) == nil)
    }
}
