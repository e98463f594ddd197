import Foundation

/// A source of random numbers that gives the same numbers for the same seed, on every machine.
///
/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, “Fast splittable pseudorandom number generators”, 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Seeds for the arguments of a property test, so that the report of a failure names the seed that failed.
    ///
    /// `SLIPWAY_SEED` in the environment repeats one of them alone, `SLIPWAY_SEEDS` asks for another number of them.
    public static func seeds(_ count: Int) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let chosen = environment["SLIPWAY_SEED"].flatMap({ UInt64($0) }) { return [chosen] }
        let count = environment["SLIPWAY_SEEDS"].flatMap { UInt64($0) } ?? UInt64(count)
        return (1...max(1, count)).map { $0 }
    }
}

extension SeededRandom {
    /// True in `part` of `whole` cases.
    public mutating func chance(_ part: Int, in whole: Int) -> Bool { Int.random(in: 0..<whole, using: &self) < part }

    /// One of some values.
    public mutating func pick<T>(_ first: T, _ others: T...) -> T {
        let index = Int.random(in: 0...others.count, using: &self)
        return index == 0 ? first : others[index - 1]
    }

    /// A whole number of a range.
    public mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
