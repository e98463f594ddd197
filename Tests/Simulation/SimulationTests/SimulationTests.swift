import Simulation
import Testing

@Suite struct SimulationTests {
    @Test func `one seed gives one world`() throws {
        let first = try Simulation(seed: 3).run()
        let second = try Simulation(seed: 3).run()
        #expect(first.trace == second.trace)
        #expect(first.digest == second.digest)
    }
}
