import ArgumentParser
import Planning
import Reconciler
import Store

struct Unlock: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Take the state from a reconcile that holds it and will not give it back.",
        discussion: """
            The message about a locked state names the lock's id. What its holder started goes on, and what it still \
            wants to write as the holder is refused; who asked for it is recorded. A lock on a file ends with its \
            process: there this command only clears up after one that is gone.
            """)

    @Argument(help: "The id of the lock, as the message about it says.")
    var id: String?

    @Option(help: ArgumentHelp("Only where it is held by this CI run.", valueName: "run"))
    var ifOwner: String?

    @OptionGroup var state: StateOptions

    func validate() throws {
        guard (id == nil) != (ifOwner == nil) else {
            throw ValidationError("Give either the id of the lock or --if-owner.")
        }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        let holder = try await reconciler.unlock(id.map(Reconciler.HoldChoice.id) ?? .run(ifOwner ?? ""))
        console.print(holder.map { "Unlocked: it was held by \($0.description.printable)" } ?? "Nobody holds the state")
        return .done
    }
}
