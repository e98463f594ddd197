import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct ClaimTests {
    private func cancelled(_ agent: String, in store: StateStore) async throws -> Set<RunID> {
        Set(try await store.read { try $0.held(byAgent: agent) }.filter(\.value.isCancelled).keys)
    }

    private func numbers(_ runs: [RunRecord]) -> [Int64] {
        runs.compactMap { $0.specification.parameters["number"]?.int }
    }

    @Test(arguments: StateBackend.all) func firstInFirstOut(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start([.sample(3), .sample(1, priority: .critical), .sample(2)])
        #expect(numbers(try await store.claim("a", atMost: 2)) == [3, 1])
        #expect(numbers(try await store.claim("a")) == [2])
        #expect(try await store.claim("a").isEmpty)
    }

    @Test(arguments: StateBackend.all) func byPriorityThenFirstInFirstOut(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let priorities: [RunSpec.Priority] = [.low, .medium, .critical, .high, .critical, .low]
        try await store.start(priorities.enumerated().map { .sample($0, priority: $1) })
        #expect(numbers(try await store.claim("a", from: [.sample(ordering: .priority)])) == [2, 4, 3, 1, 0, 5])
    }

    @Test(arguments: StateBackend.all) func neverMoreThanTheQueueAllows(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let ids = try await store.start((0..<5).map { .sample($0) })
        let rules = [QueueRules.sample(concurrency: 2)]
        #expect(numbers(try await store.claim("a", from: rules, atMost: 1)) == [0])
        #expect(numbers(try await store.claim("b", from: rules)) == [1])
        #expect(try await store.claim("c", from: rules).isEmpty)
        _ = try await store.advance(ids[0], by: .ended(.succeeded))
        #expect(numbers(try await store.claim("c", from: rules)) == [2])
        // Fewer than are under way already.
        #expect(try await store.claim("d", from: [.sample(concurrency: 1)]).isEmpty)
    }

    @Test(arguments: StateBackend.all) func aQueueIsServedByItself(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start([.sample(0, queue: "big"), .sample(1), .sample(2, queue: "big")])
        #expect(numbers(try await store.claim("a", from: [.sample("local"), .sample("big")], atMost: 2)) == [1, 0])
        #expect(try await store.claim("a", from: [.sample("other")]).isEmpty)
        #expect(try await store.claim("a", from: []).isEmpty)
        #expect(try await store.claim("a", from: [.sample("big")], atMost: 0).isEmpty)
    }

    @Test(arguments: StateBackend.all) func aClaimIsWrittenDown(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let id = try await store.start([.sample(0)])[0]
        let run = try #require(try await store.claim("a").first)
        #expect(run.phase == .building && run.attempt == 1 && run.lease?.expiresAt == .start + .seconds(30))
        #expect(try await store.run(id) == run)
        let attempts = try await store.read { try $0.attempts(of: id) }
        #expect(attempts.map(\.number) == [1] && attempts.first?.agent == "a" && attempts.first?.host == "laptop")
        #expect(try await store.read { try $0.events(ofKind: .attemptClaimed, newest: 9) }.count == 1)
    }

    @Test(arguments: StateBackend.all) func aBackOffIsWaitedFor(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let id = try await store.start([.sample(0, retries: 1), .sample(1)])[0]
        _ = try await store.claim("a", atMost: 1)
        let run = try await store.advance(id, by: .ended(.exited(1)))
        let due = try #require(run.notBefore)
        #expect(numbers(try await store.claim("a", at: due + .milliseconds(-1))) == [1])
        let rules = [QueueRules.sample()]
        #expect(
            try await store.read {
                try $0.hasClaimable(
                    for: .sample("a"), in: rules, leaseDuration: .seconds(30), at: due + .milliseconds(-1))
            } == false)
        #expect(
            try await store.read {
                try $0.hasClaimable(for: .sample("a"), in: rules, leaseDuration: .seconds(30), at: due)
            })
        let again = try #require(try await store.claim("a", at: due).first)
        #expect(again.id == id && again.attempt == 2)
        #expect(try await store.read { try $0.attempts(of: id) }.map(\.number) == [1, 2])
    }

    @Test(arguments: StateBackend.all) func aSuspendedQueueGivesNothingNewButIsGoneOnWith(
        _ backend: StateBackend
    ) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start([.sample(0), .sample(1)])
        #expect(numbers(try await store.claim("a", atMost: 1)) == [0])
        let suspended = [QueueRules.sample(suspended: true)]
        #expect(try await store.claim("b", from: suspended).isEmpty)
        #expect(numbers(try await store.claim("b", from: suspended, at: .start + .seconds(30))) == [0])
    }

    private func agent(_ id: String, _ placement: AgentPoolSpec.Placement, host: String) -> AgentRecord {
        AgentRecord(
            id: id, pool: ObjectName(name: "here"), placement: placement, place: AgentPlace(host: host), process: 1,
            startedAt: .start, heartbeatAt: .start)
    }

    /// Who may go on with what ran on a machine of which nothing is heard any more, and when: at once after its lease
    /// where nobody can come who sees that machine, and otherwise a lease later.
    @Test(
        arguments: StateBackend.all,
        [
            (claimer: AgentPoolSpec.Placement.local, gone: AgentPoolSpec.Placement.local, witness: false, at: 30),
            (.local, .local, true, 60), (.local, .remote, false, 60), (.remote, .local, false, 60),
        ])
    func whatRanOnAMachineThatIsGone(
        _ backend: StateBackend,
        _ life: (claimer: AgentPoolSpec.Placement, gone: AgentPoolSpec.Placement, witness: Bool, at: Int)
    ) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let id = try await store.start([.sample(0)])[0]
        let (gone, claimer) = (agent("a", life.gone, host: "one"), agent("b", life.claimer, host: "two"))
        let witness = agent("c", .remote, host: "one")
        try await store.write { transaction in
            try transaction.write(gone)
            if life.witness { try transaction.write(witness) }
            let lease = Duration.seconds(30)
            _ = try transaction.claim(for: gone, from: [.sample()], atMost: 1, leaseDuration: lease)
            try transaction.advance(id, by: .imageReady(Digest(of: "image")))
            try transaction.advance(id, by: .submitted)
        }
        func claims(at moment: Timestamp) async throws -> Int {
            try await store.write(at: moment) {
                try $0.claim(for: claimer, from: [.sample()], atMost: 1, leaseDuration: .seconds(30)).count
            }
        }
        let due = Timestamp.start + .seconds(Int64(life.at))
        #expect(try await claims(at: due + .milliseconds(-1)) == 0)
        #expect(try await claims(at: due) == 1)
    }

    @Test(arguments: StateBackend.all) func orphansComeFirstAndNeedNoRoom(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let ids = try await store.start((0..<3).map { .sample($0) })
        let old = try await store.claim("a", atMost: 1)
        let rules = [QueueRules.sample(concurrency: 1)]
        // To the millisecond: the lease is the old agent's until it has expired.
        #expect(try await store.claim("b", from: rules, at: .start + .milliseconds(29_999)).isEmpty)
        let taken = try await store.claim("b", from: rules, at: .start + .seconds(30))
        #expect(taken.map(\.id) == [ids[0]] && taken[0].attempt == 1 && taken[0].phase == .building)
        #expect(try #require(taken[0].lease?.token) > #require(old[0].lease?.token))
        #expect(try await store.read { try $0.attempts(of: ids[0]) }.count == 1)
        #expect(try await store.read { try $0.events(ofKind: .attemptAdopted, newest: 9) }.count == 1)
    }

    @Test(arguments: StateBackend.all) func anOldTokenWritesNothing(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let id = try await store.start([.sample(0)])[0]
        let old = try #require(try await store.claim("a").first?.lease?.token)
        let later = Timestamp.start + .seconds(31)
        let new = try #require(try await store.claim("b", at: later).first?.lease?.token)
        let before = try await store.run(id)
        for event in [RunEvent.imageReady(Digest(of: "i")), .submitted, .ended(.succeeded), .leaseReleased] {
            let refusal = await code {
                try await store.write(at: later) { transaction in
                    try transaction.append([EventDraft(.runFinished)])
                    try transaction.advance(id, by: event, token: old)
                }
            }
            #expect(refusal == "SLW4013")
        }
        #expect(try await store.run(id) == before)
        #expect(try await store.read { try $0.events(ofKind: .runFinished, newest: 9) }.isEmpty)
        let end = try await store.advance(id, by: .ended(.succeeded), token: new, at: later)
        #expect(end.phase == .succeeded)
        // Not even the holder's own, once it has let go.
        #expect(await code { _ = try await store.advance(id, by: .leaseReleased, token: new) } == "SLW4013")
    }

    @Test(arguments: StateBackend.all) func aHeartbeatLengthensWhatHasNotExpired(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let ids = try await store.start([.sample(0), .sample(1)])
        try await store.write { try $0.write(AgentRecord.sample("a")) }
        _ = try await store.claim("a", atMost: 1)
        _ = try await store.claim("b", atMost: 1)
        let soon = Timestamp.start + .seconds(29)
        try await store.write(at: soon) { try $0.heartbeat("a", leaseDuration: .seconds(30)) }
        #expect(try await store.run(ids[0]).lease?.expiresAt == soon + .seconds(30))
        #expect(try await store.run(ids[1]).lease?.expiresAt == .start + .seconds(30))
        #expect(try await store.read { try $0.agents() }.first?.heartbeatAt == soon)
        // Too late: somebody else may act on it by now.
        let late = soon + .seconds(30)
        try await store.write(at: late) { try $0.heartbeat("a", leaseDuration: .seconds(30)) }
        #expect(try await store.run(ids[0]).lease?.expiresAt == late)
        #expect(numbers(try await store.claim("c", at: late)) == [0, 1])
    }

    @Test(arguments: StateBackend.all) func theLeasesOfAnAgentThatIsGoneEndAtOnce(_ backend: StateBackend) async throws
    {
        let state = try TestState(backend)
        let store = try state.open()
        let ids = try await store.start([.sample(0), .sample(1)])
        try await store.write { try $0.write(AgentRecord.sample("a")) }
        _ = try await store.claim("a", atMost: 1)
        _ = try await store.claim("b", atMost: 1)
        #expect(try await store.read { try $0.activeAgents() }.map(\.id) == ["a"])
        try await store.write { try $0.release([.sample("a")], as: .lost, cause: "its process is gone") }
        #expect(try await store.read { try $0.activeAgents() }.isEmpty)
        #expect(try await store.claim("c").map(\.id) == [ids[0]])
        #expect(try await store.read { try $0.events(ofKind: .agentLost, newest: 9) }.count == 1)
    }

    @Test(arguments: StateBackend.all) func whoseEndIsAskedForIsKnownToItsAgent(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let ids = try await store.start([.sample(0), .sample(1), .sample(2)])
        _ = try await store.claim("a", atMost: 2)
        for id in ids { _ = try await store.advance(id, by: .cancelRequested(by: "ada", reason: "asked for")) }
        #expect(try await cancelled("a", in: store) == Set(ids.prefix(2)))
        #expect(try await cancelled("b", in: store).isEmpty)
        #expect(try await store.run(ids[2]).phase == .cancelled)
        #expect(try await store.claim("b").isEmpty)
    }

    @Test(arguments: StateBackend.all) func noRunIsGivenTwice(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        let (runs, agents) = (120, 8)
        try await store.start((0..<runs).map { .sample($0) })
        let claimed = try await withThrowingTaskGroup(of: [RunRecord].self) { group in
            for agent in 0..<agents {
                group.addTask { [store] in
                    var mine: [RunRecord] = []
                    while true {
                        let next = try await store.claim("agent-\(agent)", from: [.sample(concurrency: 40)], atMost: 3)
                        guard !next.isEmpty else { return mine }
                        mine += next
                        for run in next where run.sequence.isMultiple(of: 2) {
                            _ = try await store.advance(run.id, by: .ended(.succeeded), token: run.lease?.token)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(claimed.map(\.id)).count == claimed.count)
        #expect(Set(claimed.compactMap(\.lease?.token)).count == claimed.count)
        // Every second one is kept, so that the queue is full in the end.
        #expect(try await store.read { try $0.runCounts() }[.building] == 40)
        #expect(claimed.allSatisfy { $0.attempt == 1 })
    }

    @Test(arguments: StateBackend.all) func twoStoresOnOneStateShareOneQueue(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start((0..<60).map { .sample($0) })
        let other = try state.open()
        let claimed = try await withThrowingTaskGroup(of: [RunRecord].self) { group in
            for (name, store) in [("a", store), ("b", other)] {
                group.addTask {
                    var mine: [RunRecord] = []
                    while let next = try await store.claim(name, atMost: 1).first { mine.append(next) }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 60 && Set(claimed.map(\.id)).count == 60)
        #expect(Set(claimed.compactMap(\.lease?.token)).count == 60)
    }
}
