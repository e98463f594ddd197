/// The one thread of a simulated world: it runs what is ready, one piece after the other, and where nothing is, sets
/// the clock to the next timer.
///
/// Proof: everything that a world consists of is only touched from pieces that `run` executes, and `run` is one call
/// on one thread. Whatever resumes a task of a simulated process goes through that process's executor, which only
/// puts a piece here.
final class EventLoop: @unchecked Sendable {
    /// Something that can be done now.
    struct Piece {
        enum Work {
            case job(UnownedJob)
            case call(() -> Void)
        }

        /// Whose; `nil` for the world's own.
        let process: SimulatedProcess?
        let work: Work
    }

    /// Milliseconds since the world began, by no clock that anybody in it can see.
    private(set) var now: Int64 = 0
    /// How many pieces were executed.
    private(set) var steps = 0
    /// Of all that was executed, in order: two executions with one digest were the same.
    private(set) var digest: UInt64 = 0
    /// Is called after each piece.
    var afterStep: () -> Void = {}

    private let dice: Dice
    private var ready: [Piece] = []
    private var timers = TimerHeap()
    /// Processes that crashed and whose tasks have not come to their end yet: they go first, for of what they do
    /// nothing can have any effect.
    private var dying: [SimulatedProcess] = []

    init(dice: Dice) { self.dice = dice }

    func enqueue(_ job: UnownedJob, of process: SimulatedProcess) { add(Piece(process: process, work: .job(job))) }

    /// Does something after a time, on behalf of a process: later while it is paused, at once when it is dead.
    func schedule(after milliseconds: Int64, for process: SimulatedProcess?, _ body: @escaping () -> Void) {
        let piece = Piece(process: process, work: .call(body))
        guard milliseconds > 0, process?.isAlive ?? true else { return add(piece) }
        timers.add(piece, at: now + milliseconds)
    }

    /// Lets a process come to its end: whatever it waits for is over.
    func unwind(_ process: SimulatedProcess) {
        dying.append(process)
        ready += timers.remove(of: process) + process.takeHeld()
    }

    /// Lets a paused process go on.
    func resume(_ process: SimulatedProcess) { ready += process.takeHeld() }

    /// Executes pieces until a condition holds or nothing is left to do.
    func run(until isOver: () -> Bool) {
        while !isOver(), let piece = next() {
            steps += 1
            digest = Dice.mix(digest ^ UInt64(bitPattern: now) ^ (UInt64(piece.process?.number ?? 0) << 40))
            switch piece.work {
            case .call(let body): body()
            case .job(let job):
                guard let process = piece.process else { continue }
                job.runSynchronously(on: process.asUnownedTaskExecutor())
            }
            afterStep()
        }
    }

    /// Lets go of everything that waits.
    func forget() {
        afterStep = {}
        ready = []
        timers = TimerHeap()
        dying = []
    }

    private func add(_ piece: Piece) {
        if let process = piece.process, process.holds(piece, at: now) { return }
        ready.append(piece)
    }

    private func next() -> Piece? {
        if let piece = nextOfDying() { return piece }
        while ready.isEmpty {
            guard let timer = timers.removeFirst() else { return nil }
            now = max(now, timer.time)
            add(timer.piece)
        }
        // Mostly in order, as a real machine does; now and then another first, as a real machine does too.
        let roll = dice.number(.scheduling, UInt64(steps))
        let index = roll % 8 == 0 ? Int(roll / 8 % UInt64(min(8, ready.count))) : 0
        return ready.remove(at: index)
    }

    private func nextOfDying() -> Piece? {
        while let process = dying.first {
            process.cancelTask()
            if let index = ready.firstIndex(where: { $0.process === process }) { return ready.remove(at: index) }
            dying.removeFirst()
        }
        return nil
    }
}

/// Pieces that wait for their time, the earliest first, equal times in the order of their coming.
struct TimerHeap {
    struct Timer {
        let time: Int64
        let order: Int
        let piece: EventLoop.Piece
    }

    private var timers: [Timer] = []
    private var count = 0

    mutating func add(_ piece: EventLoop.Piece, at time: Int64) {
        count += 1
        timers.append(Timer(time: time, order: count, piece: piece))
        var child = timers.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            timers.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Timer? {
        guard let first = timers.first, let last = timers.popLast() else { return nil }
        guard !timers.isEmpty else { return first }
        timers[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return first }
            timers.swapAt(least, parent)
            parent = least
        }
    }

    /// Takes out what belongs to a process, earliest first.
    mutating func remove(of process: SimulatedProcess) -> [EventLoop.Piece] {
        let all = timers.sorted { ($0.time, $0.order) < ($1.time, $1.order) }
        // Sorted is heaped.
        timers = all.filter { $0.piece.process !== process }
        return all.filter { $0.piece.process === process }.map(\.piece)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (timers[left].time, timers[left].order) < (timers[right].time, timers[right].order)
    }
}
