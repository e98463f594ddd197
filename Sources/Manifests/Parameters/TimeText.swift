/// Dates, times and durations as texts (RFC 3339, which is the part of ISO 8601 that JSON Schema names).
enum TimeText {
    /// `2026-01-31`
    static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2), (1...12).contains(month)
        else { return false }
        return (1...days(ofMonth: month, year: year)).contains(day)
    }

    private static func days(ofMonth month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// `09:30:00Z`, `09:30:00.5+02:00`; a leap second only where there can be one, before midnight UTC.
    static func isTime(_ text: Substring) -> Bool {
        guard let end = text.firstIndex(where: { "Zz+-".contains($0) }) else { return false }
        let clock = text[..<end].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        if clock.count == 2, clock[1].isEmpty || !clock[1].utf8.allSatisfy(isDigit) { return false }
        let parts = clock[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], digits: 2), hour < 24,
            let minute = number(parts[1], digits: 2), minute < 60, let second = number(parts[2], digits: 2),
            second < 61,
            let offset = minutes(ofZone: text[end...])
        else { return false }
        let universal = ((hour * 60 + minute - offset) % 1440 + 1440) % 1440
        return second < 60 || universal == 1439
    }

    private static func minutes(ofZone text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = number(parts[0], digits: 2), hours < 24,
            let minutes = number(parts[1], digits: 2), minutes < 60
        else { return nil }
        return (text.first == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// `P3D`, `PT1H30M`, `P2W`
    static func isDuration(_ text: Substring) -> Bool {
        guard text.hasPrefix("P") else { return false }
        let parts = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let days = amounts(parts[0], units: "YMD") ?? amounts(parts[0], units: "W") else { return false }
        guard parts.count == 2 else { return days > 0 }
        guard !parts[0].hasSuffix("W"), let time = amounts(parts[1], units: "HMS") else { return false }
        return time > 0
    }

    /// How many whole numbers with units there are, each unit once and in order; `nil` where it is something else.
    private static func amounts(_ text: Substring, units: String) -> Int? {
        var (rest, units, count) = (text, units[...], 0)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            guard !digits.isEmpty, let unit = rest.popFirst(), let at = units.firstIndex(of: unit) else { return nil }
            units = units[units.index(after: at)...]
            count += 1
        }
        return count
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy(isDigit) ? Int(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
