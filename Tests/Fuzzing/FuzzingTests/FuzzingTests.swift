import Foundation
import Reading
import Support
import Testing

/// The short form of `make fuzz`: what was found once, and a few thousand files with mistakes.
@Suite struct FuzzingTests {
    /// Each file here broke something once, or stands for a kind of file.
    private static let corpus = files(in: "Tests/Fuzzing/Corpus")
    private static let seeds = (corpus + files(in: "manifests")).compactMap { FileManager.default.contents(atPath: $0) }

    private static func files(in folder: String) -> [String] {
        let path = "\(BuiltProgram.checkout)/\(folder)"
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted().map { "\(path)/\($0)" }
    }

    @Test(.timeLimit(.minutes(1)), arguments: corpus) func holdsForTheCorpus(file: String) throws {
        let bytes = try #require(FileManager.default.contents(atPath: file))
        #expect(Invariants(of: Array(bytes)).violations == [])
    }

    @Test func corpusIsThere() { #expect(Self.corpus.count >= 10) }

    /// `SLIPWAY_SEED` repeats one seed, `SLIPWAY_SEEDS` asks for more of them. A file that ends the process is left in
    /// the temporary folder.
    @Test(.timeLimit(.minutes(1)), arguments: SeededRandom.seeds(6)) func holdsForMistakes(seed: UInt64) throws {
        var mutator = Mutator(seeds: Self.seeds.map(Array.init), seed: seed)
        let last = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-fuzz-\(seed).yaml")
        for _ in 0..<150 {
            let bytes = mutator.next()
            try Data(bytes).write(to: last)
            let start = ContinuousClock.now
            let violations = Invariants(of: bytes).violations
            let duration = ContinuousClock.now - start
            if !violations.isEmpty || duration > .seconds(10) {
                Issue.record("seed \(seed), \(duration): \(violations) for \(Data(bytes).base64EncodedString())")
                return
            }
        }
        try FileManager.default.removeItem(at: last)
    }

    @Test func aSeedGivesTheSameFiles() {
        var (first, second) = (Mutator(seeds: [[0x61]], seed: 7), Mutator(seeds: [[0x61]], seed: 7))
        for _ in 0..<100 { #expect(first.next() == second.next()) }
    }
}
