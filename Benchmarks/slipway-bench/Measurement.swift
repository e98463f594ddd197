/// One row of the table: what was measured, against what, and what is aimed at.
struct Measurement {
    var what: String
    /// Ours, in words with a unit.
    var ours: String
    /// What it is compared with, in words with a unit; empty where the goal is a time.
    var reference: String
    /// Ours against the reference, or the figure that the goal is about.
    var figure: String
    var goal: String
}

/// Times taken in turn, so that a change of the machine's speed meets all sides alike.
enum Rounds {
    /// Runs each body once per round, in order, after one round that is not counted.
    ///
    /// - Returns: for each body its times, round by round.
    static func measure(_ count: Int, _ bodies: [() throws -> Void]) throws -> [[Duration]] {
        for body in bodies { try body() }
        let clock = ContinuousClock()
        var times = Array(repeating: [Duration](), count: bodies.count)
        for _ in 0..<count {
            for (index, body) in bodies.enumerated() { times[index].append(try clock.measure(body)) }
        }
        return times
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func median(_ times: [Duration]) -> Double { median(times.map(\.inSeconds)) }

    /// The median of the ratios within each round.
    static func ratio(_ ours: [Duration], to reference: [Duration]) -> Double {
        median(zip(ours, reference).map { $0.inSeconds / $1.inSeconds })
    }
}

extension Duration {
    var inSeconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}

extension Double {
    /// With so many digits behind the point; no formatter, for those bring ICU.
    func rounded(to digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((self * scale).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = String(abs(scaled) % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    var milliseconds: String { "\((self * 1000).rounded(to: self < 0.1 ? 1 : 0)) ms" }
}
