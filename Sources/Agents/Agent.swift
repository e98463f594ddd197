public import Engines
import Manifests
public import Records
public import Store
import Synchronization
import YAML

/// How one agent works.
public struct AgentSettings: Sendable {
    /// Where an agent learns what its pool and queues allow.
    public enum Rules: Sendable {
        /// From the record, so that a commit changes what an agent does while it works.
        case recorded(RulesCache)
        case fixed(PoolRules)
    }

    public var record: AgentRecord
    public var rules: Rules
    /// How long a command may take to end by itself when it is asked to.
    public var grace: Duration
    /// How long a store that cannot be used is tried where another run is to read what goes into it.
    public var patience: Duration

    public init(
        record: AgentRecord, rules: Rules, grace: Duration = .seconds(10), patience: Duration = .seconds(300)
    ) {
        self.record = record
        self.rules = rules
        self.grace = grace
        self.patience = patience
    }
}

/// A worker: claims runs from its queues as long as it has hands free, and carries each to its end.
public final class Agent: Sendable {
    public let settings: AgentSettings
    let store: StateStore
    let engine: any Engine
    let workspace: any RunWorkspace
    let time: any TimeSource
    private let provenance: Provenance
    private let executor: RunExecutor
    private let standing = Standing()
    private let bell: Bell
    private let isDraining = Mutex(false)
    /// Whether the store has told of a change that was not looked at yet.
    private let hasNews = Mutex(false)
    private let hands = Mutex(Hands())

    private struct Hands {
        var inHand = 0
        /// Whether a run has ended since the last look: then the next is expected.
        var isOneFree = false
    }

    /// How often an agent looks whether there is something to do: a run to claim, a cancellation.
    private static let pollInterval = Duration.milliseconds(200)
    /// The same where the store tells of changes, so that only what comes about by the clock has to be looked for: a
    /// lease that has run out.
    private static let relaxedPollInterval = Duration.seconds(1)

    /// - Parameter provenance: in whose name it works, and from which commit.
    public init(
        _ settings: AgentSettings, store: StateStore, workspace: any RunWorkspace, images: ImageSupply,
        engine: any Engine, provenance: Provenance, time: any TimeSource,
        report: @escaping @Sendable (RunReport) -> Void
    ) {
        self.settings = settings
        self.store = store
        self.engine = engine
        self.workspace = workspace
        self.provenance = provenance
        self.time = time
        bell = Bell(time: time)
        executor = RunExecutor(
            agent: settings.record, store: store, workspace: workspace, images: images, engine: engine,
            time: time, standing: standing, report: report, grace: settings.grace, patience: settings.patience)
    }

    /// Takes no more runs. `work` returns when those in hand are done, or another agent of the machine is there to go
    /// on with them.
    public func drain() {
        isDraining.withLock { $0 = true }
        bell.ring()
    }

    /// Works until it is drained, its pool is gone, or its task is cancelled.
    ///
    /// A cancelled agent lets go of its runs without touching them: what runs goes on, and is adopted by the next.
    public func work() async throws {
        let record = settings.record
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.write(record)
            try transaction.append([
                EventDraft(
                    .agentStarted, of: ObjectKey(.agentPool, record.pool),
                    details: ["agent": .string(record.id), "host": .string(record.host)])
            ])
        }
        let listener = store.listen { [bell, self] in
            hasNews.withLock { $0 = true }
            bell.ring()
        }
        defer { withExtendedLifetime(listener) {} }
        let interval = listener == nil ? Self.pollInterval : Self.relaxedPollInterval
        // A run that fails for want of the store ends the agent: without a record there is nothing it may do.
        let cause = try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            var diary = Diary(at: time.now())
            while !Task.isCancelled, !group.isCancelled {
                let recorded = try await rules(&diary)
                // Without the bell: it would wake this very loop, again and again.
                if recorded == nil { isDraining.withLock { $0 = true } }
                // What it has in hand it sees to the end by the rules that there were last.
                guard let rules = recorded ?? diary.rules else { return "its pool is gone" }
                try await tend(&diary, rules, interval)
                if let cause = try await drained(&diary, rules) { return recorded == nil ? "its pool is gone" : cause }
                let isDraining = isDraining.withLock { $0 }
                let free = isDraining ? 0 : rules.maxRuns - hands.withLock { $0.inHand }
                for claim in try await claim(atMost: free, rules, &diary) {
                    standing.add(claim.run)
                    hands.withLock { $0.inHand += 1 }
                    group.addTask { [self] in
                        defer { bell.ring() }
                        try await executor.execute(
                            claim, images: rules.images, keepingIn: rules.artifacts, as: provenance)
                        // Cut short, the run stays in its hands by the record until it has said goodbye.
                        guard !Task.isCancelled else { return }
                        hands.withLock {
                            $0.inHand -= 1
                            $0.isOneFree = true
                        }
                    }
                }
                let pause = pause(diary, rules, interval)
                await withTaskCancellationHandler {
                    _ = await bell.wait(atMost: pause)
                } onCancel: {
                    bell.ring()
                }
            }
            return "it was told to stop"
        }
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.release([record], as: .stopped, cause: cause)
        }
    }

    /// When an agent has to do again what it does now and then.
    private struct Diary {
        var heartbeat: Timestamp
        var reaping: Timestamp
        /// When it looked last what is in its hands.
        var looked: Timestamp?
        /// When there is something to claim, as far as that is known without news.
        var nextClaim: Timestamp?
        var saysThatItDrains = true
        /// As they were when they were last recorded.
        var rules: PoolRules?
        /// The hash of the last event when they were read.
        var rulesAsOf: String?
        /// The hash of the last event when it was last looked what is in its hands.
        var chain: String?

        init(at now: Timestamp) {
            heartbeat = now
            reaping = now
        }
    }

    /// Does what is due by the clock. A clock that was set back makes everything due: what was meant to be done soon
    /// would otherwise wait as long as the jump.
    private func tend(_ diary: inout Diary, _ rules: PoolRules, _ interval: Duration) async throws {
        func isDue(_ moment: Timestamp, _ pause: Duration) -> Bool {
            let now = time.now(); return moment <= now || moment > now + pause
        }
        let beat = min(rules.leaseDuration / 3, Duration.seconds(5))
        if isDue(diary.heartbeat, beat) {
            let id = settings.record.id
            try await store.write(as: provenance, at: time.now()) { transaction in
                try transaction.heartbeat(id, leaseDuration: rules.leaseDuration)
            }
            diary.heartbeat = time.now() + beat
        }
        if diary.looked.map({ isDue($0 + patience(interval), patience(interval)) }) ?? true {
            // Before it is read: what is told of meanwhile is looked at again.
            hasNews.withLock { $0 = false }
            if hands.withLock({ $0.inHand }) > 0 {
                let id = settings.record.id
                let known = diary.chain
                if let held = try await store.read({ try $0.held(byAgent: id, after: known) }) {
                    standing.replace(with: held.runs)
                    diary.chain = held.hash
                }
            }
            diary.looked = time.now()
        }
        if isDue(diary.reaping, rules.leaseDuration) {
            try await reapStrays(as: provenance)
            diary.reaping = time.now() + rules.leaseDuration
        }
    }

    /// How long what is recorded may go unseen: not longer because the store tells of changes.
    private func patience(_ interval: Duration) -> Duration {
        hasNews.withLock { $0 } ? min(Self.pollInterval, interval) : interval
    }

    /// How long there is nothing to do but what it is told of. Never so long that its leases run out meanwhile.
    private func pause(_ diary: Diary, _ rules: PoolRules, _ interval: Duration) -> Duration {
        let (now, patience) = (time.now(), patience(interval))
        let longest = min(patience, rules.leaseDuration / 3)
        let moments = [diary.looked.map { $0 + patience }, diary.nextClaim]
        return max(.zero, moments.compactMap { $0.map { $0 - now } }.reduce(longest, min))
    }

    /// Why a draining agent may go now; `nil` where it may not, or does not drain.
    private func drained(_ diary: inout Diary, _ rules: PoolRules) async throws -> String? {
        guard isDraining.withLock({ $0 }) else { return nil }
        if hands.withLock({ $0.inHand }) == 0 { return "it was told to stop, and has finished" }
        let record = settings.record
        if diary.saysThatItDrains {
            try await store.write(as: provenance, at: time.now()) { transaction in
                try transaction.mark(record, as: .draining, .agentDraining, cause: "it was told to stop")
            }
            diary.saysThatItDrains = false
        }
        let now = time.now()
        let others = try await store.read { try $0.activeAgents() }
        let successor = others.first { other in
            other.id != record.id && other.pool == record.pool && other.host == record.host && other.state == .active
                && other.silentSince(at: now, leaseDuration: rules.leaseDuration) == nil
        }
        return successor.map { "it was told to stop, and hands over to \($0.id)" }
    }

    /// The rules as they are now, read only when something has been recorded; `nil` where the agent's pool is gone.
    private func rules(_ diary: inout Diary) async throws -> PoolRules? {
        let pool = settings.record.pool
        switch settings.rules {
        case .fixed(let rules): diary.rules = rules
        case .recorded(let cache):
            let known = diary.rulesAsOf
            let found = try await store.read { snapshot -> (event: String, rules: PoolRules?)? in
                let event = try snapshot.lastEvent()
                return event == known ? nil : (event, try snapshot.poolRules(pool, knowing: cache))
            }
            guard let found else { break }
            // A pool that was moved elsewhere is not this agent's any more.
            guard let rules = found.rules, rules.placement == settings.record.placement else { return nil }
            (diary.rules, diary.rulesAsOf) = (rules, found.event)
        }
        return diary.rules
    }

    /// An idle agent looks before it begins a transaction, which would keep others from writing; one that has just
    /// finished a run expects the next.
    private func claim(atMost limit: Int, _ rules: PoolRules, _ diary: inout Diary) async throws -> [Claim] {
        diary.nextClaim = nil
        guard limit > 0 else { return [] }
        let (record, now, source) = (settings.record, time.now(), settings.rules)
        let expectsMore = hands.withLock { hands in
            defer { hands.isOneFree = false }
            return hands.isOneFree
        }
        if !expectsMore {
            let (isWork, next) = try await store.read { snapshot in
                let isWork = try snapshot.hasClaimable(
                    for: record, in: rules.queues, leaseDuration: rules.leaseDuration, at: now)
                return (isWork, isWork ? nil : try snapshot.nextDue(for: record, in: rules.queues, after: now))
            }
            guard isWork else {
                diary.nextClaim = next
                return []
            }
        }
        let claims = try await store.write(as: provenance, at: now) { transaction -> [Claim] in
            // What a commit has changed since the look counts already.
            var (rules, limit) = (rules, limit)
            if case .recorded(let cache) = source {
                guard let current = try transaction.snapshot.poolRules(record.pool, knowing: cache) else { return [] }
                limit = min(limit, limit + current.maxRuns - rules.maxRuns)
                rules = current
            }
            return try transaction.claim(
                for: record, from: rules.queues, atMost: limit, leaseDuration: rules.leaseDuration)
        }
        if expectsMore || !claims.isEmpty { diary.nextClaim = now + Self.pollInterval }
        return claims
    }
}
