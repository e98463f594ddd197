/// A process of a simulated machine: the executor of its tasks, and what can happen to it from outside.
///
/// Child tasks, actors and continuations follow the executor that the first task of the process prefers, so nothing
/// that it does escapes the loop.
///
/// Proof: see `EventLoop`; a process is part of one world, which lives on one thread.
final class SimulatedProcess: TaskExecutor, @unchecked Sendable {
    /// Unique for all time of a world.
    let number: Int32
    /// Such as `apply-3`.
    let name: String
    let host: SimulatedHost
    private(set) var isAlive = true
    /// How many acts with effects it has begun: the places at which faults strike.
    private var acts: UInt64 = 0

    private unowned let loop: EventLoop
    private var pausedUntil: Int64 = 0
    private var held: [EventLoop.Piece] = []
    private var task: Task<Void, Never>?
    private var isUnwinding = false

    init(_ name: String, number: Int32, host: SimulatedHost, loop: EventLoop) {
        self.name = name
        self.number = number
        self.host = host
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(UnownedJob(job), of: self) }

    /// Begins its work. `ended` is not called where it crashed.
    func begin(_ main: @escaping @Sendable () async throws -> Void, ended: @escaping @Sendable ((any Error)?) -> Void) {
        task = Task(executorPreference: self) { [self] in
            var failure: (any Error)?
            do { try await main() } catch { failure = error }
            task = nil
            guard isAlive else { return }
            isAlive = false
            ended(failure)
        }
    }

    /// Whether its tasks have come to their end.
    var isOver: Bool { task == nil }

    /// What its first signal to end makes it do; `nil` for stopping at once.
    var drain: (() -> Void)?

    /// Asks it to stop, as SIGINT and SIGTERM do.
    func interrupt() {
        guard let drain else { return task?.cancel() ?? () }
        self.drain = nil
        drain()
    }

    /// Kills it: from now on nothing that it does has any effect.
    func die() {
        guard isAlive else { return }
        isAlive = false
        pausedUntil = 0
        loop.unwind(self)
    }

    /// Its tasks are cancelled from outside of its own pieces, for a handler must not run inside the code it disturbs.
    func cancelTask() {
        guard !isUnwinding else { return }
        isUnwinding = true
        task?.cancel()
    }

    /// Stops it for a time, as a debugger, a swapping machine or a laptop's lid does.
    func pause(for milliseconds: Int64) {
        guard isAlive else { return }
        pausedUntil = max(pausedUntil, loop.now + milliseconds)
        loop.schedule(after: milliseconds, for: nil) { [self] in
            if isAlive, loop.now >= pausedUntil { loop.resume(self) }
        }
    }

    /// Keeps a piece back while the process is paused; returns whether it did.
    func holds(_ piece: EventLoop.Piece, at now: Int64) -> Bool {
        guard isAlive, now < pausedUntil else { return false }
        held.append(piece)
        return true
    }

    func takeHeld() -> [EventLoop.Piece] {
        defer { held = [] }
        return held
    }

    /// Lets go of what it would do.
    func forget() {
        drain = nil
        held = []
        task = nil
    }

    /// The number of the next act.
    func nextAct() -> UInt64 {
        acts += 1
        return acts
    }

    /// - Throws: `Crashed` where it is dead already, so that its tasks come to their end.
    func demandAlive() throws {
        if !isAlive { throw Crashed() }
    }
}

/// What a dead process gets from everything that it turns to.
struct Crashed: Error {}
