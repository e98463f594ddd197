import Manifests
import Records
import Store
import Support
import Synchronization
import Testing

/// The audit trail is asked by object, commit, person and time, in both databases.
@Suite struct HistoryQueryTests {
    private static let commits = [
        "ab12" + String(repeating: "0", count: 36), "ab34" + String(repeating: "0", count: 36),
    ]

    /// Twelve hundred events: two commits, two people, one of them with a sign that means something in SQL.
    private func filled(_ state: TestState) async throws -> StateStore {
        let store = try state.open()
        for (index, commit) in Self.commits.enumerated() {
            let actor = index == 0 ? "ada@laptop" : "b%b_!@CI"
            let provenance = Provenance(revision: Revision(commit: commit, isDirty: index == 1), actor: actor)
            try await store.write(as: provenance, at: .start + .seconds(index * 100)) { transaction in
                try transaction.append([EventDraft(.applyStarted, cause: "Plan: \(index)")])
                try transaction.append(
                    (1...599).map { EventDraft(.runQueued, of: ObjectKey(.run, ObjectName(name: "run-\($0 % 3)"))) })
            }
        }
        return store
    }

    private func sequences(
        _ store: StateStore, _ filter: EventFilter, newest limit: Int? = nil
    ) async throws -> [Int64] {
        try await store.read { snapshot in
            var found: [Int64] = []
            try snapshot.forEachEvent(filter, newest: limit) { event in
                found.append(event.sequence)
                return true
            }
            return found
        }
    }

    @Test(arguments: StateBackend.all) func eachConditionCounts(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try await filled(state)
        defer { withExtendedLifetime(state) {} }
        #expect(try await sequences(store, EventFilter()) == Array(1...1200))
        #expect(try await sequences(store, EventFilter(), newest: 3) == [1198, 1199, 1200])
        #expect(try await sequences(store, EventFilter(), newest: 0).isEmpty)
        #expect(try await sequences(store, EventFilter(), newest: 5000).count == 1200)
        #expect(try await sequences(store, EventFilter(subject: "Run/default/run-1")).count == 400)
        #expect(try await sequences(store, EventFilter(commit: Self.commits[0])) == Array(1...600))
        #expect(try await sequences(store, EventFilter(commit: Self.commits[1])) == Array(601...1200))
        #expect(try await sequences(store, EventFilter(commit: "ab12")).isEmpty)
        #expect(try await sequences(store, EventFilter(actor: "ADA@")) == Array(1...600))
        #expect(try await sequences(store, EventFilter(actor: "b%b_!@ci")) == Array(601...1200))
        #expect(try await sequences(store, EventFilter(actor: "%")) == Array(601...1200))
        #expect(try await sequences(store, EventFilter(actor: "' OR 1=1 --")).isEmpty)
        #expect(try await sequences(store, EventFilter(since: .start + .seconds(100))) == Array(601...1200))
        #expect(try await sequences(store, EventFilter(until: .start + .seconds(100))) == Array(1...600))
        #expect(try await sequences(store, EventFilter(kinds: [.applyStarted, .agentLost])) == [1, 601])
        let narrow = EventFilter(
            subject: "Run/default/run-1", commit: Self.commits[1], actor: "ci", since: .start, kinds: [.runQueued])
        #expect(try await sequences(store, narrow, newest: 2) == [1196, 1199])
    }

    @Test(arguments: StateBackend.all) func commitsAreFoundByTheirBeginning(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try await filled(state)
        defer { withExtendedLifetime(state) {} }
        func found(_ prefix: String) async throws -> [String] {
            try await store.read { try $0.recordedCommits(beginningWith: prefix, limit: 5) }
        }
        #expect(try await found("ab") == Self.commits)
        #expect(try await found("ab3") == [Self.commits[1]])
        #expect(try await found(Self.commits[0]) == [Self.commits[0]])
        #expect(try await found("ac").isEmpty)
        #expect(
            try await store.read { try $0.newestEvent(EventFilter(kinds: [.applyStarted]), upTo: 600)?.sequence } == 1)
    }

    @Test(arguments: StateBackend.all) func anEditIsSeenAtTheEndOfTheChain(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        #expect(try await store.read { try $0.suspicion(amongNewest: 10) } == nil)
        try await store.write(as: Provenance(revision: .none, actor: "ada"), at: .start) { transaction in
            try transaction.append((1...30).map { EventDraft(.runQueued, cause: "\($0)") })
        }
        #expect(try await store.read { try $0.suspicion(amongNewest: 10) } == nil)
        try state.tamper("UPDATE events SET cause = 'x' WHERE sequence = 5")
        #expect(try await store.read { try $0.suspicion(amongNewest: 10) } == nil, "it lies further back")
        #expect(try await store.read { try $0.suspicion(amongNewest: 30) }?.contains("event 5") == true)
        #expect(try await store.read { try $0.examineEvents() }.findings.map(\.sequence) == [5])
        try state.tamper("DELETE FROM events WHERE sequence = 30")
        #expect(try await store.read { try $0.suspicion(amongNewest: 10) }?.contains("event 30") == true)
        try state.tamper("DELETE FROM events")
        #expect(try await store.read { try $0.suspicion(amongNewest: 10) } != nil)
    }
}
