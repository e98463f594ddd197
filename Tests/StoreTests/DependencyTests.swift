import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// Runs that wait for others: what is recorded of them follows from how the others are, in the same transaction.
@Suite struct DependencyTests {
    /// A run of a number, that waits for others.
    private static func run(
        _ number: Int, after upstreams: [RunSpecification] = [], _ condition: DependencyCondition = .succeeded,
        reading: [RunSpecification] = []
    ) -> RunSpecification {
        func name(_ upstream: RunSpecification) -> ObjectName {
            ObjectName(name: "run-\(upstream.parameters["number"]?.int ?? 0)")
        }
        var specification = RunSpecification.sample(number)
        specification.dependencies =
            upstreams.map { RunDependency(run: name($0), identity: $0.identity, condition: condition) }
            + reading.map { RunDependency(run: name($0), identity: $0.identity, condition: .succeeded) }
        specification.inputs = reading.map {
            RunInput(run: name($0), identity: $0.identity, path: "model.json", target: "\(name($0))")
        }
        return specification
    }

    private struct Bench {
        let state: TestState
        let store: StateStore

        init(_ backend: StateBackend) throws {
            state = try TestState(backend)
            store = try state.open()
        }

        func states(_ ids: [RunID]) async throws -> [String] {
            var found: [String] = []
            for id in ids {
                let run = try await store.run(id)
                found.append(run.phase == .pending ? run.reason : run.phase.rawValue)
            }
            return found
        }

        /// The place of an upstream's outputs, as its agent wrote it down.
        func locate(_ id: RunID, at location: String) throws {
            try state.tamper(
                "UPDATE attempts SET location = ?, folder = ? WHERE run = ?",
                [.text(location), .text("/\(location)/\(id)"), .text(id.text)])
        }

        /// A whole life in the hands of an agent.
        func carryOut(_ id: RunID, _ outcome: AttemptOutcome = .succeeded) async throws {
            _ = try await store.claim("a")
            _ = try await store.advance(id, by: .ended(outcome))
        }
    }

    @Test(arguments: StateBackend.all) func aChainIsGoneThroughInOrder(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let b = Self.run(1, after: [a])
        let c = Self.run(2, after: [b])
        // Written down in any order: a run may be recorded before what it waits for.
        let ids = Array(try await bench.store.start([c, b, a]).reversed())
        #expect(try await bench.states(ids) == ["queued", "Blocked", "Blocked"])
        #expect(try await bench.store.run(ids[1]).message == "waits for Run/run-0 (queued)")
        #expect(try await bench.store.run(ids[2]).message == "waits for Run/run-1 (pending)")

        #expect(try await bench.store.claim("a").map(\.id) == [ids[0]])
        #expect(try await bench.store.run(ids[1]).message == "waits for Run/run-0 (running)")
        let rules = [QueueRules.sample()]
        let isClaimable = try await bench.store.read {
            try $0.hasClaimable(
                for: .sample("b"), in: rules, leaseDuration: .seconds(30), at: .start + .seconds(20))
        }
        #expect(!isClaimable)
        #expect(try await bench.store.read { try $0.outstanding() }.map(\.phase) == [.building])

        _ = try await bench.store.advance(ids[0], by: .ended(.succeeded))
        #expect(try await bench.states(ids) == ["succeeded", "queued", "Blocked"])
        #expect(try await bench.store.claim("a").map(\.id) == [ids[1]])
        _ = try await bench.store.advance(ids[1], by: .ended(.succeeded))
        #expect(try await bench.states(ids) == ["succeeded", "succeeded", "queued"])
        let events = try await bench.store.read { try $0.events(ofKind: .runUnblocked, newest: 9) }
        #expect(events.map(\.subject) == ["Run/default/run-1", "Run/default/run-0"])
    }

    @Test(arguments: StateBackend.all) func whatHasSucceededIsMet(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let first = try await bench.store.start([a])[0]
        try await bench.carryOut(first)
        let next = try await bench.store.start([Self.run(1, after: [a])])
        #expect(try await bench.states(next) == ["queued"])
    }

    @Test(arguments: StateBackend.all) func finishedIsEnoughWhereThatIsAsked(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let ids = try await bench.store.start([a, Self.run(1, after: [a], .finished), Self.run(2, after: [a])])
        try await bench.carryOut(ids[0], .exited(1))
        #expect(try await bench.states(ids) == ["failed", "queued", "DependencyFailed"])
        // Level-triggered: what waits for the end waits again when there is no end any more.
        _ = try await bench.store.advance(ids[0], by: .requeued(by: "ada", reason: "once more"))
        #expect(try await bench.states(ids) == ["queued", "Blocked", "Blocked"])
    }

    @Test(arguments: StateBackend.all) func aFailureIsPassedOnAndTakenBack(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let b = Self.run(1, after: [a])
        let c = Self.run(2, after: [b])
        let d = Self.run(3, after: [b], .finished)
        let free = Self.run(4)
        let ids = try await bench.store.start([a, b, c, d, free])
        _ = try await bench.store.claim("a", atMost: 1)
        _ = try await bench.store.advance(ids[0], by: .ended(.exited(1)))
        #expect(
            try await bench.states(ids) == [
                "failed", "DependencyFailed", "DependencyFailed", "DependencyFailed", "queued",
            ])
        #expect(
            try await bench.store.run(ids[1]).message == "Run/run-0 failed; `reconcile retry run-0` or change it")
        #expect(try await bench.store.run(ids[2]).message.hasPrefix("waits for Run/run-1, which cannot begin"))
        // What nobody can take is no work that is left; what does not wait goes on.
        #expect(try await bench.store.read { try $0.outstanding() }.map(\.count) == [1])
        #expect(try await bench.store.claim("a").map(\.id) == [ids[4]])

        _ = try await bench.store.advance(ids[2], by: .cancelRequested(by: "ada", reason: "not wanted"))
        _ = try await bench.store.advance(ids[0], by: .requeued(by: "ada", reason: "once more"))
        #expect(try await bench.states(ids) == ["queued", "Blocked", "cancelled", "Blocked", "building"])
        try await bench.carryOut(ids[0])
        try await bench.carryOut(ids[1])
        #expect(try await bench.states(ids) == ["succeeded", "succeeded", "cancelled", "queued", "building"])
        let blocked = try await bench.store.read { try $0.events(ofKind: .runBlocked, newest: 9) }
        #expect(blocked.count == 3)
        let (_, fault) = try await bench.store.read { try $0.verifyEvents() }
        #expect(fault == nil)
    }

    @Test(arguments: StateBackend.all) func aRunThatIsPlacedWaitsForOthers(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let (a, b) = (Self.run(0), Self.run(1))
        let c = Self.run(2, after: [a])
        let ids = try await bench.store.start([a, b, c])
        try await bench.carryOut(ids[0])
        #expect(try await bench.store.run(ids[2]).phase == .queued)
        var other = c
        other.dependencies = Self.run(9, after: [b]).dependencies
        let placed = try await bench.store.advance(ids[2], by: .placed(other))
        #expect(placed.reason == "Blocked" && placed.message == "waits for Run/run-1 (running)")
        #expect(try await bench.store.run(ids[2]) == placed)
        other.dependencies = []
        #expect(try await bench.store.advance(ids[2], by: .placed(other)).phase == .queued)
        // Nothing is left of what it waited for.
        _ = try await bench.store.advance(ids[1], by: .ended(.exited(1)))
        #expect(try await bench.store.run(ids[2]).phase == .queued)
    }

    @Test(arguments: StateBackend.all) func aRunThatFailedAfterItBeganWaitsAgainForWhatIsThere(
        _ backend: StateBackend
    ) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let ids = try await bench.store.start([a, Self.run(1, after: [a])])
        try await bench.carryOut(ids[0])
        try await bench.carryOut(ids[1], .exited(1))
        let again = try await bench.store.advance(ids[1], by: .requeued(by: "ada", reason: "once more"))
        #expect(again.phase == .queued && again.message == "once more (ada)")
    }

    @Test(arguments: StateBackend.all) func aReaderIsDrawnToItsInputs(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let (a, b) = (Self.run(0), Self.run(1))
        let ids = try await bench.store.start([
            a, b, Self.run(2, reading: [a]), Self.run(3, reading: [a, b]), Self.run(4, after: [b], reading: [a]),
        ])
        _ = try await bench.store.claim("a")
        try bench.locate(ids[0], at: "here")
        try bench.locate(ids[1], at: "there")
        for id in ids.prefix(2) {
            try await bench.store.write { transaction in
                try transaction.advance(id, by: .ended(.succeeded))
                var attempt = try transaction.snapshot.attempts(of: id)[0]
                attempt.outcome = .succeeded
                attempt.outputs = ["model.json": .file(Digest(of: "model"), size: 5)]
                try transaction.write(attempt)
            }
        }
        #expect(try await bench.store.run(ids[2]).affinity == "here")
        #expect(try await bench.states(ids) == ["succeeded", "succeeded", "queued", "InputsApart", "queued"])
        let apart = try await bench.store.run(ids[3])
        #expect(apart.isStuck && apart.message.contains("Run/run-0 are in here") && apart.message.contains("in there"))
        #expect(try await bench.store.run(ids[4]).affinity == "here")

        let reader = try await bench.store.run(ids[2])
        let sources = try await bench.store.read { try $0.sources(of: reader) }
        #expect(sources.map(\.attempt?.folder) == ["/here/\(ids[0])"])
        #expect(sources.map(\.run?.id) == [ids[0]])
        #expect(sources.first?.output?.digest == .file(Digest(of: "model"), size: 5))
        #expect(sources.first?.attempt?.outputs == ["model.json": .file(Digest(of: "model"), size: 5)])
    }

    /// An agent elsewhere could not read what it needs, however long nobody else takes it.
    @Test(arguments: StateBackend.all) func aReaderWhoseAgentIsGoneStaysWhereItsInputsAre(
        _ backend: StateBackend
    ) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let ids = try await bench.store.start([a, Self.run(1, reading: [a])])
        func claim(_ location: String, at now: Timestamp) async throws -> [RunID] {
            try await bench.store.write(at: now) { transaction in
                var agent = AgentRecord.sample("at-\(location)-\(now.milliseconds)")
                agent.place = AgentPlace(host: location, runs: "/\(location)", location: location)
                return try transaction.claim(
                    for: agent, from: [.sample()], atMost: 9, leaseDuration: .seconds(30)
                ).map(\.run.id)
            }
        }
        #expect(try await claim("here", at: .start) == [ids[0]])
        _ = try await bench.store.advance(ids[0], by: .ended(.succeeded))
        #expect(try await claim("there", at: .start) == [])
        #expect(try await claim("here", at: .start) == [ids[1]])
        let later = Timestamp.start + .seconds(100)
        #expect(try await claim("there", at: later) == [])
        #expect(try await claim("here", at: later) == [ids[1]])
    }

    /// Many that wait for one are told at once.
    @Test(arguments: StateBackend.all) func oneForMany(_ backend: StateBackend) async throws {
        let bench = try Bench(backend)
        let a = Self.run(0)
        let ids = try await bench.store.start([a] + (1...500).map { Self.run($0, after: [a]) })
        try await bench.carryOut(ids[0])
        #expect(try await bench.store.claim("a", atMost: 1000).count == 500)
    }
}
