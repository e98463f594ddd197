import ArgumentParser
import Foundation
import Manifests
import Reconciler
import Records

struct AgentCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract:
            "Work as an agent of a pool with placement `remote` or `kubernetes`: claim, build, start, watch, report.",
        discussion: """
            The agent takes its rules (queues, most runs at once, lease) from the recorded state, and the sources of \
            jobs from the repository around the current folder; what is missing there is fetched. It needs the same \
            --state as `reconcile apply`. Any number of agents may serve a pool, on any number of machines.

            The first SIGTERM or SIGINT drains it: it takes nothing new, and ends when what it has in hand is done, or \
            when another agent of the pool on this machine goes on with it. The second ends it at once; what runs goes \
            on by itself and is adopted by the next agent of this machine.
            """)

    @Option(help: ArgumentHelp("The pool, as name or namespace/name.", valueName: "name"))
    var pool: String

    @Option(
        help: ArgumentHelp(
            "What to call this agent, beside the pool's name. Default: this machine's name.", valueName: "label"))
    var name: String?

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths)
        let view = AgentView(console: console)
        let drain = DrainSwitch()
        Interruption.current?.softenFirst {
            view.drains()
            drain.turnOn()
        }
        let host = reconciler.setting.host.split(separator: ".").first.map(String.init)
        try await reconciler.serve(pool: ObjectName(reference: pool), label: name ?? host ?? "agent", drain: drain) {
            view.show($0)
        }
        try Task.checkCancellation()
        console.say("Stopped.")
        return .done
    }

    func validate() throws {
        guard let name else { return }
        let isPlain = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
        guard isPlain, (1...63).contains(name.utf8.count) else {
            throw ValidationError("--name takes 1 to 63 letters, digits, `-`, `.` and `_`")
        }
    }
}
