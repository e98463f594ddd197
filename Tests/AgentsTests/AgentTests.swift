import Agents
import Engines
import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// Agents against a real state, with an engine in memory.
@Suite(.timeLimit(.minutes(3))) struct AgentTests {
    @Test func itCarriesEveryRunToItsEnd() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(6)
        let agent = bench.agent { submission in .ends(submission.arguments.last == "3" ? 9 : 0) }
        try await bench.work([agent], until: "all is over") { try await bench.areOver(ids) }
        #expect(
            try await bench.phases(ids) == [.succeeded, .succeeded, .failed] + Array(repeating: .succeeded, count: 3))
        #expect(try await bench.attempts(ids[2]).map(\.outcome) == [.exited(9)])
        #expect(bench.submissions.map(\.arguments) == (1...6).map { ["program", "\($0)"] }, "first come, first served")
        #expect(bench.builder.builds == ["train": 1])
        #expect(try await bench.store.read { try $0.agents() }.map(\.state) == [.stopped])
        let (count, fault) = try await bench.store.read { try $0.verifyEvents() }
        #expect(count > 0 && fault == nil)
        // The intent is in the record before the act, the outcome after it.
        let events = try await bench.events().filter { $0.subject == "Run/default/r1" }.map(\.kind)
        let expected: [EventKind] = [
            .attemptClaimed, .attemptIntended, .attemptSubmitted, .attemptEnded, .runFinished,
        ]
        #expect(events == expected.map(\.rawValue))
    }

    @Test func anAgentHasNoMoreInHandThanItMay() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(6)
        let agent = bench.agent(maxRuns: 2) { _ in .stays }
        try await bench.work([agent], until: "all is over") {
            if let one = bench.world.running.min(), bench.world.running.count == 2 || bench.submissions.count == 6 {
                bench.world.end(one)
            }
            return try await bench.areOver(ids)
        }
        #expect(bench.world.peak == 2)
        #expect(try await bench.phases(ids).allSatisfy { $0 == .succeeded })
    }

    @Test func aQueueHasNoMoreAtOnceThanItMay() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(12)
        let agents = ["a", "b", "c"].map { bench.agent($0, maxRuns: 3, concurrency: 4) { _ in .stays } }
        try await bench.work(agents, until: "all is over") {
            let running = bench.world.running
            if let one = running.min(), running.count == 4 || bench.submissions.count == 12 { bench.world.end(one) }
            return try await bench.areOver(ids)
        }
        #expect(bench.world.peak == 4)
        #expect(bench.world.submissions.count == 12)
    }

    @Test func noRunIsStartedTwice() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(40)
        let agents = (1...4).map { bench.agent("a\($0)", maxRuns: 2) }
        try await bench.work(agents, until: "all is over") { try await bench.areOver(ids) }
        #expect(bench.world.submissions.count == 40)
        #expect(bench.world.submissions.values.allSatisfy { $0 == 1 })
        #expect(try await bench.events(.attemptClaimed).count == 40)
        #expect(try await bench.phases(ids).allSatisfy { $0 == .succeeded })
    }

    @Test func aSuspendedQueueGivesNothingOut() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(1)
        let idle = bench.agent("a", suspended: true)
        try await bench.work([idle], until: "it has looked") {
            try await bench.store.read { try $0.agents() }.contains { $0.state == .active }
        }
        #expect(try await bench.phases(ids) == [.queued])
        #expect(bench.submissions.isEmpty)
    }

    @Test func aFailureIsTriedAgainAfterItsBackOff() async throws {
        let bench = try Workbench()
        var retry = RetryPolicy()
        retry.limit = 2
        retry.backoff.initial = .seconds(60)
        let ids = try await bench.want([RunSample.specification(retry: retry)])
        try await bench.work([bench.agent { _ in .ends(1) }], until: "three attempts have failed") {
            let run = try await bench.run(ids[0])
            if let next = run.notBefore, next > bench.clock.now() { bench.clock.skip(next - bench.clock.now()) }
            return run.phase == .failed
        }
        let attempts = try await bench.attempts(ids[0])
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(attempts.allSatisfy { $0.outcome == .exited(1) })
        let ends = attempts.compactMap(\.endedAt)
        let pauses = zip(attempts.dropFirst(), ends).map { $0.createdAt - $1 }
        #expect(pauses.count == 2 && pauses[0] >= .seconds(60) && pauses[1] >= .seconds(120), "\(pauses)")
        #expect(Set(bench.submissions.map(\.folder)).count == 3, "each attempt has a folder of its own")
    }

    @Test func anAttemptThatVanishedIsTriedAgainAtOnce() async throws {
        let bench = try Workbench()
        var retry = RetryPolicy()
        retry.limit = 1
        retry.backoff.initial = .seconds(3600)
        let ids = try await bench.want([RunSample.specification(retry: retry)])
        let agent = bench.agent { submission in submission.name.hasSuffix("-1") ? .stays : .ends(0) }
        try await bench.work([agent], until: "the second has ended") {
            if let name = bench.world.running.first { bench.world.lose(name) }
            return try await bench.areOver(ids)
        }
        #expect(try await bench.phases(ids) == [.succeeded])
        #expect(try await bench.attempts(ids[0]).map(\.outcome) == [.lost("lost by the test"), .succeeded])
    }

    @Test func whatCannotGoBetterNextTimeIsNotTriedAgain() async throws {
        var retry = RetryPolicy()
        retry.limit = 5
        retry.on = RetryPolicy.Cause.allCases
        let specification = RunSample.specification(retry: retry)

        let refusing = try Workbench()
        let refused = try await refusing.want([specification])
        try await refusing.work(
            [refusing.agent { _ in .refused(Diagnostic("SLW6001", "no such program")) }], until: "it is over"
        ) {
            try await refusing.areOver(refused)
        }
        #expect(try await refusing.run(refused[0]).reason == "SubmissionFailed")
        #expect(try await refusing.run(refused[0]).message.contains("no such program [SLW6001]"))
        #expect(try await refusing.attempts(refused[0]).count == 1)

        let broken = try Workbench()
        broken.builder.fail(with: Diagnostic("SLW5001", "pip failed", remedy: "mend it"))
        let unbuilt = try await broken.want([specification])
        try await broken.work([broken.agent()], until: "it is over") { try await broken.areOver(unbuilt) }
        #expect(try await broken.run(unbuilt[0]).reason == "BuildFailed")
        #expect(try await broken.run(unbuilt[0]).message.contains("pip failed [SLW5001]; mend it"))
        #expect(broken.submissions.isEmpty)
    }

    @Test func aTimeoutEndsTheRun() async throws {
        let bench = try Workbench()
        let ids = try await bench.want([RunSample.specification(timeout: .seconds(600))])
        try await bench.work([bench.agent { _ in .resists }], until: "it is over") {
            let phase = try await bench.run(ids[0]).phase
            if phase == .running, bench.world.running.count == 1 { bench.clock.skip(.seconds(100)) }
            return phase.isTerminal
        }
        #expect(try await bench.run(ids[0]).reason == "TimedOut")
        #expect(bench.world.running.isEmpty)
    }

    @Test func aCancellationInTheRecordEndsTheRun() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(2)
        try await bench.work([bench.agent(maxRuns: 2) { _ in .stays }], until: "one is over") {
            if bench.world.running.count == 2, try await bench.run(ids[0]).cancelledBy == nil {
                _ = try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { transaction in
                    try transaction.advance(ids[0], by: .cancelRequested(by: "ada", reason: "enough"))
                }
            }
            if try await bench.run(ids[0]).phase.isTerminal { bench.world.end("\(ids[1])-1") }
            return try await bench.areOver(ids)
        }
        #expect(try await bench.phases(ids) == [.cancelled, .succeeded])
    }

    @Test func aDrainingAgentFinishesWhatItHasAndTakesNoMore() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(2)
        let agent = bench.agent { _ in .stays }
        async let work: Void = agent.work()
        try await eventually("one runs") { bench.world.running.count == 1 }
        agent.drain()
        bench.world.end("\(ids[0])-1")
        try await work
        #expect(try await bench.phases(ids) == [.succeeded, .queued])
    }

    @Test func anAgentThatIsCutOffLetsGoAndTheNextAdopts() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(1)
        let first = Task { try await bench.agent("a") { _ in .stays }.work() }
        try await eventually("it runs") { try await bench.phases(ids) == [.running] }
        first.cancel()
        try await first.value
        #expect(try await bench.phases(ids) == [.running])
        #expect(bench.world.running.count == 1)

        try await bench.work([bench.agent("b")], until: "it is adopted and over") {
            if try await bench.run(ids[0]).lease?.agent == "b" { bench.world.end("\(ids[0])-1") }
            return try await bench.areOver(ids)
        }
        #expect(try await bench.phases(ids) == [.succeeded])
        #expect(bench.world.submissions == ["\(ids[0])-1": 1])
        #expect(try await bench.events(.attemptAdopted).count == 1)
    }

    /// The machine slept: the leases ran out while a run was in hand, and another agent has it now.
    @Test func whoLostItsLeaseWritesNothing() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(1)
        let old = bench.agent("old") { _ in .stays }
        async let oldWork: Void = old.work()
        try await eventually("it runs") { try await bench.phases(ids) == [.running] }
        old.drain()
        let token = try await bench.run(ids[0]).lease?.token ?? 0
        bench.clock.skip(.seconds(3600))
        try await bench.work([bench.agent("new")], until: "it is adopted and over") {
            if try await bench.run(ids[0]).lease?.agent == "new" { bench.world.end("\(ids[0])-1") }
            return try await bench.areOver(ids)
        }
        try await oldWork
        #expect(try await bench.phases(ids) == [.succeeded])
        #expect(try await bench.events(.attemptEnded).count == 1)
        #expect(try await bench.events(.runFinished).count == 1)
        #expect(bench.world.submissions == ["\(ids[0])-1": 1])
        let error = await #expect(throws: Diagnostic.self) {
            try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { transaction in
                try transaction.advance(ids[0], by: .submitted, token: token)
            }
        }
        #expect(error?.code == .leaseLost)
    }

    @Test func aHeartbeatKeepsALongRun() async throws {
        let bench = try Workbench()
        let ids = try await bench.want(1)
        let agents = [bench.agent("a") { _ in .stays }, bench.agent("b") { _ in .stays }]
        try await bench.work(agents, until: "more than two leases have passed, and it is over") {
            let run = try await bench.run(ids[0])
            // Less than a lease at a time, and each step only once the lease has been lengthened.
            if let lease = run.lease, run.phase == .running, lease.expiresAt - bench.clock.now() > .seconds(25) {
                bench.clock.skip(.seconds(15))
            }
            if bench.clock.now() - run.createdAt > .seconds(80) { bench.world.end("\(ids[0])-1") }
            return run.phase.isTerminal
        }
        #expect(try await bench.phases(ids) == [.succeeded])
        #expect(try await bench.events(.attemptAdopted).isEmpty)
    }
}
