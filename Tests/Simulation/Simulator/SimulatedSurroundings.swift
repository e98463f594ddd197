import Agents
import Engines
import Images
import Manifests
import Reconciler
import Records
import Store
import YAML

/// The world as one process finds it.
struct SimulatedSurroundings: Surroundings {
    let world: World
    let process: SimulatedProcess

    func revision() async throws -> Revision {
        try process.demandAlive()
        await pass(.readDelay, 0...30)
        return Revision(commit: world.repository.head.id, isDirty: false, author: "Ada <ada@example.com>")
    }

    func read() async throws -> DesiredReading {
        try process.demandAlive()
        await pass(.readDelay, 0...30)
        return try world.repository.head.reading.get()
    }

    private func pass(_ topic: Dice.Topic, _ range: ClosedRange<Int>) async {
        let delay = world.dice.int(range, topic, process.place, process.nextAct())
        await SimulatedTime(loop: world.loop, process: process).pass(Int64(delay))
    }

    var hasState: Bool { world.hasState }

    func prepareToAct() throws { try process.demandAlive() }

    func openState(_ access: StateAccess) throws -> StateStore {
        try process.demandAlive()
        let store = try StateStore(
            SimulatedDatabase(world: world, process: process), location: "simulated", access: access,
            scheduler: SimulatedStoreScheduler(world: world, process: process))
        world.hasState = true
        return store
    }

    func hold(as holder: LockHolder) throws -> any StateHold {
        try process.demandAlive()
        return try world.hold(for: process, as: holder)
    }

    func place() throws -> AgentPlace {
        try process.demandAlive()
        let host = process.host
        return AgentPlace(host: host.name, machine: host.machine, runs: "/runs", location: "disk of \(host.name)")
    }

    func isGone(_ agent: AgentRecord) -> Bool {
        guard agent.place.machine == process.host.machine else { return false }
        return !world.processes.contains { $0.number == agent.process && $0.isAlive }
    }

    func sources(_ reading: DesiredReading?, in store: StateStore) -> any JobSources {
        reading.map { CheckedOutSources($0.requests) } ?? SimulatedSources(world: world)
    }

    var engine: any Engine { SimulatedEngine(world: world, process: process) }
    var workspace: any RunWorkspace { SimulatedWorkspace(world: world, process: process) }
    var images: any ImageStore { SimulatedRegistry(world: world) }
    var registry: any ImageRegistry { SimulatedRegistry(world: world) }
    var builder: any ImageBuilder { SimulatedBuilder(world: world, process: process) }
    func builder(_ builder: AgentPoolSpec.Builder) -> (any ImageBuilder)? {
        builder.type == .none ? nil : self.builder
    }
}
