import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records
import Store

struct Status: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what is recorded, in a few lines.")

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        let summary = try await reconciler.summary()
        let deployments = try await reconciler.deployments()
        switch output.output {
        case .json: console.print(json: json(summary, deployments))
        case .text:
            console.print(text(summary, deployments, style: console.style))
            let runs = try await reconciler.objects(.run)
            if !runs.isEmpty { console.print("\n" + RunTable.text(runs, style: console.style)) }
        }
        return .done
    }

    private func text(_ summary: StateSummary, _ deployments: [ObjectName: DeploymentView], style: TextStyle) -> String
    {
        var lines: [String] = []
        if let event = summary.lastApplied {
            let revision = event.revision.isEmpty ? "no commit" : String(event.revision.prefix(12))
            let dirty = event.revision.hasSuffix("+changes") ? "+changes" : ""
            lines.append("Last change  \(event.at) from \(revision)\(dirty) by \(event.actor)")
        }
        let objects = Kind.allCases.compactMap { kind in summary.objects[kind].map { "\($0) \(kind.rawValue)" } }
        lines.append("Recorded     \(objects.isEmpty ? "nothing" : objects.joined(separator: ", "))")
        let phases = RunPhase.allCases.compactMap { phase in summary.runs[phase].map { "\($0) \(phase.rawValue)" } }
        if !phases.isEmpty { lines.append("Runs         \(phases.joined(separator: ", "))") }
        for pool in summary.pools {
            let phase = pool.phase == "ready" ? pool.phase : style.mark(pool.phase, .caution)
            lines.append("AgentPool    \(pool.pool) \(phase): \(pool.message)")
            if let deployment = deployments[pool.pool] {
                let own = deployment.phase == "ready" ? "" : "\(style.mark(deployment.phase, .caution)): "
                lines.append("             Deployment \(own)\(deployment.message.printable)")
            }
        }
        if let holder = summary.holder { lines.append("Held by      \(holder)") }
        return lines.joined(separator: "\n")
    }

    private func json(_ summary: StateSummary, _ deployments: [ObjectName: DeploymentView]) -> JSONValue {
        .object([
            "formatVersion": .string("1"),
            "objects": .object(
                Dictionary(uniqueKeysWithValues: summary.objects.map { ($0.key.rawValue, .int(Int64($0.value))) })),
            "runs": .object(
                Dictionary(uniqueKeysWithValues: summary.runs.map { ($0.key.rawValue, .int(Int64($0.value))) })),
            "revision": summary.lastApplied.map { .string($0.revision) } ?? .null,
            "changedAt": summary.lastApplied.map { .string($0.at.description) } ?? .null,
            "actor": summary.lastApplied.map { .string($0.actor) } ?? .null,
            "agentPools": .array(
                summary.pools.map { pool in
                    .object([
                        "pool": .string(pool.pool.description), "phase": .string(pool.phase),
                        "reason": .string(pool.reason), "message": .string(pool.message),
                        "wanted": .int(Int64(pool.wanted)), "present": .int(Int64(pool.present.count)),
                        "missing": .int(Int64(pool.missing.count)),
                        "deployment": deployments[pool.pool]?.json ?? .null,
                    ])
                }),
            "heldBy": summary.holder.map { .string($0.description) } ?? .null,
        ])
    }
}
