public import Agents
import Engines
import Foundation
import Images
public import Manifests
public import Planning
public import Records
public import Store
import Synchronization
import YAML

/// How long an apply stays.
public enum WaitMode: String, Sendable, Hashable, CaseIterable {
    /// Until every run has ended.
    case completed
    /// Until every run that can be is in an engine's hands.
    case submitted
    /// Not at all: the plan is written down, and agents elsewhere or a later apply do the rest.
    case none
}

/// What an apply tells while it works.
public enum ApplyEvent: Sendable {
    case planned(PlannedWork)
    /// Agents of an earlier reconciler that is gone; their runs are taken over.
    case released([AgentRecord])
    /// A line that a builder printed.
    case building(String)
    case run(RunReport)
    /// Pools whose agents are processes of their own, and of which none is there although there is work.
    case unmanned([PoolStanding])
    /// Somebody else holds the state; it is waited for.
    case waitsFor(LockHolder, asksForHandover: Bool)
    /// The state was taken over from a holder that is gone.
    case tookOver(LockHolder)
    /// Something was done with the Deployment of a pool's agents, or could not be.
    case deployment(DeploymentReport)
    /// Runs that wait for a place that holds their inputs and of which no agent is there.
    case stranded([RunRecord])
}

/// How an apply ended.
public enum ApplyEnd: Sendable, Hashable {
    /// Nothing is left that could be done.
    case settled
    case timedOut
    /// Its task was cancelled; what runs goes on.
    case interrupted
    /// A newer commit goes on with what is left.
    case handedOver(HandoverRequest)
}

/// What came of an apply.
public struct ApplyResult: Sendable {
    public var work: PlannedWork
    public var end: ApplyEnd
    /// Every wanted run, with its execution.
    public var runs: [(name: ObjectName, execution: RunRecord)]
    /// What was done with the Deployments of pools, or could not be; none for one that was as it should be.
    public var deployments: [DeploymentReport] = []
}

extension Reconciler {
    /// Plans, writes the plan down, and lets the local agents work until nothing is left to do.
    ///
    /// - Parameters:
    ///   - lockTimeout: how long to wait for another reconciler; `nil` for not at all, unless that applies an older
    ///     commit.
    ///   - saved: a plan made before: exactly that is done, or nothing.
    /// - Throws: `Diagnostics` for invalid manifests and refused plans; a `Diagnostic` for a state that is locked or
    ///   cannot be used. Nothing is written then.
    public func apply(
        wait: WaitMode = .completed, timeout: Duration? = nil, lockTimeout: Duration? = nil,
        exactly saved: SavedPlan? = nil,
        tell: @escaping @Sendable (ApplyEvent) -> Void
    ) async throws -> ApplyResult {
        if let saved {
            try await demandOwn(saved)
            // Once without the lock, so that a stale plan leaves nothing behind, and again when the state is held.
            try demand(saved, in: try await plan())
        }
        let (reading, revision) = try await readAtOneRevision()
        if reading.input.desired.isEmpty, try !surroundings.hasState {
            throw Diagnostics([.noManifests(manifests)])
        }
        // Git is asked before the state's folder is made: half made, it would count as a change of the tree.
        let provenance = Provenance(revision: revision, actor: setting.actor)
        if try !surroundings.hasState { try await demandLeave(for: reading, provenance.revision, nil) }
        try surroundings.prepareToAct()
        let hold = try await takeHold(for: provenance.revision, patience: lockTimeout, tell)
        defer { withExtendedLifetime(hold) {} }
        let store = try surroundings.openState(.readWrite)
        if let gone = hold.superseded { tell(.tookOver(gone)) }
        try await recordTakeover(hold, in: store, provenance)
        try await demandLeave(for: reading, provenance.revision, store)
        let gone = try await releaseGoneAgents(store, provenance, holdsState: true)
        if !gone.isEmpty { tell(.released(gone)) }
        try await endAbandonedReproductions(store, provenance)

        try await noteCommit(of: reading, provenance, in: store)
        let work = try await writePlan(of: reading, to: store, provenance, hold, exactly: saved, tell)
        let deadline = timeout.map { setting.time.now() + $0 }
        // Beside the agents of this process: a cluster that does not answer keeps nobody from working.
        async let deployed = deploy(store, provenance, hold, tell)
        let end =
            wait == .none
            ? .settled
            : try await letAgentsWork(
                on: work, store, provenance, hold, wait, until: deadline, tell)
        let runs = try await wantedRuns(reading.input.desired, in: store)
        return ApplyResult(work: work, end: end, runs: runs, deployments: try await deployed)
    }

    /// Plans and writes the plan down.
    ///
    /// Agents of other processes and whoever cancels or retries a run need no leave of this one: where they were
    /// quicker than the plan, it is made anew from what is there now.
    private func writePlan(
        of reading: DesiredReading, to store: StateStore, _ provenance: Provenance, _ hold: any StateHold,
        exactly saved: SavedPlan?, _ tell: @Sendable (ApplyEvent) -> Void
    ) async throws -> PlannedWork {
        let input = reading.input
        var tries = 0
        while true {
            tries += 1
            let (recorded, head) = try await store.read { (try $0.state(for: input), try $0.head()) }
            let plan = try await plan(reading, recorded: recorded, store: store, asksClusters: false)
            let work = PlannedWork(plan: plan, revision: provenance.revision, reading: reading, head: head)
            if let saved { try demand(saved, in: work) }
            guard plan.refusals.isEmpty else { throw Diagnostics(plan.refusals) }
            do {
                try await write(work, to: store, provenance, hold)
                tell(.planned(work))
                return work
            } catch let fault as Diagnostic where fault.code == .impossibleTransition && tries < Self.mostPlans {
                continue
            }
        }
    }

    /// How often a plan may be overtaken before it counts as a fault.
    private static let mostPlans = 10

    /// The executions of the runs that manifests want, by name.
    func wantedRuns(
        _ desired: DesiredState, in store: StateStore
    ) async throws -> [(name: ObjectName, execution: RunRecord)] {
        let recorded = try await store.read { try $0.presentState() }
        return desired.runs.keys.sorted().compactMap { name in
            recorded.objects[ObjectKey(.run, name)]?.identity.flatMap { recorded.runs[$0] }.map { (name, $0) }
        }
    }

    /// Takes leave of agents that are gone, so that their leases need not run out first.
    ///
    /// - Parameter holdsState: nobody but this process acts as a reconciler now: agents of reconcilers of this machine
    ///   (of any, where the state is a branch) that are still recorded as active belonged to one that is gone.
    func releaseGoneAgents(
        _ store: StateStore, _ provenance: Provenance, holdsState: Bool
    ) async throws -> [AgentRecord] {
        let gone = try await store.read { try $0.activeAgents() }.filter { agent in
            holdsState && agent.placement == .local && (agent.host == setting.host || paths.state.isBranch)
                || surroundings.isGone(agent)
        }
        guard !gone.isEmpty else { return [] }
        try await store.write(as: provenance, at: setting.time.now()) { transaction in
            try transaction.release(gone, as: .lost, cause: "its process is gone")
        }
        return gone
    }

    private func write(
        _ work: PlannedWork, to store: StateStore, _ provenance: Provenance, _ hold: any StateHold
    ) async throws {
        let forgotten = work.plan.drift.compactMap(\.forgets)
        guard work.plan.hasRecordChanges || !forgotten.isEmpty else { return }
        let now = setting.time.now()
        try await store.write(as: provenance, at: now) { transaction in
            try transaction.demandHold(hold.hold)
            try transaction.forget(forgotten)
            guard work.plan.hasRecordChanges else { return }
            var details = Dictionary(
                uniqueKeysWithValues: Planning.Operation.allCases.map {
                    ($0.rawValue, JSONValue.int(Int64(work.plan.count($0))))
                })
            // Who wrote the commit is known here; later it may be gone from Git.
            details["author"] = work.revision.author.map(JSONValue.string)
            details["subject"] = work.revision.subject.map(JSONValue.string)
            try transaction.append([EventDraft(.applyStarted, cause: work.plan.summaryLine, details: details)])
            try transaction.notingAbandonedDeployments {
                try transaction.apply(work.plan, revision: work.revision, at: now)
            }
        }
    }

    /// How often it is seen to that the state is still held, where that can be lost.
    private static let renewal = Duration.seconds(1)

    /// How often it is looked for runs whose inputs are where nobody is.
    private static let lookForStranded = Duration.seconds(1)

    /// How often it is looked for what comes about without an event: a silent agent, another's wish to take over.
    private static let lookForSilence = Duration.seconds(1)

    /// How often it is looked whether something was recorded, where the store does not tell.
    private static let pollInterval = Duration.milliseconds(100)

    /// Lets agents work until the wait is over.
    private func letAgentsWork(
        on work: PlannedWork, _ store: StateStore, _ provenance: Provenance, _ hold: any StateHold, _ wait: WaitMode,
        until deadline: Timestamp?, _ tell: @escaping @Sendable (ApplyEvent) -> Void
    ) async throws -> ApplyEnd {
        let vigil = Vigil(work.reading.input.desired, wait, provenance.revision)
        guard try await !store.read({ try vigil.isOver(in: $0) }) else { return .settled }
        let progress = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let crew = try crew(
            store, sources: surroundings.sources(work.reading, in: store), provenance, log: { tell(.building($0)) },
            report: { report in
                tell(.run(report))
                if report.run.phase.isTerminal { progress.continuation.yield() }
            })
        let time = setting.time
        let drains = DrainSwitches()
        return try await withThrowingTaskGroup(of: ApplyEnd?.self) { group in
            for post in Post.local(work.reading.input.desired) {
                group.addTask {
                    try await crew.keep(post, began: drains.add)
                    return nil
                }
            }
            if hold.hold != nil {
                group.addTask {
                    while !Task.isCancelled {
                        try? await time.sleep(for: Self.renewal)
                        // A server that cannot be reached is waited for by whoever has something to write.
                        do { try await hold.renew() } catch let fault as Diagnostic where fault.isPassing {}
                    }
                    return nil
                }
            }
            // A run may also change by somebody else's hand (a retry, a back-off that is over).
            let listener = store.listen { progress.continuation.yield() }
            defer { withExtendedLifetime(listener) {} }
            // That an engine has taken a run, a server announces to nobody.
            let pause = listener == nil || wait == .submitted ? Self.pollInterval : Self.lookForSilence
            group.addTask {
                while !Task.isCancelled {
                    progress.continuation.yield()
                    let left = deadline.map { max(.milliseconds(10), $0 - time.now()) } ?? pause
                    try? await time.sleep(for: min(pause, left))
                }
                return nil
            }
            group.addTask {
                var unmanned: [ObjectName] = []
                var stranded: Set<RunID> = []
                // Not at once: its own agents are to be there first.
                var lookForStranded = time.now() + Self.lookForStranded
                var last: (event: String, at: Timestamp)?
                for await _ in progress.stream {
                    let now = time.now()
                    let isLate = deadline.map { now >= $0 } ?? false
                    // A little early, so that no look is left out because one was a little late.
                    let silence = Self.lookForSilence - Self.pollInterval
                    let isFresh = last.map { now >= $0.at && now - $0.at < silence } ?? false
                    let asksForStranded = now >= lookForStranded
                    guard
                        let look = try await self.look(
                            in: store, for: vigil, after: isFresh && !isLate ? last?.event : nil,
                            asksForStranded: asksForStranded)
                    else { continue }
                    last = (look.event, now)
                    if look.isOver { return .settled }
                    let pools = look.unmanned
                    if pools.map(\.pool) != unmanned, !pools.isEmpty { tell(.unmanned(pools)) }
                    unmanned = pools.map(\.pool)
                    if asksForStranded {
                        lookForStranded = now + Self.lookForStranded
                        let runs = look.stranded.filter { stranded.insert($0.id).inserted }
                        if !runs.isEmpty { tell(.stranded(runs)) }
                    }
                    if isLate { return .timedOut }
                    if let next = look.successor {
                        drains.turnOn()
                        if try await Self.isNothingHalfDone(in: store) { return .handedOver(next) }
                    }
                }
                return .interrupted
            }
            var end: ApplyEnd?
            while end == nil, let next = try await group.next() { end = next }
            // What an engine holds goes on without its agents; the next reconciler adopts it.
            group.cancelAll()
            try await group.waitForAll()
            return end ?? .interrupted
        }
    }

    /// Whether every run that was begun is in an engine's hands, and goes on there by itself.
    private static func isNothingHalfDone(in store: StateStore) async throws -> Bool {
        try await store.read { try $0.outstanding() }.allSatisfy { group in
            group.phase != .building && group.phase != .submitting
        }
    }
}
