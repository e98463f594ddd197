/// Durations as manifests write them: whole numbers with `h`, `m`, `s`, `ms`, the greater unit first: `1h30m`.
public enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// So that the sum of all units cannot overflow: 10¹² hours are 3.6 × 10¹⁸ milliseconds.
    private static let mostDigits = 12

    /// `nil` for everything else: no unit, a unit twice or out of order, fractions, signs, spaces.
    public static func parse(_ text: some StringProtocol) -> Duration? {
        var rest = text[...]
        var total: Int64 = 0
        var next = 0
        guard !rest.isEmpty, rest.utf8.count <= 64 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...]
            let suffix = rest.prefix { !("0"..."9").contains($0) }
            rest = rest[suffix.endIndex...]
            guard digits.utf8.count <= mostDigits, let count = decimalNumber(digits),
                let unit = units.indices.first(where: { $0 >= next && units[$0].suffix == suffix })
            else { return nil }
            next = unit + 1
            total += count * units[unit].milliseconds
        }
        return .milliseconds(total)
    }

    /// The one form of a duration, to the millisecond: `1h30m`, `0s`.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.suffix)"
            rest %= unit.milliseconds
        }
        return text
    }
}
