import Records
import Testing

@Suite struct TimestampParsingTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("2026-11-23T09:41:07Z", 1_795_426_867_000),
        ("2026-11-23T10:41:07+01:00", 1_795_426_867_000), ("2026-11-23t04:11:07.25-05:30", 1_795_426_867_250),
        ("2026-11-23 09:41:07.9999Z", 1_795_426_867_999), ("1969-12-31T23:59:59Z", -1000),
        ("2024-02-29", 1_709_164_800_000), ("0000-03-01", -62_162_035_200_000),
    ])
    func readsMoments(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test func readsWhatItWrites() {
        for day in stride(from: Int64(-20_000), to: 40_000, by: 37) {
            let moment = Timestamp(milliseconds: day * 86_400_000 + 12_345_000)
            #expect(Timestamp(rfc3339: moment.description) == moment)
        }
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-00-10", "2026-02-29", "2100-02-29", "2026-04-31", "2026-11-23T",
        "2026-11-23T09:41Z", "2026-11-23T24:00:00Z", "2026-11-23T09:60:00Z", "2026-11-23T09:41:60Z",
        "2026-11-23T09:41:07", "2026-11-23T09:41:07.Z", "2026-11-23T09:41:07+1:00", "2026-11-23T09:41:07Zx",
        "yesterday",
        "２026-11-23", "+026-11-23",
    ])
    func refusesEverythingElse(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
