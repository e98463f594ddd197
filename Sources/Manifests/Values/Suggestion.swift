/// “Did you mean …”: the name that is nearest to one that does not exist.
public enum Suggestion {
    /// Longer names are not compared, nor are more than so many candidates: a suggestion is a courtesy, and its cost
    /// grows with the product of both.
    private static let longestName = 64
    private static let mostCandidates = 500

    /// The candidate that differs least from `name`, if it differs by no more than a slip of the fingers would.
    public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        near(name, candidates).min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// Whether just one candidate differs by so little.
    static func isUnique(to name: String, among candidates: some Sequence<String>) -> Bool {
        near(name, candidates).count == 1
    }

    private static func near(
        _ name: String, _ candidates: some Sequence<String>
    ) -> [(name: String, distance: Int)] {
        let wanted = Array(name.lowercased().utf8)
        guard !wanted.isEmpty, wanted.count <= longestName else { return [] }
        return candidates.prefix(mostCandidates).compactMap { candidate in
            let other = Array(candidate.lowercased().utf8)
            let most = max(1, max(wanted.count, other.count) / 3)
            guard other.count <= longestName, abs(other.count - wanted.count) <= most else { return nil }
            let distance = distance(wanted, other)
            return distance <= most ? (candidate, distance) : nil
        }
    }

    /// How many letters have to be inserted, removed, replaced or swapped with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                var cost = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
