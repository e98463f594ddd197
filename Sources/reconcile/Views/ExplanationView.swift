import Manifests
import Planning
import Reconciler
import Records

/// The story of one object.
struct ExplanationView {
    let style: TextStyle

    func text(_ view: ObjectView, events: [EventRecord], traces: TracePlace?) -> String {
        let record = view.record
        var lines = ["\(style.mark(record.key.description, .strong))  \(view.phase)"]
        func add(_ title: String, _ text: String) {
            lines.append("  \(title)" + String(repeating: " ", count: max(1, 12 - title.count)) + text)
        }
        if !view.message.isEmpty { add("because", view.message) }
        add("written in", "\(record.file):\(record.line)")
        add("commit", "\(record.revision), applied \(record.appliedAt)")
        if let run = view.execution { describe(run, view, traces, add) }
        if !events.isEmpty {
            lines.append("")
            lines += events.map(line)
        }
        return lines.joined(separator: "\n")
    }

    private func describe(
        _ run: RunRecord, _ view: ObjectView, _ traces: TracePlace?, _ add: (String, String) -> Void
    ) {
        let specification = run.specification
        let parameters = JSONValue.object(specification.parameters).canonicalText
        add("computes", "\(specification.job)@v\(specification.jobVersion) with \(parameters)")
        add("command", specification.arguments.joined(separator: " "))
        add("identity", "\(run.identity.short) (run \(run.id))")
        if run.name != view.record.key.name { add("shared", "executed as Run/\(run.name)") }
        add("queue", "\(specification.queue), priority \(specification.priority.rawValue)")
        for upstream in view.upstreams {
            add("waits for", "Run/\(upstream.run), \(upstream.condition.rawValue): \(upstream.state)")
        }
        for source in view.inputs {
            let digest = source.output?.digest.digest.map { "\($0)" } ?? "not there yet"
            add("input", "\(source.input.target): \(source.input.description), \(digest)")
        }
        if let image = run.image { add("image", image.description) }
        for attempt in view.attempts {
            let end = attempt.outcome?.message ?? "not ended"
            add("attempt \(attempt.number)", "by \(attempt.agent) on \(attempt.host): \(end)")
            guard let artifact = attempt.artifact else { continue }
            let missing = artifact.warning.map { artifact.digest == nil ? $0 : ", but \($0)" } ?? ""
            let place = artifact.digest.map { "in \(artifact.location)@\($0)" } ?? "not in \(artifact.location): "
            add("kept", place + missing)
        }
        if let notBefore = run.notBefore { add("waits until", notBefore.description) }
        if let metrics = view.metrics.flatMap(MetricsLine.text) { add("metrics", metrics) }
        switch traces {
        case .folder(let folder)?: add("traces", folder)
        case .store(let location, _)?: add("traces", "in \(location); `reconcile logs` and `outputs` read it")
        case nil: break
        }
    }

    private func line(_ event: EventRecord) -> String { EventLine.text(event, style: style) }
}

/// One event in one line.
enum EventLine {
    static func text(_ event: EventRecord, style: TextStyle) -> String {
        let revision = event.revision.isEmpty ? "-" : String(event.revision.prefix(8))
        let dirty = event.revision.hasSuffix("+changes") ? "+" : " "
        let subject = event.subject.isEmpty ? "" : "  \(shortened(event.subject))"
        let cause = event.cause.isEmpty ? "" : "  \(event.cause)"
        let details = (try? JSONValue(parsing: Array(event.details.utf8)))?["message"]?.string
        let message = details.map { "  \($0)" } ?? ""
        return "  \(style.mark(event.at.description, .faint))  \(revision)\(dirty)  "
            + style.mark(event.kind, .accent) + subject + message + style.mark(cause, .faint)
            + "  \(style.mark(event.actor, .faint))"
    }

    /// The default namespace goes without saying.
    private static func shortened(_ subject: String) -> String {
        subject.split(separator: "/").filter { $0 != ObjectName.defaultNamespace }.joined(separator: "/")
    }
}
