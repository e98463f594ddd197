import Manifests
import Planning
import Reconciler
import Records

/// The story of one object: from its state back to the commit, the line and the plan.
struct ExplanationView {
    let style: TextStyle
    /// Where the newest attempt's traces are; `nil` where they are out of reach.
    let traces: TracePlace?

    func text(_ explanation: Explanation) -> String {
        let name = explanation.key.description.printable
        var lines = ["\(style.mark(name, .strong))  \(explanation.phase)"]
        for (title, text) in facts(of: explanation) {
            lines.append("  \(title)" + String(repeating: " ", count: max(1, 12 - title.count)) + text.printable)
        }
        if !explanation.events.isEmpty {
            lines.append("")
            lines += explanation.events.map { EventLine.text($0, style: style) }
        }
        return lines.joined(separator: "\n")
    }

    func markdown(_ explanation: Explanation) -> String {
        var lines = ["### \(Markdown.code(explanation.key.description)): \(explanation.phase)", ""]
        lines += facts(of: explanation).map { "- **\($0.title)** \(Markdown.code($0.text))" }
        if !explanation.events.isEmpty {
            lines += ["", "<details><summary>Events</summary>", ""]
            lines += explanation.events.map { "- \(Markdown.code(EventLine.text($0, style: .plain)))" }
            lines += ["", "</details>"]
        }
        return lines.joined(separator: "\n")
    }

    private typealias Facts = [(title: String, text: String)]

    private func facts(of explanation: Explanation) -> Facts {
        var facts: Facts = []
        if !explanation.message.isEmpty { facts.append(("because", explanation.message)) }
        if let deployment = explanation.deployment { facts.append(("deployment", deployment.message)) }
        if let removed = explanation.removed {
            facts.append(("removed", "its manifest is gone: \(removed.event.detail("message") ?? "")"))
            facts += origin(removed)
        } else if let record = explanation.view?.record {
            let moved = explanation.wanted?.newFile.map { ", renamed since to \($0)" } ?? ""
            facts.append(("written in", "\(record.file):\(record.line)\(moved)"))
            facts.append(("commit", "\(record.revision), applied \(record.appliedAt)"))
            if let wanted = explanation.wanted { facts += origin(wanted, commitIsTold: true) }
        }
        if let run = explanation.execution { facts += describe(run, explanation) }
        if let computed = explanation.computed {
            let event = computed.event
            facts.append(
                (
                    "computed by",
                    "\(event.recordedRevision) at \(event.at), \(event.cause): \(event.detail("message") ?? "")"
                ))
            facts += origin(computed, commitIsTold: true)
        }
        return facts
    }

    /// The commit of an event, its author and its plan.
    private func origin(_ trace: Trace, commitIsTold: Bool = false) -> Facts {
        var facts: Facts = []
        if !commitIsTold { facts.append(("commit", "\(trace.event.recordedRevision), applied \(trace.event.at)")) }
        for line in CommitText.lines(trace.knowledge, recordedAuthor: trace.recordedAuthor) {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let isTitled = words.first == "author" || words.first == "subject"
            facts.append(isTitled ? (words[0], words[1].trimmed) : ("", line))
        }
        if let reason = trace.event.detail("reason") {
            facts.append(("reason", "\(trace.event.detail("message") ?? "") [\(reason)]"))
        }
        if let plan = trace.plan { facts.append(("plan", "\(plan), by \(trace.event.actor)")) }
        return facts
    }

    private func describe(_ run: RunRecord, _ explanation: Explanation) -> Facts {
        var facts: Facts = []
        func add(_ title: String, _ text: String) { facts.append((title, text)) }
        let specification = run.specification
        let parameters = JSONValue.object(specification.parameters).canonicalText
        add("computes", "\(specification.job)@v\(specification.jobVersion) with \(parameters)")
        add("command", specification.arguments.joined(separator: " "))
        add("identity", "\(run.identity.short) (run \(run.id))")
        if run.name != explanation.key.name { add("shared", "executed as Run/\(run.name)") }
        add("queue", "\(specification.queue), priority \(specification.priority.rawValue)")
        for upstream in explanation.view?.upstreams ?? [] {
            add("waits for", "Run/\(upstream.run), \(upstream.condition.rawValue): \(upstream.state)")
        }
        for source in explanation.view?.inputs ?? [] {
            let digest = source.output?.digest.digest.map { "\($0)" } ?? "not there yet"
            add("input", "\(source.input.target): \(source.input.description), \(digest)")
        }
        if let image = run.image { add("image", image.description) }
        if let reference = explanation.view?.imageReference { add("", "in \(reference)") }
        for attempt in explanation.attempts {
            let end = attempt.outcome?.message ?? "not ended"
            let engine = attempt.engine.map { ", to \($0.kind.rawValue)" } ?? ""
            add("attempt \(attempt.number)", "by \(attempt.agent) on \(attempt.host)\(engine): \(end)")
            guard let artifact = attempt.artifact else { continue }
            let missing = artifact.warning.map { artifact.digest == nil ? $0 : ", but \($0)" } ?? ""
            let place = artifact.digest.map { "in \(artifact.location)@\($0)" } ?? "not in \(artifact.location): "
            add("kept", place + missing)
        }
        for reproduction in explanation.reproductions {
            add("reproduced", "\(reproduction.number), \(reproduction.summary)")
        }
        if let notBefore = run.notBefore { add("waits until", notBefore.description) }
        if let metrics = explanation.view?.metrics.flatMap(MetricsLine.text) { add("metrics", metrics) }
        switch traces {
        case .folder(let folder)?: add("traces", folder)
        case .store(let location, _)?: add("traces", "in \(location); `reconcile logs` and `outputs` read it")
        case nil: break
        }
        return facts
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

/// One event in one line.
enum EventLine {
    static func text(_ event: EventRecord, style: TextStyle) -> String {
        let revision = event.revision.isEmpty ? "-" : String(event.revision.prefix(8))
        let dirty = event.revision.hasSuffix("+changes") ? "+" : " "
        let subject = event.subject.isEmpty ? "" : "  \(shortened(event.subject).printable)"
        let cause = event.cause.isEmpty ? "" : "  \(event.cause.printable)"
        let details = (try? JSONValue(parsing: Array(event.details.utf8)))?["message"]?.string
        let message = details.map { "  \($0.printable)" } ?? ""
        return "  \(style.mark(event.at.description, .faint))  \(revision)\(dirty)  "
            + style.mark(event.kind.printable, .accent) + subject + message + style.mark(cause, .faint)
            + "  \(style.mark(event.actor.printable, .faint))"
    }

    /// The default namespace goes without saying.
    static func shortened(_ subject: String) -> String {
        subject.split(separator: "/").filter { $0 != ObjectName.defaultNamespace }.joined(separator: "/")
    }
}
