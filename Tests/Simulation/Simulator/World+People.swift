import Manifests
import Planning
import Reconciler
import Records
import Store
import YAML

/// Those who use Slipway in a world: they apply again and again, commit, cancel, retry; and what befalls them.
extension World {
    /// Lets the world begin.
    func begin() {
        for index in 0..<scenario.appliers { apply(later: index, first: true) }
        for index in 0..<scenario.commits {
            let moment = Int64(dice.int(100...max(101, Int(scenario.calm)), .commit, UInt64(index), 99))
            loop.schedule(after: moment, for: nil) { [self] in commit(isLast: false) }
        }
        loop.schedule(after: scenario.calm, for: nil) { [self] in calmDown() }
        if scenario.hasCommands {
            for index in 0..<UInt64(dice.int(1...6, .command, 0)) {
                let moment = Int64(dice.int(500...max(501, Int(scenario.calm)), .command, index, 1))
                loop.schedule(after: moment, for: nil) { [self] in command(index) }
            }
        }
        for (index, host) in hosts.enumerated() {
            for pool in 0..<2 where index == pool % hosts.count || dice.chance(300, .apply, UInt64(index), UInt64(pool))
            {
                serve("pool-\(pool)", on: host)
            }
        }
        loop.schedule(after: 1000, for: nil) { [self] in befall(1) }
        loop.schedule(after: scenario.deadline, for: nil) { [self] in
            violate(
                .converges,
                "not at its end \((scenario.deadline - scenario.calm) / 1000)s after the last trouble: "
                    + unfinished)
        }
    }

    private func commit(isLast: Bool) {
        repository.commit(isLast: isLast)
        note(nil, "commit \(repository.drafts.count)\(repository.drafts.last?.isBroken == true ? ", invalid" : "")")
    }

    private func calmDown() {
        commit(isLast: true)
        for host in hosts { host.partitionedUntil = 0 }
        note(nil, "from now on nothing goes wrong")
        // Who waits for what an older commit wanted, and nobody works on any more, gives up some time.
        let old = processes.filter(\.isAlive)
        loop.schedule(after: 60_000, for: nil) { [self] in
            for process in old where process.isAlive {
                note(process, "is interrupted after a minute")
                process.interrupt()
            }
        }
    }

    /// What waits still, and for what.
    private var unfinished: String {
        let runs = record.runs.values.filter { !$0.isTerminal }.sorted { $0.id < $1.id }
        let alive = processes.filter(\.isAlive).map(\.name)
        return runs.map { "run \($0.id) is \($0.phase): \($0.message)" }.joined(separator: "; ")
            + "; processes: \(alive.joined(separator: ", "))"
    }

    func reconciler(_ process: SimulatedProcess, command: String, actor: String) -> Reconciler {
        let names = Names(process: process)
        let setting = Setting(
            environment: ["USER": actor], host: process.host.name, process: process.number,
            machine: process.host.machine, command: command, time: SimulatedTime(loop: loop, process: process),
            unique: { names.next() })
        return Reconciler(
            setting: setting, repository: Repository(around: "/nowhere"), paths: StatePaths(root: "/nowhere"),
            manifests: ["manifests"], policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true),
            surroundings: SimulatedSurroundings(world: self, process: process))
    }

    // MARK: Applying

    /// Somebody applies, and does so again when that has ended, however it ended.
    private func apply(later index: Int, first: Bool = false) {
        guard !isOver else { return }
        let turn = UInt64(processes.count)
        // When nothing goes wrong any more, one person is enough.
        if isCalm, index > 0 { return }
        let again = Int64(dice.int(100...3000, .apply, turn, UInt64(index)))
        let host = hosts[(index + dice.int(0...9, .apply, turn, 10) / 9) % hosts.count]
        guard host.isUp, !first else {
            return loop.schedule(after: again, for: nil) { [self] in apply(later: index) }
        }
        let wait: WaitMode =
            isCalm
            ? .completed : [.completed, .completed, .completed, .submitted, .none][dice.int(0...4, .apply, turn, 1)]
        let timeout: Duration? =
            isCalm || dice.chance(600, .apply, turn, 2) ? nil : .milliseconds(dice.int(500...15_000, .apply, turn, 3))
        let beganCalm = isCalm
        let result = ApplyOutcome()
        spawn("apply-\(turn)", on: host) { [self] process in
            let reconciler = reconciler(process, command: "reconcile apply", actor: "ada-\(index)")
            result.end = try await reconciler.apply(wait: wait, timeout: timeout) { [self] event in
                if case .planned(let work) = event { check(work, by: process) }
            }.end
        } ended: { [self] ending in
            check(ending, of: "apply-\(turn)")
            // Somebody may still be about to change something.
            let isAlone = processes.allSatisfy { !$0.isAlive || $0.name.hasPrefix("agent") }
            if beganCalm, index == 0, isAlone, case .ended(nil) = ending, result.end == .settled {
                return comeToRest()
            }
            if beganCalm, case .ended(let error?) = ending, (error as? Diagnostic)?.code != .stateLocked {
                violate(.converges, "nothing goes wrong, and yet an apply ends: \(Trace.brief(error))")
            }
            loop.schedule(after: again, for: nil) { [self] in apply(later: index) }
        }
    }

    /// Looks whether a plan is what a plan has to be.
    private func check(_ work: PlannedWork, by process: SimulatedProcess) {
        guard process.isAlive else { return }
        let desired = work.reading.input.desired
        var wanted = planBases[process.number] ?? Set(record.objects.keys)
        for name in desired.jobs.keys { wanted.insert("Job/\(name.namespace)/\(name.name)") }
        for name in desired.queues.keys { wanted.insert("Queue/\(name.namespace)/\(name.name)") }
        for name in desired.pools.keys { wanted.insert("AgentPool/\(name.namespace)/\(name.name)") }
        for name in desired.runs.keys { wanted.insert("Run/\(name.namespace)/\(name.name)") }
        let planned = work.plan.actions.map { "\($0.key.kind.rawValue)/\($0.key.name.namespace)/\($0.key.name.name)" }
        if planned.count != wanted.count || Set(planned) != wanted {
            violate(.planPure, "\(wanted.count) objects are wanted or recorded, \(planned.count) are in the plan")
        }
    }

    /// Everything that was wanted has ended, they say: then the next plan is empty, twice the same, and all agrees.
    private func comeToRest(tries: Int = 80) {
        // What ran on while its machine could not be asked is looked for by that machine's agents, in their own time.
        let areLeft = starts.contains { leftover($0) != nil }
        if areLeft, tries > 0 {
            return loop.schedule(after: 500, for: nil) { [self] in comeToRest(tries: tries - 1) }
        }
        let host = hosts[0]
        let next = NextPlan()
        spawn("plan", on: host) { [self] process in
            let reconciler = reconciler(process, command: "reconcile plan", actor: "ada-0")
            let (first, second) = (try await reconciler.plan(), try await reconciler.plan())
            let (one, other) = (Self.withoutSilence(first.plan), Self.withoutSilence(second.plan))
            if one != other || one.json != other.json {
                violate(.planPure, "two plans of the same are not the same")
            }
            next.plan = first.plan
            try await checkRecord(by: reconciler)
            let chain = try await reconciler.verifyEvents()
            if let fault = chain.fault { violate(.chain, "\(fault)") }
        } ended: { [self] ending in
            check(ending, of: "plan")
            if let plan = next.plan, plan.hasChanges {
                // What was under way kept its old placement; where it waits for another attempt now, it is moved.
                rounds += 1
                if rounds < 5, plan.isOfPlacements { return apply(later: 0) }
                violate(.planPure, "after an apply there is to do: \(plan.summaryLine)")
            }
            checkAtRest()
            isOver = true
        }
    }

    /// A plan without what it says of agents: when one was last heard of may be seen to change between two plans.
    private static func withoutSilence(_ plan: Plan) -> Plan {
        var plan = plan
        plan.drift.removeAll { $0.reason == .agentGone }
        return plan
    }

    // MARK: Other commands

    private func command(_ index: UInt64) {
        let host = hosts[dice.int(0...(hosts.count - 1), .command, index, 2)]
        let names = record.objects.keys.filter { $0.hasPrefix("Run/") }.sorted()
        guard host.isUp, !names.isEmpty, !isCalm else { return }
        let name = ObjectName(
            name: names[dice.int(0...(names.count - 1), .command, index, 3)].split(separator: "/").last.map(String.init)
                ?? "")
        let cancels = dice.chance(600, .command, index, 4)
        let label = "\(cancels ? "cancel" : "retry")-\(processes.count)"
        spawn(label, on: host) { [self] process in
            let reconciler = reconciler(process, command: "reconcile \(label)", actor: "bob")
            if cancels {
                _ = try await reconciler.cancel(name, grace: .seconds(2))
            } else {
                _ = try await reconciler.retry(name)
            }
        } ended: { [self] in
            check($0, of: label)
        }
    }

    /// Looks whether an error is one that a person can understand and do something about.
    func check(_ ending: Ending, of name: String) {
        guard case .ended(let error?) = ending else { return }
        switch error {
        case is CancellationError, is Diagnostics: break
        case let error as Diagnostic:
            if ["SLW4014", "SLW4015"].contains(error.code.rawValue) {
                violate(.noSurprise, "\(name) ends with \(Trace.brief(error))")
            }
        default: violate(.noSurprise, "\(name) ends with \(error)")
        }
    }

    /// Asks the record itself whether it keeps its rules, as `state check` does.
    private func checkRecord(by reconciler: Reconciler) async throws {
        let result = try await reconciler.openState().read { try $0.check() }
        if let first = result.findings.first { violate(.recordSound, "\(first)") }
    }

    // MARK: Fate

    /// Once a second something may happen to machines and processes.
    private func befall(_ second: UInt64) {
        guard !isCalm else { return }
        for host in hosts where host.isUp {
            let place = UInt64(1_000_000 + host.index)
            if strikes(.hostCrash, at: place, second) { crash(host) }
            if strikes(.partition, at: place, second) {
                let length = Int64(dice.int(500...12_000, .faultLength, place, second))
                note(nil, "\(host.name) is cut off from the store for \(length)ms")
                host.partitionedUntil = loop.now + length
                if dice.chance(500, .faultLength, place, second &+ 1 << 20) { breakHold(on: host) }
            }
            if strikes(.brokenLock, at: place, second) { breakHold(on: host) }
            if strikes(.clockJump, at: place, second) {
                let jump = Int64(dice.int(-30_000...30_000, .faultLength, place, second))
                note(nil, "the clock of \(host.name) jumps by \(jump)ms")
                host.clockError += jump
            }
        }
        for process in processes where process.isAlive {
            if strikes(.processCrash, process, second) { crash(process, "by somebody") }
            if strikes(.pause, process, second) { pause(process, second, "") }
            if strikes(.interruption, process, second) {
                note(process, "is interrupted")
                process.interrupt()
            }
        }
        if second % 4 == 0, hasState, hosts[0].isUp {
            let name = "check-\(processes.count)"
            spawn(name, on: hosts[0]) { [self] process in
                try await checkRecord(by: reconciler(process, command: "reconcile state check", actor: "ada-0"))
            } ended: { [self] in
                check($0, of: name)
            }
        }
        loop.schedule(after: 1000, for: nil) { [self] in befall(second + 1) }
    }
}

/// What a plan said.
///
/// Proof: see `EventLoop`.
private final class NextPlan: @unchecked Sendable {
    var plan: Plan?
}

extension Plan {
    /// Whether all that it would do is to move runs that wait.
    fileprivate var isOfPlacements: Bool {
        actions.allSatisfy { $0.change == nil || $0.reason == .placementChanged }
    }
}

/// What an apply said at its end.
///
/// Proof: see `EventLoop`.
private final class ApplyOutcome: @unchecked Sendable {
    var end: ApplyEnd?
}

/// Names that are unique for all time of a world.
///
/// Proof: see `EventLoop`.
private final class Names: @unchecked Sendable {
    private let process: SimulatedProcess
    private var count = 0

    init(process: SimulatedProcess) { self.process = process }

    func next() -> String {
        count += 1
        return "\(process.number)x\(count)"
    }
}
