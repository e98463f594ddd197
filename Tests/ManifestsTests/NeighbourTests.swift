import Manifests
import Support
import Testing
import YAML

/// Manifests that are read one after the other share in memory what they say alike, and nothing else.
@Suite("Manifests beside each other") struct NeighbourTests {
    private static let namespaces = ["a", "b", "a-namespace-with-a-long-name"]
    private static let labels = [
        "{}", "{team: vision}", "{team: speech}", "{team: vision, tier: one}", "{tier: one, team: vision}",
    ]
    /// The last two are the same text to Unicode.
    private static let annotations = [
        "{}", "{note: x}", "{note: y}", "{note: x, owner: z}", "{note: é}", "{note: e\u{301}}",
    ]

    @Test(arguments: SeededRandom.seeds(30))
    func eachSaysWhatIsWrittenInIt(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let texts = (0..<40).map { number in
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata:
              name: q-\(number)
              namespace: \(Self.namespaces[random.int(0...Self.namespaces.count - 1)])
              labels: \(Self.labels[random.int(0...Self.labels.count - 1)])
              annotations: \(Self.annotations[random.int(0...Self.annotations.count - 1)])
            spec: {resource: local-process}

            """
        }
        let together = LoadedManifests(decoding: [SourceFile(path: "m.yaml", text: texts.joined(separator: "---\n"))])
        #expect(together.desired.queues.count == texts.count)
        for text in texts {
            let alone = LoadedManifests(decoding: [SourceFile(path: "m.yaml", text: text)])
            let (name, queue) = try #require(alone.desired.queues.first)
            #expect(together.desired.queues[name].map { bytes(of: $0.metadata) } == bytes(of: queue.metadata))
        }
    }

    private func bytes(of metadata: Metadata) -> [[UInt8]] {
        let texts = [metadata.labels, metadata.annotations].flatMap { $0.flatMap { [$0.key, $0.value] } + [""] }
        return ([metadata.name, metadata.namespace] + texts).map { Array($0.utf8) }
    }
}
