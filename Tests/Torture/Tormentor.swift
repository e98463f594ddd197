import Dispatch
import Foundation
import Support

/// Does to the processes of a round what machines do to processes, at moments that chance chooses.
struct Tormentor: Sendable {
    private enum Act: CaseIterable {
        case killReconciler, killAgent, killAll, killAllAtStart, stopAgent, stopReconciler, stopSomeAtStart
        case drainAgent, hurryAgent, interruptReconciler, killAttempt, killServer, killBackend, pull

        /// How often it happens beside the others.
        var weight: Int {
            switch self {
            case .killReconciler, .killAgent: 20
            case .stopSomeAtStart: 18
            case .killAllAtStart: 14
            case .killAttempt, .drainAgent, .stopAgent, .stopReconciler: 8
            case .killAll: 6
            case .hurryAgent, .interruptReconciler, .pull: 4
            // A server that recovers is away for seconds, in which nothing else is tried.
            case .killServer: 3
            case .killBackend: 2
            }
        }

        func isPossible(on ground: Ground) -> Bool {
            switch self {
            case .killServer, .killBackend: ground.server != nil
            case .pull: ground.checkouts.count > 1
            default: true
            }
        }
    }

    private let ground: Ground
    private let stage: Stage
    private let reconciler: Part
    private let agents: [Part]
    private let struck: Struck
    private let deck: [Act]

    init(on ground: Ground, _ stage: Stage, reconciler: Part, agents: [Part], struck: Struck) {
        self.ground = ground
        self.stage = stage
        self.reconciler = reconciler
        self.agents = agents
        self.struck = struck
        deck = Act.allCases.filter { $0.isPossible(on: ground) }.flatMap { Array(repeating: $0, count: $0.weight) }
    }

    /// Torments until the stage is over, and leaves nothing stopped and no server dead.
    func work(seed: UInt64, pauses: ClosedRange<Int>) async throws {
        var random = SeededRandom(seed: seed)
        try await withThrowingTaskGroup { group in
            while await stage.pause(.milliseconds(random.int(pauses)), during: .torment) {
                try await act(deck[random.int(0...deck.count - 1)], &random, in: &group)
            }
            try await group.waitForAll()
        }
    }

    private func act(
        _ act: Act, _ random: inout SeededRandom, in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws {
        let agent = agents[random.int(0...agents.count - 1)]
        switch act {
        case .killReconciler: signal(SIGKILL, reconciler, "reconciler killed")
        case .killAgent: signal(SIGKILL, agent, "agent killed")
        case .killAll: killAll()
        case .killAllAtStart:
            await someAttemptBegins()
            try await Task.sleep(for: .milliseconds(random.int(0...60)))
            killAll()
        case .stopAgent: stop(agent, "agent stopped", for: .milliseconds(random.int(200...3500)), in: &group)
        case .stopReconciler:
            stop(reconciler, "reconciler stopped", for: .milliseconds(random.int(200...5000)), in: &group)
        case .stopSomeAtStart:
            await someAttemptBegins()
            try await Task.sleep(for: .milliseconds(random.int(0...60)))
            for part in [reconciler] + agents where random.chance(1, in: 2) {
                stop(part, "stopped at a start", for: .milliseconds(random.int(1100...4500)), in: &group)
            }
        case .drainAgent: signal(SIGTERM, agent, "agent drained")
        case .hurryAgent:
            signal(SIGTERM, agent, "agent hurried")
            try await Task.sleep(for: .milliseconds(random.int(210...600)))
            agent.program?.signal(SIGTERM)
        case .interruptReconciler: signal(SIGINT, reconciler, "reconciler interrupted")
        case .killAttempt: killAttempt(&random)
        case .killServer: try await killServer(restartAfter: .milliseconds(random.int(0...2000)))
        case .killBackend: try await killBackend(&random)
        case .pull:
            for checkout in ground.checkouts.dropFirst() { try await ground.pull(checkout) }
        }
    }

    private func signal(_ number: Int32, _ part: Part, _ what: String) {
        guard let program = part.program, program.signal(number) else { return }
        ground.diary.count(what, "\(part.name), process \(program.process)")
    }

    private func killAll() {
        for part in [reconciler] + agents { part.program?.signal(SIGKILL) }
        ground.diary.count("everybody killed", "")
    }

    private func stop(
        _ part: Part, _ what: String, for time: Duration, in group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        guard let program = part.program, program.signal(SIGSTOP) else { return }
        ground.diary.count(what, "\(part.name), process \(program.process), for \(time)")
        group.addTask {
            _ = await stage.pause(time, during: .torment)
            program.signal(SIGCONT)
            ground.diary.note("\(part.name), process \(program.process), goes on")
        }
    }

    /// Waits until an attempt's folder is made, or for a moment where none is.
    private func someAttemptBegins() async {
        func folders() -> Int {
            ground.checkouts.reduce(0) { sum, checkout in
                sum + ((try? FileManager.default.contentsOfDirectory(atPath: "\(checkout)/.slipway/runs"))?.count ?? 0)
            }
        }
        let before = folders()
        for _ in 0..<300 where folders() == before { try? await Task.sleep(for: .milliseconds(1)) }
    }

    /// Kills an attempt, its supervisor alone, or its command alone.
    private func killAttempt(_ random: inout SeededRandom) {
        let running = ground.checkouts.flatMap { RunningAttempt.all(in: $0) }
        guard !running.isEmpty else { return }
        let attempt = running[random.int(0...running.count - 1)]
        let children = ProcessTable.children(of: attempt.process)
        let targets = random.pick([-attempt.process], [attempt.process], children)
        guard attempt.isThere else { return }
        struck.add(attempt.folder)
        ground.diary.count("attempt killed", "\(attempt.folder), processes \(targets)")
        for target in targets { kill(target, SIGKILL) }
    }

    private func killServer(restartAfter pause: Duration) async throws {
        guard let server = ground.server else { return }
        try await offPool { try server.recover() }
        ground.diary.count("server killed", "for \(pause)")
        try await offPool { try server.kill() }
        _ = await stage.pause(pause, during: .torment)
        try await offPool { try server.start() }
        ground.diary.note("the server is there again")
    }

    /// Kills one process of the server, which then ends all others and recovers.
    private func killBackend(_ random: inout SeededRandom) async throws {
        guard let server = ground.server else { return }
        let children = server.process.map { ProcessTable.children(of: $0) } ?? []
        if !children.isEmpty {
            let child = children[random.int(0...children.count - 1)]
            ground.diary.count("server's process killed", "\(child)")
            kill(child, SIGKILL)
        }
        try await offPool { try server.recover() }
    }

    /// Runs what blocks where it takes no thread from those who wait for nothing.
    private func offPool(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
