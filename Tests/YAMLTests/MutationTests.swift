import Testing
import YAML

/// Files with random mistakes: reading them, and looking at everything in them, never crashes.
@Suite struct MutationTests {
    private static let seed: UInt64 = 0x5117_3A9

    private static let samples = [
        "apiVersion: slipway/v1\nkind: Job\nmetadata: {name: train, labels: {team: vision}}\n"
            + "spec:\n  command: [python3]\n",
        "base: &base\n  a: 1\n  b: [x, 'y', \"z\\u00e9\"]\nother:\n  <<: [*base, {c: ~}]\n  b: !!str 12\n"
            + "---\n- |\n  text\n- >-\n  fold\n",
        "%TAG !e! tag:yaml.org,2002:\n---\n? ключ\n: &v !e!int 0x1F\n日本: *v\n...\n# end\n--- {a: [1, 2, {b: *v}]}\n",
    ]

    @Test(.timeLimit(.minutes(2))) func mutatedBytes() {
        var random = SplitMix64(state: Self.seed)
        for round in 0..<6000 {
            var bytes = Array(Self.samples[round % Self.samples.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            let file = YAMLFile.parse(SourceFile(path: "m.yaml", bytes: bytes))
            // A file in UTF-16 has become longer or shorter.
            let count = file.source.bytes.count
            for node in file.documents { visit(node, count) }
            for diagnostic in file.diagnostics {
                let span = diagnostic.location?.span
                #expect(
                    span.map { $0.start <= $0.end && (0...count).contains($0.start.offset) } == true, "\(bytes)")
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let special = Array("[]{}:,-?&*!|>'\"%@`#~<\t\n\r \\\0".utf8) + [0x80, 0xC3, 0xE2, 0xEF, 0xFF]
        let place = Int.random(in: 0...bytes.count, using: &random)
        let byte = special.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where place < bytes.count: bytes.remove(at: place)
        case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2 where place < bytes.count: bytes[place] = byte
        case 3:
            bytes.insert(contentsOf: bytes[place...].prefix(20), at: Int.random(in: 0...bytes.count, using: &random))
        default: bytes.insert(byte, at: place)
        }
    }

    private func visit(_ root: Node, _ count: Int) {
        var pending = [root]
        while let node = pending.popLast() {
            let span = node.location.span
            #expect(span.start <= span.end && span.start.offset <= span.end.offset && span.end.offset <= count)
            _ = (node.scalar, node.text, node.count)
            pending += node.elements
            for entry in node.entries { pending += [entry.key, entry.value] }
        }
    }
}

/// A small generator of random numbers that gives the same ones everywhere (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
