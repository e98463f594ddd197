import Agents
import Foundation
import Images
public import Manifests
import Planning
public import Records
public import Store
import YAML

/// How a state is, in numbers.
public struct StateSummary: Sendable {
    public var objects: [Kind: Int]
    public var runs: [RunPhase: Int]
    public var lastApplied: EventRecord?
    public var holder: LockHolder?
    /// The pools whose agents are processes of their own.
    public var pools: [PoolStanding]
}

extension Reconciler {
    /// Recorded objects of a kind (`nil` for all kinds), in order.
    ///
    /// - Parameter name: only that one.
    /// - Throws: `Diagnostic.unknownObject` where a name is given and nothing has it.
    public func objects(_ kind: Kind?, name: ObjectName? = nil) async throws -> [ObjectView] {
        let store = try openState()
        let detailed = name != nil
        let now = setting.time.now()
        let (views, names) = try await store.read { snapshot -> ([ObjectView], [String]) in
            let state = try snapshot.presentState()
            let records = state.objects.values.sorted { $0.key < $1.key }
            let chosen = records.filter { record in
                (kind == nil || record.key.kind == kind) && (name == nil || record.key.name == name)
            }
            let pools = Dictionary(
                uniqueKeysWithValues: kind == nil || kind == .agentPool
                    ? try snapshot.poolStandings(at: now).map { ($0.pool, $0) } : [])
            let views = try chosen.map { record in
                let execution = record.identity.flatMap { state.runs[$0] }
                let pool = record.key.kind == .agentPool ? pools[record.key.name] : nil
                guard detailed, let execution else { return ObjectView(record, execution: execution, pool: pool) }
                var view = ObjectView(
                    record, execution: execution, attempts: try snapshot.attempts(of: execution.id),
                    upstreams: try upstreams(of: execution, in: snapshot),
                    inputs: try snapshot.sources(of: execution), pool: pool)
                let image = try snapshot.imageRecord(ofJob: execution.specification.jobDigest)
                // A job version may have got another image since.
                if image?.manifest == execution.image { view.imageReference = image?.registry }
                return view
            }
            return (views, records.filter { kind == nil || $0.key.kind == kind }.map(\.key.name.description))
        }
        if let name, views.isEmpty {
            let key = kind.map { "\($0.rawValue)/\(name)" } ?? "\(name)"
            throw Diagnostic.unknownObject(key, suggestion: Suggestion.closest(to: "\(name)", among: names))
        }
        return views
    }

    public func summary() async throws -> StateSummary {
        let store = try openState()
        let holder = try StateLock.holder(of: paths.state).flatMap { holder in
            // A holder that was killed left its name; the kernel has taken the lock back.
            holder.host == setting.host && kill(holder.process, 0) != 0 && errno == ESRCH ? nil : holder
        }
        let now = setting.time.now()
        return try await store.read { snapshot in
            StateSummary(
                objects: try snapshot.objectCounts(), runs: try snapshot.wantedRunCounts(),
                lastApplied: try snapshot.events(ofKind: .applyStarted, newest: 1).last, holder: holder,
                pools: try snapshot.poolStandings(at: now))
        }
    }

    /// The audit trail, oldest first.
    public func events(of key: ObjectKey?, newest limit: Int?) async throws -> [EventRecord] {
        let subject = key.map(EventDraft.subject(of:))
        return try await openState().read { try $0.events(of: subject, newest: limit) }
    }

    /// Checks the chain of events.
    public func verifyEvents() async throws -> (count: Int64, fault: ChainFault?) {
        try await openState().read { try $0.verifyEvents() }
    }

    /// Builds the image of one job as it is checked out, whether or not anything runs it.
    public func build(_ name: ObjectName, log: @escaping @Sendable (String) -> Void) async throws -> BuildReport {
        let reading = try await read()
        let request = try request(forJob: name, in: reading)
        try surroundings.prepareToAct()
        return try await build(request, log: log)
    }

    /// Builds an image, and says beside it where it comes from.
    func build(_ request: BuildRequest, log: @escaping @Sendable (String) -> Void) async throws -> BuildReport {
        // What is checked out now, and not when a long build is over. Where nothing is to be said, nobody waits for it.
        async let revision = surroundings.revision()
        let begun = setting.time.now()
        let image = try await surroundings.builder.build(request, log: log)
        var attestations: ImageAttestations?
        if let attestor = surroundings.attestor, try await !attestor.isDone(with: image.manifestDigest) {
            attestations = try await attestor.attest(
                image, of: request, from: try await revision, begun: begun, ended: setting.time.now())
        }
        return BuildReport(image: image, layout: paths.layout, tag: request.tag, attestations: attestations)
    }
}

/// The runs that a run waits for, with how they are.
private func upstreams(of run: RunRecord, in snapshot: StateSnapshot) throws -> [UpstreamView] {
    let dependencies = run.specification.dependencies
    let runs = try snapshot.runs(of: Set(dependencies.map(\.identity)))
    return dependencies.map { UpstreamView($0, phase: runs[$0.identity]?.phase) }
}

extension ObjectView {
    init(
        _ record: ObjectRecord, execution: RunRecord?, attempts: [AttemptRecord] = [], upstreams: [UpstreamView] = [],
        inputs: [InputSource] = [], pool: PoolStanding?
    ) {
        self.record = record
        self.pool = pool
        self.execution = execution
        self.attempts = attempts
        self.upstreams = upstreams
        self.inputs = inputs
        switch record.key.kind {
        case .run:
            phase = execution?.phase.rawValue ?? "pending"
            reason = execution?.reason ?? "NotRecorded"
            message = execution?.message ?? "its execution is not recorded"
        case .queue:
            let content = try? JSONValue(parsing: Array(record.content.utf8))
            let suspended = content?["spec"]?["suspend"]?.bool ?? false
            phase = suspended ? "suspended" : "ready"
            reason = suspended ? "Suspended" : "Applied"
            message = suspended ? "its manifest suspends it" : ""
        case .agentPool where pool != nil:
            phase = pool?.phase ?? ""
            reason = pool?.reason ?? ""
            message = pool?.message ?? ""
        case .job, .agentPool, .policy:
            phase = "ready"
            reason = "Applied"
            message = record.version.map { "its content is v\($0)" } ?? ""
        }
    }
}
