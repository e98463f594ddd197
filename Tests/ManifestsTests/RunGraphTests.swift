import Support
import Testing
import YAML

@testable import Manifests

/// Orders and circles, against what a look at every way says.
@Suite struct RunGraphTests {
    private static func name(_ number: Int) -> ObjectName { ObjectName(name: "r\(number)") }

    private static func graph(_ edges: [[Int]]) -> RunGraph {
        let node = YAMLFile.parse(SourceFile(path: "a", text: "a")).documents[0]
        let runs = edges.enumerated().map { number, upstreams in
            var metadata = Metadata()
            metadata.name = name(number).name
            var spec = RunSpec()
            spec.dependsOn = upstreams.map { upstream in
                var dependency = RunSpec.Dependency()
                dependency.run = name(upstream)
                return dependency
            }
            return (name(number), Manifest(metadata: metadata, spec: spec, origin: Origin(document: node)))
        }
        return RunGraph(Dictionary(uniqueKeysWithValues: runs))
    }

    /// Which runs can be reached from each by waiting.
    private func reached(_ edges: [[Int]]) -> [Set<Int>] {
        var found = edges.map { Set($0) }
        for _ in edges.indices { found = found.map { $0.reduce(into: $0) { $0.formUnion(found[$1]) } } }
        return found
    }

    @Test(arguments: SeededRandom.seeds(60)) func everyWayIsFollowed(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = random.int(1...12)
        let edges = (0..<count).map { number in
            (0..<random.int(0...2)).map { _ in random.int(0...(count - 1)) }.filter { $0 != number }
        }
        let graph = Self.graph(edges)
        let reached = reached(edges)
        let inCircle = edges.indices.filter { reached[$0].contains($0) }
        let behind = edges.indices.filter { place in reached[place].contains { inCircle.contains($0) } }

        let order = graph.inOrder
        #expect(Set(order.map(\.name)) == Set(edges.indices.filter { !behind.contains($0) }.map(Self.name)))
        let depths = Dictionary(uniqueKeysWithValues: order.map { ($0.name, $0.depth) })
        for (number, upstreams) in edges.enumerated() {
            guard let depth = depths[Self.name(number)] else { continue }
            #expect(depth == (upstreams.compactMap { depths[Self.name($0)] }.max() ?? -1) + 1)
        }

        let circles = graph.circles
        #expect(circles.isEmpty == inCircle.isEmpty)
        #expect(circles.flatMap(\.self).count == Set(circles.flatMap(\.self)).count, "no run is in two")
        for circle in circles {
            for (from, to) in zip(circle, circle.dropFirst() + circle.prefix(1)) {
                let number = edges.indices.first { Self.name($0) == from }
                #expect(number.map { edges[$0].map(Self.name).contains(to) } == true)
            }
        }
        // Without the circles that were named there is none left.
        let named = Set(circles.flatMap(\.self))
        let rest = edges.enumerated().map { number, upstreams in
            named.contains(Self.name(number)) ? [] : upstreams.filter { !named.contains(Self.name($0)) }
        }
        #expect(Self.graph(rest).circles.isEmpty)
    }

    /// Neither the stack nor the time is exceeded.
    @Test(.timeLimit(.minutes(1))) func aChainMayBeLong() {
        let count = 20_000
        let chain = (0..<count).map { $0 == 0 ? [] : [$0 - 1] }
        #expect(Self.graph(chain).inOrder.last?.depth == count - 1)
        let ring = (0..<count).map { [($0 + 1) % count] }
        #expect(Self.graph(ring).circles.map(\.count) == [count] && Self.graph(ring).inOrder.isEmpty)
        let pairs = (0..<count).map { [$0 ^ 1, ($0 + 2) % count] }
        #expect(Self.graph(pairs).circles.isEmpty == false)
    }
}
