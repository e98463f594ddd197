public import Engines
import Manifests
public import Records
public import Store
import Synchronization
import YAML

/// How one agent works.
public struct AgentSettings: Sendable {
    public var record: AgentRecord
    /// In the order in which they are served.
    public var queues: [QueueRules]
    /// The most runs in hand at once.
    public var maxRuns: Int
    public var leaseDuration: Duration
    /// How long a command may take to end by itself when it is asked to.
    public var grace: Duration

    public init(
        record: AgentRecord, queues: [QueueRules], maxRuns: Int, leaseDuration: Duration, grace: Duration = .seconds(10)
    ) {
        self.record = record
        self.queues = queues
        self.maxRuns = maxRuns
        self.leaseDuration = leaseDuration
        self.grace = grace
    }
}

/// A worker: claims runs from its queues as long as it has hands free, and carries each to its end.
public final class Agent: Sendable {
    private let settings: AgentSettings
    private let store: StateStore
    private let executor: RunExecutor
    private let provenance: Provenance
    private let time: any TimeSource
    private let cancellations = Cancellations()
    private let bell: Bell
    private let isDraining = Mutex(false)
    private let inHand = Mutex(0)

    /// How often an idle agent looks whether there is something to do: a back-off that is over, a cancellation.
    private static let pollInterval = Duration.milliseconds(200)

    public init(
        _ settings: AgentSettings, store: StateStore, workspace: any RunWorkspace, images: ImageSupply,
        engine: any Engine,
        provenance: Provenance, time: any TimeSource, report: @escaping @Sendable (RunReport) -> Void
    ) {
        self.settings = settings
        self.store = store
        self.provenance = provenance
        self.time = time
        bell = Bell(time: time)
        executor = RunExecutor(
            agent: settings.record, store: store, workspace: workspace, images: images, engine: engine,
            provenance: provenance, time: time, cancellations: cancellations, report: report, grace: settings.grace)
    }

    /// Takes no more runs; `work` returns when those in hand are done.
    public func drain() {
        isDraining.withLock { $0 = true }
        bell.ring()
    }

    /// Works until it is drained or its task is cancelled.
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
        // A run that fails for want of the store ends the agent: without a record there is nothing it may do.
        try await withThrowingDiscardingTaskGroup { group in
            var wasRung = false
            var nextHeartbeat = time.now()
            var nextLook = time.now()
            while !Task.isCancelled, !group.isCancelled {
                let draining = isDraining.withLock { $0 }
                if draining, inHand.withLock({ $0 }) == 0 { break }
                if time.now() >= nextHeartbeat {
                    try await heartbeat()
                    nextHeartbeat = time.now() + min(settings.leaseDuration.divided(by: 3), .seconds(5))
                }
                if time.now() >= nextLook {
                    try await refreshCancellations(isBusy: inHand.withLock { $0 } > 0)
                    nextLook = time.now() + Self.pollInterval
                }
                let free = draining ? 0 : settings.maxRuns - inHand.withLock { $0 }
                for run in try await claim(atMost: free, looksFirst: !wasRung) {
                    inHand.withLock { $0 += 1 }
                    group.addTask { [self] in
                        defer {
                            inHand.withLock { $0 -= 1 }
                            bell.ring()
                        }
                        try await executor.execute(run)
                    }
                }
                wasRung = await bell.wait(atMost: Self.pollInterval)
            }
            group.cancelAll()
        }
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.release([record], as: .stopped, cause: "it was told to stop")
        }
    }

    /// - Parameter looksFirst: an idle agent looks before it begins a transaction, which would keep others from
    ///   writing; one that has just finished a run expects the next.
    private func claim(atMost limit: Int, looksFirst: Bool) async throws -> [RunRecord] {
        guard limit > 0 else { return [] }
        let settings = settings
        let now = time.now()
        if looksFirst {
            guard try await store.read({ try $0.hasClaimable(in: settings.queues, at: now) }) else { return [] }
        }
        return try await store.write(as: provenance, at: now) { transaction in
            try transaction.claim(
                for: settings.record, from: settings.queues, atMost: limit, leaseDuration: settings.leaseDuration)
        }
    }

    private func heartbeat() async throws {
        let settings = settings
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.heartbeat(settings.record.id, leaseDuration: settings.leaseDuration)
        }
    }

    private func refreshCancellations(isBusy: Bool) async throws {
        guard isBusy else { return }
        let id = settings.record.id
        cancellations.replace(with: try await store.read { try $0.cancellationsRequested(ofAgent: id) })
    }
}

extension Duration {
    fileprivate func divided(by divisor: Int64) -> Duration { .milliseconds(milliseconds / divisor) }
}
