import Foundation
import Support
import Synchronization

/// One round: people who want things, reconcilers and agents who do them, a tormentor who kills them; then peace, and
/// a verdict.
final class TortureRound: Sendable {
    let ground: Ground
    let size: TortureSize
    let struck = Struck()
    private let stage = Stage()
    private let reconciler: Part
    private let agents: [Part]
    private let wanted = Mutex<[String]>([])
    private let begun = ContinuousClock.now

    /// The names that manifests want.
    var names: [String] { wanted.withLock { $0 } }

    init(_ backend: StateBackend, _ size: TortureSize) async throws {
        let ground = try await Ground(backend)
        self.ground = ground
        self.size = size
        reconciler = Part("reconciler", in: ground.repository)
        let perCheckout = ground.checkouts.count > 1 ? 2 : 3
        agents = ground.checkouts.enumerated().flatMap { place, checkout in
            (1...perCheckout).map { Part("agent-\(place + 1)\($0)", in: checkout) }
        }
    }

    /// Runs it. What is wrong afterwards is for `Verdict` to say.
    func run() async throws {
        var wishes = Wishes(on: ground, seed: size.seed)
        try wishes.begin()
        for _ in 0..<max(4, size.runs / 5) { try wishes.add() }
        wanted.withLock { $0 = wishes.names }
        try await ground.commit("A beginning")
        try await ground.clone()
        let first = try await ground.reconcile("apply", "--wait", "none")
        guard first.status == 0 else { throw Ground.Failure(description: "the first apply: \(first)") }
        try await withThrowingTaskGroup { group in
            for (place, agent) in agents.enumerated() {
                group.addTask { try await self.keep(agent, seed: self.size.seed &+ UInt64(place) &* 7919) }
            }
            do {
                try await torment(wishes)
                ground.diary.note("the torment is over")
                try await settle()
                dismissAgents()
            } catch {
                dismissAgents()
                throw error
            }
            try await group.waitForAll()
        }
    }

    // MARK: - Torment

    private func torment(_ wishes: Wishes) async throws {
        let seed = size.seed
        let tormentor = Tormentor(on: ground, stage, reconciler: reconciler, agents: agents, struck: struck)
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.author(wishes) }
            group.addTask { try await self.operate(seed: seed &+ 1) }
            group.addTask { try await self.apply(seed: seed &+ 2) }
            group.addTask { try await tormentor.work(seed: seed &+ 3, pauses: self.size.isLong ? 50...1200 : 20...500) }
            if size.isLong { group.addTask { await self.tell() } }
            group.addTask {
                _ = await self.stage.pause(.seconds(self.size.seconds), during: .torment)
                self.stage.enter(.settling)
            }
            do { try await group.waitForAll() } catch {
                stage.enter(.settling)
                throw error
            }
        }
    }

    /// Commits more wishes, as many as the time that has gone by asks for, and other ones.
    private func author(_ start: Wishes) async throws {
        var wishes = start
        var random = SeededRandom(seed: size.seed &+ 4)
        let pauses = size.isLong ? 200...2000 : 100...700
        while await stage.pause(.milliseconds(random.int(pauses)), during: .torment) {
            let part = min(1, (ContinuousClock.now - begun) / .seconds(size.seconds))
            var added = 0
            while wishes.asked < Int(Double(size.runs) * part), added < 5 {
                try wishes.add()
                added += 1
            }
            try wishes.change()
            wanted.withLock { $0 = wishes.names }
            try await ground.commit("Other wishes")
            ground.diary.count("commit", "\(added) runs more")
        }
    }

    /// Cancels and retries.
    private func operate(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let pauses = size.isLong ? 1000...6000 : 300...2000
        while await stage.pause(.milliseconds(random.int(pauses)), during: .torment) {
            let names = names
            let arguments = [random.pick("cancel", "retry"), names[random.int(0...names.count - 1)]]
            let fate: Duration? = random.chance(1, in: 6) ? .milliseconds(random.int(0...400)) : nil
            let status = try await Part("operator", in: ground.repository).play(arguments, on: ground, fate: fate)
            ground.diary.count("\(arguments[0]) \(status == 0 ? "done" : "not done")", "\(arguments[1]): \(status)")
            judge(status, of: "operator", isExpected: [0, 1].contains(status))
        }
    }

    private func apply(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        while stage.now == .torment {
            let arguments = random.pick(
                ["--timeout", "\(random.int(1...8))s"], ["--wait", "submitted", "--timeout", "5s"], ["--wait", "none"],
                ["--timeout", "60s"])
            let fate: Duration? = random.chance(1, in: 5) ? .milliseconds(random.int(0...700)) : nil
            let status = try await reconciler.play(
                ["apply", "--allow-mass-delete", "--allow-empty"] + arguments, on: ground, fate: fate)
            ground.diary.count("apply ended with \(status)", "")
            // 3: a manifest was taken away between the look at its folder and the look at it.
            judge(status, of: "reconciler", isExpected: [0, 3, 4, 5, 7, 130].contains(status))
            _ = await stage.pause(.milliseconds(random.int(0...300)), during: .torment)
        }
    }

    /// Sees to it that there is an agent until all is over.
    private func keep(_ agent: Part, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        while stage.now < .over {
            let isYoung = stage.now == .torment && random.chance(1, in: 6)
            let status = try await agent.play(
                ["agent", "--pool", Pools.remote, "--name", agent.name], on: ground,
                fate: isYoung ? .milliseconds(random.int(0...600)) : nil)
            judge(status, of: agent.name, isExpected: [0, 130].contains(status))
            if stage.now == .torment { _ = await stage.pause(.milliseconds(random.int(0...800)), during: .torment) }
        }
    }

    /// A signal that was sent is an end like others, and so is a server that is not there; a trap is none.
    private func judge(_ status: Int32, of name: String, isExpected: Bool) {
        let isSignalled = [SIGKILL, SIGTERM, SIGINT].contains(status - 128)
        if isExpected || isSignalled { return }
        if status == 1, ground.server != nil { return ground.diary.count("\(name) ended with 1", "") }
        ground.diary.fault("\(name) ended with status \(status)")
    }

    private func tell() async {
        while await stage.pause(.seconds(60), during: .torment) {
            print("\(size.seed): \((ContinuousClock.now - begun).components.seconds) s: \(ground.diary.summary)")
        }
    }

    // MARK: - Peace

    /// Applies until nothing is left to do, and waits until nothing is left over.
    private func settle() async throws {
        stage.enter(.settling)
        if let server = ground.server {
            // One that was killed recovers for as long as the disk takes.
            try await eventually("the server answers", within: .seconds(60)) {
                (try? server.sql("SELECT 1")) != nil
            }
        }
        var tries = 0
        while true {
            let status = try await reconciler.play(
                ["apply", "--allow-mass-delete", "--allow-empty", "--timeout", "60s"], on: ground)
            if status == 0 || status == 4 { break }
            tries += 1
            guard tries < 2 else { throw Ground.Failure(description: "it does not settle: status \(status)") }
        }
        ground.diary.note("it has settled")
        let marker = "\(Ground.markerName)=\(ground.marker)"
        let own = { Set(self.agents.compactMap(\.program?.process)) }
        // What counts as lost is looked for and ended by the agents of its place, once in a lease.
        try await eventually("nothing of any attempt runs", within: .seconds(20)) {
            ProcessTable.processes(with: marker).allSatisfy { own().contains($0.process) }
        }
    }

    private func dismissAgents() {
        stage.enter(.over)
        for agent in agents { agent.program?.signal(SIGTERM) }
    }
}
