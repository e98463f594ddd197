import Agents
import ArgumentParser
import Manifests
import Reconciler
import Records
import Store
import YAML

struct History: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the audit trail: which commit, by whom, changed what, and what came of it.",
        discussion:
            "With a commit (an id, the beginning of one, a branch or a tag) it shows all that the commit caused.")

    @Argument(help: "Only one object, as Kind/name or the name of a run; or a commit, for all that it caused.")
    var topic: String?

    @OptionGroup var options: HistoryOptions

    @Flag(help: "Check that no recorded event was changed, removed, added or moved.")
    var verify = false

    @OptionGroup var state: StateOptions
    @OptionGroup var output: ReportOptions

    func validate() throws {
        try options.validate()
        if verify, topic != nil || !options.isEmpty {
            throw ValidationError("--verify checks all of the trail, whatever else is asked for")
        }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        if verify { return try await check(reconciler, console) }
        var filter = options.filter(at: reconciler.setting.time.now())
        var meant: HistoryTopic?
        if let topic {
            let key = try? ObjectKey.parse(topic)
            meant = if let key { .object(key) } else { try await reconciler.topic(named: topic) }
        }
        switch meant {
        case .commit(let commit)? where options.isEmpty: try await tell(commit, reconciler, console)
        case .commit(let commit)?:
            filter.commit = commit
            try await list(filter, reconciler, console)
        case .object(let key)?:
            filter.subject = EventDraft.subject(of: key)
            try await list(filter, reconciler, console)
        case nil: try await list(filter, reconciler, console)
        }
        return .done
    }

    private func list(_ filter: EventFilter, _ reconciler: Reconciler, _ console: Console) async throws {
        let lines = try LineOutput(to: nil)
        let writer = EventWriter(output.output, style: console.style, lines)
        try writer.begin()
        try await reconciler.forEachEvent(filter, newest: options.limit) { try writer.write($0) }
        try writer.end()
        try lines.finish()
    }

    private func tell(_ commit: String, _ reconciler: Reconciler, _ console: Console) async throws {
        let heading = try await reconciler.heading(ofCommit: commit)
        let lines = try LineOutput(to: nil)
        let writer = CommitWriter(output.output, style: console.style, lines)
        try writer.begin(heading)
        try await reconciler.forEachConsequence(ofCommit: commit) { try writer.write($0) }
        try writer.end()
        try lines.finish()
    }

    private func check(_ reconciler: Reconciler, _ console: Console) async throws -> ExitStatus {
        let report = try await reconciler.examineEvents()
        if output.output == .json { console.print(json: report.json) }
        guard report.isIntact else { return console.report([.brokenChain(report)]) }
        if output.output != .json {
            let witnesses = report.anchors == 0 ? "" : "; \(report.anchors) anchors agree"
            console.print("Verified: \(report.events) events, none changed\(witnesses)")
        }
        return .done
    }
}
