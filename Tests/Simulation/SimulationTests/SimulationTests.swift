import Foundation
import Simulation
import Support
import Testing

/// Worlds in which much goes wrong; `make simulate` looks at many more.
@Suite struct SimulationTests {
    @Test(arguments: SeededRandom.seeds(200))
    func `what is promised holds whatever goes wrong`(seed: UInt64) throws {
        let outcome = try Simulation(seed: seed).run()
        #expect(outcome.unfinished == [], "every process comes to its end")
        guard outcome.violation != nil, var shrinker = Shrinker(outcome) else { return }
        let smallest = try shrinker.shrink()
        Issue.record("\(smallest.trace.joined(separator: "\n"))\n\n\(smallest.summary)")
    }

    @Test(arguments: [3, 72, 147] as [UInt64])
    func `a seed decides everything`(seed: UInt64) throws {
        let first = try Simulation(seed: seed).run()
        let second = try Simulation(seed: seed).run()
        #expect(first.steps > 100)
        #expect(first.digest == second.digest)
        #expect(first.trace == second.trace)
        #expect(first.faults.map(\.id) == second.faults.map(\.id))
    }

    /// A simulator that finds nothing proves nothing: what keeps the promises is taken away, piece by piece.
    @Test(arguments: Mutant.allCases)
    func `a deliberate mistake is found within 200 worlds`(mutant: Mutant) throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            if try Simulation(seed: seed, mutant: mutant).run().violation != nil { return }
        }
        Issue.record("\(mutant.rawValue) is not found")
    }

    /// Not every world has a smaller one that a dozen tries find: of those in which something goes wrong, one of the
    /// first has.
    @Test func `what is found is shrunk, and what is shrunk is found again`() throws {
        let mutant = Mutant.noFencing
        for seed in 1...200 as ClosedRange<UInt64> {
            let outcome = try Simulation(seed: seed, mutant: mutant).run()
            guard outcome.faults.count > 1, var shrinker = Shrinker(outcome, mutant: mutant, tries: 12) else {
                continue
            }
            let smallest = try shrinker.shrink()
            #expect(smallest.violation?.invariant == outcome.violation?.invariant)
            #expect(smallest.faults.count <= outcome.faults.count)
            guard smallest.faults.count < outcome.faults.count else { continue }

            let limits = try #require(Limits("\(smallest.limits)"))
            #expect(limits == smallest.limits)
            let again = try Simulation(seed: smallest.seed, limits: limits, mutant: mutant).run()
            #expect(again.trace == smallest.trace)
            return
        }
        Issue.record("nothing is shrunk")
    }

    /// Thousands of worlds are made in one process.
    @Test func `a world leaves nothing behind`() throws {
        func openFiles() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        _ = try Simulation(seed: 1).run()
        let before = try openFiles()
        for seed in 2...6 as ClosedRange<UInt64> { _ = try Simulation(seed: seed).run() }
        #expect(try openFiles() <= before + 2)
    }

    @Test func `limits that cannot be read are refused`() {
        #expect(Limits("hosts=two") == nil)
        #expect(Limits("commits") == nil)
        #expect(Limits("")?.hosts == Limits().hosts)
        #expect(Limits("faults=")?.faults == [])
    }
}
