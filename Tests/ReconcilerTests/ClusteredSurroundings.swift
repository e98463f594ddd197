import Agents
import Engines
import Images
import Manifests
import Reconciler
import Records
import Store

/// The usual surroundings, with the clusters of a test, and its state where it has one.
struct ClusteredSurroundings: Surroundings {
    let base: any Surroundings
    let clusters: any PoolDeployments
    let state: StateStore?

    init(_ base: any Surroundings, _ clusters: any PoolDeployments, state: StateStore? = nil) {
        self.base = base
        self.clusters = clusters
        self.state = state
    }

    var deployments: (any PoolDeployments)? { clusters }

    func revision() async throws -> Revision { try await base.revision() }
    func read() async throws -> DesiredReading { try await base.read() }
    var hasState: Bool { get throws { try base.hasState } }
    func prepareToAct() throws { try base.prepareToAct() }
    func openState(_ access: StateAccess) throws -> StateStore { try state ?? base.openState(access) }
    func openIfThere(_ access: StateAccess) throws -> StateStore? { try base.openIfThere(access) }
    func hold(as holder: LockHolder) throws -> any StateHold { try base.hold(as: holder) }
    func holder() throws -> LockHolder? { try base.holder() }
    var mayBlock: Bool { base.mayBlock }
    func place() throws -> AgentPlace { try base.place() }
    var location: String? { base.location }
    func isGone(_ agent: AgentRecord) -> Bool { base.isGone(agent) }
    func sources(_ reading: DesiredReading?, in store: StateStore) -> any JobSources {
        base.sources(reading, in: store)
    }
    var engine: any Engine { base.engine }
    var workspace: any RunWorkspace { base.workspace }
    var images: any ImageStore { base.images }
    var registry: any ImageRegistry { base.registry }
    func builder(_ builder: AgentPoolSpec.Builder) -> (any ImageBuilder)? { base.builder(builder) }
    var builder: any ImageBuilder { base.builder }
    var attestor: (any ImageAttestor)? { base.attestor }
}
