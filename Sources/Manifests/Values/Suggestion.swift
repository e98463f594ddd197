/// “Did you mean …”: the name that is nearest to one that does not exist.
public enum Suggestion {
    /// Longer names are not compared, nor are more than so many candidates: a suggestion is a courtesy, and its cost
    /// grows with the product of both.
    private static let longestName = 64
    private static let mostCandidates = 500

    /// The candidate that differs least from `name`, if it differs by no more than a slip of the fingers would.
    public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        guard !wanted.isEmpty, wanted.count <= longestName else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(mostCandidates) {
            let other = Array(candidate.lowercased().utf8)
            let most = max(1, max(wanted.count, other.count) / 3)
            guard other.count <= longestName, abs(other.count - wanted.count) <= most else { continue }
            let distance = distance(wanted, other)
            guard distance <= most else { continue }
            if best.map({ distance < $0.distance || (distance == $0.distance && candidate < $0.name) }) ?? true {
                best = (candidate, distance)
            }
        }
        return best?.name
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
