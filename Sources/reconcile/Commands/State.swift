import ArgumentParser
import Foundation
import Manifests
import Planning
import Reconciler
import Store

struct State: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Check the recorded state, write it out, move it to another place, or shorten its branch.",
        subcommands: [StateCheck.self, StateExport.self, StateMigrate.self, StateCompact.self])
}

struct StateCheck: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check everything that has to hold of the record; name each row that is wrong, and the rule.")

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let result = try await state.reconciler().checkState()
        let view = StateCheckView(style: console.style)
        switch output.output {
        case .json: console.print(json: view.json(result))
        case .text: console.print(view.text(result))
        }
        return result.isClean ? .done : .error
    }
}

struct StateExport: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the whole record as JSON lines: what it is, every row of every table, the events last.")

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The file to write; it is there when it is whole. Default: stdout.", valueName: "file"))
    var output: String?

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        let lines = try LineOutput(to: output)
        try await reconciler.exportState { try lines.write($0.canonicalBytes) }
        try lines.finish()
        return .done
    }
}

struct StateMigrate: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move the state to another, empty place, verify it there, and close the old one.",
        discussion: """
            Both are written as --state takes them. Nobody may be at work on either meanwhile. The old state stays as \
            it is and can be read, but refuses to be written.
            """)

    @Argument(help: "Where the state is.")
    var from: String

    @Argument(help: "Where it shall be.")
    var to: String

    func validate() throws {
        if from.isEmpty || to.isEmpty { throw ValidationError("An address is empty.") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        // Both are there: only an empty address stands for the default.
        let repository = Repository(around: FileManager.default.currentDirectoryPath)
        let setting = StateOptions.setting
        guard let source = try StateLocation(from, in: repository, setting).address,
            let target = try StateLocation(to, in: repository, setting).address
        else { return .error }
        let report = try await StateMove(setting, from: source, to: target).run()
        let counts = "\(report.objects) objects, \(report.runs) runs, \(report.events) events"
        let before = report.wasResumed ? " (they were there already, from a move that was cut off)" : ""
        let places = "from \(source.description.printable) to \(target.description.printable)"
        console.print("Moved \(counts) \(places)\(before)")
        return .done
    }
}

struct StateCompact: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Make one commit of the past of the branch that the state is kept in.",
        discussion: """
            The record stays whole, with every event. The branch is pushed over the old one if that is as it was seen, \
            so the remote has to allow that; who knew the old one goes on with the new.
            """)

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        guard let report = try await reconciler.compactState() else {
            console.print("Nothing to compact: the state is not kept in a branch")
            return .done
        }
        console.print(
            "Compacted \(report.commits) commits up to \(report.before.prefix(12)) into \(report.after.prefix(12))")
        return .done
    }
}
