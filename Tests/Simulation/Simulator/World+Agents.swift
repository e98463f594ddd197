import Agents
import Manifests
import Reconciler
import Records
import Store
import YAML

extension World {
    /// Keeps an agent of a remote pool running on a machine, as a service manager does.
    func serve(_ pool: String, on host: SimulatedHost) {
        let turn = UInt64(processes.count)
        let again = Int64(dice.int(200...2500, .apply, turn, 20))
        guard !isOver else { return }
        guard host.isUp, hasState, repository.drafts.last?.pools[pool]?.isRemote == true else {
            return loop.schedule(after: again, for: nil) { [self] in serve(pool, on: host) }
        }
        spawn("agent-\(turn)", on: host) { [self] process in
            let reconciler = reconciler(process, command: "reconcile agent", actor: "service")
            let surroundings = reconciler.surroundings
            let store = try surroundings.openState(.readWrite)
            let now = reconciler.setting.time.now()
            let provenance = Provenance(revision: .none, actor: "service")
            let record = AgentRecord(
                id: "\(pool)-\(reconciler.setting.unique())", pool: ObjectName(name: pool), placement: .remote,
                place: try surroundings.place(), process: process.number, startedAt: now, heartbeatAt: now)
            let supply = ImageSupply(
                store: store, images: surroundings.images, builder: surroundings.builder,
                sources: surroundings.sources(nil, in: store), provenance: provenance, time: reconciler.setting.time,
                log: { _ in })
            let agent = Agent(
                AgentSettings(record: record, rules: .recorded(RulesCache())), store: store,
                workspace: surroundings.workspace, images: supply, engine: surroundings.engine, provenance: provenance,
                time: reconciler.setting.time, report: { _ in })
            process.drain = { agent.drain() }
            try await agent.work()
        } ended: { [self] ending in
            check(ending, of: "agent-\(turn)")
            loop.schedule(after: again, for: nil) { [self] in serve(pool, on: host) }
        }
    }
}
