import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records

struct Get: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "List recorded objects of a kind (job, queue, agentpool, run, policy, all), or show one.")

    @Argument(help: "The kind: job, queue, agentpool, run, policy or all.")
    var kind: String

    @Argument(help: "The name, or namespace/name.")
    var name: String?

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let kind = kind.lowercased() == "all" ? nil : try Kind.named(kind)
        let reconciler = try state.reconciler()
        var views = try await reconciler.objects(kind, name: name.map { ObjectName(reference: $0) })
        if name != nil {
            for index in views.indices {
                guard let execution = views[index].execution else { continue }
                views[index].metrics = await reconciler.metrics(of: execution)
            }
        }
        switch output.output {
        case .json:
            console.print(json: .object(["formatVersion": .string("1"), "items": .array(views.map(\.json))]))
        case .text where kind == .run: console.print(RunTable.text(views, style: console.style))
        case .text:
            var table = Table("OBJECT", "PHASE", "COMMIT", "WRITTEN IN", "MESSAGE")
            for view in views {
                table.add(
                    view.record.key.description, view.phase,
                    view.record.revision.commit.map { String($0.prefix(8)) } ?? "-",
                    "\(view.record.file):\(view.record.line)", view.message)
            }
            console.print(table.text)
        }
        return .done
    }
}
