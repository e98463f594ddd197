import Manifests
import Reconciler

extension World {
    /// Keeps an agent of a remote pool running on a machine, as a service manager does.
    func serve(_ pool: String, on host: SimulatedHost) {
        guard !isOver else { return }
        let turn = UInt64(processes.count)
        let again = Int64(dice.int(200...2500, .apply, turn, 20))
        guard host.isUp, hasState, repository.drafts.last?.pools[pool]?.isRemote == true else {
            return loop.schedule(after: again, for: nil) { [self] in serve(pool, on: host) }
        }
        spawn("agent-\(turn)", on: host) { [self] process in
            let drain = DrainSwitch()
            process.drain = { drain.turnOn() }
            try await reconciler(process, command: "reconcile agent", actor: "service")
                .serve(pool: ObjectName(name: pool), label: "\(turn)", drain: drain) { _ in }
        } ended: { [self] ending in
            check(ending, of: "agent-\(turn)")
            loop.schedule(after: again, for: nil) { [self] in serve(pool, on: host) }
        }
    }
}
