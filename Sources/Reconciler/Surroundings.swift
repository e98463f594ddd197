public import Agents
public import Engines
import Foundation
public import Images
public import Manifests
public import Records
public import Store

/// The world in which a reconciler acts: files, Git, the state's place, engines.
public protocol Surroundings: Sendable {
    /// The commit that is checked out.
    func revision() async throws -> Revision

    /// What the manifests want.
    ///
    /// - Throws: `Diagnostics` with every error.
    func read() async throws -> DesiredReading

    /// Whether anything has been recorded yet.
    var hasState: Bool { get throws }

    /// Makes the folders that acting needs.
    func prepareToAct() throws

    /// Opens the state; to write, it is made where there is none.
    func openState(_ access: StateAccess) throws -> StateStore

    /// The same; `nil` where nothing has been recorded yet.
    func openIfThere(_ access: StateAccess) throws -> StateStore?

    /// Takes the right to act on the state, for as long as the returned value lives.
    ///
    /// - Throws: `Diagnostic.locked` where another reconciler has it.
    func hold(as holder: LockHolder) throws -> any StateHold

    /// Who has that right; `nil` where nobody has, or it is not known.
    func holder() throws -> LockHolder?

    /// Whether what waits for a disk or a remote has to be kept from the threads on which asynchronous work runs.
    var mayBlock: Bool { get }

    /// Where attempts are made here.
    ///
    /// - Throws: a `Diagnostic` where that place cannot be marked.
    func place() throws -> AgentPlace

    /// The id of the folder in which attempts are made here; `nil` where none was made yet.
    var location: String? { get }

    /// Whether an agent's process is provably gone.
    func isGone(_ agent: AgentRecord) -> Bool

    /// Where the sources of job versions are found, other than in what has been read.
    func sources(_ reading: DesiredReading?, in store: StateStore) -> any JobSources

    var engine: any Engine { get }
    var workspace: any RunWorkspace { get }
    var images: any ImageStore { get }
    var registry: any ImageRegistry { get }
    /// What a pool builds images with; `nil` for what builds none.
    func builder(_ builder: AgentPoolSpec.Builder) -> (any ImageBuilder)?
    /// What builds images outside of pools.
    var builder: any ImageBuilder { get }
    /// What says of images where they come from; `nil` for nothing.
    var attestor: (any ImageAttestor)? { get }
    /// Where pools have their agents that are on clusters; `nil` where there are no clusters.
    var deployments: (any PoolDeployments)? { get }
}

extension Surroundings {
    public var location: String? { nil }
    public var attestor: (any ImageAttestor)? { nil }
    public var deployments: (any PoolDeployments)? { nil }

    public func openIfThere(_ access: StateAccess) throws -> StateStore? {
        try hasState ? try openState(access) : nil
    }

    public func holder() throws -> LockHolder? { nil }
    public var mayBlock: Bool { false }
}

/// A checkout on this machine.
struct LocalSurroundings: Surroundings {
    let setting: Setting
    let repository: Repository
    let paths: StatePaths
    let manifests: [String]

    func revision() async throws -> Revision { try await repository.revision() }

    func read() async throws -> DesiredReading {
        try await DesiredReader(root: repository.root, paths: manifests).read()
    }

    var hasState: Bool { get throws { try StateStore.isThere(paths.state) } }

    func prepareToAct() throws {
        try paths.create()
        try layout.initialise()
    }

    func openState(_ access: StateAccess) throws -> StateStore {
        try StateStore(paths.state, access: access)
    }

    func openIfThere(_ access: StateAccess) throws -> StateStore? {
        try StateStore.ifThere(paths.state, access: access)
    }

    func hold(as holder: LockHolder) throws -> any StateHold {
        try StateLock(
            paths.state, holder: holder, unique: setting.unique() + setting.unique(), isGone: isHolderGone,
            now: { [time = setting.time] in time.now() })
    }

    func holder() throws -> LockHolder? { try StateLock.holder(of: paths.state) }

    var mayBlock: Bool { true }

    func place() throws -> AgentPlace {
        AgentPlace(
            host: setting.host, machine: setting.machine, runs: paths.runs,
            location: try AttemptLocation.establish(in: paths.runs, unique: setting.unique() + setting.unique()))
    }

    var location: String? { AttemptLocation.id(of: paths.runs) }

    func isGone(_ agent: AgentRecord) -> Bool {
        isGone(agent.process, on: agent.place.machine)
    }

    /// The same of who holds the state.
    private func isHolderGone(_ holder: LockHolder) -> Bool {
        isGone(holder.process, on: holder.machine ?? "")
    }

    /// Whether a process is provably not there: only of this machine's own, and never of this one, can that be said.
    private func isGone(_ process: Int32, on machine: String) -> Bool {
        guard !machine.isEmpty, machine == setting.machine, process != setting.process else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    func sources(_ reading: DesiredReading?, in store: StateStore) -> any JobSources {
        RepositorySources(
            repository: repository, manifests: manifests, reading: reading, store: store,
            exports: paths.cache + "/commits", unique: setting.unique)
    }

    var engine: any Engine {
        let now: @Sendable () -> Timestamp = { [time = setting.time] in time.now() }
        let slurm = SlurmEngine(
            host: setting.host, environment: setting.environment, now: now, unique: setting.unique)
        let containers = LocalContainerEngine(host: setting.host, environment: setting.environment, now: now)
        let kubernetes = KubernetesEngine(host: setting.host, environment: setting.environment, now: now)
        return EngineSet(
            processes: LocalProcessEngine(host: setting.host, now: now), others: [containers, slurm, kubernetes])
    }

    var deployments: (any PoolDeployments)? {
        KubernetesDeployments(environment: setting.environment) { [time = setting.time] in time.now() }
    }

    var layout: ImageLayout { ImageLayout(path: paths.layout) }
    var images: any ImageStore { layout }

    var registry: any ImageRegistry {
        LayoutRegistry(layout: layout, registries: Registries(environment: setting.environment))
    }

    /// The builder that needs nothing on the machine.
    private func embedded(_ compression: LayerCompression = .none) -> OCIBuilder {
        OCIBuilder(
            layout: layout, cacheFolder: paths.cache, registries: Registries(environment: setting.environment),
            compression: compression)
    }

    func builder(_ builder: AgentPoolSpec.Builder) -> (any ImageBuilder)? {
        let own = embedded(builder.compression ?? .none)
        return switch builder.type {
        case .oci: own
        case .docker: ToolBuilder(.docker, embedded: own, environment: setting.environment)
        case .podman: ToolBuilder(.podman, embedded: own, environment: setting.environment)
        case .buildah: ToolBuilder(.buildah, embedded: own, environment: setting.environment)
        case .kaniko, .none: nil
        }
    }

    /// The embedded one, and for jobs that need a tool whichever is there.
    var builder: any ImageBuilder {
        ToolBuilder(
            BuildTool.available(environment: setting.environment) ?? .buildah, embedded: embedded(),
            environment: setting.environment)
    }

    var attestor: (any ImageAttestor)? { LayoutAttestor(layout: layout, repository: repository, setting: setting) }

    var workspace: any RunWorkspace {
        Workspace(
            root: paths.runs, layout: layout,
            artifacts: ArtifactStores(root: repository.root, environment: setting.environment),
            secrets: EnvironmentSecrets(environment: setting.environment),
            environment: setting.environment)
    }
}
