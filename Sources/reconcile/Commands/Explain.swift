import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records

struct Explain: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why an object is in its state: the commit, its author, the line, the plan, what it waits for.")

    @Argument(help: "The object, as Kind/name; a bare name, or an id, is a run.")
    var object: String

    @OptionGroup var state: StateOptions
    @OptionGroup var output: ReportOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let key = object.contains("/") ? try ObjectKey.parse(object) : ObjectKey(.run, ObjectName(name: object))
        let reconciler = try state.reconciler()
        var explanation = try await reconciler.explain(key)
        var traces: TracePlace?
        if let execution = explanation.execution {
            traces = try? await reconciler.traces(of: execution)
            explanation.view?.metrics = await reconciler.metrics(of: execution)
        }
        let view = ExplanationView(style: console.style, traces: traces)
        switch output.output {
        case .text: console.print(view.text(explanation))
        case .json: console.print(json: explanation.json)
        case .markdown: console.print(view.markdown(explanation))
        }
        return .done
    }
}
