import ArgumentParser
import Manifests
import Reconciler
import Records

struct Cancel: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a run: TERM to its whole process group, a grace period, then KILL; confirmed.")

    @Argument(help: "The run, as name or namespace/name.")
    var run: String

    @Option(help: ArgumentHelp("How long it may take to end by itself.", valueName: "duration"))
    var grace: DurationArgument?

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let ended = try await state.reconciler().cancel(ObjectName.run(run), grace: grace?.duration ?? .seconds(10))
        console.print("Run/\(ended.name) \(ended.phase.rawValue): \(ended.message)")
        return .done
    }
}

struct Retry: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Put a failed, cancelled or lost run back into its queue.")

    @Argument(help: "The run, as name or namespace/name.")
    var run: String

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let queued = try await state.reconciler().retry(ObjectName.run(run))
        let next = queued.isBlocked ? queued.message : "`reconcile` executes it"
        console.print("Run/\(queued.name) is back in queue \(queued.specification.queue); \(next)")
        return .done
    }
}
