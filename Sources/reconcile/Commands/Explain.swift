import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records
import YAML

struct Explain: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why an object is in its state: the commit, its author, the line, the plan, what it waits for.",
        discussion: """
            With the code of an error or warning (SLW2003) it prints what there is to say about that; with the \
            beginning of one (SLW20, SLW), the codes that begin so. A run of such a name is written run/slw2003.
            """)

    @Argument(help: "The object, as Kind/name; a bare name, or an id, is a run. Or the code of a diagnostic.")
    var object: String

    @OptionGroup var state: StateOptions
    @OptionGroup var output: ReportOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        if let code = DiagnosticCode.written(object) { return try explain(code, console) }
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

    /// What there is to say about a code, or about all that begin so.
    private func explain(_ code: String, _ console: Console) throws -> ExitStatus {
        let found = DiagnosticCatalogue.all.pages(beginning: code)
        let isWhole = DiagnosticCode(rawValue: code).isWhole
        guard let first = found.pages.first else {
            throw Diagnostic.unknownCode(code, nearest: DiagnosticCatalogue.all.neighbours(of: code))
        }
        let view = DiagnosticPageView(style: console.style, width: console.width)
        switch output.output {
        case .text: console.print(isWhole ? view.text(first) : view.list(found))
        case .json: console.print(json: found.json)
        case .markdown: console.print(isWhole ? first.markdown : found.markdown)
        }
        return .done
    }
}
