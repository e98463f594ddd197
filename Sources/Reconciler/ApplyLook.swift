import Agents
import Manifests
import Records
import Store

/// What an apply that waits has to know of the record, read at once.
struct ApplyLook: Sendable {
    /// The hash of the last event.
    var event: String
    /// Whether there is nothing left to wait for.
    var isOver: Bool
    /// The pools whose agents are processes of their own that have work and nobody to do it.
    var unmanned: [PoolStanding] = []
    /// The runs that wait for a place of which no agent is there.
    var stranded: [RunRecord] = []
    /// Who wants the state and may have it.
    var successor: HandoverRequest?
}

extension Reconciler {
    /// What does not change while an apply waits.
    struct Vigil: Sendable {
        let desired: DesiredState
        let wait: WaitMode
        let revision: Revision
        let served: ServedQueues
        let rules = RulesCache()

        init(_ desired: DesiredState, _ wait: WaitMode, _ revision: Revision) {
            self.desired = desired
            self.wait = wait
            self.revision = revision
            served = ServedQueues(desired)
        }

        /// Whether every run that could be done is done, or in an engine's hands where that is enough.
        func isOver(in snapshot: StateSnapshot) throws -> Bool {
            try snapshot.outstanding().allSatisfy { group in
                if group.phase == .running || group.phase == .waiting { return wait == .submitted }
                return !group.phase.isActive && !served.contains(group.queue)
            }
        }

        func unmanned(in snapshot: StateSnapshot, at now: Timestamp) throws -> [PoolStanding] {
            let apart = desired.pools.filter { $0.value.spec.placement.isApart }
            guard !apart.isEmpty else { return [] }
            let busy = Set(try snapshot.outstanding().map(\.queue))
            return try snapshot.poolStandings(at: now, knowing: rules).filter { standing in
                standing.present.isEmpty && apart[standing.pool]?.spec.queues.contains(where: busy.contains) == true
            }
        }

        func stranded(in snapshot: StateSnapshot) throws -> [RunRecord] {
            try desired.queues.keys.sorted().flatMap { try snapshot.stranded(in: $0) }
        }
    }

    /// Looks at the record; `nil` where it ends as it did.
    ///
    /// - Parameters:
    ///   - known: the hash of the event with which it ended; `nil` to look whatever has happened since.
    ///   - asksForStranded: whether runs whose inputs are where nobody is are looked for as well.
    func look(
        in store: StateStore, for vigil: Vigil, after known: String?, asksForStranded: Bool
    ) async throws -> ApplyLook? {
        let now = setting.time.now()
        return try await store.read { snapshot in
            let event = try snapshot.lastEvent()
            guard event != known else { return nil }
            if try vigil.isOver(in: snapshot) { return ApplyLook(event: event, isOver: true) }
            return ApplyLook(
                event: event, isOver: false, unmanned: try vigil.unmanned(in: snapshot, at: now),
                stranded: asksForStranded ? try vigil.stranded(in: snapshot) : [],
                successor: try successor(in: snapshot, vigil.revision))
        }
    }
}

/// The queues that some agent takes runs from.
struct ServedQueues: Sendable {
    private let names: Set<ObjectName>

    init(_ desired: DesiredState) {
        let served = desired.pools.values.flatMap { $0.spec.replicas > 0 ? $0.spec.queues : [] }
        names = Set(served).filter { desired.queues[$0]?.spec.suspend == false }
    }

    func contains(_ queue: ObjectName) -> Bool { names.contains(queue) }
}
