extension Timestamp {
    /// RFC 3339 in UTC with all three digits of its milliseconds, such as `2026-11-23T09:41:07.250Z`: the form in which
    /// a moment is written where it has to be read again.
    public var precise: String {
        let rest = ((milliseconds % 1000) + 1000) % 1000
        let digits = String(rest)
        return description.dropLast() + "." + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
    }

    /// Reads what `precise` writes, and nothing else.
    public init?(precise text: String) {
        let bytes = Array(text.utf8)
        // Years of more than four digits are as wide as they are.
        guard bytes.count >= 24, bytes.last == UInt8(ascii: "Z") else { return nil }
        let start = bytes.count - 24
        func number(_ place: Int, _ width: Int) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[place..<place + width] {
                guard (0x30...0x39).contains(byte), value < 100_000_000 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        let separators: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, ".")]
        guard separators.allSatisfy({ bytes[start + $0] == $1.asciiValue }), start == 0 || bytes[0] != 0x30,
            let year = number(0, start + 4), let month = number(start + 5, 2), let day = number(start + 8, 2),
            let hour = number(start + 11, 2), let minute = number(start + 14, 2), let second = number(start + 17, 2),
            let rest = number(start + 20, 3), (1...12).contains(month), hour < 24, minute < 60, second < 60,
            day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        self.init(milliseconds: seconds * 1000 + rest)
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days from 1970-01-01 to a day of the civil calendar (H. Hinnant, “chrono-compatible low-level date
    /// algorithms”).
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
