import Agents
import Engines
import Foundation
import Images
import Manifests
public import Planning
public import Records
public import Store
import YAML

/// A plan with what it was made from.
public struct PlannedWork: Sendable {
    public var plan: Plan
    public var revision: Revision
    public var reading: DesiredReading
    /// The other commit, where files alone were compared.
    public var base: PlanContext.Base?
    /// The newest event of the record; `nil` where there is none, or no record was looked at.
    public var head: StateHead?

    /// What its views say it was made from.
    public var context: PlanContext { PlanContext(revision: revision, base: base) }
}

/// Brings what is recorded and what is really there to what the manifests want.
public struct Reconciler: Sendable {
    public let setting: Setting
    public let repository: Repository
    public let paths: StatePaths
    /// Files and folders of manifests.
    public let manifests: [String]
    public let policy: PlanPolicy

    /// What it acts in and upon.
    public let surroundings: any Surroundings
    /// Who outside of the record keeps hashes of its events.
    public var witnesses: [any EventAnchors] = []

    public init(
        setting: Setting, repository: Repository, paths: StatePaths, manifests: [String],
        policy: PlanPolicy = PlanPolicy()
    ) {
        self.init(
            setting: setting, repository: repository, paths: paths, manifests: manifests, policy: policy,
            surroundings: LocalSurroundings(
                setting: setting, repository: repository, paths: paths, manifests: manifests))
    }

    /// - Parameter surroundings: another world than this machine's.
    public init(
        setting: Setting, repository: Repository, paths: StatePaths, manifests: [String], policy: PlanPolicy,
        surroundings: any Surroundings
    ) {
        self.setting = setting
        self.repository = repository
        self.paths = paths
        self.manifests = manifests
        self.policy = policy
        self.surroundings = surroundings
    }

    /// Everything that can be known from the files alone.
    ///
    /// - Throws: `Diagnostics` with every error.
    public func read() async throws -> DesiredReading { try await surroundings.read() }

    /// What an apply would do, and what policies deny of it. Writes nothing, not even an empty state.
    ///
    /// - Parameter target: of a proposal, the branch that it is for; its policies hold.
    public func plan(for target: PolicyReference? = nil) async throws -> PlannedWork {
        async let revision = surroundings.revision()
        async let reading = read()
        let store = try surroundings.openIfThere(.readOnly)
        let input = try await reading.input
        let (recorded, head) = try await store?.read { (try $0.state(for: input), try $0.head()) } ?? (.init(), nil)
        var plan = try await plan(try await reading, recorded: recorded, store: store)
        let desired = input.desired
        let basis =
            if let target { try await basis(for: target) } else { try await basis(of: desired, recordedIn: store) }
        plan.refusals += try await denials(of: desired, try await revision, by: basis)
        return PlannedWork(plan: plan, revision: try await revision, reading: try await reading, head: head)
    }

    /// - Parameter asksClusters: whether the Deployments of pools are looked at, which an apply sees to in any case.
    func plan(
        _ reading: DesiredReading, recorded: RecordedState, store: StateStore?, asksClusters: Bool = true
    ) async throws -> Plan {
        guard !reading.input.desired.isEmpty || !recorded.objects.isEmpty else {
            throw Diagnostics([.noManifests(manifests)])
        }
        var observed = try await observe(recorded, store: store)
        if asksClusters, let store { observed.deployments = try await observeDeployments(in: store) }
        var plan = Planning.plan(reading.input, recorded: recorded, observed: observed, policy: policy)
        plan.warnings = reading.warnings + plan.warnings
        plan.refusals += refusals(ofDeploymentsIn: reading.input.desired)
        return plan
    }

    /// Takes the right to act on the state.
    ///
    /// - Throws: `Diagnostic.locked` where another reconciler has it.
    ///
    /// - Parameter commit: what is to be applied.
    public func hold(for commit: String? = nil) throws -> any StateHold {
        try surroundings.hold(as: setting.lockHolder(of: commit))
    }
}

extension StateSnapshot {
    /// What a plan compares some manifests with.
    func state(for input: DesiredInput) throws -> RecordedState {
        try presentState { identities(wantedBy: input, recorded: $0) }
    }

    /// The newest event.
    func head() throws -> StateHead? {
        try events(newest: 1).last.map { StateHead(sequence: $0.sequence, hash: $0.hash) }
    }
}

extension ObservedState.Attempt {
    init(_ observation: Observation) {
        switch observation {
        case .absent: self = .notStarted
        case .running, .waiting: self = .running
        case .ended, .failed: self = .ended
        case .unreachable: self = .unknown
        case .gone: self = .gone
        case .elsewhere: self = .elsewhere
        }
    }
}
