import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records

struct Logs: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a run wrote: its output to stdout, its errors to stderr.")

    @Argument(help: "The run, as name or namespace/name.")
    var run: String

    @Flag(name: [.short, .long], help: "Go on until the run has ended.")
    var follow = false

    @Option(help: ArgumentHelp("Which attempt; the newest where none is given.", valueName: "number"))
    var attempt: Int?

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        let name = ObjectName.run(run)
        let reader = LogReader(reconciler: reconciler, name: name, attempt: attempt)
        try await reader.read(follow: follow, note: { console.say("note: \($0.printable)") }) { bytes, isErrors in
            console.copy(bytes, toErrors: isErrors)
        }
        return .done
    }
}
