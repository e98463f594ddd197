import Manifests
import Records
import Store
import Support
import Testing

/// Who waits for a change in a file is told of it, whoever makes it.
@Suite(.timeLimit(.minutes(2))) struct ListeningTests {
    private let state: TestState
    private let store: StateStore

    init() throws {
        state = try TestState(.sqlite)
        store = try state.open()
    }

    private func append(to store: StateStore) async throws {
        try await store.write(as: Provenance(revision: .none, actor: "test"), at: Timestamp(milliseconds: 1)) {
            try $0.append([EventDraft(.applyStarted, cause: "a test")])
        }
    }

    @Test func ofWhatItselfAndWhatOthersRecord() async throws {
        let told = Tally()
        let listener = try #require(store.listen { told.add() })
        try await eventually("it is told once at the beginning") { told.count > 0 }
        for writer in [store, try state.open()] {
            let before = told.count
            try await append(to: writer)
            try await eventually("it is told") { told.count > before }
        }
        withExtendedLifetime(listener) {}
    }

    @Test func allWhoListen() async throws {
        let tallies = [Tally(), Tally(), Tally()]
        let listeners = tallies.map { tally in store.listen { tally.add() } }
        try await eventually("each is told once") { tallies.allSatisfy { $0.count > 0 } }
        let before = tallies.map(\.count)
        try await append(to: store)
        try await eventually("each is told") { zip(tallies, before).allSatisfy { $0.count > $1 } }
        withExtendedLifetime(listeners) {}
    }

    @Test func notOfSignsOfLife() async throws {
        let told = Tally()
        let listener = store.listen { told.add() }
        try await eventually("it is told at the beginning") { told.count > 0 }
        try await append(to: store)
        try await eventually("it is told of an event") { told.count > 1 }
        let agent = AgentRecord(
            id: "a", pool: ObjectName(name: "here"), place: AgentPlace(host: "h", runs: "", location: ""), process: 1,
            startedAt: Timestamp(milliseconds: 1), heartbeatAt: Timestamp(milliseconds: 1))
        let before = told.count
        // Longer than several looks take.
        let end = ContinuousClock.now + .milliseconds(500)
        var beat: Int64 = 1
        while ContinuousClock.now < end {
            beat += 1
            try await store.write(
                as: Provenance(revision: .none, actor: "test"), at: Timestamp(milliseconds: beat)
            ) { transaction in
                try transaction.write(agent)
                try transaction.heartbeat("a", leaseDuration: .seconds(30))
            }
        }
        #expect(told.count == before)
        withExtendedLifetime(listener) {}
    }

    @Test func onlyAsLongAsTheyListen() async throws {
        let (gone, told) = (Tally(), Tally())
        do {
            let listener = store.listen { gone.add() }
            try await eventually("it is told at the beginning") { gone.count > 0 }
            withExtendedLifetime(listener) {}
        }
        let before = gone.count
        // The thread of the first may have ended, or not: whoever comes next is served either way.
        for _ in 0..<20 {
            let listener = store.listen { told.add() }
            let known = told.count
            try await append(to: store)
            try await eventually("the next one is told") { told.count > known }
            withExtendedLifetime(listener) {}
        }
        #expect(gone.count == before)
    }
}
