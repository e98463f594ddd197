import Agents
public import Engines
import Foundation
public import Images
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
}

/// Brings what is recorded and what is really there to what the manifests want.
public struct Reconciler: Sendable {
    public let setting: Setting
    public let repository: Repository
    public let paths: StatePaths
    /// Files and folders of manifests.
    public let manifests: [String]
    public let policy: PlanPolicy

    public init(
        setting: Setting, repository: Repository, paths: StatePaths, manifests: [String],
        policy: PlanPolicy = PlanPolicy()
    ) {
        self.setting = setting
        self.repository = repository
        self.paths = paths
        self.manifests = manifests
        self.policy = policy
    }

    var layout: ImageLayout { ImageLayout(path: paths.layout) }

    /// The builder that needs nothing on the machine.
    public var builder: OCIBuilder { OCIBuilder(layout: layout, cacheFolder: paths.cache) }

    /// Everything that can be known from the files alone.
    ///
    /// - Throws: `Diagnostics` with every error.
    public func read() async throws -> DesiredReading {
        try await DesiredReader(root: repository.root, paths: manifests).read()
    }

    /// What an apply would do. Writes nothing, not even an empty state.
    public func plan() async throws -> PlannedWork {
        async let revision = repository.revision()
        async let reading = read()
        let store = paths.exists ? try StateStore(sqlite: paths.database, access: .readOnly) : nil
        let recorded = try await store?.read { try $0.recordedState() } ?? RecordedState()
        let plan = try await plan(try await reading, recorded: recorded, store: store)
        return PlannedWork(plan: plan, revision: try await revision, reading: try await reading)
    }

    func plan(_ reading: DesiredReading, recorded: RecordedState, store: StateStore?) async throws -> Plan {
        guard !reading.input.desired.isEmpty || !recorded.objects.isEmpty else {
            throw Diagnostics([.noManifests(manifests)])
        }
        let observed = try await observe(recorded, store: store)
        var plan = Planning.plan(reading.input, recorded: recorded, observed: observed, policy: policy)
        plan.warnings = reading.warnings
        return plan
    }

    /// Asks the engines what has become of the work that is recorded as under way.
    private func observe(_ recorded: RecordedState, store: StateStore?) async throws -> ObservedState {
        var observed = ObservedState()
        guard let store else { return observed }
        let engine = engine()
        for run in recorded.runs.values where run.phase.isActive {
            guard let attempt = try await store.read({ try $0.attempts(of: run.id) }).last else { continue }
            let folder = "\(paths.runs)/\(run.folder)/\(attempt.number)"
            let reference = SubmissionReference(name: attempt.engineName, folder: folder, host: attempt.host)
            observed.attempts[run.id] = ObservedState.Attempt(await engine.observe(reference))
        }
        return observed
    }

    /// The engine of this machine's processes.
    public func engine() -> LocalProcessEngine {
        LocalProcessEngine(host: setting.host, now: { [time = setting.time] in time.now() })
    }

    func workspace() -> Workspace {
        Workspace(
            root: paths.runs, layout: layout, secrets: EnvironmentSecrets(environment: setting.environment),
            environment: setting.environment)
    }

    /// Takes the right to act on the state.
    ///
    /// - Throws: `Diagnostic.locked` where another reconciler has it.
    public func lock() throws -> StateLock {
        try StateLock(path: paths.lock, holder: setting.lockHolder)
    }
}

extension ObservedState.Attempt {
    init(_ observation: Observation) {
        switch observation {
        case .absent: self = .notStarted
        case .running: self = .running
        case .ended: self = .ended
        case .gone: self = .gone
        case .elsewhere: self = .elsewhere
        }
    }
}
