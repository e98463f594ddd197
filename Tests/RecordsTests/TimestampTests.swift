import Records
import Testing

@Suite struct TimestampTests {
    /// Written down with GNU date.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (999, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-1000, "1969-12-31T23:59:59Z"),
            (-86_400_000, "1969-12-31T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (951_868_799_999, "2000-02-29T23:59:59Z"),
            (951_868_800_000, "2000-03-01T00:00:00Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59Z"),
            (1_795_426_867_123, "2026-11-23T09:41:07Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            // 2100 is no leap year.
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00Z"),
            (-2_203_891_201_000, "1900-02-28T23:59:59Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func isWrittenAsADate(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    /// Every day of 800 years follows the one before by the rules of the calendar.
    @Test func everyDayHasTheNextDate() {
        var (year, month, day) = (1600, 1, 1)
        for days in -135_140..<157_055 {
            let text = Timestamp(milliseconds: Int64(days) * 86_400_000).description
            guard text == "\(year)-\(two(month))-\(two(day))T00:00:00Z" else {
                Issue.record("day \(days) is written \(text), not \(year)-\(two(month))-\(two(day))")
                return
            }
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(year == 2400)
    }

    @Test func isReckonedInMilliseconds() {
        let moment = Timestamp(milliseconds: 10_000)
        #expect(moment + .milliseconds(5) == Timestamp(milliseconds: 10_005))
        #expect(moment + .milliseconds(5) - moment == .milliseconds(5))
        #expect(moment < moment + .milliseconds(1))
        #expect(Duration.microseconds(1999).milliseconds == 1)
        #expect(Duration.microseconds(-1999).milliseconds == -1)
    }

    @Test(
        arguments: [
            (.zero, "0ms"), (.milliseconds(90), "90ms"), (.milliseconds(999), "999ms"), (.milliseconds(1000), "1s"),
            (.milliseconds(1500), "1.5s"), (.milliseconds(9999), "9.9s"), (.milliseconds(10_900), "10s"),
            (.milliseconds(59_999), "59s"), (.seconds(60), "1m00s"), (.seconds(200), "3m20s"),
            (.seconds(3599), "59m59s"),
            (.seconds(3600), "1h00m"), (.seconds(7500), "2h05m"), (.seconds(100 * 3600), "100h00m"),
        ] as [(Duration, String)])
    func aDurationInWords(_ duration: Duration, _ words: String) { #expect(duration.inWords == words) }

    private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
