import Support

/// Makes wrong files out of right ones, as people do, and worse: lines, indentation, words, characters, encodings.
struct Mutator {
    private let seeds: [[UInt8]]
    private var random: SeededRandom

    init(seeds: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        random = SeededRandom(seed: seed)
    }

    /// The next file, of a few mistakes in one of the seeds.
    mutating func next() -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        // Most of what a file says is in a part of it.
        if bytes.count > 600, random.chance(3, in: 4) { bytes = cut(bytes) }
        for _ in 0..<random.int(1...5) { mutate(&bytes) }
        return random.chance(1, in: 40) ? utf16(bytes) : bytes
    }

    private mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
        let documents = String(decoding: bytes, as: UTF8.self).split(separator: "\n---\n")
        return Array((documents.randomElement(using: &random) ?? "").utf8)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        switch random.int(0...11) {
        case 0...4: mutateLines(&bytes)
        case 5...6: replaceWord(&bytes)
        case 7...9: insert(&bytes, Array((Self.pieces.randomElement(using: &random) ?? "").utf8))
        case 10: bytes = splice(bytes, seeds.randomElement(using: &random) ?? [])
        default: mutateByte(&bytes)
        }
    }

    private mutating func mutateLines(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: 0..<lines.count, using: &random)
        switch random.int(0...7) {
        case 0: lines.remove(at: line)
        case 1: lines.insert(lines[line], at: Int.random(in: 0...lines.count, using: &random))
        case 2: lines.swapAt(line, Int.random(in: 0..<lines.count, using: &random))
        case 3: lines[line] = Array(repeating: 0x20, count: random.int(1...3)) + lines[line]
        case 4: lines[line] = Array(lines[line].dropFirst(random.int(1...2)))
        case 5: lines[line] = Array("\t".utf8) + lines[line]
        case 6: lines[line].append(0x0D)
        default: lines[line] = Array("- ".utf8) + lines[line]
        }
        bytes = Array(lines.joined(separator: [0x0A]))
    }

    private mutating func replaceWord(_ bytes: inout [UInt8]) {
        let ends = Array(" \n,:[]{}\"".utf8)
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = bytes[start...].firstIndex { ends.contains($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array((Self.words.randomElement(using: &random) ?? "").utf8))
    }

    private mutating func insert(_ bytes: inout [UInt8], _ piece: [UInt8]) {
        bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &random))
    }

    private mutating func splice(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let (end, start) = (
            Int.random(in: 0...first.count, using: &random), Int.random(in: 0...second.count, using: &random)
        )
        return Array(first[..<end] + second[start...].prefix(400))
    }

    private mutating func mutateByte(_ bytes: inout [UInt8]) {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        bytes[index] = UInt8.random(in: 0...255, using: &random)
    }

    private mutating func utf16(_ bytes: [UInt8]) -> [UInt8] {
        let isBigEndian = random.chance(1, in: 2)
        return ([0xFEFF] + Array(String(decoding: bytes, as: UTF8.self).utf16)).flatMap {
            isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
    }

    /// What values are made of that are read in more than one way, or by rules of their own.
    private static let words = [
        "", "~", "null", "true", "yes", "on", "0", "-1", "012", "0o17", "0x1F", "1e400", "99999999999999999999", ".inf",
        ".nan",
        "1_000", "22:22", "2024-01-01", "5s", "1h30m", "512Mi", "1.5Gi", "500m", "${parameters.lr}", "{{cores}}", "${",
        "}}", "{}",
        "[]", "*a", "&a", "<<", "!!str", "!!int", "!x", "a/b/../c", "-x", "é", "日本", "\"\\u0000\"", "'", "\"", "Job",
        "Run",
        "slipway/v2", "@every", "* * * * *", "1h", "x@v1", "(?=", "[a-", "a{1,99999}",
    ]

    /// Pieces of syntax, and characters that look like it.
    private static let pieces = [
        "\n", "\r\n", "\r", "\t", " ", "  ", ":", ": ", "- ", "? ", "?", "[", "]", "{", "}", ",", "#", " # ", "|", ">",
        "|-\n", ">+2\n",
        "---\n", "\n---\n", "\n...\n", "%YAML 1.1\n", "%TAG ! tag:x,1:\n", "&a ", "*a ", "*a", "&a:b ", "!!map ", "! ",
        "<<: ", "<<: *a\n",
        "\"", "'", "\\", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{A0}", "：", "“", "\u{0}", "\u{7}", "\u{1F600}", "@", "`",
        "%",
    ]
}
