import Agents
import Foundation
import Planning
import Reconciler
import Records
import Synchronization
import YAML

/// What an agent says while it works: a line for each change, with the time, for a log.
final class AgentView: Sendable {
    private let console: Console
    private let phases = Mutex<[RunID: RunPhase]>([:])

    init(console: Console) { self.console = console }

    func show(_ event: AgentEvent) {
        switch event {
        case .started(let agent):
            say("agent \(agent.id) of AgentPool/\(agent.pool) on \(agent.host), process \(agent.process)")
        case .released(let agents):
            for agent in agents { say("agent \(agent.id) of this machine is gone; its work is taken over") }
        case .building(let line): say("  \(line.trimmingCharacters(in: .whitespacesAndNewlines).printable)")
        case .troubled(let fault): say("\(fault.message) [\(fault.code.rawValue)]; it is tried again in a moment")
        case .run(let report): show(report)
        }
    }

    func drains() { say("draining: nothing new is taken; once more ends it at once") }

    private func show(_ report: RunReport) {
        let run = report.run
        let isNew = phases.withLock { phases in
            let old = phases[run.id]
            phases[run.id] = run.phase.isActive ? run.phase : nil
            return old != run.phase
        }
        if report.isAdopted { say("Run/\(run.name)  taken over: attempt \(run.attempt)") }
        guard isNew else { return }
        say("Run/\(run.name)  \(run.phase.rawValue)" + (run.phase.isActive ? "" : ": \(run.message)"))
    }

    private func say(_ text: String) {
        let time = console.errorStyle.mark(SystemTime().now().description, .faint)
        console.say("\(time)  \(text)")
    }
}
