import Agents
import Engines
import Foundation
import Images
import Manifests
import Records
import Store
import Support
import Synchronization
import YAML

/// A real state in a folder of its own, with a builder, an engine and a clock that do what a test says.
final class Workbench: Sendable {
    static let host = "this-machine"

    let folder: TestWorkspace
    let clock = TestClock()
    let store: StateStore
    let layout: ImageLayout
    let builder: ModelBuilder
    let registry: ModelRegistry
    let world = ModelEngine.World()
    let provenance = Provenance(revision: .none, actor: "ada@laptop")
    private let submitted = Mutex<[Submission]>([])

    /// - Parameter wrap: puts something between the store and its database.
    init(_ wrap: (any SQLDatabase) -> any SQLDatabase = { $0 }) throws {
        folder = try TestWorkspace("agents")
        let path = "\(folder.path)/state.db"
        store = try StateStore(
            wrap(try SQLiteDatabase(path: path, access: .readWrite)), location: path, access: .readWrite)
        layout = ImageLayout(path: "\(folder.path)/images")
        try layout.initialise()
        builder = ModelBuilder(layout: layout)
        registry = ModelRegistry(layout: layout)
    }

    /// What engines got, in order.
    var submissions: [Submission] { submitted.withLock { $0 } }

    /// Records that somebody wants these runs.
    func want(_ specifications: [RunSpecification]) async throws -> [RunID] {
        try await store.write(as: provenance, at: clock.now()) { transaction in
            try specifications.enumerated().map { index, specification in
                try transaction.startRun(ObjectName(name: "r\(index + 1)"), specification).id
            }
        }
    }

    /// So many runs that differ in an argument only.
    func want(_ count: Int) async throws -> [RunID] {
        try await want((1...count).map { RunSample.specification(["program", "\($0)"]) })
    }

    func images(requests: [Digest: BuildRequest] = Workbench.requests, builds: Bool = true) -> ImageSupply {
        ImageSupply(
            store: store, images: layout, registry: registry, builder: builds ? builder : nil,
            sources: CheckedOutSources(requests),
            provenance: provenance,
            time: clock, log: { _ in })
    }

    static let requests = [Digest(of: "job"): request("train")]

    static func request(_ name: String) -> BuildRequest {
        BuildRequest(jobName: name, sourceRoot: "/", sourceDigest: Digest(of: "source"))
    }

    /// - Parameter behaviour: what becomes of a submission.
    func agent(
        _ id: String = "a", maxRuns: Int = 1, concurrency: Int? = nil, suspended: Bool = false,
        environment: [String: String] = ["PATH": "/usr/bin"], images: ImageSupply? = nil,
        imagesIn location: ImageLocation = .layout, artifacts: ArtifactLocation? = nil,
        patience: Duration = .seconds(300), disk: String = "", hasQueue: Bool = false,
        time: (any TimeSource)? = nil,
        _ behaviour: @escaping @Sendable (Submission) -> ModelEngine.Behaviour = { _ in .ends(0) }
    ) -> Agent {
        var queue = QueueSpec()
        queue.concurrency = concurrency
        queue.suspend = suspended
        var pool = AgentPoolSpec()
        pool.maxRuns = maxRuns
        pool.images = location
        pool.artifacts = artifacts.map { AgentPoolSpec.Artifacts(location: $0) }
        let record = AgentRecord(
            id: id, pool: ObjectName(name: "here"),
            place: AgentPlace(host: Self.host, runs: disk.isEmpty ? "" : "\(folder.path)/runs", location: disk),
            process: 1,
            startedAt: clock.now(),
            heartbeatAt: clock.now())
        let settings = AgentSettings(
            record: record, rules: .fixed(PoolRules(pool, queues: [QueueRules(name: RunSample.queue, queue)])),
            grace: .milliseconds(50), patience: patience)
        let workspace = Workspace(
            root: "\(folder.path)/runs", layout: layout,
            artifacts: ArtifactStores(root: folder.path, environment: environment),
            secrets: EnvironmentSecrets(environment: environment),
            environment: environment)
        let engine = ModelEngine(host: Self.host, world: world, hasQueue: hasQueue, now: { [clock] in clock.now() }) {
            [self] submission in
            submitted.withLock { $0.append(submission) }
            return behaviour(submission)
        }
        return Agent(
            settings, store: store, workspace: workspace, images: images ?? self.images(), engine: engine,
            provenance: provenance, time: time ?? clock, report: { _ in })
    }

    /// Lets agents work until something is true, then until they have finished what they have in hand.
    func work(
        _ agents: [Agent], until what: String, _ condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in agents { group.addTask { try await agent.work() } }
            defer { group.cancelAll() }
            try await eventually(what, condition)
            for agent in agents { agent.drain() }
            try await group.waitForAll()
        }
    }

    func run(_ id: RunID) async throws -> RunRecord {
        guard let run = try await store.read({ try $0.run(id) }) else { throw Diagnostic.unknownRun(id.text) }
        return run
    }

    func phases(_ ids: [RunID]) async throws -> [RunPhase] {
        try await store.read { snapshot in try ids.compactMap { try snapshot.run($0)?.phase } }
    }

    func areOver(_ ids: [RunID]) async throws -> Bool { try await phases(ids).allSatisfy(\.isTerminal) }

    func attempts(_ id: RunID) async throws -> [AttemptRecord] { try await store.read { try $0.attempts(of: id) } }

    /// The kinds of all recorded events that happened to a run, oldest first.
    func events(_ kind: EventKind? = nil) async throws -> [EventRecord] {
        try await store.read { try $0.events() }.filter { kind == nil || $0.kind == kind?.rawValue }
    }

    /// Every file below the folder that holds some text: the state's database and its journal too.
    func files(holding text: String) throws -> [String] {
        try folder.contents().filter { name in
            let data = FileManager.default.contents(atPath: "\(folder.path)/\(name)")
            return data?.range(of: Data(text.utf8)) != nil
        }
    }
}
