import Agents
import Dispatch
import Manifests
import Records
import Store
import Support
import Synchronization
import Testing

/// How often an agent reads the record while nothing is recorded, and when it does because something was.
@Suite(.timeLimit(.minutes(3))) struct IdleAgentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Whether the state tells of changes.
        var tells: Bool
        /// Whether the agent may take more runs than there are.
        var hasHandsFree: Bool
        /// So many reads take at least so long.
        var reads: Int
        var time: Duration

        var testDescription: String { "\(tells ? "told" : "polling"), \(hasHandsFree ? "hands free" : "busy")" }
    }

    @Test(arguments: [
        Case(tells: true, hasHandsFree: false, reads: 3, time: .milliseconds(1500)),
        Case(tells: true, hasHandsFree: true, reads: 5, time: .milliseconds(1500)),
        Case(tells: false, hasHandsFree: false, reads: 10, time: .milliseconds(1500)),
        Case(tells: false, hasHandsFree: true, reads: 20, time: .milliseconds(1500)),
    ])
    func `it looks whether something was recorded, and reads nothing of its runs`(test: Case) async throws {
        var counted: CountingDatabase?
        let bench = try Workbench { database in
            let counting = CountingDatabase(database, tells: test.tells)
            counted = counting
            return counting
        }
        let database = try #require(counted)
        let ids = try await bench.want(3)
        let agent = bench.agent(maxRuns: test.hasHandsFree ? 4 : 3) { _ in .stays }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.work() }
            try await eventually("all run") { try await bench.phases(ids).allSatisfy { $0 == .running } }
            let known = database.reads
            try await eventually("it has looked at that") { database.reads > known + 2 }

            let (held, reads, start) = (database.questions("WHERE lease_agent"), database.reads, bench.clock.now())
            try await eventually("it has looked often") { database.reads >= reads + test.reads }
            #expect(bench.clock.now() - start >= test.time)
            #expect(database.questions("WHERE lease_agent") == held)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// A clock that stands still where somebody waits as long as a second: only who is told goes on then.
    private final class ImpatientClock: TimeSource {
        private let moment = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

        func now() -> Timestamp { moment.withLock { $0 } }

        func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
            guard time < .seconds(1) else { return }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(time.milliseconds))) {
                self.moment.withLock { $0 = $0 + time }
                body()
            }
        }
    }

    @Test func `what others record is looked at because it is told`() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(3)
        let agent = bench.agent(maxRuns: 3, time: ImpatientClock()) { _ in .stays }
        let others = try StateStore(sqlite: "\(bench.folder.path)/state.db")
        try await bench.work([agent], until: "each was cancelled when the one before it was over") {
            let phases = try await bench.phases(ids)
            guard let next = phases.firstIndex(of: .running), phases.allSatisfy({ $0 == .running || $0.isTerminal })
            else { return phases.allSatisfy(\.isTerminal) }
            if try await bench.run(ids[next]).cancelledBy == nil {
                _ = try await others.write(as: bench.provenance, at: bench.clock.now()) { transaction in
                    try transaction.advance(ids[next], by: .cancelRequested(by: "ada", reason: "enough"))
                }
            }
            return false
        }
        #expect(try await bench.phases(ids) == [.cancelled, .cancelled, .cancelled])
    }

    /// A run that is to be tried again is claimed when it is due, though nothing is recorded then.
    @Test func `a pause that is over is no surprise`() async throws {
        let bench = try Workbench()
        var retry = RetryPolicy()
        retry.limit = 3
        retry.backoff.initial = .milliseconds(700)
        retry.backoff.factor = 1
        let ids = try await bench.want([RunSample.specification(retry: retry)])
        let agent = bench.agent(maxRuns: 2, time: ImpatientClock()) { _ in .ends(1) }
        try await bench.work([agent], until: "it has failed for good") { try await bench.areOver(ids) }
        #expect(try await bench.attempts(ids[0]).count == 4)
    }
}
