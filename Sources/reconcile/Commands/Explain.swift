import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records

struct Explain: ReconcileCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why an object is in its state: the commit, the line, the reason, what it waits for.")

    @Argument(help: "The object, as Kind/name; a bare name is a run.")
    var object: String

    @OptionGroup var state: StateOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let key = object.contains("/") ? try ObjectKey.parse(object) : ObjectKey(.run, ObjectName(name: object))
        let reconciler = try state.reconciler()
        guard var view = try await reconciler.objects(key.kind, name: key.name).first else { return .error }
        let events = try await reconciler.events(of: key, newest: 12)
        var traces: TracePlace?
        if let execution = view.execution {
            traces = try? await reconciler.traces(of: execution)
            view.metrics = await reconciler.metrics(of: execution)
        }
        console.print(ExplanationView(style: console.style).text(view, events: events, traces: traces))
        return .done
    }
}
