import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records
import YAML

struct History: ReconcileCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the audit trail: which commit, by whom, changed what, and what came of it.")

    @Argument(help: "Only one object, as Kind/name.")
    var object: String?

    @Flag(help: "Check that no recorded event was changed, removed or added.")
    var verify = false

    @Option(help: ArgumentHelp("Only the newest so many.", valueName: "count"))
    var limit: Int?

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler()
        if verify {
            let (count, fault) = try await reconciler.verifyEvents()
            if let fault { return console.report([.brokenChain(fault)]) }
            console.print("Verified: \(count) events, none changed")
            return .done
        }
        let events = try await reconciler.events(of: try object.map(ObjectKey.parse), newest: limit)
        switch output.output {
        case .json:
            console.print(json: .object(["formatVersion": .string("1"), "events": .array(events.map(json))]))
        case .text: for event in events { console.print(EventLine.text(event, style: console.style)) }
        }
        return .done
    }

    private func json(_ event: EventRecord) -> JSONValue {
        .object([
            "sequence": .int(event.sequence), "at": .string(event.at.description), "kind": .string(event.kind),
            "subject": .string(event.subject), "cause": .string(event.cause), "revision": .string(event.revision),
            "actor": .string(event.actor),
            "details": (try? JSONValue(parsing: Array(event.details.utf8))) ?? .string(event.details),
            "hash": .string(event.hash),
        ])
    }
}
