/// Which runs wait for which.
///
/// Everything here takes time in proportion to the number of runs and dependencies, and no recursion: a chain of
/// manifests may be as long as a repository is large.
public struct RunGraph: Sendable {
    /// Sorted, so that nothing depends on the order in which manifests were read.
    private let names: [ObjectName]
    /// Of each run, those it waits for that exist, in order of their names.
    private let upstreams: [[Int]]
    private let downstreams: [[Int]]

    public init(_ runs: [ObjectName: Manifest<RunSpec>]) {
        let names = runs.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var downstreams = Array(repeating: [Int](), count: names.count)
        upstreams = names.enumerated().map { place, name in
            let found = (runs[name]?.spec.upstreams.keys.compactMap { places[$0] } ?? []).sorted()
            for upstream in found { downstreams[upstream].append(place) }
            return found
        }
        self.names = names
        self.downstreams = downstreams
    }

    /// Every run with the length of the longest way to it: those that wait for none come first with 0, and each comes
    /// after all that it waits for; those of one length in order of their names. Runs that are in a circle, or wait for
    /// one, are left out.
    public var inOrder: [(name: ObjectName, depth: Int)] {
        var missing = upstreams.map(\.count)
        var level = names.indices.filter { missing[$0] == 0 }
        var order: [(name: ObjectName, depth: Int)] = []
        var depth = 0
        while !level.isEmpty {
            order += level.map { (names[$0], depth) }
            var next: [Int] = []
            for place in level {
                for waiting in downstreams[place] {
                    missing[waiting] -= 1
                    if missing[waiting] == 0 { next.append(waiting) }
                }
            }
            level = next.sorted()
            depth += 1
        }
        return order
    }

    /// Circles of runs that wait for each other, each from its first name on, so that each waits for the next and the
    /// last for the first. No run is in two of them; every circle there is has a run in common with one of these.
    var circles: [[ObjectName]] {
        var rest = Remainder(self)
        var found: [[ObjectName]] = []
        var way: [Int] = []
        var isOnWay = Array(repeating: false, count: names.count)
        for start in names.indices {
            if rest.contains(start) { way.append(start) }
            while let last = way.last {
                guard rest.contains(last) else {
                    way.removeLast()
                    isOnWay[last] = false
                    continue
                }
                isOnWay[last] = true
                guard let next = rest.upstream(of: last) else {
                    way.removeLast()
                    isOnWay[last] = false
                    continue
                }
                guard isOnWay[next] else {
                    way.append(next)
                    continue
                }
                let first = way.lastIndex(of: next) ?? way.startIndex
                let circle = way[first...]
                way.removeSubrange(first...)
                for place in circle { isOnWay[place] = false }
                rest.remove(circle)
                let least = circle.indices.min { circle[$0] < circle[$1] } ?? circle.startIndex
                found.append((circle[least...] + circle[..<least]).map { names[$0] })
            }
        }
        // No name is in two of them.
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The runs that wait for some of their own kind, without those that turn out to be waiting for none.
    private struct Remainder {
        private let graph: RunGraph
        private var isThere: [Bool]
        private var missing: [Int]
        /// Where among a run's upstreams the first one is that may be there still.
        private var looked: [Int]

        init(_ graph: RunGraph) {
            self.graph = graph
            isThere = Array(repeating: true, count: graph.names.count)
            missing = graph.upstreams.map(\.count)
            looked = Array(repeating: 0, count: graph.names.count)
            takeAway(graph.names.indices.filter { missing[$0] == 0 })
        }

        func contains(_ place: Int) -> Bool { isThere[place] }

        mutating func upstream(of place: Int) -> Int? {
            let upstreams = graph.upstreams[place]
            while looked[place] < upstreams.count, !isThere[upstreams[looked[place]]] { looked[place] += 1 }
            return looked[place] < upstreams.count ? upstreams[looked[place]] : nil
        }

        mutating func remove(_ places: ArraySlice<Int>) { takeAway(Array(places)) }

        /// Takes runs away, and with them all that then wait for none.
        private mutating func takeAway(_ places: [Int]) {
            var pending = places
            for place in places { isThere[place] = false }
            while let place = pending.popLast() {
                for waiting in graph.downstreams[place] where isThere[waiting] {
                    missing[waiting] -= 1
                    guard missing[waiting] == 0 else { continue }
                    isThere[waiting] = false
                    pending.append(waiting)
                }
            }
        }
    }
}
