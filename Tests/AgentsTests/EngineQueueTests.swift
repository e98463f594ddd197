import Agents
import Engines
import Foundation
import Manifests
import Records
import Store
import Support
import Synchronization
import Testing
import YAML

/// Agents with an engine that has a queue of its own, ends runs for reasons of its own, or falls silent.
@Suite(.timeLimit(.minutes(3))) struct EngineQueueTests {
    private func limited(_ timeout: Duration) -> RunSpecification {
        var specification = RunSample.specification()
        specification.timeout = timeout
        return specification
    }

    @Test func aRunWaitsInTheEngineWithTheEnginesReason() async throws {
        let bench = try Workbench()
        let id = try await bench.want([limited(.seconds(60))])[0]
        let agent = bench.agent(hasQueue: true) { _ in .queues("Priority") }
        try await bench.work([agent], until: "it is over") {
            let run = try await bench.run(id)
            switch (run.phase, run.reason) {
            case (.waiting, "Priority"):
                #expect(run.message == "in the model's queue" && run.startedAt == nil)
                // Longer than it may run: that it waits does not count.
                bench.clock.skip(.seconds(3600))
                bench.world.set("\(id)-1", .waiting(reason: "Resources", message: "no node is free"))
            case (.waiting, "Resources"):
                bench.world.run("\(id)-1")
            case (.running, _):
                bench.world.end("\(id)-1")
            default: break
            }
            return run.phase.isTerminal
        }
        #expect(try await bench.phases([id]) == [.succeeded])
        #expect(bench.world.submissions == ["\(id)-1": 1])
    }

    @Test func whatIsPutBackIntoTheQueueWaitsAgain() async throws {
        let bench = try Workbench()
        let id = try await bench.want(1)[0]
        let agent = bench.agent(hasQueue: true) { _ in .queues("None") }
        let wasPutBack = Flag()
        try await bench.work([agent], until: "it is over") {
            let run = try await bench.run(id)
            switch run.phase {
            case .waiting: bench.world.run("\(id)-1")
            case .running where !wasPutBack.isSet:
                wasPutBack.set()
                bench.world.set("\(id)-1", .waiting(reason: "NodeFail", message: "requeued"))
            case .running: bench.world.end("\(id)-1")
            default: break
            }
            return run.phase.isTerminal
        }
        #expect(try await bench.phases([id]) == [.succeeded])
        #expect(bench.world.submissions == ["\(id)-1": 1])
    }

    @Test(arguments: EngineFailure.allCases) func theEnginesOwnEndIsTold(_ failure: EngineFailure) async throws {
        let bench = try Workbench()
        var specification = RunSample.specification()
        specification.retry.limit = 1
        specification.retry.on = [.interruption]
        let id = try await bench.want([specification])[0]
        let agent = bench.agent(hasQueue: true) { _ in .queues("None") }
        try await bench.work([agent], until: "it is over") {
            for attempt in 1...2 { bench.world.set("\(id)-\(attempt)", .failed(failure, "in its own words", at: nil)) }
            return try await bench.areOver([id])
        }
        let run = try await bench.run(id)
        #expect(run.phase == .failed && run.reason == failure.rawValue)
        #expect(run.message.hasPrefix("in its own words"))
        #expect(run.attempt == (failure.cause == .interruption ? 2 : 1))
        #expect(try await bench.attempts(id).map(\.outcome).allSatisfy { $0 == .engine(failure, "in its own words") })
    }

    /// From an engine that says nothing follows nothing: no end, and no second submission.
    @Test func aSilentEngineIsWaitedFor() async throws {
        let bench = try Workbench()
        let id = try await bench.want(1)[0]
        let agent = bench.agent(hasQueue: true) { _ in .stays }
        let step = Flag()
        try await bench.work([agent], until: "it is over") {
            let run = try await bench.run(id)
            switch (run.phase, run.reason) {
            case (.running, "Running") where !step.isSet: bench.world.silence = "no route to host"
            case (.running, EngineProgress.unreachableReason):
                #expect(run.message == "no route to host")
                step.set()
                bench.world.silence = nil
            case (.running, "Running"): bench.world.end("\(id)-1")
            default: break
            }
            return run.phase.isTerminal
        }
        #expect(step.isSet)
        #expect(try await bench.phases([id]) == [.succeeded])
        #expect(bench.world.submissions == ["\(id)-1": 1])
    }

    @Test func whatCouldNotBeSubmittedForSilenceIsSubmittedOnce() async throws {
        let bench = try Workbench()
        let id = try await bench.want(1)[0]
        bench.world.silence = "no route to host"
        let agent = bench.agent(hasQueue: true) { _ in .stays }
        try await bench.work([agent], until: "it is over") {
            let run = try await bench.run(id)
            switch (run.phase, run.reason) {
            case (.submitting, EngineProgress.unreachableReason): bench.world.silence = nil
            case (.running, _): bench.world.end("\(id)-1")
            default: break
            }
            return run.phase.isTerminal
        }
        #expect(try await bench.phases([id]) == [.succeeded])
        #expect(bench.world.submissions == ["\(id)-1": 1])
        #expect(try await bench.attempts(id).map(\.submittedAt).allSatisfy { $0 != nil })
    }

    @Test func anEndIsAskedForUntilASilentEngineHearsIt() async throws {
        let bench = try Workbench()
        let id = try await bench.want(1)[0]
        let agent = bench.agent(hasQueue: true) { _ in .stays }
        let asked = Flag()
        try await bench.work([agent], until: "it is over") {
            let run = try await bench.run(id)
            if run.phase == .running, !asked.isSet {
                asked.set()
                bench.world.silence = "no route to host"
                try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { transaction in
                    _ = try transaction.advance(id, by: .cancelRequested(by: "ada", reason: "enough"))
                    try transaction.append([EventDraft(.runCancelRequested, of: ObjectKey(.run, run.name))])
                }
            } else if bench.world.unheard > 0 {
                bench.world.silence = nil
            }
            return run.phase.isTerminal
        }
        #expect(try await bench.phases([id]) == [.cancelled])
        #expect(bench.world.running.isEmpty)
    }
}

/// Something that has happened.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
