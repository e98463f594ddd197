import Foundation
import Simulation

// SEEDS=n worlds from FROM on, or the one of SEED within the limits of ONLY; MUTANT names a deliberate mistake.
let environment = ProcessInfo.processInfo.environment
let mutant = environment["MUTANT"].flatMap(Mutant.init(rawValue:))
if let text = environment["MUTANT"], !text.isEmpty, mutant == nil { fail("there is no mutant \(text)") }

do {
    if let seed = try number("SEED") { exit(try replay(seed)) }
    exit(try search(from: try number("FROM") ?? 1, count: try number("SEEDS") ?? 300))
} catch {
    fail("\(error)")
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("slipway-simulate: \(message)\n".utf8))
    exit(64)
}

func number(_ name: String) throws -> UInt64? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    guard let number = UInt64(text) else { fail("\(name) is no number: \(text)") }
    return number
}

/// Shows one world from its beginning to its end.
func replay(_ seed: UInt64) throws -> Int32 {
    guard let limits = Limits(environment["ONLY"] ?? "") else { fail("ONLY cannot be read") }
    let outcome = try Simulation(seed: seed, limits: limits, mutant: mutant).run()
    print(outcome.trace.joined(separator: "\n"))
    print("\n" + outcome.summary)
    return outcome.violation == nil ? 0 : 1
}

/// Looks for a world in which something goes wrong, and shrinks it.
func search(from first: UInt64, count: UInt64) throws -> Int32 {
    let begun = Date()
    var tally = Tally()
    var failed = 0
    for seed in first..<(first + count) {
        let outcome = try Simulation(seed: seed, mutant: mutant).run()
        tally.add(outcome)
        guard let violation = outcome.violation else { continue }
        failed += 1
        print("seed \(seed): \(violation.invariant.rawValue): \(violation.what) (\(outcome.faults.count) faults)")
        if environment["SHRINK"] == "0" || failed > 3 { continue }
        guard var shrinker = Shrinker(outcome, mutant: mutant) else { continue }
        let smallest = try shrinker.shrink()
        print(smallest.trace.joined(separator: "\n"))
        print("\n" + smallest.summary + "\n")
        // Long searches are watched.
        fflush(nil)
    }
    let seconds = Date().timeIntervalSince(begun)
    print(tally.text(worlds: Int(count), seconds: seconds))
    print("\(count) worlds in \(Int(seconds))s, \(failed) with a violation")
    return failed == 0 ? 0 : 1
}
