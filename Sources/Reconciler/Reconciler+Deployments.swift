import Agents
public import Engines
public import Manifests
import Planning
import Records
import Store
public import YAML

/// What an apply did with the Deployment of a pool's agents.
public struct DeploymentReport: Sendable {
    public enum Outcome: Sendable {
        case changed(PoolDeploymentChange)
        /// Nothing was done, or it is not known what; the next apply tries again.
        case failed(Diagnostic)
    }

    public var pool: ObjectName
    /// Of the Deployment.
    public var name: String
    public var outcome: Outcome
}

extension ApplyResult {
    /// Why Deployments are not as pools say.
    public var deploymentFaults: [Diagnostic] {
        deployments.compactMap { report in
            if case .failed(let fault) = report.outcome { fault } else { nil }
        }
    }
}

extension Reconciler {
    /// How many clusters, or Deployments, are asked at once.
    private static let deploymentsAtOnce = 8

    /// Why pools cannot have their agents on a cluster: each of those opens the state for itself.
    func refusals(ofDeploymentsIn desired: DesiredState) -> [Diagnostic] {
        guard !paths.state.isShared else { return [] }
        return desired.pools.filter { $0.value.spec.placement == .kubernetes }.sorted { $0.key < $1.key }
            .map { name, pool in
                .stateOutOfReach(name, "\(paths.state)", at: pool.origin.location(of: ["spec", "placement"]))
            }
    }

    // MARK: Looking

    /// What clusters say of the Deployments of recorded pools.
    func observeDeployments(in store: StateStore) async throws -> [ObjectName: ObservedState.Deployment] {
        let standings = try await deploymentStandings(in: store)
        return standings.mapValues { standing in
            switch standing {
            case .failure(let fault): .unknown(fault)
            case .success((let name, nil)): .missing(name: name)
            case .success((_, let status?)) where status.differences.isEmpty: .asRecorded
            case .success((let name, let status?)): .changed(name: name, status.differences)
            }
        }
    }

    /// What clusters say of the Deployments of recorded pools, in a clause for each, with what is wrong in words.
    ///
    /// - Parameter pool: only that one.
    public func deployments(only pool: ObjectName? = nil) async throws -> [ObjectName: DeploymentView] {
        try await deploymentStandings(in: try openState(), only: pool).mapValues(DeploymentView.init)
    }

    private typealias Standing = Result<(name: String, status: PoolDeploymentStatus?), Diagnostic>

    private func deploymentStandings(
        in store: StateStore, only pool: ObjectName? = nil
    ) async throws -> [ObjectName: Standing] {
        let wanted = try await store.read { try $0.deployments() }
            .filter { pool == nil || $0.place.pool == pool }
        guard !wanted.isEmpty, let clusters = surroundings.deployments else { return [:] }
        let found = await Self.eachOf(wanted) { deployment -> (ObjectName, Standing) in
            let place = deployment.place
            do throws(Diagnostic) {
                return (place.pool, .success((place.name, try await clusters.observe(deployment))))
            } catch {
                return (place.pool, .failure(error))
            }
        }
        return Dictionary(found) { first, _ in first }
    }

    // MARK: Acting

    /// Makes the Deployments of recorded pools as those say, and takes those away that no pool wants any more.
    ///
    /// Each is asked of its cluster by itself and for a bounded time: what one refuses keeps no other from anything.
    /// The record says what is wanted, so that what was not done is done by the next apply.
    func deploy(
        _ store: StateStore, _ provenance: Provenance, _ hold: any StateHold,
        _ tell: @escaping @Sendable (ApplyEvent) -> Void
    ) async throws -> [DeploymentReport] {
        let (wanted, abandoned) = try await store.read { (try $0.deployments(), try $0.abandonedDeployments()) }
        guard !wanted.isEmpty || !abandoned.isEmpty, let clusters = surroundings.deployments else { return [] }
        let steps: [DeploymentStep] =
            abandoned.map { place in
                .delete(place, butNot: wanted.first { $0.place.pool == place.pool }?.place)
            } + wanted.map { .apply($0) }
        let reports = await Self.eachOf(steps) { [setting] step -> DeploymentReport? in
            let report = await step.carryOut(on: clusters) { event in
                try await store.write(as: provenance, at: setting.time.now()) { transaction in
                    try transaction.demandHold(hold.hold)
                    try transaction.append([event])
                }
            }
            if let report { tell(.deployment(report)) }
            return report
        }
        return reports.compactMap(\.self).sorted { ($0.pool, $0.name) < ($1.pool, $1.name) }
    }

    /// Does something for each of several things, a few at a time.
    private static func eachOf<Thing: Sendable, Answer: Sendable>(
        _ things: [Thing], _ body: @escaping @Sendable (Thing) async -> Answer
    ) async -> [Answer] {
        await withTaskGroup(of: Answer.self) { group in
            var answers: [Answer] = []
            for (index, thing) in things.enumerated() {
                if index >= deploymentsAtOnce, let answer = await group.next() { answers.append(answer) }
                group.addTask { await body(thing) }
            }
            for await answer in group { answers.append(answer) }
            return answers
        }
    }
}

/// One thing that is to be done with a Deployment.
private enum DeploymentStep: Sendable {
    case apply(PoolDeployment)
    case delete(PoolDeployment.Place, butNot: PoolDeployment.Place?)

    private var place: PoolDeployment.Place {
        switch self {
        case .apply(let deployment): deployment.place
        case .delete(let place, _): place
        }
    }

    /// - Parameter record: writes down what came of it.
    /// - Returns: `nil` where nothing was to be done.
    func carryOut(
        on clusters: any PoolDeployments, record: (EventDraft) async throws -> Void
    ) async -> DeploymentReport? {
        let place = place
        func report(_ outcome: DeploymentReport.Outcome) -> DeploymentReport {
            DeploymentReport(pool: place.pool, name: place.name, outcome: outcome)
        }
        do {
            let change: PoolDeploymentChange =
                switch self {
                case .apply(let deployment): try await clusters.apply(deployment)
                case .delete(let place, let kept): try await clusters.delete(place, butNot: kept)
                }
            guard change != .unchanged else { return nil }
            try await record(place.event(change))
            return change == .absent ? nil : report(.changed(change))
        } catch let fault as Diagnostic {
            return report(.failed(fault))
        } catch {
            return report(.failed(.deploymentNotRecorded(place.pool, "\(error)")))
        }
    }
}

extension PoolDeployment.Place {
    fileprivate var key: ObjectKey { ObjectKey(.agentPool, pool) }

    fileprivate func event(_ change: PoolDeploymentChange) -> EventDraft {
        let (kind, message): (EventKind, String) =
            switch change {
            case .created: (.deploymentApplied, "the Deployment \(name) was made")
            case .changed(let fields):
                (.deploymentApplied, "the Deployment \(name) was changed: \(fields.joined(separator: ", "))")
            case .unchanged: (.deploymentApplied, "the Deployment \(name) is as it should be")
            case .deleted: (.deploymentDeleted, "the Deployment \(name) was deleted")
            case .absent: (.deploymentDeleted, "nothing of this record's is there as \(name)")
            }
        return EventDraft(kind, of: key, details: details.merging(["message": .string(message)]) { own, _ in own })
    }

    /// What leads to it again.
    private var details: [String: JSONValue] {
        var details: [String: JSONValue] = ["name": .string(name)]
        details["context"] = context.map { .string($0) }
        details["namespace"] = namespace.map { .string($0) }
        return details
    }

    /// The note that nobody wants it any more.
    fileprivate var abandoned: EventDraft {
        let message = "no pool wants the Deployment \(name) any more"
        return EventDraft(
            .deploymentAbandoned, of: key, details: details.merging(["message": .string(message)]) { own, _ in own })
    }

    /// Reads where an event says that a Deployment is or was.
    fileprivate init?(_ event: EventRecord, record: String) {
        let parts = event.subject.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Kind.agentPool.rawValue,
            let details = try? JSONValue(parsing: Array(event.details.utf8))
        else { return nil }
        self.init(
            pool: ObjectName(namespace: parts[1], name: parts[2]), record: record, context: details["context"]?.string,
            namespace: details["namespace"]?.string)
    }
}

extension StateSnapshot {
    /// The Deployments that recorded pools want, in their order.
    func deployments() throws -> [PoolDeployment] {
        guard let record = try recordMark() else { return [] }
        return try pools().compactMap { pool, spec in PoolDeployment(pool: pool, record: record, spec) }
    }

    /// What tells this record from all others, wherever it is kept: the beginning of its first event's hash.
    private func recordMark() throws -> String? { try firstEvent().map { String($0.hash.prefix(16)) } }

    /// How many events are looked through for Deployments that are left.
    private static let examined = 10_000

    /// Where Deployments are that no pool wants any more and that nobody has taken away.
    func abandonedDeployments() throws -> [PoolDeployment.Place] {
        guard let record = try recordMark() else { return [] }
        let abandoned = try events(ofKind: .deploymentAbandoned, newest: Self.examined)
        guard !abandoned.isEmpty else { return [] }
        var gone: [PoolDeployment.Place: Int64] = [:]
        for event in try events(ofKind: .deploymentDeleted, newest: Self.examined) {
            if let place = PoolDeployment.Place(event, record: record) { gone[place] = event.sequence }
        }
        let wanted = Set(try deployments().map(\.place))
        var left: Set<PoolDeployment.Place> = []
        for event in abandoned {
            guard let place = PoolDeployment.Place(event, record: record), !wanted.contains(place),
                event.sequence > gone[place] ?? 0
            else { continue }
            left.insert(place)
        }
        return left.sorted {
            ($0.pool, $0.context ?? "", $0.namespace ?? "") < ($1.pool, $1.context ?? "", $1.namespace ?? "")
        }
    }
}

extension StateTransaction {
    /// Does something to the recorded pools, and notes down which Deployments nobody wants after that: in the same
    /// step, so that whoever goes on from here knows of them.
    func notingAbandonedDeployments(_ body: () throws -> Void) throws {
        let before = try snapshot.deployments().map(\.place)
        try body()
        guard !before.isEmpty else { return }
        let after = Set(try snapshot.deployments().map(\.place))
        let abandoned = before.filter { !after.contains($0) }
        if !abandoned.isEmpty { try append(abandoned.map(\.abandoned)) }
    }
}
