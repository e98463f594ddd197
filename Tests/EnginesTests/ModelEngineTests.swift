import Engines
import Records
import Support
import Synchronization
import Testing
import YAML

/// The double that stands for an engine elsewhere keeps the promises of one, or what is tested with it means nothing.
@Suite struct ModelEngineTests {
    @Test func conforms() async throws {
        try await verifyEngine { Self.underTest() }
    }

    @Test func countsWhatRunsAtOnce() async throws {
        let test = Self.underTest()
        let world = try #require(test.engine as? ModelEngine).world
        for name in ["a", "b", "c"] { _ = try await test.start(name, .stays) }
        world.end("a", status: 3)
        world.lose("b")
        _ = try await test.start("d", .stays)
        #expect(world.running == ["c", "d"])
        #expect(world.peak == 3)
    }

    private static func underTest() -> EngineUnderTest {
        let world = ModelEngine.World()
        let clock = TestClock()
        let make = { @Sendable in
            ModelEngine(host: "here", world: world, now: { clock.now() }) { submission in
                switch submission.arguments.first {
                case "stays": .stays
                case "resists": .resists
                case "impossible": .refused(Diagnostic("SLW6001", "the command was not found"))
                case let status?: .ends(Int32(status) ?? 0)
                case nil: .ends(0)
                }
            }
        }
        return EngineUnderTest(
            engine: make(), host: "here", now: { clock.now() }, another: make,
            submission: { name, workload in
                let argument =
                    switch workload {
                    case .ends(let status): "\(status)"
                    case .stays: "stays"
                    case .resists: "resists"
                    case .impossible: "impossible"
                    }
                return Submission(
                    name: name, folder: "/\(name)", workingDirectory: "/", arguments: [argument], environment: [:])
            },
            settled: { _ in },
            starts: { world.submissions[$0.name] == nil ? 0 : 1 },
            lose: { world.lose($0.name) },
            isLeft: { world.running.contains($0.name) })
    }
}
