import YAML

/// What a text of the wrong form was probably meant to be: for “did you mean”, and never taken for it. What a number
/// without a unit means differs from tool to tool, and a person says which it is.
enum Meant {
    /// Longer texts are no slips.
    private static let longestName = 64
    private static let longestAmount = 40

    // MARK: Names and lists

    /// `Local_GPU` as `local-gpu`.
    static func name(_ text: String) -> String? {
        guard text.utf8.count <= longestName else { return nil }
        let written = text.lowercased().map { " _./".contains($0) ? "-" : $0 }
        let name = String(written).split(separator: "-").joined(separator: "-")
        return Syntax.isName(name[...]) ? name : nil
    }

    /// One text where a list is wanted, as the list of its words.
    static func list(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard !words.isEmpty, text.utf8.count <= longestName, !text.utf8.contains(where: { $0 < 0x20 }),
            !text.contains(where: { "\"\\".contains($0) })
        else { return nil }
        return "[" + words.map { isPlain($0) ? String($0) : "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// Whether YAML reads a word within brackets as text without quotes.
    static func isPlain(_ word: some StringProtocol) -> Bool {
        guard let first = word.utf8.first, Syntax.isAlphanumeric(first), !("0"..."9").contains(word.first ?? "0") else {
            return false
        }
        return word.utf8.allSatisfy { Syntax.isAlphanumeric($0) || [0x2D, 0x2E, 0x2F, 0x5F].contains($0) }
            && PlainWord.isText(word)
    }

    // MARK: Durations

    private static let durationUnits: [(words: Set<String>, milliseconds: Int64)] = [
        (["ms", "msec", "msecs", "millis", "millisecond", "milliseconds"], 1),
        (["s", "sec", "secs", "second", "seconds"], 1000), (["m", "min", "mins", "minute", "minutes"], 60_000),
        (["h", "hr", "hrs", "hour", "hours"], 3_600_000), (["d", "day", "days"], 86_400_000),
        (["w", "week", "weeks"], 604_800_000),
    ]

    /// `30` → `30s`, `1h30` → `1h30m`, `1.5h` → `1h30m`, `5 min` → `5m`, `2d` → `48h`, `PT1H` → `1h`.
    static func duration(_ text: String) -> String? {
        guard text.utf8.count <= longestAmount else { return nil }
        var words = text.lowercased()
        if words.hasPrefix("p") { words = String(words.dropFirst()).replacing("t", with: "") }
        guard let parts = amounts(words), !parts.isEmpty else { return nil }
        var total = 0.0
        var last: Int?
        for (position, part) in parts.enumerated() {
            let unit: Int
            if part.unit.isEmpty {
                // Behind another unit the next smaller is meant; alone, seconds are.
                guard position == parts.count - 1, position == 0 || last ?? 0 > 0 else { return nil }
                unit = last.map { $0 - 1 } ?? 1
            } else {
                guard let known = durationUnits.firstIndex(where: { $0.words.contains(part.unit) }) else { return nil }
                unit = known
            }
            last = unit
            total += part.number * Double(durationUnits[unit].milliseconds)
        }
        guard total > 0, total < 1e13, total.rounded() == total else { return nil }
        let meant = DurationText.text(.milliseconds(Int64(total)))
        return meant == text ? nil : meant
    }

    // MARK: Quantities

    private static let byteUnits: [String: String] = [
        "kb": "k", "mb": "M", "gb": "G", "tb": "T", "pb": "P", "k": "k", "m": "M", "g": "G", "t": "T", "p": "P",
        "kib": "Ki", "mib": "Mi", "gib": "Gi", "tib": "Ti", "pib": "Pi", "ki": "Ki", "mi": "Mi", "gi": "Gi", "ti": "Ti",
        "pi": "Pi", "": "", "b": "", "byte": "", "bytes": "",
    ]

    /// `4GB` → `4G`, `4 Gi` → `4Gi`, `512mi` → `512Mi`, `1.5Gi` → `1536Mi`.
    static func bytes(_ text: String) -> String? {
        guard text.utf8.count <= longestAmount, let parts = amounts(text.lowercased()), parts.count == 1,
            let suffix = byteUnits[parts[0].unit]
        else { return nil }
        let number = parts[0].number
        if number.rounded() == number, number < 1e15 { return form(Int64(number), suffix) }
        guard let unit = ByteQuantity("1\(suffix)") else { return nil }
        let total = number * Double(unit.bytes)
        guard total.rounded() == total, total < 1e15 else { return nil }
        return ByteQuantity(bytes: Int64(total)).description
    }

    private static func form(_ count: Int64, _ suffix: String) -> String? {
        let text = "\(count)\(suffix)"
        return ByteQuantity(text) == nil ? nil : text
    }

    private static let coreUnits: [String: Double] = [
        "": 1000, "c": 1000, "cpu": 1000, "cpus": 1000, "core": 1000, "cores": 1000, "vcpu": 1000, "vcpus": 1000,
        "m": 1, "mcpu": 1, "millicores": 1, "%": 10,
    ]

    /// `500 m` → `500m`, `2 cores` → `2`, `.5` → `500m`, `50%` → `500m`.
    static func cores(_ text: String) -> String? {
        guard text.utf8.count <= longestAmount, let parts = amounts(text.lowercased()), parts.count == 1,
            let unit = coreUnits[parts[0].unit]
        else { return nil }
        let total = parts[0].number * unit
        guard total > 0, total.rounded() == total, total < 1e12 else { return nil }
        return CPUQuantity(millicores: Int64(total)).description
    }

    // MARK: Numbers and units

    /// A text as numbers, each with the word behind it; `nil` where it is anything else.
    private static func amounts(_ text: String) -> [(number: Double, unit: String)]? {
        var rest = text.filter { $0 != " " && $0 != "_" }[...]
        var found: [(Double, String)] = []
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "," }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { ("a"..."z").contains($0) || $0 == "%" }
            rest = rest[unit.endIndex...]
            var number = digits.replacing(",", with: ".")
            if number.hasPrefix(".") { number = "0" + number }
            if number.hasSuffix(".") { number += "0" }
            guard !digits.isEmpty, let value = Double(number), value.isFinite else { return nil }
            found.append((value, String(unit)))
        }
        return found
    }
}
