extension CPUQuantity: CustomStringConvertible {
    /// Reads `1`, `0.5` (at most three decimals: a thousandth is the smallest share) or `500m`.
    public init?(_ text: some StringProtocol) {
        let isMilli = text.hasSuffix("m")
        let number = isMilli ? text.dropLast() : text[...]
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = decimalNumber(parts[0]) else { return nil }
        if isMilli {
            guard parts.count == 1 else { return nil }
            self.init(millicores: whole)
        } else {
            guard parts[0].utf8.count <= 12 else { return nil }
            let digits = parts.count == 2 ? String(parts[1]) : "0"
            guard (1...3).contains(digits.utf8.count),
                let part = decimalNumber(digits + String(repeating: "0", count: 3 - digits.utf8.count))
            else { return nil }
            self.init(millicores: whole * 1000 + part)
        }
    }

    /// `2` for whole cores, `500m` otherwise.
    public var description: String { millicores % 1000 == 0 ? "\(millicores / 1000)" : "\(millicores)m" }
}

extension CPUQuantity {
    /// A number of cores; `nil` where a thousandth is too much to say it by, and for what no machine has.
    init?(cores: Double) {
        let millicores = (cores * 1000).rounded()
        // The quotient of two whole numbers is the number nearest to it, as that which was written is.
        guard (0...1e15).contains(millicores), millicores / 1000 == cores else { return nil }
        self.init(millicores: Int64(millicores))
    }
}

extension ByteQuantity: CustomStringConvertible {
    private static let binary: [(suffix: String, factor: Int64)] = [
        ("Pi", 1 << 50), ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10),
    ]
    /// The greater the unit, the fewer digits, so that no product overflows.
    private static let mostDigits = 15
    private static let decimal: [(suffix: String, factor: Int64)] = [
        ("P", 1_000_000_000_000_000), ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000),
    ]

    /// Reads a whole number of bytes with an optional suffix: `Ki`, `Mi`, `Gi`, `Ti`, `Pi` for powers of 1024,
    /// `k`, `M`, `G`, `T`, `P` for powers of 1000.
    public init?(_ text: some StringProtocol) {
        var factor: Int64 = 1
        var number = text[...]
        var mostDigits = Self.mostDigits
        for units in [Self.binary, Self.decimal] where number.count == text.count {
            guard let index = units.firstIndex(where: { text.hasSuffix($0.suffix) }) else { continue }
            factor = units[index].factor
            number = text.dropLast(units[index].suffix.utf8.count)
            // The smallest unit is the last; it leaves room for all digits.
            mostDigits -= 3 * (units.count - 1 - index)
        }
        guard number.utf8.count <= mostDigits, let count = decimalNumber(number) else { return nil }
        self.init(bytes: count * factor)
    }

    /// With the greatest suffix that leaves a whole number, powers of 1024 first.
    public var description: String {
        let unit = (Self.binary + Self.decimal).first { bytes != 0 && bytes % $0.factor == 0 }
        return unit.map { "\(bytes / $0.factor)\($0.suffix)" } ?? "\(bytes)"
    }
}

/// Reads 1 to 15 decimal digits and nothing else, so that no sum of a few of them overflows.
func decimalNumber(_ text: some StringProtocol) -> Int64? {
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
}
