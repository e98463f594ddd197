import Engines
import Manifests
import Planning
import Reconciler

/// What was found of engines before anything is submitted to them.
struct PreflightView {
    let style: TextStyle

    func text(_ queues: [QueuePreflight]) -> String {
        guard !queues.isEmpty else { return "No queues" }
        return queues.map { queue in
            let lines = queue.findings.map(line)
            return
                (["queue \(queue.queue) (\(queue.engine.rawValue))"]
                + (lines.isEmpty ? ["  nothing to look at"] : lines))
                .joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private func line(_ finding: PreflightFinding) -> String {
        let mark =
            switch finding.verdict {
            case .good: style.mark("ok  ", .good)
            case .doubtful: style.mark("hm  ", .caution)
            case .bad: style.mark("bad ", .bad)
            }
        let remedy = finding.remedy.map { "\n       \($0.printable)" } ?? ""
        return "  \(mark) \(finding.subject.printable): \(finding.finding.printable)\(remedy)"
    }

    static func json(_ queues: [QueuePreflight]) -> JSONValue {
        .object([
            "formatVersion": .string("1"),
            "queues": .array(
                queues.map { queue in
                    .object([
                        "queue": .string(queue.queue.full), "engine": .string(queue.engine.rawValue),
                        "findings": .array(queue.findings.map(json)),
                    ])
                }),
        ])
    }

    private static func json(_ finding: PreflightFinding) -> JSONValue {
        var fields: [String: JSONValue] = [
            "verdict": .string(finding.verdict.rawValue), "subject": .string(finding.subject),
            "finding": .string(finding.finding),
        ]
        fields["remedy"] = finding.remedy.map { .string($0) }
        return .object(fields)
    }
}

/// What the runs of a plan would submit.
struct SubmissionView {
    let style: TextStyle

    func text(_ previews: [SubmissionPreview]) -> String {
        guard !previews.isEmpty else { return "Nothing would be submitted" }
        return previews.map { preview in
            var lines = [
                "Run \(preview.run), attempt \(preview.attempt), "
                    + "to queue \(preview.queue) (\(preview.engine.rawValue)):",
                "  command: \(JSONValue.array(preview.command.map(JSONValue.string)).canonicalText.printable)",
            ]
            if preview.document != .object([:]) {
                lines += preview.document.pretty.split(separator: "\n").map { "  \(String($0).printable)" }
            }
            switch preview.objections {
            case nil: break
            case []?: lines.append("  \(style.mark("the engine would take it", .good))")
            case .some(let objections):
                lines += objections.map { "  \(style.mark("the engine would not take it", .bad)): \($0.printable)" }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
