import Engines
import Manifests
import Records
import Store
import YAML

/// A few machines, one store, one repository, and all that happens among them.
///
/// Proof: see `EventLoop`; a world is only touched from the pieces of its own loop.
final class World: @unchecked Sendable {
    let dice: Dice
    let loop: EventLoop
    let scenario: Scenario
    let mutant: Mutant?
    let database: SQLiteDatabase
    let repository: ModelRepository
    let hosts: [SimulatedHost]
    private(set) var trace = Trace()
    private(set) var violation: Violation?
    private(set) var faults: Faults
    /// What is recorded, as of the newest commit.
    private(set) var record = RecordView()
    /// All that was ever started, in order.
    private(set) var starts: [Start] = []
    private(set) var processes: [SimulatedProcess] = []
    private(set) var holder: SimulatedProcess?
    /// Who had the lock last; they may write as long as nobody else has had it.
    private(set) var lastHolder: SimulatedProcess?
    private(set) var holderName: LockHolder?
    private var endings: [Int32: (Ending) -> Void] = [:]
    /// The tokens that each process got last, by run.
    private var tokens: [Int32: [String: Int64]] = [:]
    /// The objects that were recorded before each process wrote its plan.
    private(set) var planBases: [Int32: Set<String>] = [:]
    private var renamed: [Int32: [String: String]] = [:]
    private var listeners: [WeakListener] = []
    private var newestToken: Int64 = 0
    private(set) var eventCounts: [String: Int] = [:]
    var hasState = false
    var images: Set<Digest> = []
    /// The moments of claims, by event; see `limits`.
    var isOver = false
    /// How often all seemed to be done.
    var rounds = 0

    /// How a process came to its end.
    enum Ending {
        case ended((any Error)?)
        case crashed
    }

    init(_ scenario: Scenario, database: SQLiteDatabase) {
        self.scenario = scenario
        self.database = database
        mutant = scenario.mutant
        let dice = Dice(seed: scenario.seed)
        self.dice = dice
        loop = EventLoop(dice: dice)
        faults = Faults(dice: dice, only: scenario.limits.faults)
        repository = ModelRepository(dice: dice, scenario: scenario)
        hosts = (0..<scenario.hosts).map { index in
            SimulatedHost("host-\(index + 1)", index: index, clockError: scenario.clockErrors[index])
        }
    }

    /// Whether nothing goes wrong any more.
    var isCalm: Bool { loop.now >= scenario.calm }

    // MARK: Processes

    /// Begins a process on a machine.
    @discardableResult
    func spawn(
        _ name: String, on host: SimulatedHost, _ main: @escaping @Sendable (SimulatedProcess) async throws -> Void,
        ended: @escaping (Ending) -> Void
    ) -> SimulatedProcess {
        let process = SimulatedProcess(name, number: Int32(processes.count + 1), host: host, loop: loop)
        processes.append(process)
        endings[process.number] = ended
        note(process, "begins")
        process.begin {
            try await main(process)
        } ended: { [self] error in
            trace.add(at: loop.now, name, error.map { "ends: \(Trace.brief($0))" } ?? "ends")
            if holder === process { holder = nil }
            endings.removeValue(forKey: process.number)?(.ended(error))
        }
        return process
    }

    /// Kills a process here and now.
    func crash(_ process: SimulatedProcess, _ moment: String) {
        guard process.isAlive else { return }
        note(process, "is killed \(moment)")
        process.die()
        if holder === process { holder = nil }
        guard let ending = endings.removeValue(forKey: process.number) else { return }
        loop.schedule(after: 0, for: nil) { ending(.crashed) }
    }

    func pause(_ process: SimulatedProcess, _ act: UInt64, _ moment: String) {
        let length = Int64(dice.int(1000...25_000, .pause, process.place, act))
        note(process, "stops for \(length)ms \(moment)")
        process.pause(for: length)
    }

    /// Restarts a machine: all that runs on it is gone.
    func crash(_ host: SimulatedHost) {
        note(nil, "\(host.name) fails")
        host.isUp = false
        for process in processes where process.isAlive && process.host === host { crash(process, "with its machine") }
        for start in host.starts.values { start.cut(.vanished("the machine was restarted while it ran"), at: loop.now) }
        host.boots += 1
        let length = Int64(dice.int(500...8000, .host, UInt64(host.index), UInt64(host.boots)))
        loop.schedule(after: length, for: nil) { [self] in
            host.isUp = true
            note(nil, "\(host.name) is back")
        }
    }

    /// Lets go of what still holds on to this world, so that it goes away and its database's files with it.
    func letGo() {
        for process in processes { process.forget() }
        loop.forget()
        processes = []
        endings = [:]
        listeners = []
        holder = nil
        lastHolder = nil
    }

    func strikes(_ kind: FaultKind, _ process: SimulatedProcess, _ act: UInt64) -> Bool {
        guard !isCalm, process.isAlive, violation == nil else { return false }
        return faults.strikes(kind, process.place, act)
    }

    func strikes(_ kind: FaultKind, at place: UInt64, _ act: UInt64) -> Bool {
        guard !isCalm, violation == nil else { return false }
        return faults.strikes(kind, place, act)
    }

    // MARK: Account

    func note(_ process: SimulatedProcess?, _ text: @autoclosure () -> String) {
        guard !isOver, process?.isAlive ?? true else { return }
        trace.add(at: loop.now, process?.name ?? "", text())
    }

    /// Ends the world with what has been found, if nothing has been found yet.
    func violate(_ name: Invariant, _ what: String) {
        guard violation == nil, !isOver else { return }
        violation = Violation(invariant: name, what: what, at: loop.now)
        trace.add(at: loop.now, "", "VIOLATION of \(name.rawValue): \(what)")
    }

    // MARK: The store

    /// - Throws: where a process is dead, or its machine is cut off from the store.
    func reachStore(_ process: SimulatedProcess) throws {
        try process.demandAlive()
        guard loop.now >= process.host.partitionedUntil else {
            // In the words of a server that is away, or of a file that another program has open.
            throw Diagnostic(hosts.count > 1 ? "SLW4020" : "SLW4006", "the store cannot be reached")
        }
    }

    /// Takes note of a commit, and looks whether it may be.
    func committed(_ view: RecordView, _ events: [RecordView.Event], by process: SimulatedProcess) {
        let before = record
        record = view
        if events.contains(where: { $0.kind == "apply.started" }) {
            planBases[process.number] = Set(before.objects.keys)
        }
        for event in events {
            eventCounts[event.kind, default: 0] += 1
            note(process, "records \(event.kind) \(event.subject) \(event.cause) \(event.details)")
        }
        let commit = Commit(before: before, after: view, events: events, process: process)
        for run in commit.claimed {
            if let token = run.leaseToken {
                tokens[process.number, default: [:]][run.id] = token
                if token <= newestToken { violate(.fencing, "token \(token) of run \(run.id) was given before") }
                newestToken = max(newestToken, token)
            }
        }
        check(commit)
    }

    func lastToken(of run: String, for process: SimulatedProcess) -> Int64? { tokens[process.number]?[run] }

    /// Gives a process the lock; `nil` for the name that it had.
    func take(_ process: SimulatedProcess, as name: LockHolder?) {
        holder = process
        lastHolder = process
        if let name { holderName = name }
    }

    /// A server gives the lock of a connection that broke to the next, whatever its holder believes.
    func breakHold(on host: SimulatedHost) {
        guard hosts.count > 1, let process = holder, process.host === host else { return }
        note(process, "loses the connection that holds the state's lock")
        holder = nil
    }

    func endHold(of process: SimulatedProcess) {
        if holder === process { holder = nil }
    }

    /// Calls somebody back on each change that is announced.
    func listen(_ process: SimulatedProcess, _ changed: @escaping () -> Void) -> Listener {
        let listener = Listener(process, changed)
        listeners.append(WeakListener(listener: listener))
        return listener
    }

    /// Tells all that listen of a change, a little later; some never hear of it.
    func announce() {
        listeners.removeAll { $0.listener == nil }
        for listener in listeners.compactMap(\.listener) where listener.process.isAlive {
            let act = listener.process.nextAct()
            guard !strikes(.lostNotification, listener.process, act) else { continue }
            let delay = Int64(dice.int(1...20, .storeDelay, listener.process.place, act))
            loop.schedule(after: delay, for: listener.process) { [weak listener] in listener?.changed() }
        }
    }

    // MARK: Engines

    /// The name under which a process finds what it submitted: the given one, but for a mutant.
    func engineName(_ name: String, _ process: SimulatedProcess) -> String { renamed[process.number]?[name] ?? name }

    /// Whether nobody with a token may start what has a name; with any, for a mutant.
    func isSealed(_ name: String, for token: Int64?, _ process: SimulatedProcess) -> Bool {
        process.host.isSealed(engineName(name, process), for: mutant == .bindingSeals ? nil : token)
    }

    /// Starts what is submitted, unless something of that name is there.
    func start(_ submission: Submission, by process: SimulatedProcess, act: UInt64) throws {
        let host = process.host
        var name = submission.name
        if mutant == .randomNames {
            name += "~\(process.number).\(act)"
            renamed[process.number, default: [:]][submission.name] = name
        }
        if isSealed(submission.name, for: submission.token, process) {
            return note(process, "submits \(name), which is sealed")
        }
        if host.starts[name] != nil { return note(process, "submits \(name), which is there already") }
        try host.pass(name, submission.token)
        let parts = submission.name.split(separator: "-")
        let run = parts.dropLast().joined(separator: "-")
        let attempt = parts.last.flatMap { Int($0) } ?? 0
        let place = Dice.number(of: run)
        let kind = dice.number(.job, place, UInt64(attempt))
        let length = Int64(kind % 10 == 0 ? 8000 + kind / 10 % 12_000 : 30 + kind / 10 % 4000)
        let status: Int32 = kind >> 20 & 3 == 0 ? Int32(1 + kind >> 24 & 1) : 0
        let start = Start(
            run: run, attempt: attempt, host: host, at: loop.now, by: process.name,
            natural: (loop.now + length, status), resists: kind >> 32 & 7 == 0)
        note(process, "STARTS \(name) on \(host.name), for \(length)ms, to end with \(status)")
        check(starting: start, by: process)
        host.starts[name] = start
        starts.append(start)
        loop.schedule(after: length, for: nil) { [self] in
            if start.cut == nil { note(nil, "\(name) on \(host.name) ends with \(status)") }
        }
        trouble(start, name, Int(length))
    }

    /// What becomes of some commands besides what they do themselves.
    private func trouble(_ start: Start, _ name: String, _ length: Int) {
        let place = Dice.number(of: name)
        let delay = Int64(dice.int(1...length, .faultLength, place))
        if strikes(.lostAttempt, at: place, 0) {
            loop.schedule(after: delay, for: nil) { [self] in cut(start, .vanished("killed by somebody"), by: nil) }
        }
        guard strikes(.forgottenAttempt, at: place, 0) else { return }
        loop.schedule(after: delay, for: nil) { [self] in
            // Only what is recorded as submitted: of the rest the engine's word is all that there is.
            let key = RecordView.AttemptKey(run: start.run, number: start.attempt)
            guard record.attempts[key]?.submittedAt != nil else { return }
            cut(start, .vanished("forgotten"), by: nil)
            start.isForgotten = true
        }
    }

    func cut(_ start: Start, _ end: Start.End, by process: SimulatedProcess?) {
        guard start.isLive(at: loop.now) else { return }
        start.cut(end, at: loop.now)
        note(process, "\(start.run)-\(start.attempt) on \(start.host.name) is cut off: \(end)")
    }
}

/// Somebody who wants to hear of changes, as long as it is kept.
///
/// Proof: see `EventLoop`; it is part of one world, which lives on one thread.
final class Listener: @unchecked Sendable {
    let process: SimulatedProcess
    let changed: () -> Void

    init(_ process: SimulatedProcess, _ changed: @escaping () -> Void) {
        self.process = process
        self.changed = changed
    }
}

private struct WeakListener {
    weak var listener: Listener?
}

extension SimulatedProcess {
    var place: UInt64 { UInt64(number) }
}
