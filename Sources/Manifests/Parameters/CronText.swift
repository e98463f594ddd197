/// A schedule of five fields, as crontabs and Kubernetes have it: minute, hour, day of the month, month, day of the
/// week. In each `*`, numbers, ranges `a-b`, steps `*/n` and `a-b/n`, and lists of those; months and days of the week
/// also by the first three letters of their English names.
struct CronText: Sendable, Hashable {
    struct Malformed: Error, Hashable {
        /// A sentence that says which field is wrong, and how.
        var reason: String
    }

    private struct Field {
        var name: String
        var range: ClosedRange<Int>
        var words: [String] = []
    }

    private static let fields = [
        Field(name: "minute", range: 0...59), Field(name: "hour", range: 0...23),
        Field(name: "day of the month", range: 1...31),
        Field(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        Field(name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    init(_ text: String) throws(Malformed) {
        if let meant = Self.nicknames[text.lowercased()] {
            throw Malformed(reason: "write its five fields, `\(meant)`")
        }
        let parts = text.split { $0 == " " || $0 == "\t" }
        guard parts.count == Self.fields.count else {
            let more = parts.count == 6 ? "; there are no seconds" : ""
            throw Malformed(
                reason: "it has \(parts.count) of the five fields minute, hour, day of the month, month and day of "
                    + "the week\(more)")
        }
        var sets: [Set<Int>] = []
        for (part, field) in zip(parts, Self.fields) { sets.append(try Self.values(part, field)) }
        // In a crontab a day of the week that is written, too, makes the schedule either of the two.
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if parts[4] == "*", let day = sets[2].min(), sets[3].allSatisfy({ longest[$0 - 1] < day }) {
            throw Malformed(reason: "it never comes, since none of its months has a day \(day)")
        }
    }

    private static func values(_ text: Substring, _ field: Field) throws(Malformed) -> Set<Int> {
        var found: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            func fail(_ what: String) -> Malformed {
                Malformed(reason: "the \(field.name) `\(item.shortened)` \(what)")
            }
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var step = 1
            if parts.count == 2 {
                guard let number = Int(parts[1]), number > 0, parts[1].utf8.first != 0x2B else {
                    throw fail("has a step that is no whole number from 1")
                }
                step = number
            }
            guard let body = parts.first, !body.isEmpty else { throw fail("is empty") }
            if body == "*" {
                found.formUnion(stride(from: field.range.lowerBound, through: field.range.upperBound, by: step))
                continue
            }
            let ends = body.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let low = try value(ends[0], field, fail) else { throw fail("is neither a number nor a known name") }
            guard ends.count == 2 else {
                guard parts.count == 1 else {
                    throw fail("is read in two ways: write `\(body)-\(field.range.upperBound)/\(step)`")
                }
                found.insert(low)
                continue
            }
            guard let high = try value(ends[1], field, fail) else { throw fail("is neither a number nor a known name") }
            guard low <= high else { throw fail("ends before it begins") }
            found.formUnion(stride(from: low, through: high, by: step))
        }
        return found
    }

    private static func value(
        _ text: Substring, _ field: Field, _ fail: (String) -> Malformed
    ) throws(Malformed) -> Int? {
        if let index = field.words.firstIndex(of: text.lowercased()) { return field.range.lowerBound + index }
        guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text)
        else { return nil }
        guard field.range.contains(number) else {
            throw fail("is not between \(field.range.lowerBound) and \(field.range.upperBound)")
        }
        return number
    }
}

extension Substring {
    fileprivate var shortened: String { String(self).shortened(40) }
}
